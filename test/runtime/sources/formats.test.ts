import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { gzipBytes } from '../../../src/runtime/sources/bytes.js';
import { checkStream, chooseFormat, chooseStreamFormat } from '../../../src/runtime/sources/formats.js';
import { START, openSource, type Position, type RawRow } from '../../../src/runtime/sources/index.js';

let folder: string;
beforeAll(() => (folder = mkdtempSync(join(tmpdir(), 'plugsmith-formats-'))));
afterAll(() => rmSync(folder, { recursive: true }));

function put(name: string, content: string | Buffer): string {
  writeFileSync(join(folder, name), content);
  return join(folder, name);
}

async function read(path: string, from = START): Promise<{ rows: RawRow[]; ends: Position[] }> {
  const all = { rows: [] as RawRow[], ends: [] as Position[] };
  for await (const { rows, ends } of openSource({ input: path }).read(from)) {
    all.rows.push(...rows);
    all.ends.push(...ends);
  }
  return all;
}

const PARQUET = Buffer.from('PAR1rest');
const ARROW = Buffer.from('ARROW1\0\0');
const GZIP = gzipSync('{}');

describe('the format of an input', () => {
  it.each<[string, string | Buffer, string | undefined, string]>([
    ['a.jsonl', '{}', undefined, 'jsonl'], ['a.json', '{}', undefined, 'jsonl'], ['a.CSV', 'x', undefined, 'csv'], ['a.tsv', 'x', undefined, 'tsv'], ['a.txt', 'x', 'csv', 'csv'], ['a.csv', 'x', 'csv-semicolon', 'csv-semicolon'],
    ['a.parquet', PARQUET, undefined, 'parquet'], ['a.bin', PARQUET, undefined, 'parquet'], ['noname', ARROW, undefined, 'arrow'], ['a.feather', ARROW, undefined, 'arrow'], ['a.arrows', Buffer.from([255, 255, 255, 255, 8, 0, 0, 0]), undefined, 'arrow'],
    ['a.csv.gz', GZIP, undefined, 'csv gzip'], ['a.gz', GZIP, 'jsonl', 'jsonl gzip'], ['empty.csv', '', undefined, 'csv'],
  ])('%s', (name, content, given, expected) => {
    const { format, gzip } = chooseFormat(put(name, content), given);
    expect(`${format}${gzip ? ' gzip' : ''}`).toBe(expected);
  });

  it.each<[string, string | Buffer, string | undefined, RegExp]>([
    ['rows.csv', PARQUET, undefined, /should be csv, but it is a Parquet file/], ['rows.jsonl', ARROW, undefined, /should be jsonl, but it is an Arrow file/], ['rows.jsonl', GZIP, undefined, /should be jsonl, but it is compressed with gzip/],
    ['rows.parquet', ARROW, undefined, /should be parquet, but it is an Arrow file/], ['rows.arrow', PARQUET, undefined, /should be arrow, but/], ['rows.csv', 'PK\u0003\u0004', undefined, /zip archive/], ['rows.csv', Buffer.from('FEA1'), undefined, /Feather file of version 1/],
    ['rows.csv.gz', 'a,b\n', undefined, /not compressed with gzip, although/], ['rows.parquet.gz', gzipSync(PARQUET), undefined, /a compressed parquet file/], ['rows.csv', 'a', 'parq', /"parq" is not one of/], ['rows', 'a', undefined, /cannot be told from its name\.$/],
    ['rows.xlsx', 'PK\u0003\u0004', undefined, /does not read \.xlsx files .*zip archive/], ['rows.csv', PARQUET, 'jsonl', /should be jsonl/],
  ])('%s is refused', (name, content, given, message) => {
    expect(() => chooseFormat(put(name, content), given)).toThrow(expect.objectContaining({ name: 'Failure', code: 'input-format', exitCode: 2, message: expect.stringMatching(message) as string }) as Error);
  });

  it('of a stream', () => {
    expect([chooseStreamFormat(undefined), chooseStreamFormat('csv'), chooseStreamFormat('arrow')]).toEqual(['jsonl', 'csv', 'arrow']);
    expect(() => chooseStreamFormat('parquet')).toThrow(expect.objectContaining({ code: 'input-format' }) as Error);
    expect(() => checkStream(GZIP, 'jsonl')).toThrow(/compressed with gzip/);
    expect(() => checkStream(PARQUET, 'csv')).toThrow(/should be csv, but it is a Parquet file/);
    expect(() => checkStream(Buffer.from('{"a":1}'), 'jsonl')).not.toThrow();
  });
});

describe('gzip', () => {
  const csv = `a,b\n${Array.from({ length: 20_000 }, (_, k) => `${k},text ${k}`).join('\n')}\n`;

  it('is decompressed on the way, and continued', async () => {
    const path = put('rows.csv.gz', Buffer.concat([gzipSync(csv.slice(0, 5000)), gzipSync(csv.slice(5000))]));
    const { rows, ends } = await read(path);
    expect([rows.length, rows.at(-1)]).toEqual([20_000, { a: '19999', b: 'text 19999' }]);
    expect((await read(path, ends[12_345])).rows).toEqual(rows.slice(12_346));
    expect((await read(put('rows.jsonl.gz', gzipSync('{"a":1}\n{"a":2}')))).rows).toEqual([{ a: 1 }, { a: 2 }]);
  });

  it.each<[string, () => Buffer, string, RegExp]>([
    ['cut short', () => gzipSync(csv).subarray(0, 3000), 'input-truncated', /ends in the middle of its compressed data/],
    ['damaged', () => Buffer.from(gzipSync(csv)).fill(0x55, 2000, 2100), 'input-corrupt', /cannot be decompressed/],
  ])('%s', async (_name, make, code, message) => {
    await expect(read(put('broken.csv.gz', make()))).rejects.toMatchObject({ name: 'Failure', code, exitCode: 2, message: expect.stringMatching(message) as string });
  });

  it('made to fill memory', async () => {
    const path = put('bomb.csv.gz', gzipSync(Buffer.alloc(80 * 1024 * 1024)));
    let bytes = 0;
    const reading = (async () => { for await (const chunk of gzipBytes(path).from(START)) bytes += chunk.byteLength; })();
    await expect(reading).rejects.toMatchObject({ name: 'Failure', code: 'input-bomb', exitCode: 2, message: expect.stringContaining('more than 500 times its size') as string });
    expect(bytes).toBeLessThan(70 * 1024 * 1024);
  });
});
