/** Columns of an Arrow record batch as columns of rows. */
import { DataType, Precision, TimeUnit, Type, type Data, type Decimal, type Field, type RecordBatch, type Timestamp, type Vector } from 'apache-arrow';
import { KIND_KEY, textValues, type ColumnType } from '../../../protocol/index.js';
import { isoTime } from '../iso-time.js';

export interface ValueColumn {
  name: string;
  /** As Arrow declares it; null where only the values tell. */
  type: ColumnType | null;
  /** The values of some rows. */
  values(start: number, end: number): ArrayLike<unknown>;
}

/**
 * Lists, structs and maps are JSON, times are ISO 8601 texts, binary values are base64 texts, decimals are floats.
 * Texts that an output of ours marks as JSON are JSON again, and lists of float32 of one size are vectors.
 */
export function columnsOf(batch: RecordBatch): ValueColumn[] {
  return batch.schema.fields.map((field, i) => columnOf(field, batch.getChildAt(i) as Vector));
}

function columnOf(field: Field, vector: Vector): ValueColumn {
  const { name } = field;
  const { type } = vector;
  const [data] = vector.data as [Data];
  const each = (kind: ColumnType | null, value: (i: number) => unknown): ValueColumn => ({
    name, type: kind, values: (start, end) => Array.from({ length: end - start }, (_, k) => (vector.isValid(start + k) ? value(start + k) : null)),
  });
  if (DataType.isUtf8(type)) {
    if (field.metadata.get(KIND_KEY) === 'json') return each({ kind: 'json' }, (i) => JSON.parse(vector.get(i) as string) as unknown);
    return { name, type: { kind: 'text' }, values: (start, end) => textsOf(data, start, end) };
  }
  if (DataType.isFixedSizeList(type) && isFloat32(type.children[0] as Field) && (data.children[0] as Data).nullCount === 0) {
    const floats = (data.children[0] as Data).values as Float32Array;
    const { listSize } = type;
    return each({ kind: 'vector', dim: listSize }, (i) => floats.subarray(i * listSize, (i + 1) * listSize));
  }
  const raw = data?.values as ArrayLike<number | bigint>;
  switch (type.typeId) {
    case Type.Null: return each({ kind: 'null' }, () => null);
    case Type.Bool: return each({ kind: 'bool' }, (i) => vector.get(i));
    case Type.Int: return each(DataType.isInt(type) && !type.isSigned && type.bitWidth === 64 ? null : { kind: 'int' }, (i) => plain(vector.get(i)));
    case Type.Float: return each({ kind: 'float' }, (i) => vector.get(i));
    case Type.Decimal: return each({ kind: 'float' }, (i) => decimal(data.values as Uint32Array, i, type as Decimal));
    case Type.Timestamp: return each({ kind: 'text' }, (i) => isoTime(BigInt(raw[i] as bigint) * NANOSECONDS[(type as Timestamp).unit]));
    case Type.Date: return each({ kind: 'text' }, (i) => (typeof raw[i] === 'bigint' ? isoTime((raw[i] as bigint) * 1_000_000n) : isoTime(BigInt(raw[i] as number) * 86_400_000_000_000n).slice(0, 10)));
    case Type.Time:
    case Type.Duration: return each({ kind: 'int' }, (i) => plain(raw[i]));
    case Type.Dictionary: return each(DataType.isUtf8((type as { dictionary?: DataType }).dictionary as DataType) ? { kind: 'text' } : null, (i) => plain(vector.get(i)));
    case Type.LargeUtf8:
    case Type.Utf8View:
    case Type.Binary:
    case Type.LargeBinary:
    case Type.BinaryView:
    case Type.FixedSizeBinary: return each({ kind: 'text' }, (i) => plain(vector.get(i)));
    default: return each({ kind: 'json' }, (i) => nested(vector.get(i)));
  }
}

const NANOSECONDS: Record<TimeUnit, bigint> = { [TimeUnit.SECOND]: 1_000_000_000n, [TimeUnit.MILLISECOND]: 1_000_000n, [TimeUnit.MICROSECOND]: 1000n, [TimeUnit.NANOSECOND]: 1n };

function isFloat32({ type }: Field): boolean {
  return DataType.isFloat(type) && type.precision === Precision.SINGLE;
}

/** One decode for many texts where they are ASCII. */
function textsOf(data: Data, start: number, end: number): (string | null)[] {
  const offsets = (data.valueOffsets as Int32Array).subarray(start, end + 1);
  const first = offsets[0] ?? 0;
  const moved = first === 0 ? offsets : offsets.map((offset) => offset - first);
  const texts = textValues({ name: '', type: { kind: 'text' }, length: end - start, nulls: 0, validity: null, offsets: moved, data: (data.values as Uint8Array).subarray(first, offsets[end - start]) });
  return data.nullCount === 0 ? texts : texts.map((text, k) => (data.getValid(start + k) ? text : null));
}

/** Little-endian words, two's complement. */
function decimal(words: Uint32Array, i: number, { bitWidth, scale }: Decimal): number {
  const size = bitWidth / 32;
  let value = 0n;
  for (let k = size - 1; k >= 0; k--) value = (value << 32n) | BigInt(words[i * size + k] as number);
  return Number(BigInt.asIntN(bitWidth, value)) / 10 ** scale;
}

function plain(value: unknown): unknown {
  if (typeof value === 'bigint') return Number.isSafeInteger(Number(value)) ? Number(value) : value;
  return value instanceof Uint8Array ? Buffer.from(value.buffer, value.byteOffset, value.byteLength).toString('base64') : value;
}

/** In JSON, whole numbers that no double holds are texts. */
function nested(value: unknown): unknown {
  const item = plain(value);
  if (typeof item === 'bigint') return String(item);
  if (typeof item !== 'object' || item === null) return item;
  if (ArrayBuffer.isView(item)) return Array.from(item as unknown as ArrayLike<unknown>, nested);
  if (Array.isArray(item)) return item.map(nested);
  if ('toJSON' in item && typeof item.toJSON === 'function') return nested((item.toJSON as () => unknown)());
  return Object.fromEntries(Object.entries(item).map(([key, inner]) => [key, nested(inner)]));
}
