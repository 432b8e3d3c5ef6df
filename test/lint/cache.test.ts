import { existsSync } from 'node:fs';
import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { AnalysisCache, type Finding, lintPaths, lintText } from '../../src/lint/index.js';
import { folderOf, perRow } from './folder.helper.js';

const analysis = { findings: lintText('core.ts', perRow), directives: [] };
/** Tells what came from the cache. */
const marked = { findings: analysis.findings.map((finding) => ({ ...finding, message: 'from the cache' })), directives: [] };

async function filled(): Promise<string> {
  const path = join(await folderOf({}), 'deep/er/lint.cache');
  const cache = new AnalysisCache(path, 'build 1');
  cache.set(cache.key('core.ts', perRow), marked);
  expect(cache.save()).toBeUndefined();
  return path;
}

describe('AnalysisCache', () => {
  test('gives back what it was given, in the next process too', async () => {
    const cache = new AnalysisCache(await filled(), 'build 1');
    expect(cache.get(cache.key('core.ts', perRow))).toEqual(marked);
    expect(cache.key('core.ts', Buffer.from(perRow))).toBe(cache.key('core.ts', perRow));
  });

  test('knows a file by its path and its text', async () => {
    const cache = new AnalysisCache(await filled(), 'build 1');
    expect([cache.get(cache.key('other.ts', perRow)), cache.get(cache.key('core.ts', `${perRow} `))]).toEqual([undefined, undefined]);
  });

  test('knows nothing of another build', async () => {
    const cache = new AnalysisCache(await filled(), 'build 2');
    expect(cache.get(cache.key('core.ts', perRow))).toBeUndefined();
  });

  test.each([
    ['empty', () => ''],
    ['cut short', (text: string) => text.slice(0, -10)],
    ['changed in one place', (text: string) => text.replace('from the cache', 'from tho cache')],
    ['without findings', (text: string) => text.replace(/"findings":\[.*?\],"dir/, '"findings":[],"dir')],
    ['of no header', (text: string) => text.slice(text.indexOf('\n') + 1)],
    ['null', () => 'null\n[]'],
    ['another thing', () => '\u0000\u0001 not JSON'],
  ])('does not trust a file that is %s', async (_, damage) => {
    const path = await filled();
    await writeFile(path, damage(await readFile(path, 'utf8')));
    const cache = new AnalysisCache(path, 'build 1');
    expect(cache.get(cache.key('core.ts', perRow))).toBeUndefined();
    cache.set(cache.key('core.ts', perRow), analysis);
    expect(cache.save()).toBeUndefined();
    const again = new AnalysisCache(path, 'build 1');
    expect(again.get(again.key('core.ts', perRow))).toEqual(analysis);
  });

  test('does not keep what other files had a part in', async () => {
    const folder = await folderOf({ 'package.json': '{"imports":{"#a":"./a.js"}}', 'core.ts': "import a from '#a';\na();\n" });
    const cache = new AnalysisCache(join(folder, 'lint.cache'), 'build 1');
    const found = async () => (await lintPaths([join(folder, 'core.ts')], { cwd: folder, cache })).findings.map(({ rule }) => rule);
    expect(await found()).toEqual([]);
    await writeFile(join(folder, 'package.json'), '{"imports":{"#a":"fs"}}');
    expect(await found()).toEqual(['SEC-IMPORT']);
  });

  test('does not keep what could not be scanned', async () => {
    const cache = new AnalysisCache(join(await folderOf({}), 'lint.cache'), 'build 1');
    cache.set('a', { findings: [{ ...(analysis.findings[0] as Finding), rule: 'SEC-UNREADABLE' }], directives: [] });
    expect(cache.get('a')).toBeUndefined();
  });

  test('says when it cannot be written', async () => {
    const folder = await folderOf({ file: '' });
    const cache = new AnalysisCache(join(folder, 'file/lint.cache'), 'build 1');
    cache.set(cache.key('core.ts', perRow), marked);
    expect(cache.save()).toMatch(/cannot be written \((ENOTDIR|EEXIST)\)/);
  });

  test('writes nothing when nothing is new', async () => {
    const path = join(await folderOf({}), 'lint.cache');
    new AnalysisCache(path, 'build 1').save();
    expect(existsSync(path)).toBe(false);
  });
});

describe('lintPaths with a cache', () => {
  test('takes unchanged files from it, and applies levels and directives afterwards', async () => {
    const cwd = await folderOf({ 'core.ts': perRow, 'other.ts': perRow });
    const cache = new AnalysisCache(await filled(), 'build 1');
    const lint = async (rules = {}) => (await lintPaths(['.'], { cwd, cache, rules })).findings.map(({ file, message, severity }) => [file, message, severity]);
    expect(await lint()).toEqual([['core.ts', 'from the cache', 'error'], ['other.ts', expect.stringContaining('once per row'), 'error']]);
    expect(await lint({ SEQ002: 'warn' })).toMatchObject([['core.ts', 'from the cache', 'warn'], ['other.ts', expect.anything(), 'warn']]);
    expect(await lint({ SEQ002: 'off' })).toEqual([]);
    await writeFile(join(cwd, 'core.ts'), `\n${perRow}`);
    expect((await lint())[0]).toEqual(['core.ts', expect.stringContaining('once per row'), 'error']);
  });

  test('asks rules about more than one file again when a file came, changed or went', async () => {
    const manifest = (feature: string) => `export default defineManifest({ feature_extractor_name: 'x', features: [{ feature_name: '${feature}' }] });\n`;
    const writes = 'export class Core {\n  process(batch) {\n    return batch.withColumn("x", batch.column("data").toArray());\n  }\n}\n';
    const cwd = await folderOf({ 'pipeline.ts': '', 'processors/core.ts': writes });
    const cache = new AnalysisCache(join(cwd, '../none.cache'), 'build 1');
    const lint = async () => (await lintPaths(['.'], { cwd, cache })).findings.map(({ rule }) => rule);
    expect(await lint()).toEqual(['MAN-FILES']);
    expect(await lint()).toEqual(['MAN-FILES']);
    await writeFile(join(cwd, 'manifest.ts'), manifest('x'));
    expect(await lint()).not.toContain('MAN-FILES');
    expect(await lint()).not.toContain('DAT-FEATURE');
    await writeFile(join(cwd, 'manifest.ts'), manifest('y'));
    expect(await lint()).toContain('DAT-FEATURE');
    await writeFile(join(cwd, 'processors/core.ts'), writes.replace('"x"', '"y"'));
    expect(await lint()).not.toContain('DAT-FEATURE');
    await rm(join(cwd, 'manifest.ts'));
    expect(await lint()).toEqual(['MAN-FILES']);
  });

  test('asks nobody when nothing changed', async () => {
    const found: boolean[] = [];
    class Watched extends AnalysisCache {
      override get(key: string) {
        const known = super.get(key);
        found.push(known !== undefined);
        return known;
      }
    }
    const cwd = await folderOf({ 'pipeline.ts': '', 'processors/core.ts': '' });
    const cache = new Watched(join(cwd, '../none.cache'), 'build 1');
    for (let i = 0; i < 2; i++) await lintPaths(['.'], { cwd, cache });
    // Two files and their folder.
    expect(found).toEqual([false, false, false, true, true, true]);
  });
});
