/** Arrow IPC files and streams as rows, one record batch at a time. */
import { open } from 'node:fs/promises';
import { Message, RecordBatchReader, type RecordBatch } from 'apache-arrow';
import { Failure } from '../../../errors/index.js';
import type { ColumnType } from '../../../protocol/index.js';
import type { Bytes } from '../bytes.js';
import type { Position, SourceChunk } from '../index.js';
import { CHUNK_ROWS, sharedEnds, rowMaker } from '../rows.js';
import { corrupt, duplicateColumn, truncated } from './failures.js';
import { MAGIC, framed, readMessages, type ArrowMessage } from './messages.js';
import { columnsOf } from './values.js';

/**
 * A run that is continued reads from the beginning, where schema and dictionaries stand, and passes over batches
 * without decoding them.
 * @param shown the input's name in messages
 * @throws Failure `input-format`, `input-truncated`, `input-compression`, `input-record-batch`, `input-columns`, `input-corrupt`
 */
export async function* readArrow(shown: string, bytes: Bytes, from: Position): AsyncIterable<SourceChunk> {
  try {
    yield* readBatches(shown, bytes, from);
  } catch (error) {
    throw error instanceof Failure ? error : corrupt(shown, 'its record batches', error);
  }
}

async function* readBatches(shown: string, bytes: Bytes, from: Position): AsyncIterable<SourceChunk> {
  /** Schema and dictionaries: what a batch needs to be read. */
  const before: Buffer[] = [];
  let row = 0;
  for await (const message of readMessages(shown, bytes.all(from))) {
    if (before.length === 0 && message.kind !== 'schema') before.push(await schemaOf(shown, bytes));
    if (message.kind !== 'batch') before.push(message.bytes);
    else if (message.rows > 0) {
      const skip = Math.min(message.rows, Math.max(0, from.row - row));
      if (skip < message.rows) yield* rowsOf(shown, decode(shown, before, message), message, row, skip);
      row += message.rows;
    }
  }
}

/** Some writers of files leave the schema out at the beginning, since it stands at the end, too. */
async function schemaOf(shown: string, { path }: Bytes): Promise<Buffer> {
  if (path === undefined) throw corrupt(shown, 'its beginning', new Error('it has no schema'));
  const file = await open(path, 'r');
  try {
    const { size } = await file.stat();
    const end = Buffer.alloc(MAGIC.length);
    await file.read(end, 0, end.byteLength, size - end.byteLength);
    if (end.toString('latin1') !== MAGIC) throw truncated(shown, 'its record batches');
    // The library reads open files, and says so in types of another version of Node.
    const reader = (await RecordBatchReader.from(file as unknown as Uint8Array)) as RecordBatchReader;
    const { schema } = await reader.open();
    return framed(Buffer.from(Message.encode(Message.from(schema))), Buffer.alloc(0));
  } catch (error) {
    throw error instanceof Failure ? error : corrupt(shown, 'its table of contents', error);
  } finally {
    await file.close();
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
  for (let at = skip; at < rows; at += CHUNK_ROWS) {
    const stop = Math.min(rows, at + CHUNK_ROWS);
    const values = columns.map((column) => column.values(at, stop));
    yield {
      rows: Array.from({ length: stop - at }, (_, k) => toRow((column) => (values[column] as ArrayLike<unknown>)[k])),
      ends: sharedEnds({ first, rows, start, end }, at, stop), types,
    };
  }
}
