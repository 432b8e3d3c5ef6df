import { expect, it } from 'vitest';
import { RepeatedIds } from '../../src/runtime/repeated-ids.js';

function seen(ids: readonly string[], remembered?: number): RepeatedIds {
  const repeated = new RepeatedIds(remembered);
  const half = ids.length >> 1;
  repeated.see(ids.slice(0, half), ids.slice(0, half).map((_, i) => i));
  repeated.see(ids.slice(half), ids.slice(half).map((_, i) => half + i));
  return repeated;
}
const numbered = (count: number): string[] => Array.from({ length: count }, (_, i) => `doc_${i}`);

it.each<[string, readonly string[], number, number | null]>([
  ['none', ['a', 'b', 'c', 'd'], 0, null],
  ['no rows', [], 0, null],
  ['one row twice', ['a', 'b', 'c', 'a'], 1, 4],
  ['a row three times', ['a', 'a', 'b', 'a'], 2, 2],
  ['ids that differ in letter case, order or a space', ['ab', 'ba', 'Ab', 'ab ', '', ' '], 0, null],
  ['many, half of them twice', [...numbered(100_000), ...numbered(50_000)], 50_000, 100_001],
])('%s', (_name, ids, rows, first) => {
  const repeated = seen(ids);
  expect([repeated.rows, repeated.first?.row ?? null, repeated.atLeast]).toEqual([rows, first, false]);
});

it('says "at least" when there are more ids than are remembered, and still knows the first ones', () => {
  expect(seen(numbered(64), 64)).toMatchObject({ rows: 0, atLeast: false });
  expect(seen([...numbered(65), 'doc_64', 'doc_3'], 64)).toMatchObject({ rows: 1, atLeast: true, first: { row: 67, id: 'doc_3' } });
});
