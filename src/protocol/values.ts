/** From columns to JavaScript values. */
import { isAscii } from 'node:buffer';
import { isValid, type TextColumn, type WireColumn } from './columns.js';

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

/** As `valueAt`, with whole numbers as they are: a bigint, where a double would round it. For what only moves data. */
export function exactAt(column: WireColumn, i: number): unknown {
  if (column.type.kind === 'int' && isValid(column.validity, i)) return (column as { data: BigInt64Array }).data[i];
  return valueAt(column, i);
}

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
