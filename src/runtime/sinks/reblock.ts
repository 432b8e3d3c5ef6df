/** Blocks cut anew, so that where one ends depends on the rows alone and not on how they came in. */
import { concatColumns, sliceColumn, type Block, type TextColumn, type WireColumn } from '../../protocol/index.js';
import type { JournalField } from '../journal/index.js';

export interface BlockSize {
  rows: number;
  /** A block is complete with the row that brings it to this size, bytes of texts and vectors. */
  bytes: number;
}

export class Reblocker {
  private held: Block[] = [];
  private rows = 0;
  private bytes = 0;

  constructor(
    private readonly fields: readonly JournalField[],
    private readonly size: BlockSize,
  ) {}

  /** The blocks that are complete with these rows. */
  *push(block: Block): Generator<Block> {
    const sized = block.columns.filter((column): column is TextColumn => 'offsets' in column);
    const fixed = block.columns.reduce((sum, column) => sum + rowBytes(column), 0);
    let start = 0;
    for (let row = 0; row < block.rows; row++) {
      this.rows++;
      this.bytes += fixed;
      for (const { offsets } of sized) this.bytes += (offsets[row + 1] as number) - (offsets[row] as number);
      if (this.rows < this.size.rows && this.bytes < this.size.bytes) continue;
      this.hold(block, start, row + 1);
      yield this.take();
      start = row + 1;
    }
    if (start < block.rows) this.hold(block, start, block.rows);
  }

  /** What is left, null when there is nothing. */
  rest(): Block | null {
    return this.rows === 0 ? null : this.take();
  }

  private hold(block: Block, start: number, end: number): void {
    this.held.push({ rows: end - start, columns: block.columns.map((column) => sliceColumn(column, start, end)) });
  }

  private take(): Block {
    const { held, rows } = this;
    this.held = [];
    this.rows = 0;
    this.bytes = 0;
    return { rows, columns: this.fields.map(({ name }, i) => concatColumns(name, held.map((block) => block.columns[i] as WireColumn))) };
  }
}

function rowBytes({ type }: WireColumn): number {
  return type.kind === 'vector' ? type.dim * 4 : 8;
}
