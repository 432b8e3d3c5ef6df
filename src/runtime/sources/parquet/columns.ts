/** How the columns of a Parquet file become columns of rows: their types, and the parsers of their values. */
import { isUtf8 } from 'node:buffer';
import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import type { ColumnMetaData, CompressionCodec, Compressors, DecodedArray, ParquetParsers, SchemaElement, SchemaTree } from 'hyparquet';
import { compressors as pureCompressors } from 'hyparquet-compressors';
import { DEFAULT_PARSERS } from 'hyparquet/src/convert.js';
import type { readPage } from 'hyparquet/src/column.js';
import { getTreePath } from 'hyparquet/src/schema.js';
import type { ColumnType } from '../../../protocol/index.js';
import { isoTime } from '../iso-time.js';
import { notText } from './failures.js';

/** What Node brings along is faster, and stops at the size that the page declares. */
const methods: Compressors = {
  ...pureCompressors,
  GZIP: (input, length) => gunzipSync(input, { maxOutputLength: length }),
  BROTLI: (input, length) => brotliDecompressSync(input, { maxOutputLength: length }),
};
/** A page of nulls has no bytes, of which some methods know nothing. */
const compressors = Object.fromEntries(Object.entries(methods).map(([codec, decompress]) => [codec, (input: Uint8Array, length: number) => (length === 0 ? new Uint8Array(0) : decompress(input, length))])) as Compressors;

export function isKnownCodec(codec: CompressionCodec | undefined): boolean {
  return codec === 'UNCOMPRESSED' || (codec !== undefined && codec in compressors);
}

/**
 * The type of a top-level column; null where only its values tell. Lists, structs and maps are JSON, times are ISO 8601
 * texts, binary values are base64 texts, decimals are floats.
 */
export function columnType(node: SchemaTree): ColumnType | null {
  const { element, children } = node;
  if (children.length > 0 || element.repetition_type === 'REPEATED') return { kind: 'json' };
  const { type, converted_type: converted, logical_type: logical } = classic(element);
  if (converted === 'JSON' || logical?.type === 'GEOMETRY' || logical?.type === 'GEOGRAPHY' || logical?.type === 'VARIANT') return { kind: 'json' };
  if (converted === 'DECIMAL' || logical?.type === 'FLOAT16') return { kind: 'float' };
  if (isTime(classic(element))) return { kind: 'text' };
  // Numbers beyond 2^63 have no place among whole numbers.
  if (converted === 'UINT_64') return null;
  switch (type) {
    case 'BOOLEAN': return { kind: 'bool' };
    case 'INT32':
    case 'INT64': return logical?.type === 'NULL' ? { kind: 'null' } : { kind: 'int' };
    case 'FLOAT':
    case 'DOUBLE': return { kind: 'float' };
    default: return { kind: 'text' };
  }
}

function isTime({ type, converted_type: converted, logical_type: logical }: SchemaElement): boolean {
  return type === 'INT96' || converted === 'DATE' || converted === 'TIMESTAMP_MILLIS' || converted === 'TIMESTAMP_MICROS' || logical?.type === 'TIMESTAMP';
}

/** Newer writers may name a type in the new way only, and its values are converted by the old one. */
function classic(element: SchemaElement): SchemaElement {
  const { converted_type: converted, logical_type: logical } = element;
  if (converted !== undefined || logical === undefined) return element;
  if (logical.type === 'DATE' || logical.type === 'JSON') return { ...element, converted_type: logical.type };
  return logical.type === 'DECIMAL' ? { ...element, converted_type: 'DECIMAL', scale: logical.scale, precision: logical.precision } : element;
}

export type ColumnDecoder = Parameters<typeof readPage>[2];

/** How the values of one leaf are read. */
export function decoderOf(path: string, tree: SchemaTree, chunk: ColumnMetaData): ColumnDecoder {
  const schemaPath = getTreePath(tree, chunk.path_in_schema);
  const element = classic((schemaPath.at(-1) as SchemaTree).element);
  const { converted_type: converted, logical_type: logical } = element;
  const text = converted === 'UTF8' || converted === 'ENUM' || logical?.type === 'STRING' || logical?.type === 'ENUM';
  const shown = chunk.path_in_schema.join('.');
  return {
    pathInSchema: chunk.path_in_schema, type: chunk.type, element, schemaPath, codec: chunk.codec, compressors,
    parsers: { ...DEFAULT_PARSERS, ...TIMES, stringFromBytes: text ? (bytes: Uint8Array) => textOf(bytes, path, shown) : base64 },
  };
}

/** hyparquet's own types say Date; what a parser returns is what the column holds. */
const TIMES = {
  timestampFromMilliseconds: (value: bigint) => isoTime(BigInt(value) * 1_000_000n),
  timestampFromMicroseconds: (value: bigint) => isoTime(BigInt(value) * 1000n),
  timestampFromNanoseconds: (value: bigint) => isoTime(BigInt(value)),
  dateFromDays: (days: number | null | undefined) => (days === null || days === undefined ? days : new Date(days * 86_400_000).toISOString().slice(0, 10)),
} as unknown as Partial<ParquetParsers>;

function textOf(bytes: Uint8Array, path: string, column: string): string {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (!isUtf8(buffer)) throw notText(path, column);
  return buffer.utf8Slice(0, buffer.byteLength);
}

function base64(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('base64');
}

/** Values as rows hold them: no bigint where a number is exact, and no bytes. */
export function plainValues(values: DecodedArray, nested: boolean): DecodedArray {
  if (values instanceof BigInt64Array || values instanceof BigUint64Array || (Array.isArray(values) && !nested)) return Array.from(values as ArrayLike<unknown>, plainValue);
  return nested ? (values as unknown[]).map(plainNested) : values;
}

function plainValue(value: unknown): unknown {
  if (typeof value === 'bigint') return Number.isSafeInteger(Number(value)) ? Number(value) : value;
  return value instanceof Uint8Array ? base64(value) : (value ?? null);
}

/** In JSON, whole numbers that no double holds are texts. */
function plainNested(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(plainNested);
  const plain = plainValue(value);
  if (typeof plain === 'bigint') return String(plain);
  if (typeof plain !== 'object' || plain === null) return plain;
  return Object.fromEntries(Object.entries(plain).map(([key, item]) => [key, plainNested(item)]));
}
