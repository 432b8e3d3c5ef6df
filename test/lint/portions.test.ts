import { expect, it } from 'vitest';
import { Portions } from '../../src/lint/portions.js';

const texts = (...sizes: number[]) => sizes.map((size) => ({ text: 'x'.repeat(size) }));

function all(portions: Portions): number[][] {
  const taken: number[][] = [];
  for (let portion = portions.take(); portion; portion = portions.take()) taken.push(portion);
  return taken;
}

it('hands out every file once, the largest first', () => {
  expect(all(new Portions(texts(10, 300_000, 20), 1))).toEqual([[1], [2, 0]]);
  expect(all(new Portions(texts(10, 30_000, 20), 1))).toEqual([[1, 2, 0]]);
  expect(all(new Portions([], 3))).toEqual([]);
  expect(all(new Portions(texts(0, 0), 3))).toEqual([[1, 0]]);
});

it('hands out small portions at the end, and never too small ones', () => {
  const sizes = all(new Portions(texts(...Array<number>(400).fill(4096)), 3)).map(({ length }) => length);
  expect(sizes[0]).toBe(64);
  expect(sizes.at(-2)).toBe(4);
  expect(sizes).toEqual(sizes.toSorted((a, b) => b - a));
  expect(sizes.reduce((sum, size) => sum + size)).toBe(400);
});
