/**
 * A column as it lies in memory between source and sink: Arrow's own buffers, nothing decoded.
 * Everything that only moves data (engine, journal, sinks) works on these and never on JavaScript values.
 */

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

export type TextColumn = Extract<WireColumn, { offsets: Int32Array }>;
