/**
 * One column's rows as one Parquet data page (version 2, PLAIN, uncompressed). Floats are handed on as they lie in
 * memory; what is computed are the levels, which for a column without nulls are a few bytes.
 */
import { ByteWriter } from 'hyparquet-writer/src/bytewriter.js';
import { writePageHeader } from 'hyparquet-writer/src/datapage.js';
import { isValid, setBit, type TextColumn, type WireColumn } from '../../../protocol/index.js';

export interface Page {
  chunks: Uint8Array[];
  /** Header included. */
  bytes: number;
  /** Entries of the levels: list items, and one for each null. */
  values: number;
  nulls: number;
}

export function encodePage(column: WireColumn): Page {
  const levels = new ByteWriter(256);
  const { repetitionBytes, values } = writeLevels(levels, column);
  const data = plain(column);
  const dataBytes = data.reduce((sum, chunk) => sum + chunk.byteLength, 0);
  const size = levels.offset + dataBytes;
  const header = new ByteWriter(64);
  writePageHeader(header, {
    type: 'DATA_PAGE_V2',
    uncompressed_page_size: size,
    compressed_page_size: size,
    data_page_header_v2: {
      num_values: values, num_nulls: column.nulls, num_rows: column.length, encoding: 'PLAIN',
      definition_levels_byte_length: levels.offset - repetitionBytes, repetition_levels_byte_length: repetitionBytes, is_compressed: false,
    },
  });
  return { chunks: [header.getBytes(), levels.getBytes(), ...data], bytes: header.offset + size, values, nulls: column.nulls };
}

/** Repetition levels, then definition levels, both in the RLE and bit-packing hybrid. */
function writeLevels(out: ByteWriter, column: WireColumn): { repetitionBytes: number; values: number } {
  const { length, nulls, validity } = column;
  if (column.type.kind === 'vector') return writeListLevels(out, column, column.type.dim);
  if (nulls === length) run(out, length, 0);
  else if (validity === null || nulls === 0) run(out, length, 1);
  else {
    // Bits of a bitmap and bit-packed levels of width one are the same thing.
    const groups = (length + 7) >> 3;
    out.appendVarInt((groups << 1) | 1);
    out.appendBytes(masked(validity, length));
  }
  return { repetitionBytes: 0, values: length };
}

/** Each list begins with a 0, and its further items with a 1. Definition level 2 is an item, 0 a list that is null. */
function writeListLevels(out: ByteWriter, { length, validity, nulls }: WireColumn, dim: number): { repetitionBytes: number; values: number } {
  const valid = (row: number): boolean => nulls === 0 || isValid(validity, row);
  for (let row = 0; row < length; row++) {
    run(out, 1, 0);
    if (dim > 1 && valid(row)) run(out, dim - 1, 1);
  }
  const repetitionBytes = out.offset;
  for (let row = 0; row < length; ) {
    const start = row;
    const present = valid(row);
    while (row < length && valid(row) === present) row++;
    run(out, (row - start) * (present ? dim : 1), present ? 2 : 0);
  }
  return { repetitionBytes, values: (length - nulls) * dim + nulls };
}

function run(out: ByteWriter, count: number, value: number): void {
  out.appendVarInt(count << 1);
  out.appendUint8(value);
}

/** A bitmap without anything behind its last bit: what was cut from a longer column must not show in the bytes. */
function masked(bitmap: Uint8Array, length: number): Uint8Array {
  const bytes = bitmap.slice(0, (length + 7) >> 3);
  const used = length & 7;
  if (used !== 0) bytes[bytes.length - 1] = (bytes[bytes.length - 1] as number) & ((1 << used) - 1);
  return bytes;
}

/** The values that are not null, one after the other. */
function plain(column: WireColumn): Uint8Array[] {
  switch (column.type.kind) {
    case 'null':
      return [];
    case 'bool':
      return [plainBools(column as { data: Uint8Array } & WireColumn)];
    case 'int':
    case 'float':
      return fixed(column, (column as { data: BigInt64Array | Float64Array }).data, 1);
    case 'vector':
      return fixed(column, (column as { data: Float32Array }).data, column.type.dim);
    case 'text':
    case 'json':
      return [plainTexts(column as TextColumn)];
  }
}

/** The bytes of the rows that are not null: views of whole stretches, nothing copied. */
function fixed({ length, nulls, validity }: WireColumn, data: BigInt64Array | Float64Array | Float32Array, perRow: number): Uint8Array[] {
  const view = (start: number, end: number): Uint8Array => {
    const part = data.subarray(start * perRow, end * perRow);
    return new Uint8Array(part.buffer, part.byteOffset, part.byteLength);
  };
  if (nulls === 0) return [view(0, length)];
  const chunks: Uint8Array[] = [];
  for (let row = 0; row < length; row++) {
    const start = row;
    while (row < length && isValid(validity, row)) row++;
    if (row > start) chunks.push(view(start, row));
  }
  return chunks;
}

function plainBools({ length, nulls, validity, data }: WireColumn & { data: Uint8Array }): Uint8Array {
  const bits = new Uint8Array((length - nulls + 7) >> 3);
  for (let row = 0, at = 0; row < length; row++) {
    if (!isValid(validity, row)) continue;
    if (isValid(data, row)) setBit(bits, at);
    at++;
  }
  return bits;
}

/** Each text behind its length, four bytes. */
function plainTexts({ length, nulls, validity, offsets, data }: TextColumn): Uint8Array {
  const bytes = new Uint8Array((offsets[length] as number) - (offsets[0] as number) + 4 * (length - nulls));
  const view = new DataView(bytes.buffer);
  let at = 0;
  for (let row = 0; row < length; row++) {
    if (!isValid(validity, row)) continue;
    const start = offsets[row] as number;
    const end = offsets[row + 1] as number;
    view.setInt32(at, end - start, true);
    at += 4;
    bytes.set(data.subarray(start, end), at);
    at += end - start;
  }
  return bytes.subarray(0, at);
}
