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
      return { ...common, type, ...packTexts(nulls === 0 ? (values as string[]) : values.map((value) => (value as string | null | undefined) ?? '')) };
    case 'json':
      return { ...common, type, ...packTexts(values.map((value) => (value === null || value === undefined ? '' : jsonText(name, value)))) };
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

/** Texts of so many characters on average are joined before they are encoded: the call costs more than its bytes. */
const SHORT = 64;

interface Packed {
  offsets: Int32Array;
  data: Uint8Array;
}

/** One UTF-8 buffer, and where each text begins and ends in it. */
function packTexts(texts: readonly string[]): Packed {
  let characters = 0;
  let longest = 0;
  for (const { length } of texts) {
    characters += length;
    if (length > longest) longest = length;
  }
  return (characters <= texts.length * SHORT ? packAscii(texts, characters) : null) ?? packEach(texts, characters, longest);
}

/** All of them at once, where each character is a byte; else null. */
function packAscii(texts: readonly string[], characters: number): Packed | null {
  let joined = '';
  for (const text of texts) joined += text;
  const data = Buffer.from(joined, 'utf8');
  if (data.byteLength !== characters) return null;
  const offsets = new Int32Array(texts.length + 1);
  for (let i = 0, at = 0; i < texts.length; i++) offsets[i + 1] = at += (texts[i] as string).length;
  return { offsets, data };
}

function packEach(texts: readonly string[], characters: number, longest: number): Packed {
  const offsets = new Int32Array(texts.length + 1);
  // Three bytes for a UTF-16 unit is the most UTF-8 needs: room for the last text to be long, and more when it runs out.
  let buffer = Buffer.allocUnsafeSlow(characters + 2 * longest);
  let used = 0;
  for (let i = 0; i < texts.length; i++) {
    const text = texts[i] as string;
    if (used + text.length * 3 > buffer.byteLength) {
      const bigger = Buffer.allocUnsafeSlow(Math.max(buffer.byteLength * 2, used + text.length * 3));
      buffer.copy(bigger, 0, 0, used);
      buffer = bigger;
    }
    used += buffer.write(text, used, 'utf8');
    offsets[i + 1] = used;
  }
  return { offsets, data: new Uint8Array(buffer.buffer, buffer.byteOffset, used) };
}
