/**
 * A column as it lies in memory between source and sink: Arrow's own buffers, nothing decoded.
 * Everything that only moves data (engine, journal, sinks) works on these and never on JavaScript values.
 */
import { isAscii } from 'node:buffer';

export type ColumnType =
  | { kind: 'null' }
  | { kind: 'bool' }
  | { kind: 'int' }
  | { kind: 'float' }
  | { kind: 'text' }
  /** JSON text in a UTF-8 column marked with the field metadata `plugsmith: json`. */
  | { kind: 'json' }
  | { kind: 'vector'; dim: number };

interface Common {
  name: string;
  length: number;
  nulls: number;
  /** Arrow validity bitmap, least significant bit first; null when no value is null. */
  validity: Uint8Array | null;
}

export type WireColumn = Common &
  (
    | { type: { kind: 'null' } }
    /** Bitmap, least significant bit first. */
    | { type: { kind: 'bool' }; data: Uint8Array }
    | { type: { kind: 'int' }; data: BigInt64Array }
    | { type: { kind: 'float' }; data: Float64Array }
    /** `length + 1` offsets into the UTF-8 bytes. */
    | { type: { kind: 'text' | 'json' }; offsets: Int32Array; data: Uint8Array }
    /** `length * dim` floats. */
    | { type: { kind: 'vector'; dim: number }; data: Float32Array }
  );

export interface Block {
  rows: number;
  columns: WireColumn[];
}

export function isValid(validity: Uint8Array | null, i: number): boolean {
  return validity === null || ((validity[i >> 3] as number) & (1 << (i & 7))) !== 0;
}

/** A bitmap of `length` bits, all set. */
export function fullBitmap(length: number): Uint8Array {
  return new Uint8Array((length + 7) >> 3).fill(0xff);
}

export function clearBit(bitmap: Uint8Array, i: number): void {
  bitmap[i >> 3] = (bitmap[i >> 3] as number) & ~(1 << (i & 7));
}

export function setBit(bitmap: Uint8Array, i: number): void {
  bitmap[i >> 3] = (bitmap[i >> 3] as number) | (1 << (i & 7));
}

export function sameType(a: ColumnType, b: ColumnType): boolean {
  return a.kind === b.kind && (a.kind !== 'vector' || a.dim === (b as { dim: number }).dim);
}

/** The narrowest type that holds values of both: the meeting point when frames of one run disagree. */
export function unifyTypes(a: ColumnType, b: ColumnType): ColumnType {
  if (sameType(a, b) || b.kind === 'null') return a;
  if (a.kind === 'null') return b;
  if ((a.kind === 'int' && b.kind === 'float') || (a.kind === 'float' && b.kind === 'int')) return { kind: 'float' };
  return { kind: 'json' };
}

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
export class TextWriter {
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

/** The JavaScript value at `i`: null, boolean, number, string, parsed JSON, or a view of the vector's floats. */
export function valueAt(column: WireColumn, i: number): unknown {
  if (column.type.kind === 'null' || !isValid(column.validity, i)) return null;
  switch (column.type.kind) {
    case 'bool':
      return isValid((column as { data: Uint8Array }).data, i);
    case 'int':
      return Number((column as { data: BigInt64Array }).data[i]);
    case 'float':
      return (column as { data: Float64Array }).data[i];
    case 'text':
      return textAt(column as TextColumn, i);
    case 'json':
      return JSON.parse(textAt(column as TextColumn, i));
    case 'vector': {
      const { dim } = column.type;
      return (column as { data: Float32Array }).data.subarray(i * dim, (i + 1) * dim);
    }
  }
}

export type TextColumn = Extract<WireColumn, { offsets: Int32Array }>;

export function textAt(column: { offsets: Int32Array; data: Uint8Array }, i: number): string {
  const { data } = column;
  return Buffer.from(data.buffer, data.byteOffset, data.byteLength).utf8Slice(column.offsets[i] as number, column.offsets[i + 1] as number);
}

declare global {
  interface Buffer {
    /** Node's fast path behind `toString('utf8', start, end)`; present on every supported version. */
    utf8Slice(start: number, end: number): string;
    latin1Slice(start?: number, end?: number): string;
  }
}

/** The rows of `column` named by `indices`, in that order. */
export function takeRows(column: WireColumn, indices: ArrayLike<number>): WireColumn {
  const values: unknown[] = new Array(indices.length);
  // Failures are rare: going through values keeps this one short and is fast enough for them.
  if (column.type.kind === 'json') {
    for (let k = 0; k < indices.length; k++) values[k] = isValid(column.validity, indices[k] as number) ? textAt(column as TextColumn, indices[k] as number) : null;
    return { ...(buildColumn(column.name, { kind: 'text' }, values) as TextColumn), type: { kind: 'json' } };
  }
  for (let k = 0; k < indices.length; k++) values[k] = valueAt(column, indices[k] as number);
  return buildColumn(column.name, column.type, values);
}

/** A view of rows `start` to `end` (exclusive). Shares buffers wherever bit positions allow. */
export function sliceColumn(column: WireColumn, start: number, end: number): WireColumn {
  if (start === 0 && end === column.length) return column;
  const length = end - start;
  const validity = column.validity === null ? null : sliceBitmap(column.validity, start, end);
  const nulls = column.type.kind === 'null' ? length : validity === null ? 0 : length - countBits(validity, length);
  const common = { name: column.name, length, nulls, validity: nulls === 0 ? null : validity };
  switch (column.type.kind) {
    case 'null':
      return { ...common, validity: null, type: column.type };
    case 'bool':
      return { ...common, type: column.type, data: sliceBitmap((column as { data: Uint8Array }).data, start, end) };
    case 'int':
      return { ...common, type: column.type, data: (column as { data: BigInt64Array }).data.subarray(start, end) };
    case 'float':
      return { ...common, type: column.type, data: (column as { data: Float64Array }).data.subarray(start, end) };
    case 'text':
    case 'json': {
      const text = column as TextColumn;
      const first = text.offsets[start] as number;
      const offsets = text.offsets.slice(start, end + 1);
      if (first !== 0) for (let i = 0; i < offsets.length; i++) offsets[i] = (offsets[i] as number) - first;
      return { ...common, type: { kind: column.type.kind }, offsets, data: text.data.subarray(first, text.offsets[end] as number) };
    }
    case 'vector': {
      const { dim } = column.type;
      return { ...common, type: column.type, data: (column as { data: Float32Array }).data.subarray(start * dim, end * dim) };
    }
  }
}

export function sliceBitmap(bitmap: Uint8Array, start: number, end: number): Uint8Array {
  if ((start & 7) === 0) return bitmap.subarray(start >> 3, (end + 7) >> 3);
  const out = new Uint8Array((end - start + 7) >> 3);
  for (let i = start; i < end; i++) if (isValid(bitmap, i)) setBit(out, i - start);
  return out;
}

function countBits(bitmap: Uint8Array, length: number): number {
  let count = 0;
  for (let i = 0; i < length; i++) if (isValid(bitmap, i)) count++;
  return count;
}

/** One column out of several of the same type, in order. `rows` of a null part are null in the whole. */
export function concatColumns(name: string, parts: readonly WireColumn[]): WireColumn {
  const first = parts[0];
  if (first === undefined) return { name, type: { kind: 'null' }, length: 0, nulls: 0, validity: null };
  if (parts.length === 1) return first;
  const type = parts.reduce<ColumnType>((acc, part) => unifyTypes(acc, part.type), { kind: 'null' });
  const same = parts.map((part) => convertColumn(part, type));
  const length = same.reduce((sum, part) => sum + part.length, 0);
  const nulls = same.reduce((sum, part) => sum + part.nulls, 0);
  if (type.kind === 'null') return { name, type, length, nulls, validity: null };
  let validity: Uint8Array | null = null;
  if (nulls > 0) {
    validity = new Uint8Array((length + 7) >> 3);
    let at = 0;
    for (const part of same) for (let i = 0; i < part.length; i++, at++) if (isValid(part.validity, i)) setBit(validity, at);
  }
  const common = { name, length, nulls, validity };
  switch (type.kind) {
    case 'bool': {
      const data = new Uint8Array((length + 7) >> 3);
      let at = 0;
      for (const part of same) for (let i = 0; i < part.length; i++, at++) if (isValid((part as { data: Uint8Array }).data, i)) setBit(data, at);
      return { ...common, type, data };
    }
    case 'int':
      return { ...common, type, data: joinTyped(new BigInt64Array(length), same as { data: BigInt64Array }[]) };
    case 'float':
      return { ...common, type, data: joinTyped(new Float64Array(length), same as { data: Float64Array }[]) };
    case 'vector':
      return { ...common, type, data: joinTyped(new Float32Array(length * type.dim), same as { data: Float32Array }[]) };
    case 'text':
    case 'json': {
      const texts = same as TextColumn[];
      const offsets = new Int32Array(length + 1);
      let at = 0;
      let base = 0;
      for (const part of texts) {
        for (let i = 1; i <= part.length; i++) offsets[at + i] = base + (part.offsets[i] as number);
        at += part.length;
        base += part.offsets[part.length] as number;
      }
      const data = new Uint8Array(base);
      let filled = 0;
      for (const part of texts) {
        const bytes = part.data.subarray(0, part.offsets[part.length]);
        data.set(bytes, filled);
        filled += bytes.byteLength;
      }
      return { ...common, type: { kind: type.kind }, offsets, data };
    }
  }
}

function joinTyped<T extends { set(source: T, offset: number): void; length: number }>(target: T, parts: readonly { data: T }[]): T {
  let at = 0;
  for (const { data } of parts) {
    target.set(data, at);
    at += data.length;
  }
  return target;
}

/** The same values in a wider type, as `unifyTypes` chose it. */
export function convertColumn(column: WireColumn, type: ColumnType): WireColumn {
  if (sameType(column.type, type)) return column;
  const values = Array.from({ length: column.length }, (_, i) => valueAt(column, i));
  return buildColumn(column.name, type, values);
}

/** All texts of a text or json column, undecoded JSON as it stands; null where null. */
export function textValues(column: TextColumn): (string | null)[] {
  const { offsets, data, length, validity } = column;
  const bytes = Buffer.from(data.buffer, data.byteOffset, offsets[length]);
  const out: (string | null)[] = new Array(length);
  // ASCII, the common case: one decode for the whole column, then substrings at the byte offsets.
  const ascii = isAscii(bytes) ? bytes.latin1Slice() : null;
  for (let i = 0; i < length; i++) {
    if (!isValid(validity, i)) out[i] = null;
    else if (ascii !== null) out[i] = ascii.slice(offsets[i], offsets[i + 1]);
    else out[i] = bytes.utf8Slice(offsets[i] as number, offsets[i + 1] as number);
  }
  return out;
}
