/**
 * The pages of one column chunk, one at a time, so that memory holds a page and not a row group. Rows of a repeated
 * column may go on in the next page; the last row of a page is kept until it is known to be complete.
 */
import type { FileHandle } from 'node:fs/promises';
import { crc32 } from 'node:zlib';
import type { ColumnMetaData, DecodedArray, PageHeader } from 'hyparquet';
import { parquetHeader, readPage } from 'hyparquet/src/column.js';
import { convert } from 'hyparquet/src/convert.js';
import { isFlatColumn } from 'hyparquet/src/schema.js';
import type { ColumnDecoder } from './columns.js';
import { badChecksum, endsInPage, gigantic } from './failures.js';
import { plainPage } from './plain-page.js';

/** A page header is small, unless it holds long texts as statistics. */
const HEADER_BYTES = 8 * 1024;
const MAX_HEADER_BYTES = 16 * 1024 * 1024;
/** Pages are meant to have about 1 MiB; a larger one than this would fill the memory. */
const MAX_PAGE_BYTES = 1024 * 1024 * 1024;

/**
 * Values of complete rows, page by page.
 * @param skip rows at the beginning that nobody wants; as many rows are left out, not one more or less
 * @throws Failure `input-truncated`, `input-corrupt`, `input-row-group`
 */
export async function* columnPages(path: string, file: FileHandle, chunk: ColumnMetaData, decoder: ColumnDecoder, skip: number): AsyncGenerator<DecodedArray> {
  const flat = isFlatColumn(decoder.schemaPath);
  const name = decoder.pathInSchema.join('.');
  const plainly: ColumnDecoder = { ...decoder, codec: 'UNCOMPRESSED' };
  let dictionary: DecodedArray | undefined;
  let held: DecodedArray | undefined;
  let left = skip;
  const emit = function* (rows: DecodedArray): Generator<DecodedArray> {
    const start = Math.min(left, rows.length);
    left -= start;
    if (start < rows.length) yield start === 0 ? rows : rows.slice(start);
  };
  const begin = Number(chunk.dictionary_page_offset ?? 0) > 0 ? Math.min(Number(chunk.dictionary_page_offset), Number(chunk.data_page_offset)) : Number(chunk.data_page_offset);
  const end = begin + Number(chunk.total_compressed_size);
  for (let at = begin; at < end; ) {
    const { header: stored, bytes } = await readHeader(path, file, at, end, name);
    const { compressed_page_size: size, uncompressed_page_size: plain } = stored;
    at += bytes;
    if (size < 0 || at + size > end) throw endsInPage(path, name);
    if (Math.max(size, plain) > MAX_PAGE_BYTES) throw gigantic(path, name, Math.max(size, plain), MAX_PAGE_BYTES);
    const body = await readBytes(path, file, at, size, name);
    at += size;
    if (stored.crc !== undefined && crc32(body) !== stored.crc >>> 0) throw badChecksum(path, name);
    if (stored.type === 'INDEX_PAGE') continue;
    const { header, bytes: content } = plainPage(stored, body, decoder);
    const reader = { view: new DataView(content.buffer, content.byteOffset, content.byteLength), offset: 0 };
    if (header.type === 'DICTIONARY_PAGE') {
      const { data } = readPage(reader, header, plainly, undefined, undefined, 0);
      dictionary = data && convert(data, decoder);
      continue;
    }
    if ((header.data_page_header ?? header.data_page_header_v2)?.num_values === 0) continue;
    if (flat) {
      const page = readPage(reader, header, plainly, dictionary, undefined, left);
      if (page.data === undefined) left -= page.skipped;
      else yield* emit(page.data);
      continue;
    }
    const rows = readPage(reader, header, plainly, dictionary, held, 0).data as unknown[];
    held = rows.splice(rows.length - 1);
    yield* emit(rows);
  }
  if (held !== undefined) yield* emit(held);
}

async function readHeader(path: string, file: FileHandle, at: number, end: number, name: string): Promise<{ header: PageHeader; bytes: number }> {
  for (let size = HEADER_BYTES; ; size *= 8) {
    const bytes = await readBytes(path, file, at, Math.min(size, end - at), name);
    const reader = { view: new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength), offset: 0 };
    try {
      return { header: parquetHeader(reader), bytes: reader.offset };
    } catch (error) {
      // Cut short: the header is longer than what was looked at.
      if (!(error instanceof RangeError) || size >= end - at || size >= MAX_HEADER_BYTES) throw error;
    }
  }
}

/** Bytes in a buffer of their own, behind which a reader that goes too far finds nothing. */
async function readBytes(path: string, file: FileHandle, at: number, size: number, name: string): Promise<Buffer> {
  const buffer = Buffer.allocUnsafeSlow(size);
  for (let filled = 0; filled < size; ) {
    const { bytesRead } = await file.read(buffer, filled, size - filled, at + filled);
    if (bytesRead === 0) throw endsInPage(path, name);
    filled += bytesRead;
  }
  return buffer;
}
