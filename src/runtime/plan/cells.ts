/** Looking into raw rows: the value of a column, and whether a row can be given to the plugin at all. */
import { problemOf, type RawRow } from '../sources/index.js';
import type { Mapping } from './mapping.js';

/** A row's own value in one column, undefined where it has none. JSON may hold any name, also those that every object inherits. */
export function cellOf(name: string): (row: RawRow) => unknown {
  return name in Object.prototype ? (row) => (Object.hasOwn(row, name) ? row[name] : undefined) : (row) => row[name];
}

/** Why a row cannot be given to the plugin, null when it can. */
export type InputCheck = (row: RawRow) => string | null;

export function inputCheck({ columns }: Mapping): InputCheck {
  const dataColumn = columns.get('data') as string;
  const idColumn = columns.get('document_id') as string;
  const dataOf = cellOf(dataColumn);
  const idOf = cellOf(idColumn);
  const sizeColumn = columns.get('size_bytes') as string;
  const sizeOfRow = cellOf(sizeColumn);
  const asText = new Set(columns.values());
  return (row) => {
    const known = problemOf(row);
    if (known !== undefined) return known;
    if (dataOf(row) === undefined) return `the row has no "${dataColumn}"`;
    // By the row's own columns, which are fewer than the ten.
    for (const name in row) {
      const value = row[name];
      if (typeof value === 'object' && value !== null && asText.has(name)) return `"${name}" holds ${Array.isArray(value) || ArrayBuffer.isView(value) ? 'a list' : 'an object'} instead of text`;
    }
    if (sizeOf(sizeOfRow(row)) === undefined) return `"${sizeColumn}" holds ${JSON.stringify(String(sizeOfRow(row)).slice(0, 40))} instead of a whole number`;
    return isRounded(idOf(row)) ? `"${idColumn}" is a number too large to be read exactly; write it in quotes` : null;
  };
}

/** What `size_bytes` holds, 0 where it holds nothing; tables of text have the number as text. Undefined for what is no size. */
export function sizeOf(value: unknown): number | undefined {
  const size = Number(value ?? 0);
  return Number.isSafeInteger(size) ? size : undefined;
}

/** Whether an id is usable as it stands. Where there is none, one is made. */
export function isUsableId(id: unknown): boolean {
  return typeof id !== 'object' && !isRounded(id);
}

/** Whole numbers beyond 2^53 were rounded when the line was read: the id would be another row's. */
function isRounded(id: unknown): boolean {
  return typeof id === 'number' && Number.isInteger(id) && !Number.isSafeInteger(id);
}
