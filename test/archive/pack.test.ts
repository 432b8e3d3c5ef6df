import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { packFolder, readArchive } from '../../src/archive/index.js';
import { failureOf, folder } from './folder.js';

const generated = { 'manifest.json': Buffer.from('{"a":1}'), 'dist/plugin.mjs': Buffer.from('export {}') };

it('packs a folder with generated files under one top folder', async () => {
  const root = folder({ 'manifest.ts': 'm', 'processors/core.ts': 'core', '.env': 'x' });
  const outFile = join(root, 'dist', 'mine_1_0_0.zip');
  const packed = await packFolder({ root, name: 'mine', generated, outFile });
  expect(packed).toMatchObject({ archive: outFile, ignored: ['.env'], warnings: [] });
  expect(packed.files).toEqual([{ path: 'dist/plugin.mjs', bytes: 9 }, { path: 'manifest.json', bytes: 7 }, { path: 'manifest.ts', bytes: 1 }, { path: 'processors/core.ts', bytes: 4 }]);
  expect((await readArchive(outFile)).entries.map(({ path }) => path)).toEqual(['mine/dist/plugin.mjs', 'mine/manifest.json', 'mine/manifest.ts', 'mine/processors/core.ts']);
  expect(packed.tree).toContain('4 files, 21 B');
  expect(packed.bytes).toBe(readFileSync(outFile).length);
});

it('gives the same bytes again, also with its own archive in the folder', async () => {
  const root = folder({ 'manifest.ts': 'm' });
  const outFile = join(root, 'out', 'mine.zip');
  const first = await packFolder({ root, name: 'mine', generated, outFile });
  expect((await packFolder({ root, name: 'mine', generated, outFile })).sha256).toBe(first.sha256);
});

it('says that a generated file takes the place of one in the folder', async () => {
  const root = folder({ 'manifest.json': 'mine', 'constructor': 'x' });
  const packed = await packFolder({ root, name: 'mine', generated, outFile: join(folder(), 'o.zip') });
  expect(packed.warnings.map(({ code, file }) => [code, file])).toEqual([['replaced-file', 'manifest.json']]);
  expect(packed.files.map(({ path }) => path)).toEqual(['constructor', 'dist/plugin.mjs', 'manifest.json']);
});

it('counts generated files for the limits', async () => {
  const root = folder(Object.fromEntries(Array.from({ length: 999 }, (_, index) => [`f${index}`, ''])));
  const out = folder();
  expect((await failureOf(packFolder({ root, name: 'mine', generated, outFile: join(out, 'o.zip') }))).code).toBe('archive-too-many-files');
  expect(readdirSync(out)).toEqual([]);
});

it('refuses a plugin name that is no folder name', async () => {
  expect((await failureOf(packFolder({ root: folder({ a: '' }), name: '..', generated, outFile: join(folder(), 'o.zip') }))).code).toBe('archive-refused');
});
