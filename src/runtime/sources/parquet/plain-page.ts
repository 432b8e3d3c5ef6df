/**
 * A page decompressed and looked through before it is decoded. The decoder trusts the lengths of runs; in a damaged
 * file, one of them could fill the memory.
 */
import type { PageHeader } from 'hyparquet';
import { decompressPage } from 'hyparquet/src/datapage.js';
import { getMaxDefinitionLevel, getMaxRepetitionLevel } from 'hyparquet/src/schema.js';
import { readVarInt } from 'hyparquet/src/thrift.js';
import type { ColumnDecoder } from './columns.js';

/** Writers make pages of thousands of values, or some millions where all are null. */
const MAX_VALUES = 64 * 1024 * 1024;

export interface PlainPage {
  header: PageHeader;
  /** Levels and values, not compressed. */
  bytes: Uint8Array;
}

/** @throws Error when sizes or runs do not fit the page */
export function plainPage(header: PageHeader, body: Uint8Array, decoder: ColumnDecoder): PlainPage {
  const { data_page_header: v1, data_page_header_v2: v2, dictionary_page_header: dictionary } = header;
  const values = (v1 ?? v2 ?? dictionary)?.num_values ?? 0;
  if (values < 0 || values > MAX_VALUES) throw new Error(`a page claims to hold ${values} values`);
  const levels = v2 === undefined ? 0 : v2.repetition_levels_byte_length + v2.definition_levels_byte_length;
  if (levels < 0 || levels > body.byteLength) throw new Error('the levels of a page are longer than the page');
  const compressed = v2?.is_compressed !== false && decoder.codec !== 'UNCOMPRESSED';
  const content = compressed ? decompressPage(body.subarray(levels), header.uncompressed_page_size - levels, decoder.codec, decoder.compressors) : body.subarray(levels);
  const bytes = compressed ? Buffer.concat([body.subarray(0, levels), content]) : body;
  if (v1 !== undefined || v2 !== undefined) checkRuns(header, bytes, decoder, values);
  return { header: { ...header, compressed_page_size: bytes.byteLength, uncompressed_page_size: bytes.byteLength, ...(v2 !== undefined && { data_page_header_v2: { ...v2, is_compressed: false } }) }, bytes };
}

function checkRuns({ data_page_header: v1, data_page_header_v2: v2 }: PageHeader, bytes: Uint8Array, decoder: ColumnDecoder, values: number): void {
  const reader = { view: new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength), offset: 0 };
  const widths = [getMaxRepetitionLevel(decoder.schemaPath), getMaxDefinitionLevel(decoder.schemaPath)].map((level) => 32 - Math.clz32(level));
  const lengths = v2 === undefined ? [undefined, undefined] : [v2.repetition_levels_byte_length, v2.definition_levels_byte_length];
  for (const [i, width] of widths.entries()) {
    const length = width === 0 ? (lengths[i] ?? 0) : (lengths[i] ?? prefix(reader));
    const end = reader.offset + length;
    if (width > 0) checkRun(reader, end, width, values);
    reader.offset = end;
  }
  const encoding = (v1 ?? v2)?.encoding;
  if (encoding === 'RLE') checkRun(reader, prefix(reader) + reader.offset, 1, values);
  else if ((encoding === 'RLE_DICTIONARY' || encoding === 'PLAIN_DICTIONARY') && reader.offset < bytes.byteLength) checkRun(reader, bytes.byteLength, reader.view.getUint8(reader.offset++), values);
}

function prefix(reader: { view: DataView; offset: number }): number {
  reader.offset += 4;
  return reader.view.getUint32(reader.offset - 4, true);
}

/** Runs of one value, and groups of eight that are packed into bits, of which the last may be longer than needed. */
function checkRun(reader: { view: DataView; offset: number }, end: number, width: number, values: number): void {
  for (let seen = 0; seen < values && reader.offset < end; ) {
    const header = readVarInt(reader);
    const count = header >>> 1;
    if ((header & 1) === 1) {
      seen += count * 8;
      reader.offset += count * width;
    } else {
      seen += count;
      reader.offset += (width + 7) >> 3;
      if (seen > values) throw new Error(`a run of ${count} values is longer than its page`);
    }
  }
}
