import { appendFileSync, cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { bundlePlugin, evaluateManifest, findProject, preparePlugin } from '../../../src/runtime/project/index.js';

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'plugsmith-prepare-'));
  cpSync('templates/text', root, { recursive: true });
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

const record = (): string => join(root, '.plugsmith', 'bundles', 'last.json');
const prepare = () => preparePlugin(findProject(root));

test('a plugin that did not change is not bundled again', async () => {
  const first = await prepare();
  const written = statSync(record()).mtimeMs;
  expect(await prepare()).toEqual(first);
  expect(statSync(record()).mtimeMs).toBe(written);
});

test.each([
  ['a source file', 'processors/core.ts', '\nexport const more = 1;\n'],
  ['the manifest', 'manifest.ts', '\n'],
  ['package.json, which decides what is found', 'package.json', '\n'],
])('%s that changed is seen', async (_what, file, text) => {
  await prepare();
  const before = readFileSync(record(), 'utf8');
  appendFileSync(join(root, file), text);
  await prepare();
  expect(readFileSync(record(), 'utf8')).not.toBe(before);
});

test('a new part of the plugin is seen', async () => {
  rmSync(join(root, 'realtime.ts'));
  const without = await prepare();
  cpSync('templates/text/realtime.ts', join(root, 'realtime.ts'));
  expect((await prepare()).digest).not.toBe(without.digest);
});

test.each([
  ['that was tampered with', () => undefined],
  ['that was tampered with, and whose record is torn', () => writeFileSync(record(), '{ torn')],
])('a bundle %s is made anew', async (_what, also) => {
  const { module } = await prepare();
  const good = readFileSync(module, 'utf8');
  appendFileSync(module, '\n// tampered');
  also();
  expect(readFileSync((await prepare()).module, 'utf8')).toBe(good);
});

test('the default import of a package in CommonJS is what its types say', async () => {
  const folder = join(root, 'node_modules', 'shouting');
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'package.json'), '{ "name": "shouting", "main": "index.js" }');
  writeFileSync(join(folder, 'index.js'), "Object.defineProperty(exports, '__esModule', { value: true }); exports.default = (text) => text.toUpperCase();");
  const manifest = readFileSync(join(root, 'manifest.ts'), 'utf8');
  writeFileSync(join(root, 'manifest.ts'), `import shout from 'shouting';\n${manifest.replace(/description: .*/, "description: shout('louder'),")}`);
  const project = findProject(root);
  expect((await evaluateManifest(project, await bundlePlugin(project))).description).toBe('LOUDER');
});
