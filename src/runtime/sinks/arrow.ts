/** Arrow IPC stream out: the journal's columns in record batches of one fixed size. */
import { BlockWriter, arrowSchema, concatColumns, sliceColumn, type Block } from '../../protocol/index.js';
import type { JournalField } from '../journal/index.js';
import type { Format } from './index.js';

/**
 * Rows per record batch. Fixed, so that the bytes do not depend on how rows came in; as many as the largest frame has,
 * so that most frames pass through uncopied.
 */
const BATCH_ROWS = 1024;

export function arrowFormat(fields: readonly JournalField[]): Format {
  const writer = new BlockWriter(arrowSchema(fields));
  let held: Block[] = [];
  let rows = 0;
  const emit = (count: number): void => {
    const [only] = held;
    if (only?.rows === count) {
      // As it is: the journal has written the same block, and its message is there.
      writer.writeBlock(only);
      held = [];
      rows = 0;
      return;
    }
    const columns = fields.map((field, i) => concatColumns(field.name, held.map((block) => block.columns[i] as Block['columns'][number])));
    writer.writeBlock({ rows: count, columns: columns.map((column) => sliceColumn(column, 0, count)) });
    held = rows > count ? [{ rows: rows - count, columns: columns.map((column) => sliceColumn(column, count, rows)) }] : [];
    rows -= count;
  };
  return {
    push(block) {
      held.push(block);
      rows += block.rows;
      while (rows >= BATCH_ROWS) emit(BATCH_ROWS);
      return writer.drain();
    },
    end() {
      if (rows > 0) emit(rows);
      writer.end();
      return writer.drain();
    },
  };
}
