/** From the batches of a frame to the columns of its result: one block, positions kept, failed rows null. */
import {
  buildColumn, inferType, sliceColumn, textValues, unifyTypes, valueAt,
  type Block, type ColumnType, type Constants, type FeatureStats, type WireColumn,
} from '../protocol/index.js';
import { Batch, Column, type ColumnValues } from '../sdk/index.js';
import { changedColumns } from '../sdk/runtime.js';
import { FeatureColumn } from './features.js';

/** Rows `start` to `end` of a frame as a batch. Buffers are viewed; what is not asked for is neither cut nor decoded. */
export function frameBatch(block: Block, constants: Constants, start: number, end: number): Batch {
  const columns = block.columns.map((column) => batchColumn(column, start, end));
  for (const [name, value] of Object.entries(constants)) columns.push(constantColumn(name, value, end - start));
  return new Batch(columns, end - start);
}

function batchColumn(wire: WireColumn, start: number, end: number): Column {
  if (wire.validity !== null || wire.type.kind === 'null') return sdkColumn(sliceColumn(wire, start, end));
  return new Column({ name: wire.name, type: wire.type, length: end - start, nulls: 0, validity: null, values: () => decode(sliceColumn(wire, start, end)) });
}

function sdkColumn(wire: WireColumn): Column {
  return new Column({ name: wire.name, type: wire.type, length: wire.length, nulls: wire.nulls, validity: wire.type.kind === 'null' ? new Uint8Array((wire.length + 7) >> 3) : wire.validity, values: () => decode(wire) });
}

function decode(wire: WireColumn): ColumnValues<unknown> {
  switch (wire.type.kind) {
    case 'text':
      return textValues(wire as Extract<WireColumn, { offsets: Int32Array }>);
    case 'json':
      return textValues(wire as Extract<WireColumn, { offsets: Int32Array }>).map((text) => (text === null ? null : (JSON.parse(text) as unknown)));
    case 'vector':
      return (wire as { data: Float32Array }).data;
    case 'float':
      return (wire as { data: Float64Array }).data;
    case 'int':
      return Float64Array.from((wire as { data: BigInt64Array }).data, Number);
    default:
      return Array.from({ length: wire.length }, (_, i) => valueAt(wire, i));
  }
}

function constantColumn(name: string, value: string | number | boolean | null, length: number): Column {
  const type: ColumnType = inferType([value]);
  const validity = value === null ? new Uint8Array((length + 7) >> 3) : null;
  return new Column({ name, type, length, nulls: value === null ? length : 0, validity, values: () => new Array(length).fill(value) as unknown[] });
}

/** What one batch contributes to its frame. */
export interface Piece {
  /** Frame position of each row, ascending. */
  rows: ArrayLike<number>;
  columns: Column[];
}

/** The columns that the steps added or changed. */
export function pieceOf(before: Batch, after: Batch, rows: readonly number[], offset: number): Piece {
  return { rows: rows.map((i) => i + offset), columns: changedColumns(before, after) };
}

/** The result of a frame, put together as its batches are done. */
export class Assembly {
  private readonly features: ReadonlyMap<string, FeatureColumn>;
  private readonly others = new Map<string, Part[]>();

  /**
   * @param features declared vectors: their columns get exactly the declared size, what does not fit is null and counted
   * @param matched rows that some step matched (1 each), told of a batch before its piece is added
   */
  constructor(
    private readonly rows: number,
    features: ReadonlyMap<string, number>,
    matched: Uint8Array,
  ) {
    this.features = new Map([...features].map(([name, dim]) => [name, new FeatureColumn(name, dim, rows, matched)]));
  }

  add({ rows, columns }: Piece): void {
    // A batch without survivors says nothing about columns, as if it had been a frame of its own.
    if (rows.length === 0) return;
    for (const column of columns) {
      const feature = this.features.get(column.name);
      const parts = this.others.get(column.name);
      if (feature !== undefined) feature.add(rows, column);
      else if (parts !== undefined) parts.push({ rows, column });
      else if (column.name !== 'document_id') this.others.set(column.name, [{ rows, column }]);
    }
  }

  /** Features first: their place must not depend on which batch wrote them first. */
  finish(): { columns: WireColumn[]; stats: Record<string, FeatureStats> } {
    const columns: WireColumn[] = [];
    const stats: Record<string, FeatureStats> = {};
    for (const [name, feature] of this.features) {
      const { column, counted } = feature.finish();
      columns.push(column);
      stats[name] = counted;
    }
    for (const [name, parts] of this.others) columns.push(joinPlain(name, parts, this.rows));
    return { columns, stats };
  }
}

interface Part {
  rows: ArrayLike<number>;
  column: Column;
}

function joinPlain(name: string, parts: readonly Part[], rows: number): WireColumn {
  const type = parts.reduce<ColumnType>((acc, { column }) => unifyTypes(acc, column.type), { kind: 'null' });
  const values = new Array<unknown>(rows).fill(null);
  for (const part of parts) {
    // As float32 first, like the same batch in a frame of its own: how batches are grouped must not show.
    const rounded = part.column.type.kind === 'vector' && type.kind !== 'vector';
    for (let k = 0; k < part.rows.length; k++) {
      const value = part.column.get(k);
      values[part.rows[k] as number] = rounded && value !== null ? Float32Array.from(value as ArrayLike<number>) : value;
    }
  }
  return buildColumn(name, type, values);
}
