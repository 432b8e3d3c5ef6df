/** Files in one step: whole or as before, with nothing left beside them. */
import { mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { isFolder, makeFolder, replaceFile, syncPath, syncPathSync } from '../../src/files/index.js';

const top = mkdtempSync(join(tmpdir(), 'files-'));
afterAll(() => rmSync(top, { recursive: true }));
let folder: string;
beforeEach(() => (folder = mkdtempSync(join(top, 'case-'))));
const mode = (file: string): number => statSync(file).mode & 0o7777;

describe('replaceFile', () => {
  it.each([
    ['text', 'größer\n', Buffer.from('größer\n')],
    ['bytes', new Uint8Array([0, 255, 10]), Buffer.from([0, 255, 10])],
    ['nothing', '', Buffer.alloc(0)],
    ['more than one write may take', 'x'.repeat(5_000_000), Buffer.alloc(5_000_000, 'x')],
  ])('makes and replaces a file: %s', (_, content, bytes) => {
    const file = join(folder, 'a');
    for (const durable of [false, true]) {
      writeFileSync(file, 'what was there before, and longer than some of what comes');
      replaceFile(file, content, { durable });
      expect(readFileSync(file).equals(bytes)).toBe(true);
    }
    expect(readdirSync(folder)).toEqual(['a']);
  });

  it.each([0o600, 0o640, 0o755, 0o666])('gives the mode that is asked for, whatever the umask: %o', (wanted) => {
    const before = process.umask(0o077);
    try {
      replaceFile(join(folder, 'a'), 'x', { mode: wanted });
    } finally {
      process.umask(before);
    }
    expect(mode(join(folder, 'a'))).toBe(wanted);
  });

  it.each([
    ['a folder that is not there', 'none/a', 'ENOENT'],
    ['a folder in its place', 'b', 'EISDIR'],
  ])('leaves everything as it was: %s', (_, name, code) => {
    mkdirSync(join(folder, 'b'));
    expect(() => replaceFile(join(folder, name), 'x')).toThrow(expect.objectContaining({ code }));
    expect(readdirSync(folder)).toEqual(['b']);
  });
});

it('syncs files and folders, and says what cannot be', async () => {
  writeFileSync(join(folder, 'a'), 'x');
  for (const path of [folder, join(folder, 'a')]) {
    syncPathSync(path);
    await syncPath(path);
  }
  expect(() => syncPathSync(join(folder, 'none'))).toThrow('ENOENT');
  await expect(syncPath(join(folder, 'none'))).rejects.toThrow('ENOENT');
});

it('isFolder: a folder, also behind a link, and nothing else', () => {
  writeFileSync(join(folder, 'file'), '');
  symlinkSync(folder, join(folder, 'link'));
  expect(['.', 'link', 'file', 'file/a', 'none'].map((name) => isFolder(join(folder, name)))).toEqual([true, true, false, false, false]);
});

describe('makeFolder', () => {
  it('makes what is missing, names the first of it, and leaves what is there', () => {
    expect(makeFolder(join(folder, 'a/b/c'), 0o700)).toBe(join(folder, 'a'));
    expect([mode(join(folder, 'a')), mode(join(folder, 'a/b/c'))]).toEqual([0o700, 0o700]);
    expect(makeFolder(join(folder, 'a/b'))).toBeUndefined();
    symlinkSync(join(folder, 'a'), join(folder, 'link'));
    expect(makeFolder(join(folder, 'link/d'))).toBe(join(folder, 'link/d'));
  });

  it.each([
    ['a file in its place', 'file', 'EEXIST'],
    ['a file above', 'file/a', 'ENOTDIR'],
    ['a link that points nowhere', 'nowhere', 'ENOENT'],
    ['a folder below one', 'nowhere/a', 'ENOENT'],
    ...(process.platform === 'linux' ? [['where nothing can be made', '/proc/x/y', 'ENOENT']] : []),
  ] as [string, string, string][])('throws what the system says: %s', (_, name, code) => {
    writeFileSync(join(folder, 'file'), '');
    symlinkSync(join(folder, 'none'), join(folder, 'nowhere'));
    expect(() => makeFolder(resolve(folder, name))).toThrow(expect.objectContaining({ code }));
    expect(readdirSync(folder).sort()).toEqual(['file', 'nowhere']);
  });
});
