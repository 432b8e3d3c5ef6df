/** The first rows of an input through a plugin, without journal and outputs: what --watch shows after each save. */
import { runInline, type InlineResult } from './inline.js';
import { baseFolder } from './plan/index.js';
import { openSession, type SessionOptions } from './session.js';
import { START, openSource, type RawRow } from './sources/index.js';
import type { LogLine } from './log.js';
import type { WarmWorker } from './warm.js';

export interface TryOptions extends SessionOptions {
  input: string;
  inputFormat?: string | undefined;
  column?: string | undefined;
  map?: Record<string, string>;
  parameters?: Record<string, unknown>;
  batchSize?: number | undefined;
  /** How many rows. */
  limit: number;
  timeoutSeconds: number;
  step?: string | undefined;
  worker: WarmWorker;
  onLog(line: LogLine): void;
}

/** @throws Failure; see `openSession`, `openSource`, `runInline` */
export async function tryRows(options: TryOptions): Promise<InlineResult> {
  const source = openSource({ input: options.input, format: options.inputFormat });
  const rows: RawRow[] = [];
  for await (const chunk of source.read(START)) {
    rows.push(...chunk.rows.slice(0, options.limit - rows.length));
    if (rows.length === options.limit) break;
  }
  source.close?.();
  const session = await openSession(options);
  try {
    const { column, map, parameters, batchSize, timeoutSeconds, step, worker, onLog } = options;
    return await runInline(session, rows, {
      column, map, ...(parameters && { parameters }), ...(batchSize !== undefined && { batchSize }), base: source.base ?? baseFolder(options.input),
      timeoutMs: timeoutSeconds * 1000, onLog, ...(step !== undefined && { lastStep: step }), launchWorker: (launch) => worker.launch(launch),
    });
  } finally {
    await session.services.close();
  }
}
