import { describe, expect, it } from 'vitest';
import type { RowsResult } from '../../src/protocol/index.js';
import { countMetric, withMetrics } from '../../src/worker/metrics.js';

const sent: [string, number][] = [];
const count = (name: unknown, value: unknown = 1): void => countMetric(name as string, value as number, (...told) => sent.push(told));

/** The statistics of a frame in which this was done. */
async function frame(work: () => void): Promise<Record<string, number> | undefined> {
  const header = { stats: {} } as RowsResult;
  await withMetrics(async () => {
    work();
    return { header };
  });
  return header.stats.metrics;
}

describe('what plugin code counts', () => {
  it.each<[string, [unknown, unknown?][], Record<string, number> | undefined]>([
    ['nothing', [], undefined],
    ['sums by name', [['a'], ['b', 2.5], ['a', 3]], { a: 4, b: 2.5 }],
    ['names that objects have', [['constructor'], ['__proto__', 2], ['constructor']], JSON.parse('{"constructor":2,"__proto__":2}') as Record<string, number>],
    ['values that are no numbers count for nothing', [['a', NaN], ['a', Infinity], ['a', 'x'], ['b', null], ['c', 3n]], { b: 0, c: 3 }],
  ])('in a frame: %s', async (_what, counts, expected) => {
    expect(await frame(() => counts.forEach(([name, value]) => count(name, value)))).toEqual(expected);
    expect(sent).toEqual([]);
  });

  it('before and after a frame, and after one that failed, is sent at once', async () => {
    count('loaded', 2);
    expect(await frame(() => count('a'))).toEqual({ a: 1 });
    await expect(frame(() => {
      count('lost');
      throw new Error('cancelled');
    })).rejects.toThrow('cancelled');
    count('between');
    expect(sent.splice(0)).toEqual([['loaded', 2], ['between', 1]]);
  });
});
