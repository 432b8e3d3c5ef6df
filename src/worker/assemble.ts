/** From the batches of a frame to the columns of its result: one block, positions kept, failed rows null. */
import {
  buildColumn, inferType, sliceColumn, textValues, unifyTypes, valueAt,
  type Block, type ColumnType, type Constants, type FeatureStats, type WireColumn,
} from '../protocol/index.js';
import { Batch, Column, type ColumnValues } from '../sdk/index.js';
import { changedColumns } from '../sdk/runtime.js';

/** Rows `start` to `end` of a frame as a batch. Buffers are viewed; texts are decoded when a plugin asks for them. */
export function frameBatch(block: Block, constants: Constants, start: number, end: number): Batch {
  const columns = block.columns.map((column) => sdkColumn(sliceColumn(column, start, end)));
  for (const [name, value] of Object.entries(constants)) columns.push(constantColumn(name, value, end - start));
  return new Batch(columns, end - start);
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

/**
 * Joins the pieces of a frame.
 * @param features declared vectors: their columns get exactly the declared size, what does not fit is null and counted
 * @param matched rows that some step matched (1 each): a null in another row is not the plugin's
 */
export function assemble(pieces: readonly Piece[], rows: number, features: ReadonlyMap<string, number>, matched: Uint8Array): { columns: WireColumn[]; stats: Record<string, FeatureStats> } {
  // A batch without survivors says nothing about columns, as if it had been a frame of its own.
  const names = new Set(pieces.filter((piece) => piece.rows.length > 0).flatMap((piece) => piece.columns.map((column) => column.name)));
  names.delete('document_id');
  const columns: WireColumn[] = [];
  const stats: Record<string, FeatureStats> = {};
  // Features first: their place must not depend on which batch wrote them first.
  for (const name of new Set([...features.keys(), ...names])) {
    const parts = pieces.flatMap((piece) => {
      const column = piece.columns.find((candidate) => candidate.name === name);
      return column ? [{ rows: piece.rows, column }] : [];
    });
    const dim = features.get(name);
    if (dim === undefined) columns.push(joinPlain(name, parts, rows));
    else {
      const { column, counted } = joinFeature(name, dim, parts, rows, matched);
      columns.push(column);
      stats[name] = counted;
    }
  }
  return { columns, stats };
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

function joinFeature(name: string, dim: number, parts: readonly Part[], rows: number, matched: Uint8Array): { column: WireColumn; counted: FeatureStats } {
  const counted: FeatureStats = { written: 0, null: 0, wrong_size: 0, nan: 0, zero: 0, seen_size: 0 };
  const data = new Float32Array(rows * dim);
  const validity = new Uint8Array((rows + 7) >> 3);
  const filled = new Uint8Array(rows);
  for (const { rows: positions, column } of parts) {
    const flat = column.type.kind === 'vector' && column.type.dim === dim && column.values instanceof Float32Array ? column.values : null;
    if (flat !== null && column.validity === null && isRange(positions)) {
      const first = positions[0] as number;
      data.set(flat, first * dim);
      filled.fill(1, first, first + positions.length);
      for (let row = first; row < first + positions.length; row++) judge(data, validity, row, dim, counted);
      continue;
    }
    for (let k = 0; k < positions.length; k++) {
      const row = positions[k] as number;
      const vector = flat === null ? (column.get(k) as ArrayLike<number> | null) : column.validity === null || column.get(k) !== null ? flat.subarray(k * dim, (k + 1) * dim) : null;
      filled[row] = 1;
      // A null in a row that no step matched is not the plugin's.
      if (vector === null) counted.null += matched[row] as number;
      else if (typeof vector !== 'object' || vector.length !== dim) {
        counted.wrong_size++;
        counted.seen_size = (vector as ArrayLike<number>).length ?? 1;
      } else store(data, validity, row, dim, vector, counted);
    }
  }
  // Rows a step matched but for which nothing was written are nulls too; failed rows are not counted here.
  for (let row = 0; row < rows; row++) if (matched[row] === 1 && filled[row] === 0) counted.null++;
  const nulls = rows - counted.written;
  return { column: { name, type: { kind: 'vector', dim }, length: rows, nulls, validity: nulls === 0 ? null : validity, data }, counted };
}

/** Whether the positions, which ascend, are without gaps. */
function isRange(positions: ArrayLike<number>): boolean {
  return positions.length > 0 && (positions[positions.length - 1] as number) - (positions[0] as number) === positions.length - 1;
}

function store(data: Float32Array, validity: Uint8Array, row: number, dim: number, vector: ArrayLike<number>, counted: FeatureStats): void {
  const base = row * dim;
  for (let k = 0; k < dim; k++) {
    const value = vector[k] as unknown;
    data[base + k] = typeof value === 'number' ? value : typeof value === 'bigint' ? Number(value) : NaN;
  }
  judge(data, validity, row, dim, counted);
}

/** Counts a stored vector as what it is. What counts is what is stored: float32 has neither 1e100 nor 1e-100. */
function judge(data: Float32Array, validity: Uint8Array, row: number, dim: number, counted: FeatureStats): void {
  const base = row * dim;
  let sum = 0;
  for (let k = base; k < base + dim; k++) {
    const stored = data[k] as number;
    sum += stored * stored;
  }
  // One sum tells all: NaN and infinities spread into it, and it is zero for the zero vector alone.
  if (!Number.isFinite(sum)) {
    data.fill(0, base, base + dim);
    counted.nan++;
    return;
  }
  if (sum === 0) counted.zero++;
  validity[row >> 3] = (validity[row >> 3] as number) | (1 << (row & 7));
  counted.written++;
}
