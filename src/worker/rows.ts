/** One `rows` frame: decoded, sliced into batches, run, and answered with the columns that are new. */
import { crc32 } from 'node:zlib';
import { decodeBlock, encodeBlock, type FrameStats, type RowError, type RowsMessage, type RowsResult } from '../protocol/index.js';
import { Assembly, frameBatch, pieceOf } from './assemble.js';
import { runBatch, type StepRun } from './batches.js';
import type { LiveStep } from './plugin.js';
import { StepMeter } from './stats.js';

export interface RowsJob {
  message: RowsMessage;
  body: Uint8Array;
  steps: readonly LiveStep[];
  features: ReadonlyMap<string, number>;
  root: string;
  /** Called after each call of a processor and after each batch, with the batches done. */
  onProgress(batches: number): void;
  cancelled(): boolean;
}

/** The request was cancelled between two batches. */
export class Cancelled extends Error {
  override readonly name = 'Cancelled';
}

/** Longest message of one failed row, and all messages of a frame together: the header that carries them is capped. */
const MESSAGE_CHARS = 2000;
const MESSAGES_CHARS = 2_500_000;

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

export async function runRows({ message, body, steps, features, root, onProgress, cancelled }: RowsJob): Promise<{ header: RowsResult; chunks: Uint8Array[] }> {
  const { rows, batch_size, constants } = message;
  const block = decodeBlock(body, rows);
  const ids = block.columns.find((column) => column.name === 'document_id') as { offsets: Int32Array; data: Uint8Array } | undefined;
  const runs: StepRun[] = steps.map((live) => ({ ...live, meter: new StepMeter(live.step.name) }));
  const errors: RowError[] = [];
  const matched = new Uint8Array(rows);
  const assembly = new Assembly(rows, features, matched);
  let skipped = 0;
  let reordered = 0;
  let batches = 0;
  for (let start = 0; start < rows; start += batch_size) {
    if (cancelled()) throw new Cancelled();
    const before = frameBatch(block, constants, start, Math.min(start + batch_size, rows));
    const result = await runBatch(before, runs, root, () => onProgress(batches));
    for (const error of result.errors) errors.push({ ...error, row: error.row + start });
    for (const row of result.matched) matched[row + start] = 1;
    assembly.add(pieceOf(before, result.after, result.rows, start));
    skipped += result.skipped;
    reordered += result.reordered;
    onProgress(++batches);
    // Between batches the loop turns, so that health checks, cancels and the output are not starved.
    await turn();
  }
  errors.sort((a, b) => a.row - b.row);
  const longest = Math.min(MESSAGE_CHARS, Math.floor(MESSAGES_CHARS / errors.length));
  for (const error of errors) if (error.message.length > longest) error.message = `${error.message.slice(0, longest - 3)}...`;
  const { columns, stats } = assembly.finish();
  const frame: FrameStats = { steps: runs.map((run) => run.meter.stats), features: stats, skipped, reordered, batches, rss_bytes: process.memoryUsage.rss() };
  const idBytes = ids === undefined ? new Uint8Array(0) : ids.data.subarray(0, ids.offsets[rows]);
  return {
    header: { type: 'result', id: message.id, rows, ids_crc32: crc32(idBytes), row_errors: errors, stats: frame },
    chunks: encodeBlock({ rows, columns }),
  };
}
