/** Reading a journal: its blocks in order, in one schema. */
import { createReadStream } from 'node:fs';
import { RecordBatchReader } from 'apache-arrow';
import { fromRecordBatch, type Block } from '../../protocol/index.js';
import { segmentPath, type Commit } from './commits.js';
import { conformColumn, type JournalField } from './schema.js';

export type JournalContent = Pick<Commit, 'segments' | 'fields'>;

/** All committed blocks, each with the columns of the final schema (or those named), in order. */
export async function* readBlocks(folder: string, content: JournalContent, only?: readonly string[]): AsyncIterable<Block> {
  const fields: JournalField[] = only === undefined ? content.fields : content.fields.filter((field) => only.includes(field.name));
  for (const [index, bytes] of content.segments.entries()) {
    if (bytes === 0) continue;
    const reader = await RecordBatchReader.from(createReadStream(segmentPath(folder, index), { end: bytes - 1, highWaterMark: 1024 * 1024 }));
    for await (const batch of reader) {
      const columns = new Map(fromRecordBatch(batch).map((column) => [column.name, column]));
      yield { rows: batch.numRows, columns: fields.map((field) => conformColumn(columns.get(field.name), field, batch.numRows)) };
    }
  }
}
