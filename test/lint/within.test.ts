import { expect, it } from 'vitest';
import { within } from '../../src/lint/within.js';

it('gives what the work gives', () => {
  expect(within(5_000, () => [1])).toEqual({ value: [1] });
  expect(within(5_000, () => undefined)).toEqual({ value: undefined });
});

it('stops work that does not end', () => {
  expect(within(50, () => { for (;;); })).toBeNull();
  expect(within(5_000, () => 'next')).toEqual({ value: 'next' });
});

it('throws what the work throws, an overflow as one of this realm', () => {
  const deep = (): number => deep() + 1;
  expect(() => within(5_000, deep)).toThrow(RangeError);
  expect(() => within(5_000, () => { throw new TypeError('no'); })).toThrow(TypeError);
});
