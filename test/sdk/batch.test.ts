import { describe, expect, it } from 'vitest';
import { Batch, Column, MissingColumnError } from '../../src/sdk/index.js';
import { columnFrom, type ColumnInput } from '../../src/sdk/column.js';

const batchOf = (columns: Record<string, readonly unknown[]>): Batch => new Batch(Object.entries(columns).map(([name, values]) => columnFrom(name, values)), Object.values(columns)[0]?.length ?? 0);
const three = batchOf({ document_id: ['a', 'b', 'c'], data: ['x', null, 'z'], n: [1, 2.5, null] });
const plain = (values: readonly unknown[]): unknown[] => values.map((value) => (ArrayBuffer.isView(value) ? Array.from(value as Float32Array) : value));

describe('Batch', () => {
  it('tells what it has', () => {
    expect(three.numRows).toBe(3);
    expect(three.columnNames).toEqual(['document_id', 'data', 'n']);
    expect([three.has('data'), three.has('text')]).toEqual([true, false]);
    expect(three.columns().map(({ name }) => name)).toEqual(three.columnNames);
  });

  it('names the columns there are when one is missing', () => {
    expect(() => three.column('text')).toThrow(MissingColumnError);
    expect(() => three.column('text')).toThrow('there is no column "text". The row\'s content is always in "data"; this batch has: document_id, data, n');
  });

  it('gives rows', async () => {
    const rows = [{ document_id: 'a', data: 'x', n: 1 }, { document_id: 'b', data: null, n: 2.5 }, { document_id: 'c', data: 'z', n: null }];
    expect(three.get(1)).toEqual(rows[1]);
    expect(three.toArray()).toEqual(rows);
    expect([...three.rows()]).toEqual(rows);
    const collected = [];
    for await (const row of three.rowsAsync()) collected.push(row);
    expect(collected).toEqual(rows);
  });

  it.each([-1, 3, 0.5, NaN])('has no row at %s', (i) => expect(() => three.get(i)).toThrow(RangeError));

  it('is not changed by withColumn', () => {
    const more = three.withColumn('k', [1, 2, 3]).withColumn('n', ['p', 'q', 'r']);
    expect(three.columnNames).toEqual(['document_id', 'data', 'n']);
    expect(more.columnNames).toEqual(['document_id', 'data', 'n', 'k']);
    expect(more.column('n').toArray()).toEqual(['p', 'q', 'r']);
    expect(three.column('n').toArray()).toEqual([1, 2.5, null]);
  });

  it('keeps a copy of the list it is given', () => {
    const values = [1, 2, 3];
    const more = three.withColumn('k', values);
    values[0] = 9;
    expect(more.column('k').toArray()).toEqual([1, 2, 3]);
  });

  it.each([[[1, 2]], [[1, 2, 3, 4]], [new Float64Array(2)]])('refuses a column of other length: %j', (values) => {
    expect(() => three.withColumn('k', values)).toThrow(/withColumn\("k"\): \d values for 3 rows/);
    expect(() => new Batch([columnFrom('k', values)], 3)).toThrow(/column "k" has \d values for 3 rows/);
  });

  it('filters by a function or by marks', () => {
    expect(three.filter(({ data }) => data !== null).column('document_id').toArray()).toEqual(['a', 'c']);
    expect(three.filter((_row, i) => i > 0).column('document_id').toArray()).toEqual(['b', 'c']);
    expect(three.filter([false, true]).column('document_id').toArray()).toEqual(['b']);
    expect(three.filter(() => false).numRows).toBe(0);
  });

  it.each<[number, number | undefined, string[]]>([[0, undefined, ['a', 'b', 'c']], [1, undefined, ['b', 'c']], [1, 2, ['b']], [2, 9, ['c']], [2, 1, []], [3, 3, []]])('slices %s to %s', (start, end, ids) => {
    expect(three.slice(start, end).column('document_id').toArray()).toEqual(ids);
  });

  it('takes rows in any order', () => {
    const picked = three.withColumn('v', [[1, 2], null, [3, 4]]).take([2, 0, 2, 1]);
    expect(picked.toArray().map((row) => [row.document_id, row['n'], row['v']])).toEqual([['c', null, [3, 4]], ['a', 1, [1, 2]], ['c', null, [3, 4]], ['b', 2.5, null]]);
    expect([picked.column('n').nulls, picked.column('v').nulls, picked.column('document_id').nulls]).toEqual([2, 1, 0]);
  });

  it('concatenates, with null where one lacks a column', () => {
    const other = batchOf({ document_id: ['d'], k: [true] });
    expect(three.concat(other).toArray()[3]).toEqual({ document_id: 'd', data: null, n: null, k: true });
    expect(three.concat(other).column('k').toArray()).toEqual([null, null, null, true]);
  });

  it('explodes lists and collects what became of the items', () => {
    const chunked = three.withColumn('chunks', [['p', 'q'], null, []]);
    const { items, rowIndex } = chunked.explode<string>('chunks');
    expect(items).toEqual(['p', 'q']);
    expect([...rowIndex]).toEqual([0, 0]);
    const back = chunked.collect('vectors', [new Float32Array([1, 2]), [3, 4]], rowIndex);
    expect(back.column('vectors').toArray()).toEqual([[[1, 2], [3, 4]], [], []]);
    expect(back.column('vectors').type).toEqual({ kind: 'json' });
    expect(three.withColumn('v', [[1, 2], [3, 4], [5, 6]]).explode('v').items).toEqual([1, 2, 3, 4, 5, 6]);
  });

  it('collects one number per row as a list column', () => {
    const back = three.collect('scores', [5, 6, 7], [2, 0, 1]);
    expect(back.column('scores').toArray()).toEqual([[6], [7], [5]]);
    expect(back.column('scores').type).toEqual({ kind: 'json' });
  });

  it('says why it cannot explode or collect', () => {
    expect(() => three.explode('data')).toThrow('explode("data"): row 0 holds a string, not a list');
    expect(() => three.collect('x', [1, 2], [0])).toThrow('2 items, 1 row indices');
    expect(() => three.collect('x', [1], [3])).toThrow('item 0 belongs to row 3, the batch has 3');
  });
});

const circle: Record<string, unknown> = {};
circle['again'] = circle;

describe('columnFrom', () => {
  it.each<[string, ColumnInput, object, unknown[]]>([
    ['booleans', [true, null], { kind: 'bool' }, [true, null]],
    ['whole numbers', [1, undefined, 2], { kind: 'int' }, [1, null, 2]],
    ['numbers', [1, 0.5], { kind: 'float' }, [1, 0.5]],
    ['minus zero', [-0], { kind: 'float' }, [-0]],
    ['texts', ['', 'ü'], { kind: 'text' }, ['', 'ü']],
    ['lists as vectors', [[1, 2], null, new Float32Array([3, 4])], { kind: 'vector', dim: 2 }, [[1, 2], null, [3, 4]]],
    ['vectors of two sizes', [[1, 2], [3]], { kind: 'json' }, [[1, 2], [3]]],
    ['empty lists', [[], []], { kind: 'json' }, [[], []]],
    ['empty arrays of floats', [new Float32Array(0)], { kind: 'json' }, [[]]],
    ['mixtures', [1, 'a', { b: 1 }], { kind: 'json' }, [1, 'a', { b: 1 }]],
    ['nulls', [null, null], { kind: 'null' }, [null, null]],
    ['nothing', [], { kind: 'null' }, []],
    ['a huge bigint', [2n ** 70n], { kind: 'float' }, [2n ** 70n]],
    ['Float64Array', new Float64Array([1, 2]), { kind: 'float' }, [1, 2]],
    ['Float32Array', new Float32Array([0.5, 2]), { kind: 'float' }, [0.5, 2]],
    ['Int32Array', new Int32Array([1, 2]), { kind: 'int' }, [1, 2]],
    ['BigInt64Array', new BigInt64Array([1n, 2n]), { kind: 'int' }, [1, 2]],
    ['a tensor [n]', { data: new Float32Array([0.5, 1]), dims: [2] }, { kind: 'float' }, [0.5, 1]],
    ['a tensor [n, d]', { data: new Float32Array([1, 2, 3, 4]), dims: [2, 2] }, { kind: 'vector', dim: 2 }, [[1, 2], [3, 4]]],
    ['a tensor of int64', { data: new BigInt64Array([1n, 2n]), dims: [1, 2] }, { kind: 'vector', dim: 2 }, [[1, 2]]],
  ])('%s', (_name, input, type, values) => {
    const column = columnFrom('c', input);
    expect(column.type).toEqual(type);
    expect(plain(column.toArray())).toEqual(values);
    expect(plain([...column])).toEqual(values);
    expect(column.length).toBe(values.length);
    expect(column.nulls).toBe(values.filter((value) => value === null).length);
  });

  it('takes flat floats with their dimension, without a copy', () => {
    const flat = new Float32Array([1, 2, 3, 4, 5, 6]);
    const column = batchOf({ document_id: ['a', 'b', 'c'] }).withColumn('v', flat).column('v');
    expect(column.type).toEqual({ kind: 'vector', dim: 2 });
    expect(column.values).toBe(flat);
    expect(three.withColumn('v', new Float32Array(3), { dim: 1 }).column('v').type).toEqual({ kind: 'vector', dim: 1 });
  });

  it.each<[string, unknown, RegExp]>([
    ['a tensor of three dimensions', { data: new Float32Array(8), dims: [2, 2, 2] }, /dims \[2, 2, 2\] is no column/],
    ['an object', { a: 1 }, /not an object of class Object/],
    ['a promise', Promise.resolve([]), /not a Promise \(await it first\)/],
    ['a text', 'abc', /not a string/],
    ['null', null, /not null/],
    ['nothing', undefined, /not undefined/],
    ['a map', new Map(), /not an object of class Map/],
    ['a function among values', [1, () => 1], /withColumn\("c"\): a value is a function, which has no JSON form/],
    ['a symbol', [Symbol('s')], /a symbol, which has no JSON form/],
    ['promises', [Promise.resolve(1)], /class Promise, which JSON writes as \{\}; await it first/],
    ['maps', [null, new Map([['a', 1]])], /class Map, which JSON writes as \{\}; give Object\.fromEntries/],
    ['a set in an object', [{ words: new Set(['a']) }], /class Set, which JSON writes as \{\}; give \[\.\.\.set\]/],
    ['errors', [new Error('x')], /class Error, which JSON writes as \{\}/],
    ['a circle', [circle], /class Object that has no JSON form \(Converting circular structure to JSON\)/],
  ])('refuses %s', (_name, input, message) => expect(() => columnFrom('c', input as ColumnInput)).toThrow(message));

  it.each<[string, unknown]>([
    ['dates', new Date(0)], ['objects without a prototype', Object.create(null)], ['empty objects and lists', { a: {}, b: [] }], ['big integers in lists', [1n]],
    ['typed arrays in objects', { a: new Int32Array(0) }], ['objects of a class', new (class Point { x = 1; })()], ['what says its own JSON', { toJSON: () => 'x' }],
  ])('takes %s', (_name, value) => expect(columnFrom('c', [value]).get(0)).toBe(value));

  it.each([0, -1, 1.5, 4])('refuses 6 numbers as vectors of %s', (dim) => expect(() => columnFrom('c', new Float32Array(6), { dim })).toThrow(/6 numbers do not divide into vectors of/));
});

describe('Column', () => {
  const vectors = columnFrom('v', new Float32Array([1, 2, 3, 4]), { dim: 2 });
  it('gives vectors as views', () => {
    expect(vectors.get(1)).toEqual(new Float32Array([3, 4]));
    expect((vectors.get(1) as Float32Array).buffer).toBe((vectors.values as Float32Array).buffer);
  });
  it.each([-1, 2, NaN])('has nothing at %s', (i) => expect(() => vectors.get(i)).toThrow(/there is none at/));
  it('decodes once, and only when asked', () => {
    let loads = 0;
    const lazy = new Column({ name: 'c', type: { kind: 'text' }, length: 2, nulls: 0, validity: null, values: () => (loads++, ['a', 'b']) });
    const taken = lazy.take([1]).rename('d');
    expect(loads).toBe(0);
    expect([taken.get(0), taken.get(0), lazy.get(0)]).toEqual(['b', 'b', 'a']);
    expect(loads).toBe(1);
  });
  it('knows where picked rows came from; a new name is a new column', () => {
    expect(vectors.take([1]).origin).toBe(vectors.origin);
    expect(vectors.rename('w').origin).not.toBe(vectors.origin);
    const batch = new Batch([vectors], 2);
    expect(batch.withColumn('v', batch.column('v'))).toBe(batch);
    expect(batch.withColumn('v', batch.column('v').take([1, 0])).column('v').origin).not.toBe(vectors.origin);
  });
});
