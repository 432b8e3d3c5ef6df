/**
 * Counters of plugin code. What is counted while a frame of rows is worked on travels with its result, so that the two
 * are kept or lost together; what is counted at any other time is sent at once. One set per process, as in `stats.ts`.
 */
import type { RowsResult } from '../protocol/index.js';

/** Of the frame in hand, by name; null while there is none. */
let counted: Map<string, number> | null = null;

/** Does the work of one frame, and puts what is counted meanwhile into the statistics of its result. */
export async function withMetrics<T extends { header: RowsResult }>(work: () => Promise<T>): Promise<T> {
  const mine = (counted = new Map<string, number>());
  try {
    const done = await work();
    if (mine.size > 0) done.header.stats.metrics = Object.fromEntries(mine);
    return done;
  } finally {
    counted = null;
  }
}

/** @param value NaN and infinities, which JSON does not have, count for nothing; @param send tells of it at once */
export function countMetric(name: string, value: number, send: (name: string, value: number) => void): void {
  const [key, number] = [String(name), Number(value)];
  if (!Number.isFinite(number)) return;
  if (counted === null) send(key, number);
  else counted.set(key, (counted.get(key) ?? 0) + number);
}
