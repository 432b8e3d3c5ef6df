/** Parquet files as rows. Read page by page, so memory does not grow with the file, nor with its row groups. */
import { open, type FileHandle } from 'node:fs/promises';
import { parquetMetadataAsync, parquetSchema, type DecodedArray, type FileMetaData, type RowGroup, type SchemaTree } from 'hyparquet';
import { assembleNested } from 'hyparquet/src/assemble.js';
import { DEFAULT_PARSERS } from 'hyparquet/src/convert.js';
import { Failure } from '../../../errors/index.js';
import type { ColumnType } from '../../../protocol/index.js';
import type { Position, SourceChunk } from '../index.js';
import { CHUNK_ROWS, rowMaker, sharedEnds, type Shared } from '../rows.js';
import { columnType, decoderOf, isKnownCodec, plainValues } from './columns.js';
import { compression, corrupt, encrypted, noParquet, splitFile, truncated } from './failures.js';
import { columnPages } from './pages.js';

export interface ParquetFile {
  rows: number;
  read(from: Position): AsyncIterable<SourceChunk>;
}

/** Reads the table of contents. @throws Failure `input-format`, `input-truncated`, `input-encrypted`, `input-compression`, `input-corrupt` */
export async function openParquet(path: string): Promise<ParquetFile> {
  const file = await open(path, 'r');
  try {
    const metadata = await readMetadata(path, file);
    checkColumns(path, metadata);
    return { rows: Number(metadata.num_rows), read: (from) => readRows(path, metadata, from) };
  } finally {
    await file.close();
  }
}

async function readMetadata(path: string, file: FileHandle): Promise<FileMetaData> {
  const { size } = await file.stat();
  const bytes = async (start: number, end: number): Promise<Buffer> => {
    const buffer = Buffer.allocUnsafeSlow(Math.max(0, end - start));
    await file.read(buffer, 0, buffer.byteLength, start);
    return buffer;
  };
  const magic = (await bytes(0, Math.min(4, size))).toString('latin1');
  if (magic === 'PARE') throw encrypted(path, 'its table of contents too');
  if (magic !== 'PAR1') throw noParquet(path);
  if (size < 12 || (await bytes(size - 4, size)).toString('latin1') !== 'PAR1') throw truncated(path);
  try {
    const metadata = await parquetMetadataAsync({ byteLength: size, slice: async (start, end) => (await bytes(start, end ?? size)).buffer as ArrayBuffer }, { geoparquet: false });
    // A damaged schema shows when it is put together.
    parquetSchema(metadata);
    return metadata;
  } catch (error) {
    throw corrupt(path, 'its table of contents', error);
  }
}

function checkColumns(path: string, metadata: FileMetaData): void {
  for (const { columns } of metadata.row_groups) {
    for (const column of columns) {
      const { meta_data: chunk } = column;
      if (chunk === undefined || column.encrypted_column_metadata !== undefined) throw encrypted(path, chunk === undefined ? 'some of its columns' : `the column "${chunk.path_in_schema.join('.')}"`);
      const name = chunk.path_in_schema.join('.');
      if (column.file_path !== undefined) throw splitFile(path, name);
      if (!isKnownCodec(chunk.codec)) throw compression(path, name, chunk.codec ?? 'an unknown method');
    }
  }
}

async function* readRows(path: string, metadata: FileMetaData, from: Position): AsyncIterable<SourceChunk> {
  const tree = parquetSchema(metadata);
  const types = new Map<string, ColumnType>();
  for (const node of tree.children) {
    const type = columnType(node);
    if (type !== null) types.set(node.element.name, type);
  }
  const file = await open(path, 'r');
  try {
    let first = 0;
    let bytes = 0;
    for (const [number, group] of metadata.row_groups.entries()) {
      const rows = Number(group.num_rows);
      const size = Number(group.total_byte_size);
      if (first + rows > from.row) {
        const skip = Math.max(0, from.row - first);
        try {
          yield* readGroup(path, file, tree, group, { first, rows, start: bytes, end: bytes + size }, skip, types);
        } catch (error) {
          throw error instanceof Failure ? error : corrupt(path, `row group ${number + 1} of ${metadata.row_groups.length}`, error);
        }
      }
      first += rows;
      bytes += size;
    }
  } finally {
    await file.close();
  }
}

async function* readGroup(path: string, file: FileHandle, tree: SchemaTree, group: RowGroup, shared: Shared, skip: number, types: SourceChunk['types'] & object): AsyncIterable<SourceChunk> {
  const leaves = new Map<string, Cursor>();
  for (const { meta_data: chunk } of group.columns) {
    if (chunk !== undefined) leaves.set(chunk.path_in_schema.join('.'), new Cursor(columnPages(path, file, chunk, decoderOf(path, tree, chunk), skip)));
  }
  const columns = tree.children.map((node) => ({ node, leaves: [...leaves].filter(([name]) => name === node.path.join('.') || name.startsWith(`${node.path.join('.')}.`)) }));
  const toRow = rowMaker(columns.map(({ node }) => node.element.name));
  for (let at = skip; at < shared.rows; at += CHUNK_ROWS) {
    const stop = Math.min(shared.rows, at + CHUNK_ROWS);
    const values: DecodedArray[] = [];
    for (const { node, leaves: parts } of columns) {
      const taken = new Map<string, DecodedArray>();
      for (const [name, cursor] of parts) taken.set(name, await cursor.take(stop - at, name));
      values.push(assemble(node, taken));
    }
    yield {
      rows: Array.from({ length: stop - at }, (_, row) => toRow((column) => (values[column] as ArrayLike<unknown>)[row] ?? null)),
      ends: sharedEnds(shared, at, stop), types,
    };
  }
}

/** One top-level column out of its leaves. */
function assemble(node: SchemaTree, leaves: Map<string, DecodedArray>): DecodedArray {
  const name = node.path.join('.');
  if (node.children.length > 0) assembleNested(leaves, node, DEFAULT_PARSERS);
  const values = leaves.get(name);
  if (values === undefined) throw new Error(`the column "${name}" has no values`);
  return plainValues(values, node.children.length > 0 || node.element.repetition_type === 'REPEATED');
}

/** Rows of one leaf, as many at a time as are asked for. */
class Cursor {
  private page: DecodedArray = [];
  private at = 0;

  constructor(private readonly pages: AsyncGenerator<DecodedArray>) {}

  async take(count: number, name: string): Promise<DecodedArray> {
    const parts: DecodedArray[] = [];
    for (let left = count; left > 0; ) {
      if (this.at === this.page.length) {
        const next = await this.pages.next();
        if (next.done === true) throw new Error(`the column "${name}" has fewer rows than the others`);
        this.page = next.value;
        this.at = 0;
        continue;
      }
      const part = this.page.slice(this.at, this.at + left);
      parts.push(part);
      this.at += part.length;
      left -= part.length;
    }
    const [first] = parts;
    return parts.length === 1 && first !== undefined ? first : parts.flatMap((part) => Array.from(part as ArrayLike<unknown>));
  }
}
