/** Columns as the vectors write them, to and from columns in memory. */
import { buildColumn, valueAt, type Block, type ColumnType, type WireColumn } from '../../src/protocol/index.js';

export interface Written {
  name: string;
  type: ColumnType['kind'];
  dim?: number;
  values: unknown[];
}

export function typeOf({ type, dim }: Written): ColumnType {
  return type === 'vector' ? { kind: type, dim: dim as number } : { kind: type };
}

/** A block of the columns of a conversation. */
export function blockOf(columns: readonly Written[]): Block {
  return { rows: columns[0]?.values.length ?? 0, columns: columns.map((column) => buildColumn(column.name, typeOf(column), column.values)) };
}

/** What stands in a column, as the vectors of conversations write it. */
export function written(column: WireColumn): Written {
  const values = Array.from({ length: column.length }, (_, i) => {
    const value = valueAt(column, i);
    return value instanceof Float32Array ? Array.from(value) : value;
  });
  return { name: column.name, type: column.type.kind, ...(column.type.kind === 'vector' && { dim: column.type.dim }), values };
}
