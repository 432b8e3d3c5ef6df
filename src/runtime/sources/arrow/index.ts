/** Arrow IPC files and streams as rows, one record batch at a time. */
import { RecordBatchReader, type RecordBatch } from 'apache-arrow';
import type { ColumnType } from '../../../protocol/index.js';
import type { Bytes } from '../bytes.js';
import type { Position, SourceChunk } from '../index.js';
import { CHUNK_ROWS, evenEnds, rowMaker } from '../rows.js';
import { corrupt, duplicateColumn } from './failures.js';
import { readMessages, type ArrowMessage } from './messages.js';
import { columnsOf } from './values.js';

/**
 * A run that is continued reads from the beginning, where schema and dictionaries stand, and passes over batches
 * without decoding them.
 * @param shown the input's name in messages
 * @throws Failure `input-format`, `input-truncated`, `input-compression`, `input-record-batch`, `input-columns`, `input-corrupt`
 */
export async function* readArrow(shown: string, bytes: Bytes, from: Position): AsyncIterable<SourceChunk> {
  /** Schema and dictionaries: what a batch needs to be read. */
  const before: Buffer[] = [];
  let row = 0;
  for await (const message of readMessages(shown, bytes.all(from))) {
    if (message.kind !== 'batch') before.push(message.bytes);
    else if (message.rows > 0) {
      const skip = Math.min(message.rows, Math.max(0, from.row - row));
      if (skip < message.rows) yield* rowsOf(shown, decode(shown, before, message), message, row, skip);
      row += message.rows;
    }
  }
}

function decode(shown: string, before: readonly Buffer[], message: ArrowMessage): RecordBatch {
  try {
    const [batch] = [...RecordBatchReader.from(Buffer.concat([...before, message.bytes]))];
    if (batch === undefined) throw new Error('it holds no rows');
    return batch;
  } catch (error) {
    throw corrupt(shown, `record batch at byte ${message.start}`, error);
  }
}

function* rowsOf(shown: string, batch: RecordBatch, { rows, start, end }: ArrowMessage, first: number, skip: number): Generator<SourceChunk> {
  const columns = columnsOf(batch);
  const names = columns.map(({ name }) => name);
  const twice = names.find((name, i) => names.indexOf(name) !== i);
  if (twice !== undefined) throw duplicateColumn(shown, twice);
  const types = new Map<string, ColumnType>();
  for (const { name, type } of columns) if (type !== null) types.set(name, type);
  const toRow = rowMaker(names);
  const each = (end - start) / rows;
  for (let at = skip; at < rows; at += CHUNK_ROWS) {
    const stop = Math.min(rows, at + CHUNK_ROWS);
    const values = columns.map((column) => column.values(at, stop));
    yield {
      rows: Array.from({ length: stop - at }, (_, k) => toRow((column) => (values[column] as ArrayLike<unknown>)[k])),
      ends: evenEnds(first + at, stop - at, start + each * at, stop === rows ? end : Math.floor(start + each * stop)), types,
    };
  }
}
