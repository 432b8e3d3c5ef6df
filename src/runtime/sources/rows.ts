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

/** Rows that share bytes: a record batch, or a row group. */
export interface Shared {
  /** Number of its first row in the input. */
  first: number;
  rows: number;
  /** Where its bytes begin and end. */
  start: number;
  end: number;
}

/** Positions after each row from `at` to `stop` of a group, whose bytes are shared out evenly. */
export function sharedEnds({ first, rows, start, end }: Shared, at: number, stop: number): Position[] {
  return Array.from({ length: stop - at }, (_, i) => ({ row: first + at + i + 1, byte: start + Math.floor(((end - start) * (at + i + 1)) / rows), line: 0 }));
}
