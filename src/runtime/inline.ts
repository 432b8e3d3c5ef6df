/** Some rows through the same engine as a run, without journal and outputs: for queries, tests and first looks. */
import type { PluginManifest } from '../manifest/index.js';
import { valueAt, type FrameStats, type RowError } from '../protocol/index.js';
import { LocalEngine, type LocalEngineOptions } from './engines/index.js';
import { addStats } from './engines/stats.js';
import type { LogLine } from './log.js';
import { planFrames, type MappingOptions } from './plan/index.js';
import { manifestOf } from './ready.js';
import { initMessage, launchOptions, type Session } from './session.js';
import type { RawRow, Source, SourceChunk } from './sources/index.js';

export interface InlineResult {
  manifest: PluginManifest;
  /** The plugin's columns of each row, in input order; null where the row failed. */
  rows: (Record<string, unknown> | null)[];
  errors: RowError[];
  stats: FrameStats;
}

export interface InlineOptions extends MappingOptions {
  parameters?: Record<string, unknown>;
  batchSize?: number;
  /** Rows to read at most; all of them unless told. */
  limit?: number;
  /** Where relative paths in `data` begin. */
  base?: string;
  timeoutMs: number;
  /** The last step to run; all of them unless told. */
  lastStep?: string;
  launchWorker?: LocalEngineOptions['launchWorker'];
  onLog(line: LogLine): void;
}

/** @throws Failure when the plugin does not load or the rows do not fit it */
export async function runInline(session: Session, source: Source, options: InlineOptions): Promise<InlineResult> {
  const engine = new LocalEngine({
    launch: launchOptions(session, options.onLog),
    launchWorker: options.launchWorker,
    init: initMessage(session, { role: 'pipeline', parameters: options.parameters ?? {}, threads: session.cores, batch_size: options.batchSize ?? null, ...(options.lastStep !== undefined && { last_step: options.lastStep }) }),
    workersFor: () => 1,
    batchSizeFor: (ready) => ready.batch_size,
    timeoutMs: options.timeoutMs,
    keepGoing: true,
    onWorkerLost: () => undefined,
  });
  try {
    const ready = await engine.start();
    const manifest = await manifestOf(ready);
    const result: InlineResult = { manifest, rows: [], errors: [], stats: { steps: [], features: {}, skipped: 0, reordered: 0, batches: 0, rss_bytes: 0 } };
    for await (const { frame, columns, errors, stats } of engine.run(planFrames(source, manifest, { ...options, batchSize: ready.batch_size }))) {
      const failed = new Set(errors.map((error) => error.row));
      for (let k = 0; k < frame.rows; k++) {
        result.rows[frame.rowNumbers[k] as number] = failed.has(k) ? null : Object.fromEntries(columns.map((column) => [column.name, valueAt(column, k)]));
      }
      for (const error of errors) result.errors.push({ ...error, row: frame.rowNumbers[error.row] as number });
      for (const { row, message } of frame.inputErrors) {
        result.rows[row] = null;
        result.errors.push({ row, step: '', kind: 'exception', name: 'InputError', message, at: null });
      }
      result.stats = addStats(result.stats, stats);
    }
    return result;
  } finally {
    await engine.close();
  }
}

/** @param format what the chunks of the source say of its format, where the rows were read from one */
export function rowsInMemory(rows: readonly RawRow[], format: Pick<SourceChunk, 'types' | 'textOnly'> = {}): Source {
  return {
    name: 'memory', path: 'memory', bytes: null, digest: async () => null,
    async *read() {
      yield { ...format, rows: rows.slice(), ends: rows.map((_, i) => ({ row: i + 1, byte: i + 1, line: i + 1 })) };
    },
  };
}
