import { parquetMetadata, parquetReadObjects } from 'hyparquet';
import { describe, expect, it } from 'vitest';
import { buildColumn, type Block, type ColumnType } from '../../../src/protocol/index.js';
import type { JournalField } from '../../../src/runtime/journal/index.js';
import { parquetFormat } from '../../../src/runtime/sinks/parquet/format.js';
import { Reblocker } from '../../../src/runtime/sinks/reblock.js';
import { Random } from '../../protocol/random.js';

const field = (type: ColumnType): JournalField[] => [{ name: 'x', type, origin: 'plugin' }];

function write(fields: readonly JournalField[], blocks: readonly Block[]): Buffer {
  const format = parquetFormat(fields);
  const out = blocks.map((block) => Buffer.concat(format.push(block)));
  return Buffer.concat([...out, ...format.end()]);
}

async function roundTrip(type: ColumnType, values: readonly unknown[]): Promise<unknown[]> {
  const bytes = write(field(type), [{ rows: values.length, columns: [buildColumn('x', type, values)] }]);
  const file = bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength) as ArrayBuffer;
  return (await parquetReadObjects({ file })).map((row) => row['x'] ?? null);
}

const withNulls = (random: Random, make: () => unknown, count: number): unknown[] => random.list(count, () => (random.chance(0.3) ? null : make()));

describe('a column', () => {
  const random = new Random(5);
  it.each<[string, ColumnType, unknown[]]>([
    ['nothing but nulls', { kind: 'null' }, [null, null]],
    ['bools', { kind: 'bool' }, withNulls(random, () => random.chance(0.5), 37)],
    ['bools without nulls', { kind: 'bool' }, random.list(17, () => random.chance(0.5))],
    ['whole numbers', { kind: 'int' }, withNulls(random, () => BigInt(random.bits()) * 2n ** 31n, 50)],
    ['floats', { kind: 'float' }, [...withNulls(random, () => random.bits() / 3, 50), NaN, Infinity, -0]],
    ['texts', { kind: 'text' }, ['', 'ü', null, '日本語', 'x'.repeat(1000)]],
    ['a column of nulls', { kind: 'text' }, [null, null, null]],
    ['vectors', { kind: 'vector', dim: 3 }, [[1, 2, 3], [0.5, -0.25, NaN]]],
    ['vectors, some null', { kind: 'vector', dim: 2 }, [null, [1, 2], [3, 4], null, null, [5, 6]]],
    ['vectors of one number', { kind: 'vector', dim: 1 }, [[1], null, [2]]],
    ['null vectors', { kind: 'vector', dim: 2 }, [null, null]],
  ])('%s', async (_name, type, values) => expect(await roundTrip(type, values)).toEqual(values));

  it('of JSON is read as what it stands for', async () => {
    const values = [{ a: [1, null, 'ü'] }, null, [], 'x'];
    expect(await roundTrip({ kind: 'json' }, values)).toEqual(values);
  });
});

describe('a file', () => {
  it('without rows holds the columns', () => {
    const metadata = parquetMetadata(write([...field({ kind: 'vector', dim: 2 })], []));
    expect([metadata.num_rows, metadata.schema.map(({ name }) => name)]).toEqual([0n, ['schema', 'x', 'list', 'element']]);
  });

  it('has row groups of bounded size, cut by rows alone', () => {
    const fields = field({ kind: 'vector', dim: 1024 });
    const block = { rows: 3000, columns: [buildColumn('x', fields[0]?.type as ColumnType, Array.from({ length: 3000 }, (_, i) => new Float32Array(1024).fill(i)))] };
    const bytes = write(fields, [block, block, block, block]);
    const metadata = parquetMetadata(bytes);
    expect(metadata.num_rows).toBe(12_000n);
    expect(metadata.row_groups.map(({ num_rows }) => Number(num_rows))).toEqual([8192, 3808]);
    expect(metadata.row_groups.map(({ columns }) => columns[0]?.meta_data?.num_values)).toEqual([8192n * 1024n, 3808n * 1024n]);
  });
});

describe('Reblocker', () => {
  const text: JournalField[] = field({ kind: 'text' });
  const block = (texts: readonly (string | null)[]): Block => ({ rows: texts.length, columns: [buildColumn('x', { kind: 'text' }, texts)] });

  it('closes a block with the row that brings it to its size', () => {
    const reblocker = new Reblocker(text, { rows: 3, bytes: 100 });
    const sizes = [...reblocker.push(block(['a', 'b'])), ...reblocker.push(block(['c', 'd', 'x'.repeat(200), 'e'])), ...reblocker.push(block([null, null, 'f']))].map(({ rows }) => rows);
    expect([sizes, reblocker.rest()?.rows]).toEqual([[3, 2, 3], 1]);
    expect(reblocker.rest()).toBeNull();
  });
});
