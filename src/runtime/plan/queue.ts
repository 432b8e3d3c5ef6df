/** Rows that wait for their frame. Frames are cut off at the front, in whole batches. */
import type { Position, RawRow } from '../sources/index.js';

/** A frame does not wait for more rows when those it has take this much of the input. */
const FRAME_BYTES = 32 * 1024 * 1024;

/** Consecutive rows of the input. */
export interface Cut {
  rows: RawRow[];
  /** What makes a row unusable; null where nothing does. */
  problems: (string | null)[];
  /** Number of the first row in the input. */
  first: number;
  /** Where the input stands after the last one. */
  end: Position;
}

export class RowQueue {
  private rows: RawRow[] = [];
  private problems: (string | null)[] = [];
  private ends: Position[] = [];
  /** Number of the first waiting row in the input. */
  private first: number;
  /** Bytes of the input before the first waiting row. */
  private taken: number;

  constructor(
    private readonly batchSize: number,
    private readonly from: Position,
  ) {
    this.first = from.row;
    this.taken = from.byte;
  }

  /** Rows that wait. */
  get length(): number {
    return this.rows.length;
  }

  /** Of these, the rows in whole batches. */
  get whole(): number {
    return Math.floor(this.rows.length / this.batchSize) * this.batchSize;
  }

  /** Rows that were cut off so far. */
  get passed(): number {
    return this.first - this.from.row;
  }

  /** Number in the input of the row that comes next, behind all that wait. */
  get next(): number {
    return this.first + this.rows.length;
  }

  /** Whether what waits is enough for a frame by its size, however few rows that are. */
  get isHeavy(): boolean {
    return this.rows.length >= this.batchSize && this.bytes(this.rows.length) >= FRAME_BYTES;
  }

  add(rows: readonly RawRow[], ends: readonly Position[], problemOf: (row: RawRow) => string | null): void {
    this.rows.push(...rows);
    this.ends.push(...ends);
    for (const row of rows) this.problems.push(problemOf(row));
  }

  /** Cuts off whole batches, `most` rows at most, and ends where bytes or an unusable row say so. At least one row waits. */
  cut(most: number): Cut {
    const count = this.fitting(most);
    const end = this.ends[count - 1] as Position;
    const cut = { rows: this.rows.slice(0, count), problems: this.problems.slice(0, count), first: this.first, end };
    this.rows = this.rows.slice(count);
    this.problems = this.problems.slice(count);
    this.ends = this.ends.slice(count);
    this.first += count;
    this.taken = end.byte;
    return cut;
  }

  private fitting(most: number): number {
    let count = 0;
    while (count < most) {
      const start = count;
      count = Math.min(most, count + this.batchSize);
      if (this.bytes(count) >= FRAME_BYTES || this.problems.slice(start, count).some((problem) => problem !== null)) break;
    }
    return count;
  }

  private bytes(count: number): number {
    return (this.ends[count - 1] as Position).byte - this.taken;
  }
}
