/** The columns of a journal: the input's own first, then the plugin's. A schema only ever widens. */
import { buildColumn, convertColumn, exactAt, sameType, unifyTypes, type Block, type ColumnType, type WireColumn } from '../../protocol/index.js';

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
 * that it does not depend on how rows were grouped. A plugin column takes the place of an input column of the same name.
 */
export function widen(fields: readonly JournalField[], block: ResultBlock): JournalField[] {
  const inputs = new Map<string, ColumnType>();
  const plugin = new Map<string, ColumnType>();
  for (const { name, type, origin } of fields) (origin === 'input' ? inputs : plugin).set(name, type);
  for (const { name, type } of block.carried) {
    const own = plugin.get(name);
    if (own === undefined) inputs.set(name, unifyTypes(inputs.get(name) ?? type, type));
    else if (own.kind !== 'vector') plugin.set(name, unifyTypes(own, type));
  }
  for (const { name, type } of block.added) {
    // A vector stays one, whatever the input has under its name: it is what search reads.
    const known = plugin.get(name) ?? (type.kind === 'vector' ? type : (inputs.get(name) ?? type));
    inputs.delete(name);
    plugin.set(name, unifyTypes(known, type));
  }
  return [...listed(inputs, 'input'), ...listed(plugin, 'plugin')];
}

function listed(types: ReadonlyMap<string, ColumnType>, origin: JournalField['origin']): JournalField[] {
  return [...types].map(([name, type]) => ({ name, type, origin }));
}

export function sameFields(a: readonly JournalField[], b: readonly JournalField[]): boolean {
  return a.length === b.length && a.every((field, i) => field.name === b[i]?.name && field.origin === b[i]?.origin && sameType(field.type, (b[i] as JournalField).type));
}

/** The block's columns in the schema's order and types; a column it lacks is null. */
export function conform(block: ResultBlock, fields: readonly JournalField[]): Block {
  const carried = new Map(block.carried.map((column) => [column.name, column]));
  const added = new Map(block.added.map((column) => [column.name, column]));
  return { rows: block.rows, columns: fields.map((field) => conformColumn(overlay(added.get(field.name), carried.get(field.name), field), field, block.rows)) };
}

/** The plugin's values, and the input's where it gave none: rows that no step saw pass through untouched. */
function overlay(own: WireColumn | undefined, under: WireColumn | undefined, { type }: JournalField): WireColumn | undefined {
  if (own === undefined || under === undefined || own.nulls === 0 || type.kind === 'vector') return own ?? under;
  return buildColumn(own.name, type, Array.from({ length: own.length }, (_, i) => exactAt(own, i) ?? exactAt(under, i)));
}

export function conformColumn(column: WireColumn | undefined, field: { name: string; type: ColumnType }, rows: number): WireColumn {
  const fits = column !== undefined && (field.type.kind !== 'vector' || column.type.kind === 'vector');
  return convertColumn(fits ? column : { name: field.name, type: { kind: 'null' }, length: rows, nulls: rows, validity: null }, field.type);
}
