/** A batch: at most `batch_size` rows, columnar, immutable. Every method that changes something returns a new batch. */
import { Column, columnFrom, type ColumnInput } from './column.js';

/** One row as a plain object: column name to value. */
export type Row = Record<string, unknown> & { data: string | null; document_id: string };

/** The items of a list column, flat. */
export interface Exploded<T> {
  /** All items of all rows, in order. */
  items: T[];
  /** For each item, the row it came from. */
  rowIndex: Int32Array;
}

/** Rows in columns. A processor is given one and returns one with the same rows in the same order. */
export class Batch {
  readonly numRows: number;
  private readonly byName: ReadonlyMap<string, Column>;

  /** @throws RangeError when a column has another length. */
  constructor(columns: Iterable<Column>, numRows: number) {
    const byName = new Map<string, Column>();
    for (const column of columns) {
      if (column.length !== numRows) throw new RangeError(`column "${column.name}" has ${column.length} values for ${numRows} rows`);
      byName.set(column.name, column);
    }
    this.byName = byName;
    this.numRows = numRows;
  }

  /** Names of all columns, in order. */
  get columnNames(): string[] {
    return [...this.byName.keys()];
  }

  /** Whether there is a column of this name. */
  has(name: string): boolean {
    return this.byName.has(name);
  }

  /** The column of this name. @throws MissingColumnError listing the columns there are. */
  column<T = string>(name: string): Column<T> {
    const column = this.byName.get(name);
    if (column === undefined) {
      throw new MissingColumnError(`there is no column "${name}". The row's content is always in "data"; this batch has: ${this.columnNames.join(', ')}`);
    }
    return column as Column<T>;
  }

  /** All columns, in order. */
  columns(): Column[] {
    return [...this.byName.values()];
  }

  /** Row `i` as an object. @throws RangeError outside the batch. */
  get(i: number): Row {
    if (!(Number.isInteger(i) && i >= 0 && i < this.numRows)) throw new RangeError(`the batch has ${this.numRows} rows, there is none at ${i}`);
    const row: Record<string, unknown> = {};
    for (const [name, column] of this.byName) row[name] = column.get(i);
    return row as Row;
  }

  /** Every row as an object, one after the other. */
  *rows(): IterableIterator<Row> {
    for (let i = 0; i < this.numRows; i++) yield this.get(i);
  }

  /** The same for `for await`; what is awaited in such a loop happens once per row. */
  async *rowsAsync(): AsyncIterableIterator<Row> {
    yield* this.rows();
  }

  /** Every row as an object. */
  toArray(): Row[] {
    return [...this.rows()];
  }

  /**
   * The batch with a column added or replaced.
   * @param values see `columnFrom`: arrays, typed arrays, tensors `[rows, dim]`, another column
   * @param options `dim` for one flat Float32Array of `rows * dim` floats; without it, a flat array whose length is a
   *   multiple of the row count is taken as vectors
   * @throws RangeError when there are not as many values as rows
   */
  withColumn(name: string, values: ColumnInput, options: { dim?: number } = {}): Batch {
    if (values instanceof Column && values === this.byName.get(name)) return this;
    let { dim } = options;
    if (dim === undefined && values instanceof Float32Array && this.numRows > 0 && values.length > this.numRows && values.length % this.numRows === 0) dim = values.length / this.numRows;
    const column = columnFrom(name, values, dim === undefined ? {} : { dim });
    if (column.length !== this.numRows) throw new RangeError(`withColumn("${name}"): ${column.length} values for ${this.numRows} rows; give one value per row, null where there is none`);
    return new Batch(new Map([...this.byName, [name, column]]).values(), this.numRows);
  }

  /** The rows for which `keep` is true. A helper batch: a step must still return all rows. */
  filter(keep: ((row: Row, index: number) => boolean) | readonly boolean[]): Batch {
    const indices: number[] = [];
    for (let i = 0; i < this.numRows; i++) if (typeof keep === 'function' ? keep(this.get(i), i) : keep[i] === true) indices.push(i);
    return this.take(indices);
  }

  /** The rows at `indices`, in that order. */
  take(indices: ArrayLike<number>): Batch {
    return new Batch(this.columns().map((column) => column.take(indices)), indices.length);
  }

  /** Rows `start` to `end` (exclusive). */
  slice(start: number, end = this.numRows): Batch {
    if (start === 0 && end >= this.numRows) return this;
    const last = Math.min(end, this.numRows);
    return this.take(Array.from({ length: Math.max(0, last - start) }, (_, k) => start + k));
  }

  /** The rows of this batch, then those of `other`; a column that one of them lacks is null there. */
  concat(other: Batch): Batch {
    const names = new Set([...this.columnNames, ...other.columnNames]);
    const values = (batch: Batch, name: string): unknown[] => (batch.has(name) ? batch.column<unknown>(name).toArray() : new Array(batch.numRows).fill(null));
    return new Batch([...names].map((name) => columnFrom(name, [...values(this, name), ...values(other, name)])), this.numRows + other.numRows);
  }

  /** The items of a list column, flat, with the row each came from. Null rows have no items. @throws TypeError when it holds no lists. */
  explode<T = unknown>(name: string): Exploded<T> {
    const items: T[] = [];
    const from: number[] = [];
    this.column<unknown>(name).toArray().forEach((list, row) => {
      if (list === null) return;
      if (!Array.isArray(list) && !ArrayBuffer.isView(list)) throw new TypeError(`explode("${name}"): row ${row} holds a ${typeof list}, not a list`);
      for (const item of list as Iterable<T>) {
        items.push(item);
        from.push(row);
      }
    });
    return { items, rowIndex: Int32Array.from(from) };
  }

  /** The inverse of `explode`: `items` grouped by row become a list column; rows without items get an empty list. */
  collect(name: string, items: ArrayLike<unknown> | Iterable<unknown>, rowIndex: ArrayLike<number>): Batch {
    const all = Array.from(items as Iterable<unknown>);
    if (all.length !== rowIndex.length) throw new RangeError(`collect("${name}"): ${all.length} items, ${rowIndex.length} row indices`);
    const lists: unknown[][] = Array.from({ length: this.numRows }, () => []);
    all.forEach((item, k) => {
      const list = lists[rowIndex[k] as number];
      if (list === undefined) throw new RangeError(`collect("${name}"): item ${k} belongs to row ${rowIndex[k]}, the batch has ${this.numRows}`);
      list.push(ArrayBuffer.isView(item) ? Array.from(item as Float32Array) : item);
    });
    return this.withColumn(name, listColumn(name, lists));
  }
}

/** A list column stays a list column, even when all lists are numbers of one length. */
function listColumn(name: string, lists: unknown[][]): Column {
  return new Column({ name, type: { kind: 'json' }, length: lists.length, nulls: 0, validity: null, values: () => lists });
}

/** A column that the batch does not have was asked for. */
export class MissingColumnError extends Error {
  override readonly name = 'MissingColumnError';
}
