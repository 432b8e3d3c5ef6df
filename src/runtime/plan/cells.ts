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
  const dataOf = cellOf(dataColumn);
  const idOf = cellOf(columns.get('document_id') as string);
  return (row) => {
    const known = problemOf(row);
    if (known !== undefined) return known;
    const value = dataOf(row);
    if (value === undefined) return `the row has no "${dataColumn}"`;
    if (typeof value === 'object' && value !== null) return `"${dataColumn}" holds ${Array.isArray(value) ? 'a list' : 'an object'} instead of text`;
    return idProblem(idOf(row));
  };
}

/** Whole numbers beyond 2^53 were rounded when the line was read: the id would be another row's. */
function idProblem(id: unknown): string | null {
  if (typeof id !== 'number' || !Number.isInteger(id) || Number.isSafeInteger(id)) return null;
  return `"document_id" is a number too large to be read exactly; write it in quotes`;
}
