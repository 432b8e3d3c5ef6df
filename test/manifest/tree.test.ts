import { expect, it } from 'vitest';
import { formatPath, show } from '../../src/manifest/tree.js';

it.each<[unknown, string]>([
  ['a', `'a'`], ['a\nb', `'a\\u000ab'`], ['\u001b[31m', `'\\u001b[31m'`], ['\u2028', `'\\u2028'`], ['x'.repeat(100), `'${'x'.repeat(57)}...'`],
  [1, '1'], [Number.NaN, 'NaN'], [null, 'null'], [undefined, 'undefined'], [[], '[]'], [[1], 'a list'], [{}, 'an object'], [() => 1, 'a function'], [2n, '2'],
])('shows value %# as %s', (value, expected) => expect(show(value)).toBe(expected));

it('writes paths as they are written in code', () => {
  expect(formatPath(['features', 0, 'embedding_dim'])).toBe('features[0].embedding_dim');
  expect(formatPath(['input_mappings', 'a b', 'c'])).toBe(`input_mappings['a b'].c`);
  expect(formatPath([])).toBe('');
});
