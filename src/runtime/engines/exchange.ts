/** One frame to one worker, and what comes back. */
import { crc32 } from 'node:zlib';
import { Failure, messageOf } from '../../errors/index.js';
import { decodeBlock, encodeBlock, type RowsMessage, type RowsResult, type Unnumbered, type WireColumn } from '../../protocol/index.js';
import { WorkerRefused, refusal, type WorkerHandle } from '../launch/index.js';
import type { Frame } from '../plan/index.js';
import type { FrameOutcome } from './index.js';

/**
 * @param timeoutMs without progress for this long, the worker is given up
 * @throws WorkerDied, Failure for what the worker refused and for an answer that cannot be joined
 */
export async function exchange(worker: WorkerHandle, frame: Frame, batchSize: number, timeoutMs: number): Promise<FrameOutcome> {
  const message: Unnumbered<RowsMessage> = { type: 'rows', rows: frame.rows, batch_size: batchSize, constants: frame.constants };
  const sent = performance.now();
  let reply;
  try {
    reply = await worker.request<RowsResult>(message, encodeBlock(frame.wire), timeoutMs);
  } catch (error) {
    if (error instanceof WorkerRefused) throw refusal(error);
    throw error;
  }
  const { header, body } = reply;
  checkRows(frame, header);
  return { frame, columns: decodeColumns(body, frame.rows), errors: header.row_errors, stats: header.stats, deaths: 0, timing: { pid: worker.pid, sent, answered: performance.now() } };
}

function decodeColumns(body: Uint8Array, rows: number): WireColumn[] {
  try {
    return decodeBlock(body, rows).columns;
  } catch (error) {
    throw broken(`an answer that cannot be read: ${messageOf(error)}`);
  }
}

/** The engine joins by position: count and ids must be those it sent. */
function checkRows(frame: Frame, header: RowsResult): void {
  const ids = frame.wire.columns.find((column) => column.name === 'document_id') as unknown as { offsets: Int32Array; data: Uint8Array };
  if (header.rows === frame.rows && header.ids_crc32 === crc32(ids.data.subarray(0, ids.offsets[frame.rows]))) return;
  throw broken(`other rows than it was sent (${header.rows} for ${frame.rows})`);
}

function broken(what: string): Failure {
  return new Failure({ code: 'protocol', message: `A worker answered with ${what}.`, why: 'Results would be joined to the wrong rows.', next: 'This is a defect of the worker, or plugin code writes to the worker\'s descriptor 4; run again, and report it if it stays.' });
}
