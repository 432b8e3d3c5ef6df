/** Columns out of columns: rows picked, cut, joined, converted. */
import { buildColumn } from './build.js';
import { isValid, sameType, setBit, unifyTypes, type ColumnType, type TextColumn, type WireColumn } from './columns.js';
import { exactAt, textAt } from './values.js';

/** The rows of `column` named by `indices`, in that order. */
export function takeRows(column: WireColumn, indices: ArrayLike<number>): WireColumn {
  const values: unknown[] = new Array(indices.length);
  // Failures are rare: going through values keeps this one short and is fast enough for them.
  if (column.type.kind === 'json') {
    for (let k = 0; k < indices.length; k++) values[k] = isValid(column.validity, indices[k] as number) ? textAt(column as TextColumn, indices[k] as number) : null;
    return { ...(buildColumn(column.name, { kind: 'text' }, values) as TextColumn), type: { kind: 'json' } };
  }
  for (let k = 0; k < indices.length; k++) values[k] = exactAt(column, indices[k] as number);
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

function sliceBitmap(bitmap: Uint8Array, start: number, end: number): Uint8Array {
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
  const values = Array.from({ length: column.length }, (_, i) => exactAt(column, i));
  return buildColumn(column.name, type, values);
}
