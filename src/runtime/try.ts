/** The first rows of an input through a plugin, without journal and outputs: what --watch shows after each save. */
import { runInline, type InlineResult } from './inline.js';
import { baseFolder } from './plan/index.js';
import { openSession, type SessionOptions } from './session.js';
import { openSource } from './sources/index.js';
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
  const session = await openSession(options);
  try {
    const { column, map, parameters, batchSize, limit, timeoutSeconds, step, worker, onLog } = options;
    return await runInline(session, source, {
      column, map, limit, ...(parameters && { parameters }), ...(batchSize !== undefined && { batchSize }), base: source.base ?? baseFolder(options.input),
      timeoutMs: timeoutSeconds * 1000, onLog, ...(step !== undefined && { lastStep: step }), launchWorker: (launch) => worker.launch(launch),
    });
  } finally {
    await session.services.close();
  }
}
