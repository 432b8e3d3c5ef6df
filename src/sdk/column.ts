/** One column of a batch. Values are decoded when first asked for, and never changed. */
import type { Tensor, TypedArray } from './context.js';
import { describe } from './describe.js';
import { lostAsJson } from './json-form.js';

/** What a column holds: `json` is anything that is none of the others, or a mixture. */
export type ColumnType =
  | { kind: 'null' }
  | { kind: 'bool' }
  | { kind: 'int' }
  | { kind: 'float' }
  | { kind: 'text' }
  | { kind: 'json' }
  | { kind: 'vector'; dim: number };

/** Numbers as a typed array (a vector column is one flat Float32Array of `length * dim`), everything else as an array. */
export type ColumnValues<T> = Float32Array | Float64Array | readonly (T | null)[];

/** The parts of a column. Who makes one sees to it that they fit together. */
export interface ColumnInit<T> {
  name: string;
  type: ColumnType;
  length: number;
  nulls: number;
  /** Arrow bitmap, least significant bit first; null when no value is null. */
  validity: Uint8Array | null;
  values: () => ColumnValues<T>;
  /** The column these values were picked from; absent for a column of its own. */
  origin?: object;
}

/** Values of one kind, one per row. Iterating gives what `toArray` gives. */
export class Column<T = unknown> implements Iterable<T | null> {
  readonly name: string;
  readonly type: ColumnType;
  readonly length: number;
  /** How many values are null. */
  readonly nulls: number;
  /** Arrow validity bitmap; null when no value is null. */
  readonly validity: Uint8Array | null;
  /** Stays the same when rows are only picked: two columns of one origin hold the same row's value for a row. */
  readonly origin: object;
  private readonly load: () => ColumnValues<T>;
  private loaded: ColumnValues<T> | undefined;

  constructor(init: ColumnInit<T>) {
    this.name = init.name;
    this.type = init.type;
    this.length = init.length;
    this.nulls = init.nulls;
    this.validity = init.validity;
    this.load = init.values;
    this.origin = init.origin ?? this;
  }

  /** The values as they lie in memory. In typed arrays a null is 0: ask `validity`, or use `toArray`. */
  get values(): ColumnValues<T> {
    return (this.loaded ??= this.load());
  }

  /** The value of row `i`; null where there is none. @throws RangeError outside `0 <= i < length`. */
  get(i: number): T | null {
    if (!(i >= 0 && i < this.length)) throw new RangeError(`column "${this.name}" has ${this.length} values, there is none at ${i}`);
    if (this.validity !== null && ((this.validity[i >> 3] as number) & (1 << (i & 7))) === 0) return null;
    const { values, type } = this;
    if (type.kind === 'vector' && ArrayBuffer.isView(values)) return (values as Float32Array).subarray(i * type.dim, (i + 1) * type.dim) as T;
    return (values as ArrayLike<T | null>)[i] ?? null;
  }

  /** Values with null where null; a vector is a view of its floats. */
  toArray(): (T | null)[] {
    if (Array.isArray(this.values)) return this.values.slice() as (T | null)[];
    return Array.from({ length: this.length }, (_, i) => this.get(i));
  }

  *[Symbol.iterator](): Iterator<T | null> {
    for (let i = 0; i < this.length; i++) yield this.get(i);
  }

  /** The same values under another name. */
  rename(name: string): Column<T> {
    return new Column<T>({ name, type: this.type, length: this.length, nulls: this.nulls, validity: this.validity, values: () => this.values });
  }

  /** The values at `indices`, in that order; decoded when first asked for. */
  take(indices: ArrayLike<number>): Column<T> {
    const length = indices.length;
    let validity: Uint8Array | null = null;
    let nulls = 0;
    if (this.validity !== null) {
      validity = new Uint8Array((length + 7) >> 3).fill(0xff);
      for (let k = 0; k < length; k++) {
        const i = indices[k] as number;
        if (((this.validity[i >> 3] as number) & (1 << (i & 7))) !== 0) continue;
        validity[k >> 3] = (validity[k >> 3] as number) & ~(1 << (k & 7));
        nulls++;
      }
    }
    return new Column<T>({ name: this.name, type: this.type, length, nulls, validity: nulls === 0 ? null : validity, values: () => this.pick(indices), origin: this.origin });
  }

  private pick(indices: ArrayLike<number>): ColumnValues<T> {
    const { values, type } = this;
    if (type.kind === 'vector' && values instanceof Float32Array) {
      const flat = new Float32Array(indices.length * type.dim);
      for (let k = 0; k < indices.length; k++) flat.set(values.subarray((indices[k] as number) * type.dim, ((indices[k] as number) + 1) * type.dim), k * type.dim);
      return flat;
    }
    if (ArrayBuffer.isView(values)) return Float64Array.from(indices, (i) => (values as Float64Array)[i] as number);
    const list = values as readonly (T | null)[];
    return Array.from(indices, (i) => list[i] ?? null);
  }
}

/** What `withColumn` takes. */
export type ColumnInput = Column | Tensor | TypedArray | readonly unknown[];

/**
 * A column of given values.
 * - a Tensor `[n]` or `[n, d]`, as a model returns it; `[n, d]` is a vector column without a copy per row
 * - a flat Float32Array of `n * dim` with `options.dim`
 * - a typed array of n numbers
 * - an array: numbers, strings, booleans, vectors (`number[][]`, `Float32Array[]`), anything JSON, null anywhere
 * @throws TypeError for a tensor of other rank or element type, and for a value that JSON would lose.
 */
export function columnFrom(name: string, input: ColumnInput, options: { dim?: number } = {}): Column {
  // Renamed even to the same name: what is given on purpose counts as a change, a picked column in other order too.
  if (input instanceof Column) return input.rename(name);
  if (ArrayBuffer.isView(input)) return fromTyped(name, input as TypedArray, options.dim);
  if (!Array.isArray(input)) {
    const tensor = input as Tensor;
    const shape = tensor?.dims?.map(Number);
    if (!shape || !ArrayBuffer.isView(tensor.data)) throw new TypeError(`withColumn("${name}"): give an array, a typed array or a tensor { data, dims }, not ${describe(input)}`);
    if (shape.length > 2) throw new TypeError(`withColumn("${name}"): a tensor of dims [${shape.join(', ')}] is no column; reduce it to [rows] or [rows, dim] first (pool over tokens, for example)`);
    return fromTyped(name, tensor.data, shape.length === 2 ? shape[1] : undefined);
  }
  return fromArray(name, input);
}

function fromTyped(name: string, data: TypedArray, dim: number | undefined): Column {
  if (dim === undefined) {
    const numbers = data instanceof Float64Array ? data : Float64Array.from(data as ArrayLike<number | bigint>, Number);
    const whole = !(data instanceof Float32Array || data instanceof Float64Array);
    return new Column({ name, type: { kind: whole ? 'int' : 'float' }, length: data.length, nulls: 0, validity: null, values: () => numbers });
  }
  if (!Number.isInteger(dim) || dim < 1 || data.length % dim !== 0) throw new TypeError(`withColumn("${name}"): ${data.length} numbers do not divide into vectors of ${dim}`);
  const floats = data instanceof Float32Array ? data : Float32Array.from(data as ArrayLike<number | bigint>, Number);
  return new Column({ name, type: { kind: 'vector', dim }, length: data.length / dim, nulls: 0, validity: null, values: () => floats });
}

function fromArray(name: string, items: readonly unknown[]): Column {
  const length = items.length;
  let nulls = 0;
  let validity: Uint8Array | null = null;
  let type: ColumnType = { kind: 'null' };
  for (let i = 0; i < length; i++) {
    const item = items[i];
    if (item === null || item === undefined) {
      validity ??= new Uint8Array((length + 7) >> 3).fill(0xff);
      validity[i >> 3] = (validity[i >> 3] as number) & ~(1 << (i & 7));
      nulls++;
    } else type = widen(type, item);
  }
  const lost = type.kind === 'json' ? items.map(lostAsJson).find((why) => why !== null) : undefined;
  if (lost !== undefined) throw new TypeError(`withColumn("${name}"): a value is ${lost}`);
  const values = items.some((item) => item === undefined) ? items.map((item) => item ?? null) : items.slice();
  return new Column({ name, type, length, nulls, validity, values: () => values });
}

function widen(type: ColumnType, item: unknown): ColumnType {
  if (type.kind === 'json') return type;
  const own = kindOf(item);
  if (type.kind === 'null') return own;
  if (own.kind === type.kind) return own.kind === 'vector' && own.dim !== (type as { dim: number }).dim ? { kind: 'json' } : type;
  if ((own.kind === 'int' && type.kind === 'float') || (own.kind === 'float' && type.kind === 'int')) return { kind: 'float' };
  return { kind: 'json' };
}

function kindOf(item: unknown): ColumnType {
  if (typeof item === 'string') return { kind: 'text' };
  if (typeof item === 'number') return { kind: Number.isSafeInteger(item) && !Object.is(item, -0) ? 'int' : 'float' };
  if (typeof item === 'boolean') return { kind: 'bool' };
  if (typeof item === 'bigint') return { kind: BigInt.asIntN(64, item) === item ? 'int' : 'float' };
  if (item instanceof Float32Array || item instanceof Float64Array) return item.length > 0 ? { kind: 'vector', dim: item.length } : { kind: 'json' };
  if (Array.isArray(item) && item.length > 0 && item.every((n) => typeof n === 'number')) return { kind: 'vector', dim: item.length };
  return { kind: 'json' };
}
