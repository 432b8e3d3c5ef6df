import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { START, openSource, problemOf, type Position, type RawRow, type Source } from '../../../src/runtime/sources/index.js';
import { isPattern, parsePattern } from '../../../src/runtime/sources/folder/pattern.js';

let folder: string;
beforeEach(() => (folder = join(mkdtempSync(join(tmpdir(), 'plugsmith-folder-')), 'things')));
afterEach(() => rmSync(join(folder, '..'), { recursive: true }));

const PNG = Buffer.from('iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg==', 'base64');
/** A zip whose first entry, `a`, ends behind the first bytes that are looked at. Only what tells its kind is there. */
const ZIP = Buffer.concat([Buffer.from('504b0304140000000000000000000000000088130000881300000100000061', 'hex'), Buffer.alloc(5000), Buffer.from('PK\x01\x02'), Buffer.alloc(43)]);
const JPEG = Buffer.concat([Buffer.from([0xff, 0xd8, 0xff, 0xe0, 0, 16]), Buffer.from('JFIF\0'), Buffer.alloc(32)]);

function put(files: Record<string, string | Buffer>): void {
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(join(folder, path, '..'), { recursive: true });
    writeFileSync(join(folder, path), content);
  }
}

const open = (pattern = ''): Source => openSource({ input: join(folder, pattern) });

async function read(source: Source, from = START): Promise<{ rows: RawRow[]; ends: Position[] }> {
  const all = { rows: [] as RawRow[], ends: [] as Position[] };
  for await (const { rows, ends } of source.read(from)) {
    all.rows.push(...rows);
    all.ends.push(...ends);
  }
  return all;
}

describe('a folder', () => {
  it('gives a row for each file, in the order of their names, with its type told from its content', async () => {
    put({ 'b/photo.txt': PNG, 'a.md': '\ufeff# Ü', 'b/picture': JPEG, 'c.bin': Buffer.from([0, 1, 2, 255]), 'd.svg': '<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg"/>', 'empty.txt': '', 'B.json': '{}', '.hidden': 'x', '.git/config': 'x', notes: 'plain words', 'e.bin': ZIP, 'e.cut': ZIP.subarray(0, 5000) });
    const { rows, ends } = await read(open());
    expect(rows.map((row) => [row['file'], row['data'], row['mime_type'], row['size_bytes']])).toEqual([
      ['B.json', 'B.json', 'application/json', 2], ['a.md', '# Ü', 'text/markdown', 7], ['b/photo.txt', 'b/photo.txt', 'image/png', PNG.byteLength], ['b/picture', 'b/picture', 'image/jpeg', JPEG.byteLength],
      ['c.bin', 'c.bin', 'application/octet-stream', 4], ['d.svg', 'd.svg', 'image/svg+xml', 62], ['e.bin', 'e.bin', 'application/zip', ZIP.byteLength], ['e.cut', 'e.cut', 'application/octet-stream', 5000], ['empty.txt', '', 'text/plain', 0], ['notes', 'plain words', 'text/plain', 11],
    ]);
    expect(rows.map(problemOf).filter(Boolean)).toEqual([]);
    expect(new Set(rows.map((row) => row['document_id'])).size).toBe(rows.length);
    for (const [k, end] of ends.entries()) expect((await read(open(), end)).rows).toEqual(rows.slice(k + 1));
  });

  it('keeps the ids of its files when others come', async () => {
    put({ 'm.txt': 'x' });
    const [before] = (await read(open())).rows;
    put({ 'a.txt': 'y' });
    expect((await read(open())).rows[1]?.['document_id']).toBe(before?.['document_id']);
  });

  it('tells of what it cannot read, and goes on', async () => {
    put({ 'a/x.txt': 'x', 'b/y.txt': 'y', 'latin.txt': Buffer.from('gr\xfc\xdfe', 'latin1') });
    symlinkSync('..', join(folder, 'a/up'));
    symlinkSync('nowhere', join(folder, 'gone'));
    symlinkSync('self', join(folder, 'self'));
    symlinkSync('a/x.txt', join(folder, 'link.txt'));
    symlinkSync('../b', join(folder, 'a/to-b'));
    writeFileSync(Buffer.concat([Buffer.from(`${folder}/`), Buffer.from([0x6e, 0xff]), Buffer.from('.txt')]), 'x');
    const { rows } = await read(open());
    expect(rows.map((row) => [row['file'], problemOf(row) ?? row['data']])).toEqual([
      ['a/to-b/y.txt', 'y'], ['a/up', 'a/up: it is a link to a folder that it stands in; such a circle is not followed'], ['a/x.txt', 'x'], ['b/y.txt', 'y'], ['gone', 'gone: it is a link to nothing'],
      ['latin.txt', 'latin.txt: it is a text that is not UTF-8'], ['link.txt', 'x'], ['n\\xff.txt', 'n\\xff.txt: its name is not UTF-8, so it cannot be asked for; rename it'], ['self', 'self: it is a link in a circle of links'],
    ]);
    expect(rows.filter((row) => problemOf(row) !== undefined).every((row) => row['data'] === undefined)).toBe(true);
  });

  it.skipIf(process.getuid?.() === 0)('tells of files and folders that may not be read (not as root, who may read all)', async () => {
    put({ 'a.txt': 'x', 'b/c.txt': 'x' });
    chmodSync(join(folder, 'a.txt'), 0);
    chmodSync(join(folder, 'b'), 0);
    const { rows } = await read(open());
    chmodSync(join(folder, 'b'), 0o755);
    expect(rows.map(problemOf)).toEqual(['a.txt: it cannot be read: permission denied', 'b: the folder cannot be read: permission denied']);
  });

  it('is another one when a file changes, comes or goes', async () => {
    put({ 'a.txt': 'x', 'b.txt': 'y' });
    const before = await open().digest();
    expect(await open().digest()).toBe(before);
    utimesSync(join(folder, 'a.txt'), 1, 1);
    const touched = await open().digest();
    put({ 'c.txt': 'z' });
    expect(new Set([before, touched, await open().digest()]).size).toBe(3);
    const source = open();
    expect(source.rows).toBeNull();
    await source.digest();
    expect(source.rows).toBe(3);
  });

  it('without files is no input', async () => {
    mkdirSync(folder);
    put({ '.hidden': 'x' });
    await expect(open().digest()).rejects.toMatchObject({ code: 'input-empty', exitCode: 2, message: expect.stringContaining('holds no files') as string });
    await expect(open('*.png').digest()).rejects.toMatchObject({ code: 'input-empty', message: expect.stringContaining('No file matches') as string });
  });

  it('knows which outputs would be inputs', () => {
    put({ 'a.png': PNG });
    expect([open().holds?.(join(folder, 'out.parquet')), open().holds?.(join(folder, '.plugsmith/out.parquet')), open().holds?.(join(folder, '../out.parquet'))]).toEqual([true, false, false]);
    expect([open('*.png').holds?.(join(folder, 'out.parquet')), open('*').holds?.(join(folder, 'out.parquet'))]).toEqual([false, true]);
  });

  it.each([['*.jsonl', 'cat '], ['**/*.ndjson', 'cat '], ['*.parquet', 'Give one of the files'], ['*.jsonl.gz', 'Give one of the files']])('refuses %s: of such files each row is wanted, not the text', (pattern, next) => {
    put({ 'a.jsonl': '{"text":"x"}' });
    expect(() => open(pattern)).toThrow(expect.objectContaining({ code: 'usage', exitCode: 2, next: expect.stringContaining(next) as string }) as Error);
  });

  it('by pattern gives the files that are meant', async () => {
    put({ 'a/1.png': PNG, 'a/b/2.PNG': PNG, 'a/b/3.jpg': JPEG, '4.png': PNG });
    const files = async (pattern: string): Promise<unknown[]> => (await read(open(pattern))).rows.map((row) => row['file']);
    expect(await files('**/*.{png,jpg}')).toEqual(['4.png', 'a/1.png', 'a/b/3.jpg']);
    expect(await files('a/*.png')).toEqual(['1.png']);
  });

  it('whose name has special characters is that folder', async () => {
    put({ 'odd [1]/a.txt': 'x' });
    expect((await read(open('odd [1]'))).rows).toHaveLength(1);
  });
});

describe('patterns', () => {
  it.each<[string, string, boolean]>([
    ['*.png', 'a.png', true], ['*.png', 'b/a.png', false], ['**/*.png', 'a.png', true], ['**/*.png', 'x/y/a.png', true], ['x/**', 'y/a', true], ['**', 'x/y', true], ['a?.txt', 'ab.txt', true], ['a?.txt', 'a.txt', false],
    ['?.txt', 'a.txt', true], ['?.txt', '/.txt', false], ['[a-c]*.txt', 'beta.txt', true], ['[!a-c]*.txt', 'beta.txt', false], ['{a,b}*.{txt,md}', 'b1.md', true], ['{a,b}*.{txt,md}', 'c1.md', false],
    ['*', '.hidden', false], ['.*', '.hidden', true], ['**/*.txt', '.git/a.txt', false], ['*.(txt)', 'a.(txt)', true], ['*+$.txt', 'a+$.txt', true], ['**/b/*.txt', 'a/b/c.txt', true], ['**/b/*.txt', 'b/c.txt', true], ['[]*', '[]x', true], ['{x*', '{xy', true],
  ])('%s, %s: %s', (pattern, path, expected) => {
    expect(parsePattern(`base/${pattern}`).matches(path)).toBe(expected);
  });

  it.each([['photos/*.png', 'photos', true], ['*.png', '.', true], ['/data/**/x.txt', '/data', true], ['/*.txt', '/', true], ['base/x/**', 'base/x', true], ['plain/name.txt', '', false]] as const)('%s begins in %s', (pattern, base, is) => {
    expect(isPattern(pattern)).toBe(is);
    if (is) expect(parsePattern(pattern).base).toBe(base);
  });
});
