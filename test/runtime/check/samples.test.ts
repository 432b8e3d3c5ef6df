import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { findSamples, readSamples } from '../../../src/runtime/check/samples.js';
import { START, type SourceChunk } from '../../../src/runtime/sources/index.js';

let root: string;
beforeEach(() => void (root = mkdtempSync(join(tmpdir(), 'plugsmith-samples-'))));
afterEach(() => rmSync(root, { recursive: true, force: true }));

function write(path: string, content = ''): string {
  mkdirSync(dirname(join(root, path)), { recursive: true });
  writeFileSync(join(root, path), content);
  return join(root, path);
}

it.each<[string, string[], string | null]>([
  ['no folder', [], null],
  ['nothing but hidden files', ['samples/.gitkeep'], null],
  ['rows beside pictures', ['samples/a.png', 'samples/b.jsonl', 'samples/c.jsonl'], 'samples/b.jsonl'],
  ['JSON Lines before other tables', ['samples/a.csv', 'samples/b.parquet', 'samples/c.ndjson.gz'], 'samples/c.ndjson.gz'],
  ['CSV before Parquet', ['samples/a.parquet', 'samples/b.csv', 'samples/query.png'], 'samples/b.csv'],
  ['Arrow', ['samples/a.arrow', 'samples/readme.md'], 'samples/a.arrow'],
  ['files', ['samples/a.png', 'samples/more/b.png'], 'samples/'],
])('finds %s', (_, files, found) => {
  for (const file of files) write(file);
  expect(findSamples(root)).toBe(found);
});

it('gives rows as a run reads them, in any order', async () => {
  const { rows, base, source } = await readSamples(write('samples/a.csv', 'text,size\na,1\nb,2\n'));
  expect(rows).toEqual([{ text: 'a', size: '1' }, { text: 'b', size: '2' }]);
  expect(base).toBe(join(root, 'samples'));
  const chunks: SourceChunk[] = [];
  for await (const chunk of source(rows.toReversed()).read(START)) chunks.push(chunk);
  // What CSV is told by: numbers of input_schema are read from its texts.
  expect(chunks).toMatchObject([{ rows: [{ text: 'b' }, { text: 'a' }], textOnly: true }]);
  expect([...(chunks[0]?.types?.keys() ?? [])]).toEqual(['text', 'size']);
});

it('takes a file as a row, its path from the folder', async () => {
  write('samples/more/a.txt', 'hello');
  const { rows, base } = await readSamples(join(root, 'samples/'));
  expect(rows).toMatchObject([{ data: 'hello' }]);
  expect(base).toBe(join(root, 'samples'));
});
