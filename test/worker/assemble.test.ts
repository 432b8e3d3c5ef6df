import { describe, expect, it } from 'vitest';
import { buildColumn, decodeBlock, encodeBlock, valueAt, type WireColumn } from '../../src/protocol/index.js';
import { Batch } from '../../src/sdk/index.js';
import { columnFrom, type ColumnInput } from '../../src/sdk/column.js';
import { Assembly, frameBatch, pieceOf, type Piece } from '../../src/worker/assemble.js';

const read = (column: WireColumn | undefined): unknown[] =>
  Array.from({ length: column?.length ?? 0 }, (_, i) => {
    const value = valueAt(column as WireColumn, i);
    return value instanceof Float32Array ? Array.from(value) : value;
  });
const piece = (rows: number[], columns: Record<string, ColumnInput>): Piece => ({ rows, columns: Object.entries(columns).map(([name, values]) => columnFrom(name, values)) });
const ones = (n: number): Uint8Array => new Uint8Array(n).fill(1);
const embedding = new Map([['v', 2]]);

function assemble(pieces: readonly Piece[], rows: number, features: ReadonlyMap<string, number>, matched: Uint8Array): ReturnType<Assembly['finish']> {
  const assembly = new Assembly(rows, features, matched);
  for (const one of pieces) assembly.add(one);
  return assembly.finish();
}

describe('features', () => {
  it.each<[string, ColumnInput, unknown[], object]>([
    ['vectors', [[1, 2], [3, 4]], [[1, 2], [3, 4]], { written: 2 }],
    ['flat floats', { data: new Float32Array([1, 2, 3, 4]), dims: [2, 2] }, [[1, 2], [3, 4]], { written: 2 }],
    ['null', [null, [1, 2]], [null, [1, 2]], { written: 1, null: 1 }],
    ['nothing but null', [null, null], [null, null], { null: 2 }],
    ['a wrong size', [[1, 2, 3], [1, 2]], [null, [1, 2]], { written: 1, wrong_size: 1, seen_size: 3 }],
    ['all of a wrong size', [[1, 2, 3], [4, 5, 6]], [null, null], { wrong_size: 2, seen_size: 3 }],
    ['numbers', [1, 2], [null, null], { wrong_size: 2, seen_size: 1 }],
    ['texts', ['a', 'bc'], [null, null], { nan: 2 }],
    ['NaN', [[NaN, 1], [1, 2]], [null, [1, 2]], { written: 1, nan: 1 }],
    ['infinity', [[1, -Infinity], [1, 2]], [null, [1, 2]], { written: 1, nan: 1 }],
    ['a number beyond float32', [[1e100, 1], [1, 2]], [null, [1, 2]], { written: 1, nan: 1 }],
    ['a null among the numbers', [[1, null], [1, 2]], [null, [1, 2]], { written: 1, nan: 1 }],
    ['texts among the numbers', [['1', '2'], [1, 2]], [null, [1, 2]], { written: 1, nan: 1 }],
    ['zero', [[0, 0], [0, -0]], [[0, 0], [0, -0]], { written: 2, zero: 2 }],
    ['zero as float32', [[1e-60, 0], [1e-40, 0]], [[0, 0], [Math.fround(1e-40), 0]], { written: 2, zero: 1 }],
    ['bigints', [[1n, 2n], [3, 4]], [[1, 2], [3, 4]], { written: 2 }],
    ['int64', { data: new BigInt64Array([1n, 2n, 3n, 4n]), dims: [2, 2] }, [[1, 2], [3, 4]], { written: 2 }],
  ])('%s', (_name, values, expected, counted) => {
    const { columns, stats } = assemble([piece([0, 1], { v: values })], 2, embedding, ones(2));
    expect(read(columns[0])).toEqual(expected);
    expect(stats['v']).toEqual({ written: 0, null: 0, wrong_size: 0, nan: 0, zero: 0, seen_size: 0, ...counted });
    expect(columns[0]?.type).toEqual({ kind: 'vector', dim: 2 });
    expect(columns[0]?.nulls).toBe(expected.filter((value) => value === null).length);
    // The bytes go into files that have to be the same each time.
    expect(Array.from((columns[0] as { data: Float32Array }).data)).toEqual(expected.flatMap((value) => value ?? [0, 0]));
  });

  it('never written: null in each row that a step matched', () => {
    const { columns, stats } = assemble([piece([0, 2], {})], 3, embedding, new Uint8Array([1, 0, 1]));
    expect(read(columns[0])).toEqual([null, null, null]);
    expect(stats['v']).toMatchObject({ written: 0, null: 2 });
  });

  it('picked rows with nulls under flat floats', () => {
    const flat = columnFrom('v', new Float32Array([1, 2, 3, 4]), { dim: 2 });
    const merged = columnFrom('v', [...flat.toArray(), null]).take([2, 0]);
    const { columns, stats } = assemble([{ rows: [0, 1], columns: [merged] }], 2, embedding, ones(2));
    expect([read(columns[0]), stats['v']?.null]).toEqual([[null, [1, 2]], 1]);
  });
});

describe('other columns', () => {
  it('stand at their positions; failed rows are null', () => {
    const { columns } = assemble([piece([0, 2], { a: [1, 2], b: ['x', null] }), piece([3], { a: [0.5] })], 5, new Map(), ones(5));
    expect(columns.map((column) => [column.name, column.type.kind, read(column)])).toEqual([['a', 'float', [1, null, 2, 0.5, null]], ['b', 'text', ['x', null, null, null, null]]]);
  });

  it('come behind the features, in order of appearance, without document_id', () => {
    const { columns } = assemble([piece([0], { b: [1], document_id: ['x'] }), piece([1], { a: [1], v: [[1, 2]], b: [2] })], 2, embedding, ones(2));
    expect(columns.map(({ name }) => name)).toEqual(['v', 'b', 'a']);
  });

  it('a batch without survivors does not add columns', () => {
    expect(assemble([piece([], { a: [] }), piece([1], {})], 2, new Map(), ones(2)).columns).toEqual([]);
  });

  it('grouping batches into frames does not show, vectors that end as JSON included', () => {
    const batches = [{ x: [[0.1, 0.2]] }, { x: [[0.1]] }, { x: ['a'] }, { x: [0.1] }, { x: [1] }];
    const whole = assemble(batches.map((columns, i) => piece([i], columns)), 5, new Map(), ones(5)).columns[0];
    const single = batches.map((columns) => assemble([piece([0], columns)], 1, new Map(), ones(1)).columns[0]);
    expect(read(whole)).toEqual(single.flatMap(read));
  });

  it('only columns that changed are kept', () => {
    const before = new Batch([columnFrom('data', ['a', 'b']), columnFrom('n', [1, 2])], 2);
    const { rows, columns } = pieceOf(before, before.withColumn('n', [3, 4]).withColumn('k', [5, 6]).take([1]), [1], 10);
    expect([rows, columns.map((column) => [column.name, column.toArray()])]).toEqual([[11], [['n', [4]], ['k', [6]]]]);
  });
});

describe('frameBatch', () => {
  const columns = [
    buildColumn('b', { kind: 'bool' }, [true, null, false]), buildColumn('i', { kind: 'int' }, [1, null, -3]), buildColumn('f', { kind: 'float' }, [0.5, null, 2]), buildColumn('t', { kind: 'text' }, ['a', null, 'ü']),
    buildColumn('j', { kind: 'json' }, [{ a: 1 }, null, [1]]), buildColumn('v', { kind: 'vector', dim: 2 }, [[1, 2], null, [3, 4]]), buildColumn('n', { kind: 'null' }, [null, null, null]),
  ];
  it('slices and decodes all kinds, constants among them', () => {
    const block = { rows: 3, columns: decodeBlock(Buffer.concat(encodeBlock({ rows: 3, columns })), 3).columns };
    const rows = [[0, 3], [1, 3], [2, 3]].flatMap(([start, end]) => frameBatch(block, { c: 'x', nothing: null, size: 0, yes: true }, start as number, end as number).toArray().slice(0, 1));
    const constant = { c: 'x', nothing: null, size: 0, yes: true, n: null };
    expect(rows).toEqual([
      { b: true, i: 1, f: 0.5, t: 'a', j: { a: 1 }, v: new Float32Array([1, 2]), ...constant },
      { b: null, i: null, f: null, t: null, j: null, v: null, ...constant },
      { b: false, i: -3, f: 2, t: 'ü', j: [1], v: new Float32Array([3, 4]), ...constant },
    ]);
  });
});
