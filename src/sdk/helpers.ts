/** Concurrency helpers of the guide: they bound how much runs at once, and report what failed into the run's statistics. */
import { hooks } from './hooks.js';

/**
 * Runs `fn` over all items, at most `maxWorkers` at a time.
 * @returns index to result; items that failed are absent, counted, and the first error is kept for the report.
 */
export async function parallelIo<T, R>(items: Iterable<T>, fn: (item: T, index: number) => R | Promise<R>, options: { maxWorkers?: number } = {}): Promise<Map<number, R>> {
  const results = new Map<number, R>();
  await bounded(items, options.maxWorkers ?? 8, async (item, index) => {
    results.set(index, await fn(item, index));
  });
  return new Map([...results].sort(([a], [b]) => a - b));
}

/**
 * Calls `fn` for all items, at most `maxConcurrent` at a time.
 * @returns results aligned with the items, null where the call failed.
 */
export async function concurrentApiCalls<T, R>(items: Iterable<T>, fn: (item: T, index: number) => R | Promise<R>, options: { maxConcurrent?: number } = {}): Promise<(R | null)[]> {
  const list = [...items];
  const results = new Array<R | null>(list.length).fill(null);
  await bounded(list, options.maxConcurrent ?? 10, async (item, index) => {
    results[index] = await fn(item, index);
  });
  return results;
}

async function bounded<T>(items: Iterable<T>, limit: number, work: (item: T, index: number) => Promise<void>): Promise<void> {
  if (!Number.isInteger(limit) || limit < 1) throw new RangeError(`the limit of concurrent calls must be a whole number of at least 1, not ${limit}`);
  const list = [...items];
  const queue = list.entries();
  const lane = async (): Promise<void> => {
    for (const [index, item] of queue) {
      const started = performance.now();
      let failure: unknown;
      try {
        await work(item, index);
      } catch (error) {
        failure = error ?? new Error('rejected without a reason');
      }
      hooks.recorder.io((performance.now() - started) / 1000, failure);
    }
  };
  await Promise.all(Array.from({ length: Math.min(limit, list.length) }, lane));
}
