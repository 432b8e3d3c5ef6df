/** The columns of a journal: the input's own first, then the plugin's. A schema only ever widens. */
import { convertColumn, sameType, unifyTypes, type Block, type ColumnType, type WireColumn } from '../../protocol/index.js';

export interface JournalField {
  name: string;
  type: ColumnType;
  origin: 'input' | 'plugin';
}

/** Results of one frame, survivors only: carried input columns and plugin columns, told apart. */
export interface ResultBlock {
  rows: number;
  carried: WireColumn[];
  added: WireColumn[];
}

/**
 * The schema that holds both. Order: input columns by first appearance, then plugin columns by first appearance, so
 * that it does not depend on how rows were grouped. A plugin column replaces an input column of the same name.
 */
export function widen(fields: readonly JournalField[], block: ResultBlock): JournalField[] {
  const byName = new Map(fields.map((field) => [field.name, field]));
  const note = (column: WireColumn, origin: 'input' | 'plugin'): void => {
    const known = byName.get(column.name);
    if (known === undefined) byName.set(column.name, { name: column.name, type: column.type, origin });
    else if (known.origin === origin) byName.set(column.name, { ...known, type: unifyTypes(known.type, column.type) });
    else if (origin === 'plugin') byName.set(column.name, { name: column.name, type: unifyTypes(known.type, column.type), origin });
  };
  for (const column of block.carried) note(column, 'input');
  for (const column of block.added) note(column, 'plugin');
  const all = [...byName.values()];
  return [...all.filter((field) => field.origin === 'input'), ...all.filter((field) => field.origin === 'plugin')];
}

export function sameFields(a: readonly JournalField[], b: readonly JournalField[]): boolean {
  return a.length === b.length && a.every((field, i) => field.name === b[i]?.name && field.origin === b[i]?.origin && sameType(field.type, (b[i] as JournalField).type));
}

/** The block's columns in the schema's order and types; a column it lacks is null. */
export function conform(block: ResultBlock, fields: readonly JournalField[]): Block {
  const given = new Map([...block.carried, ...block.added].map((column) => [column.name, column]));
  return { rows: block.rows, columns: fields.map((field) => conformColumn(given.get(field.name), field, block.rows)) };
}

export function conformColumn(column: WireColumn | undefined, field: { name: string; type: ColumnType }, rows: number): WireColumn {
  return convertColumn(column ?? { name: field.name, type: { kind: 'null' }, length: rows, nulls: rows, validity: null }, field.type);
}
