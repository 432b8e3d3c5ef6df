import { describe, expect, it } from 'vitest';
import { ChangeStatistics, TopRows, cosineChange } from '../../../src/runtime/compare/change.js';

describe('cosineChange', () => {
  it.each<[string, number[], number[], number]>([
    ['the same', [1, 2, 3], [1, 2, 3], 0],
    ['another length', [1, 2], [2, 4], 0],
    ['a right angle', [1, 0], [0, 5], 1],
    ['the opposite', [1, 1], [-1, -1], 2],
    ['zero and zero', [0, 0], [0, 0], 0],
    ['zero and something', [0, 0], [1, 0], 1],
  ])('%s', (_, a, b, expected) => expect(cosineChange(Float32Array.from(a), Float32Array.from(b))).toBeCloseTo(expected, 12));
});

describe('ChangeStatistics', () => {
  it('is exact for count, mean and max, and close for median and p95', () => {
    const statistics = new ChangeStatistics();
    for (let i = 0; i <= 1000; i++) statistics.add(i / 1000);
    const { rows, changed, mean, median, p95, max } = statistics.result();
    expect([rows, changed, max]).toEqual([1001, 1000, 1]);
    expect(mean).toBeCloseTo(0.5, 9);
    expect(median / 0.5).toBeCloseTo(1, 1);
    expect(p95 / 0.95).toBeCloseTo(1, 1);
  });
  it('tells the same from the almost same', () => {
    const statistics = new ChangeStatistics();
    for (const change of [0, 0, 0, 1e-12]) statistics.add(change);
    expect(statistics.result()).toMatchObject({ rows: 4, changed: 1, median: 0, max: 1e-12 });
  });
  it('of no rows is zero', () => expect(new ChangeStatistics().result()).toEqual({ rows: 0, changed: 0, mean: 0, median: 0, p95: 0, max: 0 }));
});

it('TopRows keeps the largest, ties in order, and no row that did not change', () => {
  const top = new TopRows(3);
  for (const [id, change] of [['a', 0.1], ['b', 0.5], ['c', 0], ['d', 0.5], ['e', 0.2], ['f', 0.05]] as const) top.add(id, change, () => `text of ${id}`);
  expect(top.result()).toEqual([{ document_id: 'b', change: 0.5, text: 'text of b' }, { document_id: 'd', change: 0.5, text: 'text of d' }, { document_id: 'e', change: 0.2, text: 'text of e' }]);
});
