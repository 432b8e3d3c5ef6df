import { describe, expect, it } from 'vitest';
import {
  buildColumn, concatColumns, convertColumn, decodeBlock, encodeBlock, inferType, sameType, sliceColumn, takeRows, textValues, unifyTypes, valueAt,
  type ColumnType, type TextColumn, type WireColumn,
} from '../../src/protocol/index.js';
import { Random } from './random.js';

const K = { null: { kind: 'null' }, bool: { kind: 'bool' }, int: { kind: 'int' }, float: { kind: 'float' }, text: { kind: 'text' }, json: { kind: 'json' } } as const satisfies Record<string, ColumnType>;
const vector = (dim: number): ColumnType => ({ kind: 'vector', dim });
const all: ColumnType[] = [...Object.values(K), vector(2), vector(3)];

/** Everything in a column, vectors as lists. */
const read = (column: WireColumn): unknown[] =>
  Array.from({ length: column.length }, (_, i) => {
    const value = valueAt(column, i);
    return value instanceof Float32Array ? Array.from(value) : value;
  });

const makers: Record<ColumnType['kind'], (random: Random, dim: number) => unknown> = {
  null: () => null,
  bool: (random) => random.chance(0.5),
  int: (random) => random.pick([0, 1, -1, 7, Number.MAX_SAFE_INTEGER, random.bits()]),
  float: (random) => random.pick([0.5, -0, 1e300, 5e-324, random.bits() / 7]),
  text: (random) => random.text(),
  json: (random) => random.pick([{ a: random.text() }, [1, 'x'], true, { b: null }, 'text']),
  vector: (random, dim) => random.list(dim, () => Math.fround(random.bits() / 1e6)),
};

function randomValues(random: Random, type: ColumnType, length: number, nulls: number): unknown[] {
  return random.list(length, () => (random.chance(nulls) ? null : makers[type.kind](random, type.kind === 'vector' ? type.dim : 0)));
}

/** Columns of all types and many lengths, with and without nulls. */
function* samples(): Iterable<{ random: Random; type: ColumnType; values: unknown[]; column: WireColumn }> {
  const random = new Random(1);
  for (const type of all) {
    for (let round = 0; round < 40; round++) {
      const values = randomValues(random, type, random.int(40), random.pick([0, 0.3, 1]));
      yield { random, type, values, column: buildColumn('c', type, values) };
    }
  }
}

describe('inferType', () => {
  it.each<[string, unknown[], ColumnType]>([
    ['nothing', [], K.null],
    ['nulls', [null, undefined], K.null],
    ['booleans', [true, null, false], K.bool],
    ['whole numbers', [1, -2, Number.MAX_SAFE_INTEGER], K.int],
    ['a number too large to be exact', [2 ** 53], K.float],
    ['minus zero', [1, -0], K.float],
    ['NaN', [1, NaN], K.float],
    ['infinity', [Infinity], K.float],
    ['int and float', [1, 0.5, 2], K.float],
    ['bigint', [1n, 2], K.int],
    ['bigint beyond 64 bits', [2n ** 63n], K.float],
    ['texts', ['a', '', null], K.text],
    ['text and number', ['a', 1], K.json],
    ['boolean and number', [true, 1], K.json],
    ['objects', [{ a: 1 }], K.json],
    ['lists of numbers', [[1, 2], [3, 4], null], vector(2)],
    ['typed arrays', [new Float32Array(3), new Float64Array(3), [1, 2, 3]], vector(3)],
    ['other typed arrays', [new Uint8Array(3)], K.json],
    ['lists of different lengths', [[1, 2], [3]], K.json],
    ['empty lists', [[]], K.json],
    ['empty typed arrays', [new Float32Array(0)], K.json],
    ['lists with other items', [[1, null]], K.json],
    ['a list and a number', [[1], 1], K.json],
  ])('%s', (_name, values, type) => {
    expect(inferType(values)).toEqual(type);
    expect(inferType([...values].reverse())).toEqual(type);
  });
});

describe('unifyTypes', () => {
  it('does not depend on order or grouping', () => {
    for (const a of all) {
      expect(unifyTypes(a, a)).toEqual(a);
      expect(unifyTypes(a, K.null)).toEqual(a);
      for (const b of all) {
        expect(unifyTypes(a, b)).toEqual(unifyTypes(b, a));
        for (const c of all) expect(unifyTypes(unifyTypes(a, b), c)).toEqual(unifyTypes(a, unifyTypes(b, c)));
      }
    }
  });

  it.each<[ColumnType, ColumnType, ColumnType]>([
    [K.int, K.float, K.float], [K.int, K.text, K.json], [K.bool, K.int, K.json], [vector(2), vector(3), K.json], [vector(2), K.float, K.json], [K.json, K.text, K.json],
  ])('%j and %j give %j', (a, b, expected) => expect(unifyTypes(a, b)).toEqual(expected));

  it('tells types apart', () => {
    for (const [i, a] of all.entries()) for (const [k, b] of all.entries()) expect(sameType(a, b)).toBe(i === k);
  });
});

describe('columns', () => {
  it('give back what was put in', () => {
    for (const { values, column } of samples()) {
      expect(read(column)).toEqual(values);
      expect(column.nulls).toBe(values.filter((value) => value === null).length);
    }
  });

  it('travel as Arrow', () => {
    for (const { values, column } of samples()) {
      const bytes = Buffer.concat(encodeBlock({ rows: column.length, columns: [column] }));
      const [back] = decodeBlock(bytes, column.length).columns as [WireColumn];
      expect({ type: back.type, values: read(back), nulls: back.nulls }).toEqual({ type: column.type, values, nulls: column.nulls });
    }
  });

  it('takes whole numbers that no double holds as they are', () => {
    const values = [2n ** 60n + 1n, null, -(2n ** 62n) + 3n];
    const taken = takeRows(buildColumn('x', { kind: 'int' }, values), [2, 1, 0]);
    expect([Array.from((taken as { data: BigInt64Array }).data), taken.nulls]).toEqual([[values[2], 0n, values[0]], 1]);
  });

  it('take, slice and concat like arrays', () => {
    for (const { random, values, column } of samples()) {
      const indices = random.list(random.int(20), () => random.int(values.length)).filter((i) => i < values.length);
      expect(read(takeRows(column, indices))).toEqual(indices.map((i) => values[i]));
      const [start, end] = [random.int(values.length + 1), random.int(values.length + 1)].sort((a, b) => a - b) as [number, number];
      const slice = sliceColumn(column, start, end);
      expect(read(slice)).toEqual(values.slice(start, end));
      expect(slice.nulls).toBe(values.slice(start, end).filter((value) => value === null).length);
      const parts = random.cuts(values.length).map(([from, to]) => sliceColumn(column, from, to));
      expect(read(concatColumns('c', parts))).toEqual(values);
    }
  });

  it('have the same bytes however they were cut and joined', () => {
    const bytes = (column: WireColumn): string => Buffer.concat(encodeBlock({ rows: column.length, columns: [column] })).toString('base64');
    for (const { random, type, values, column } of samples()) {
      const cuts = random.cuts(values.length);
      if (cuts.length === 0) continue;
      expect(bytes(concatColumns('c', cuts.map(([from, to]) => sliceColumn(column, from, to))))).toBe(bytes(column));
      expect(bytes(concatColumns('c', cuts.map(([from, to]) => buildColumn('c', type, values.slice(from, to)))))).toBe(bytes(column));
      expect(bytes(takeRows(column, values.map((_, i) => i)))).toBe(bytes(column));
    }
  });

  it('convert to every wider type', () => {
    for (const { values, column, type } of samples()) {
      for (const other of all) {
        const wider = unifyTypes(type, other);
        const converted = convertColumn(column, wider);
        expect(converted.type).toEqual(wider);
        // JSON has no minus zero; everything else is as it was.
        expect(read(converted).map((value) => (value === 0 ? 0 : value))).toEqual(values.map((value) => (value === 0 ? 0 : value)));
      }
    }
  });

  it('join parts of different types', () => {
    const parts = [buildColumn('c', K.null, [null]), buildColumn('c', K.int, [1]), buildColumn('c', K.float, [0.5]), buildColumn('c', K.text, ['x', null]), buildColumn('c', vector(1), [[2]])];
    const joined = concatColumns('c', parts);
    expect(joined.type).toEqual(K.json);
    expect(read(joined)).toEqual([null, 1, 0.5, 'x', null, [2]]);
    expect(concatColumns('c', [])).toEqual({ name: 'c', type: K.null, length: 0, nulls: 0, validity: null });
  });

  it('decode all texts at once as one by one', () => {
    for (const { values, column, type } of samples()) {
      if (type.kind !== 'text') continue;
      expect(textValues(column as TextColumn)).toEqual(values);
    }
    const json = buildColumn('c', K.json, [{ a: 1 }, null]) as TextColumn;
    expect(textValues(json)).toEqual(['{"a":1}', null]);
  });

  it('hold texts larger than the first guess', () => {
    const values = ['x'.repeat(5000), '日'.repeat(3000), ''];
    expect(read(buildColumn('c', K.text, values))).toEqual(values);
  });

  it.each([
    ['a function', () => 1],
    ['a symbol', Symbol('s')],
  ])('refuse %s in json', (_name, value) => expect(() => buildColumn('c', K.json, [value])).toThrow(/column "c" holds a \w+, which has no JSON form/));

  it('write typed arrays and bigints as JSON', () => {
    expect(textValues(buildColumn('c', K.json, [new Float32Array([0.5]), { v: new Float32Array([1]), n: 5n }, new Uint8Array([7])]) as TextColumn)).toEqual(['[0.5]', '{"v":[1],"n":5}', '[7]']);
  });
});

it('a block without columns has no bytes', () => {
  expect(encodeBlock({ rows: 7, columns: [] })).toEqual([]);
  expect(decodeBlock(new Uint8Array(0), 7)).toEqual({ rows: 7, columns: [] });
});
