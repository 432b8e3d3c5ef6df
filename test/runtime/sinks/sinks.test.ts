import { existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { tableFromIPC } from 'apache-arrow';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { buildColumn, sliceColumn, type Block, type ColumnType } from '../../../src/protocol/index.js';
import type { JournalField } from '../../../src/runtime/journal/index.js';
import { arrowFormat } from '../../../src/runtime/sinks/arrow.js';
import { OutputFile, formatOf, makeSink, type Format } from '../../../src/runtime/sinks/index.js';
import { jsonlFormat } from '../../../src/runtime/sinks/jsonl.js';
import { parquetFormat } from '../../../src/runtime/sinks/parquet/format.js';
import { Random } from '../../protocol/random.js';

const types: Record<string, ColumnType> = { n: { kind: 'null' }, b: { kind: 'bool' }, i: { kind: 'int' }, f: { kind: 'float' }, t: { kind: 'text' }, j: { kind: 'json' }, v: { kind: 'vector', dim: 3 } };
const fields: JournalField[] = Object.entries(types).map(([name, type]) => ({ name, type, origin: 'plugin' }));

function randomRows(random: Random, count: number): Record<string, unknown>[] {
  const maybe = (value: unknown): unknown => (random.chance(0.2) ? null : value);
  return random.list(count, () => ({
    n: null, b: maybe(random.chance(0.5)), i: maybe(random.bits()), f: maybe(random.pick([0.1, -0, 1e300, random.bits() / 7])), t: maybe(random.text()),
    j: maybe({ [random.text()]: [random.text(), null, 0.1] }), v: maybe(random.list(3, () => Math.fround(random.bits() / 1e9))),
  }));
}

const blockOf = (rows: readonly Record<string, unknown>[]): Block => ({ rows: rows.length, columns: fields.map(({ name, type }) => buildColumn(name, type, rows.map((row) => row[name]))) });
const slice = (block: Block, start: number, end: number): Block => ({ rows: end - start, columns: block.columns.map((column) => sliceColumn(column, start, end)) });
function write(format: Format, blocks: readonly Block[]): Buffer {
  // Chunks may alias the blocks' buffers until they are written out: copy at once.
  const out = blocks.map((block) => Buffer.concat(format.push(block)));
  return Buffer.concat([...out, ...format.end()]);
}

describe.each<[string, (given: readonly JournalField[]) => Format, number]>([['arrow', arrowFormat, 5000], ['jsonl', jsonlFormat, 300], ['parquet', parquetFormat, 5000]])('%s', (_name, make, count) => {
  it('is a function of the rows: any grouping gives the same bytes', () => {
    const random = new Random(17);
    for (const size of [1, 9, count]) {
      const rows = randomRows(random, size);
      const whole = blockOf(rows);
      const expected = write(make(fields), [whole]);
      for (let round = 0; round < 3; round++) {
        const cuts = random.cuts(size, round === 0 ? 9 : 700);
        expect(write(make(fields), cuts.map(([start, end]) => slice(whole, start, end))).equals(expected)).toBe(true);
        expect(write(make(fields), cuts.map(([start, end]) => blockOf(rows.slice(start, end)))).equals(expected)).toBe(true);
      }
    }
  });
});

describe('arrow', () => {
  it('is a stream that others read', () => {
    const rows = randomRows(new Random(19), 2500);
    const table = tableFromIPC(write(arrowFormat(fields), [blockOf(rows)]));
    expect(table.numRows).toBe(2500);
    expect(table.toArray().map((row) => (row as { t: string }).t)).toEqual(rows.map(({ t }) => t));
    expect(table.schema.fields.find(({ name }) => name === 'j')?.metadata.get('plugsmith')).toBe('json');
  });
  it('without rows is a schema', () => {
    const table = tableFromIPC(write(arrowFormat(fields), []));
    expect([table.numRows, table.schema.fields.map(({ name }) => name)]).toEqual([0, fields.map(({ name }) => name)]);
  });
});

describe('jsonl', () => {
  const line = (type: ColumnType, value: unknown): string => write(jsonlFormat([{ name: 'x', type, origin: 'plugin' }]), [{ rows: 1, columns: [buildColumn('x', type, [value])] }]).toString();
  it.each<[ColumnType, unknown, string]>([
    [{ kind: 'null' }, null, 'null'], [{ kind: 'bool' }, true, 'true'], [{ kind: 'bool' }, false, 'false'], [{ kind: 'bool' }, null, 'null'], [{ kind: 'int' }, -5, '-5'], [{ kind: 'int' }, 2n ** 62n, '4611686018427387904'],
    [{ kind: 'float' }, 0.1, '0.1'], [{ kind: 'float' }, NaN, 'null'], [{ kind: 'float' }, -Infinity, 'null'], [{ kind: 'float' }, 1e21, '1e+21'], [{ kind: 'text' }, '', '""'], [{ kind: 'text' }, 'a"b\\\n\u0001', '"a\\"b\\\\\\n\\u0001"'],
    [{ kind: 'text' }, 'ü日👩‍🚀\u2028\u007f', '"ü日👩‍🚀\u2028\u007f"'], [{ kind: 'json' }, { a: [1, null] }, '{"a":[1,null]}'], [{ kind: 'json' }, 'x', '"x"'], [{ kind: 'vector', dim: 2 }, [0.1, -2], '[0.100000001,-2]'],
    [{ kind: 'vector', dim: 1 }, [0], '[0]'], [{ kind: 'vector', dim: 3 }, [NaN, 1, -Infinity], '[null,1,null]'], [{ kind: 'vector', dim: 2 }, null, 'null'],
  ])('%o %o', (type, value, expected) => expect(line(type, value)).toBe(`{"x":${expected}}\n`));

  it('reads back as the rows', () => {
    const rows = randomRows(new Random(23), 400);
    const read = write(jsonlFormat(fields), [blockOf(rows)]).toString().trimEnd().split('\n').map((text) => JSON.parse(text) as Record<string, unknown>);
    expect(read.map((row) => ({ ...row, v: (row['v'] as number[] | null)?.map(Math.fround) ?? null }))).toEqual(rows.map((row) => ({ ...row, f: row['f'] === 0 ? 0 : row['f'] })));
  });

  it('takes texts and vectors larger than its buffer, and names that need escapes', () => {
    const long = 'ü'.repeat(400_000);
    expect(JSON.parse(line({ kind: 'text' }, long))).toEqual({ x: long });
    expect((JSON.parse(line({ kind: 'vector', dim: 50_000 }, new Float32Array(50_000).fill(0.1))) as { x: number[] }).x).toHaveLength(50_000);
    const odd: JournalField[] = [{ name: 'a"\n', type: { kind: 'int' }, origin: 'input' }, { name: 'ü', type: { kind: 'int' }, origin: 'input' }];
    expect(write(jsonlFormat(odd), [{ rows: 1, columns: odd.map(({ name, type }) => buildColumn(name, type, [1])) }]).toString()).toBe('{"a\\"\\n":1,"ü":1}\n');
  });
});

describe('files', () => {
  let folder: string;
  beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'plugsmith-sinks-'))));
  afterEach(() => rmSync(folder, { recursive: true }));

  it.each([['a.arrow', 'arrow'], ['a.ARROWS', 'arrow'], ['x/a.ipc', 'arrow'], ['a.jsonl', 'jsonl'], ['a.ndjson', 'jsonl'], ['a.b.Parquet', 'parquet'], ['a.pq', 'parquet']])('%s is %s', (path, format) => expect(formatOf(path)).toBe(format));
  it.each(['a', 'a.csv', 'jsonl'])('the format of %s cannot be told', (path) => expect(() => formatOf(path)).toThrow(expect.objectContaining({ code: 'output-format', exitCode: 2 }) as Error));

  it('take their name when they are complete, and replace what was there', async () => {
    const path = join(folder, 'new/out.jsonl');
    for (const value of [1, 2]) {
      const file = await OutputFile.open(path, 'run');
      const sink = makeSink('jsonl', [{ name: 'x', type: { kind: 'int' }, origin: 'plugin' }], file);
      await sink.write({ rows: 1, columns: [buildColumn('x', { kind: 'int' }, [value])] });
      expect(existsSync(path)).toBe(value === 2);
      await sink.finish();
      await file.commit();
      expect(readFileSync(path, 'utf8')).toBe(`{"x":${value}}\n`);
    }
    expect(readdirSync(join(folder, 'new'))).toEqual(['out.jsonl']);
  });

  it.each(['commit', 'discard'] as const)('long ones, of which the disk has a part already, come to their end: %s', async (end) => {
    const part = Buffer.alloc(20 * 1024 * 1024, 'x');
    const file = await OutputFile.open(join(folder, 'long.jsonl'), 'run');
    for (let i = 0; i < 4; i++) await file.write([part]);
    await file[end]();
    expect(readdirSync(folder).map((name) => [name, statSync(join(folder, name)).size])).toEqual(end === 'commit' ? [['long.jsonl', 4 * part.byteLength]] : []);
  });

  it('leave nothing behind when they are discarded, and the earlier one as it was', async () => {
    const path = join(folder, 'out.jsonl');
    await (await OutputFile.open(path, 'run')).commit();
    const file = await OutputFile.open(path, 'run');
    await file.write([Buffer.from('half')]);
    await file.discard();
    expect([readdirSync(folder), readFileSync(path, 'utf8')]).toEqual([['out.jsonl'], '']);
  });

  it('are refused where a folder has the name', async () => {
    mkdirSync(join(folder, 'out.jsonl'));
    await expect(OutputFile.open(join(folder, 'out.jsonl'), 'run')).rejects.toMatchObject({ code: 'output-exists' });
    await (await OutputFile.open(join(folder, 'file.jsonl'), 'run')).commit();
    await expect(OutputFile.open(join(folder, 'file.jsonl/out.jsonl'), 'run')).rejects.toMatchObject({ code: 'output-not-writable' });
  });

  it.runIf(process.platform === 'linux')('are refused at once where no folder can be made', async () => {
    await expect(OutputFile.open('/proc/x/out.jsonl', 'run')).rejects.toMatchObject({ code: 'write-failed', message: expect.stringContaining('/proc/x/out.jsonl') });
  });
});
