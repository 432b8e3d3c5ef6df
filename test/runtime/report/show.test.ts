import { expect, it } from 'vitest';
import { showValues } from '../../../src/runtime/report/show.js';

const rows = [{ id: 'doc_1', a_long_name: 'word '.repeat(60), vector: Float32Array.of(3, 4, 0, 0, 0), list: [1, 2], none: null }, null];

it.each([60, 80, 200])('no line is longer than the terminal of %i characters', (width) => {
  const lines = showValues(rows, width).split('\n');
  const long = lines.find((line) => line.includes('a_long_name')) as string;
  expect(long).toHaveLength(width);
  expect(long.endsWith('…')).toBe(true);
});

it('shows vectors by size, norm and first values, and says which row failed', () => {
  expect(showValues(rows, 100).split('\n').filter((line) => !line.includes('a_long_name'))).toEqual([
    'row 1', '  id           "doc_1"', '  vector       vector [5]  norm 5.0000  3.0000 4.0000 0.0000 0.0000 …', '  list         [1,2]', '  none         null', '', 'row 2  failed',
  ]);
});
