/** What V8 made of lint's script is kept, and only what was kept is run. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { loadScript } from '../../src/native/script.js';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'script-'));
  writeFileSync(join(folder, 'plugin.ts'), 'export const leak = () => eval("1");\n');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** Lints the folder with a cache folder of its own. @returns the rules of the findings */
function lint(...flags: string[]): string[] {
  const { stdout, status, stderr } = spawnSync(process.execPath, [...flags, resolve('bin/plugin.js'), 'lint', 'plugin.ts', '--no-cache', '--json'], { cwd: folder, encoding: 'utf8', env: { ...process.env, PLUGSMITH_CACHE_DIR: join(folder, 'cache') } });
  expect({ status, stderr }).toEqual({ status: 1, stderr: '' });
  return (JSON.parse(stdout) as { findings: { rule: string }[] }).findings.map(({ rule }) => rule);
}

const kept = (): string[] => readdirSync(join(folder, 'cache', 'compiled')).filter((name) => name.startsWith('heavy-')).map((name) => join(folder, 'cache', 'compiled', name));

describe('a script that is compiled once', () => {
  test('leaves what was made of it, and takes it the next time', () => {
    const found = lint();
    expect(found).toContain('SEC-EVAL');
    const [file = ''] = kept();
    const before = statSync(file).ino;
    expect(lint()).toEqual(found);
    expect(kept()).toEqual([file]);
    expect(statSync(file).ino).toBe(before);
  });

  test.each<[string, (bytes: Buffer) => Uint8Array]>([
    ['was changed', (bytes) => (bytes.fill(0xff, 5000, 5064), bytes)],
    ['was cut short', (bytes) => bytes.subarray(0, 100)],
    ['is empty', () => Buffer.alloc(0)],
  ])('is compiled anew when what is left of it %s', (_what, damage) => {
    const found = lint();
    const [file = ''] = kept();
    const whole = readFileSync(file);
    writeFileSync(file, damage(Buffer.from(whole)));
    expect(lint()).toEqual(found);
    expect(readFileSync(file).byteLength).toBeGreaterThan(whole.byteLength / 2);
  });

  test('has code of its own for other flags of V8', () => {
    lint();
    lint('--no-opt');
    expect(kept()).toHaveLength(2);
  });

  test('runs where nothing can be kept', () => {
    writeFileSync(join(folder, 'cache'), '');
    expect(lint()).toContain('SEC-EVAL');
  });

  test('requires what its caller shares, modules of Node, and modules beside it', () => {
    writeFileSync(join(folder, 'other.cjs'), 'module.exports = 3;');
    const path = join(folder, 'script-1.cjs');
    writeFileSync(path, "exports.sum = require('shared').one + require('./other.cjs'); exports.sep = require('node:path').sep; // no line end");
    expect(loadScript(path, { shared: { one: 1 } })).toEqual({ sum: 4, sep: '/' });
  });
});
