/** Reading a journal: its blocks in order, in one schema. */
import { createReadStream, existsSync, statSync } from 'node:fs';
import { RecordBatchReader } from 'apache-arrow';
import { Failure } from '../../errors/index.js';
import { fromRecordBatch, type Block } from '../../protocol/index.js';
import { segmentPath, type Commit } from './commits.js';
import { conformColumn, type JournalField } from './schema.js';

export type JournalContent = Pick<Commit, 'segments' | 'fields'>;

/** All committed blocks, each with the columns of the final schema (or those named), in order. @throws Failure `run-damaged` for a file that is gone or short */
export async function* readBlocks(folder: string, content: JournalContent, only?: readonly string[]): AsyncIterable<Block> {
  const fields: JournalField[] = only === undefined ? content.fields : content.fields.filter((field) => only.includes(field.name));
  for (const [index, bytes] of content.segments.entries()) {
    if (bytes === 0) continue;
    const path = segmentPath(folder, index);
    // To the reader of Arrow, a file that is gone is one without rows.
    if (!existsSync(path) || statSync(path).size < bytes) {
      throw new Failure({ code: 'run-damaged', message: `${path} is gone, or shorter than what the run wrote.`, why: 'The results of the run lie in it.', next: 'Run the plugin on the rows again.' });
    }
    const reader = await RecordBatchReader.from(createReadStream(path, { end: bytes - 1, highWaterMark: 1024 * 1024 }));
    for await (const batch of reader) {
      const columns = new Map(fromRecordBatch(batch).map((column) => [column.name, column]));
      yield { rows: batch.numRows, columns: fields.map((field) => conformColumn(columns.get(field.name), field, batch.numRows)) };
    }
  }
}
