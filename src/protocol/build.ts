/** From JavaScript values to columns. */
import { clearBit, fullBitmap, setBit, unifyTypes, type ColumnType, type WireColumn } from './columns.js';

/** The type that holds all of `values`; numbers that are all safe integers are `int`. */
export function inferType(values: readonly unknown[]): ColumnType {
  let type: ColumnType = { kind: 'null' };
  for (const value of values) {
    if (value === null || value === undefined) continue;
    const own = typeOf(value);
    if (own.kind === type.kind && own.kind !== 'vector') continue;
    type = unifyTypes(type, own);
    if (type.kind === 'json') return type;
  }
  return type;
}

function typeOf(value: unknown): ColumnType {
  if (typeof value === 'string') return { kind: 'text' };
  if (typeof value === 'number') return Number.isSafeInteger(value) && !Object.is(value, -0) ? { kind: 'int' } : { kind: 'float' };
  if (typeof value === 'boolean') return { kind: 'bool' };
  if (typeof value === 'bigint') return { kind: BigInt.asIntN(64, value) === value ? 'int' : 'float' };
  if (value instanceof Float32Array || value instanceof Float64Array) return value.length > 0 ? { kind: 'vector', dim: value.length } : { kind: 'json' };
  if (Array.isArray(value) && value.length > 0 && value.every((item) => typeof item === 'number')) return { kind: 'vector', dim: value.length };
  return { kind: 'json' };
}

/** Encodes JavaScript values as a column of the given type, null or undefined as null.
 *  A value that the type cannot hold is an error of the caller: infer the type first.
 *  @throws TypeError for a value that has no JSON form in a json column. */
export function buildColumn(name: string, type: ColumnType, values: readonly unknown[]): WireColumn {
  const length = values.length;
  let validity: Uint8Array | null = null;
  let nulls = 0;
  for (let i = 0; i < length; i++) {
    if (values[i] !== null && values[i] !== undefined) continue;
    validity ??= fullBitmap(length);
    clearBit(validity, i);
    nulls++;
  }
  const common = { name, length, nulls, validity };
  switch (type.kind) {
    case 'null':
      return { ...common, nulls: length, validity: null, type };
    case 'bool': {
      const data = new Uint8Array((length + 7) >> 3);
      for (let i = 0; i < length; i++) if (values[i] === true) setBit(data, i);
      return { ...common, type, data };
    }
    case 'int': {
      const data = new BigInt64Array(length);
      for (let i = 0; i < length; i++) data[i] = BigInt((values[i] as number | bigint | null | undefined) ?? 0);
      return { ...common, type, data };
    }
    case 'float': {
      const data = new Float64Array(length);
      for (let i = 0; i < length; i++) data[i] = Number(values[i] ?? 0);
      return { ...common, type, data };
    }
    case 'text':
    case 'json': {
      const writer = new TextWriter(length);
      for (let i = 0; i < length; i++) {
        const value = values[i];
        writer.push(value === null || value === undefined ? '' : type.kind === 'text' ? (value as string) : jsonText(name, value));
      }
      return { ...common, type: { kind: type.kind }, ...writer.finish() };
    }
    case 'vector': {
      const data = new Float32Array(length * type.dim);
      for (let i = 0; i < length; i++) if (values[i]) data.set(values[i] as ArrayLike<number>, i * type.dim);
      return { ...common, type, data };
    }
  }
}

function jsonText(name: string, value: unknown): string {
  const plain = ArrayBuffer.isView(value) && !(value instanceof DataView) ? Array.from(value as unknown as ArrayLike<number>) : value;
  const text = JSON.stringify(plain, (_key, item: unknown) => (typeof item === 'bigint' ? Number(item) : item instanceof Float32Array ? Array.from(item) : item));
  if (text === undefined) throw new TypeError(`column "${name}" holds a ${typeof value}, which has no JSON form`);
  return text;
}

/** Packs strings into one UTF-8 buffer with offsets. Grows; `finish` hands the buffers over. */
class TextWriter {
  private readonly offsets: Int32Array;
  private buffer: Buffer;
  private used = 0;
  private count = 0;

  constructor(capacity: number, bytesPerValue = 64) {
    this.offsets = new Int32Array(capacity + 1);
    this.buffer = Buffer.allocUnsafeSlow(Math.max(1024, capacity * bytesPerValue));
  }

  push(text: string): void {
    // Three bytes for a UTF-16 unit is the most UTF-8 needs.
    if (this.used + text.length * 3 > this.buffer.byteLength) this.grow(text.length * 3);
    this.used += this.buffer.write(text, this.used, 'utf8');
    this.offsets[++this.count] = this.used;
  }

  finish(): { offsets: Int32Array; data: Uint8Array } {
    return { offsets: this.offsets, data: new Uint8Array(this.buffer.buffer, this.buffer.byteOffset, this.used) };
  }

  private grow(needed: number): void {
    const bigger = Buffer.allocUnsafeSlow(Math.max(this.buffer.byteLength * 2, this.used + needed));
    this.buffer.copy(bigger, 0, 0, this.used);
    this.buffer = bigger;
  }
}
