/** Rows out of columns. */
import type { Position, RawRow } from './index.js';

/** Rows that a source gives at a time: as many as the largest frame has. */
export const CHUNK_ROWS = 1024;

/** Makes rows of these columns. Columns may have any name, also those that every object inherits. */
export function rowMaker(names: readonly string[]): (valueAt: (column: number) => unknown) => RawRow {
  const plain = !names.includes('__proto__');
  return (valueAt) => {
    const row: RawRow = {};
    for (let i = 0; i < names.length; i++) {
      const name = names[i] as string;
      if (plain) row[name] = valueAt(i);
      else Object.defineProperty(row, name, { value: valueAt(i), enumerable: true, writable: true, configurable: true });
    }
    return row;
  };
}

/** Positions after each of `count` rows, for a format whose rows have no bytes of their own: those between two places are shared out evenly. */
export function evenEnds(first: number, count: number, startByte: number, endByte: number): Position[] {
  const each = (endByte - startByte) / count;
  return Array.from({ length: count }, (_, i) => ({ row: first + i + 1, byte: i === count - 1 ? endByte : Math.floor(startByte + each * (i + 1)), line: 0 }));
}
