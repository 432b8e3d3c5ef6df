import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import module from 'node:module';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';

const plugin = resolve('bin/plugin.js');
const keeps = 'enableCompileCache' in module;
let cache: string;
beforeEach(() => {
  cache = mkdtempSync(join(tmpdir(), 'compiled-'));
});
afterEach(() => rmSync(cache, { recursive: true, force: true }));

const run = (folder: string) => spawnSync(process.execPath, [plugin, 'doctor', '--bogus'], { encoding: 'utf8', env: { ...process.env, PLUGSMITH_CACHE_DIR: folder } });

test('what Node compiled of a command is kept in the cache folder, where Node can do so', () => {
  expect(run(cache).status).toBe(2);
  const kept = join(cache, 'compiled');
  if (keeps) expect(readdirSync(kept, { recursive: true }).length).toBeGreaterThan(2);
  else expect(existsSync(kept)).toBe(false);
});

test('a cache folder that cannot be hinders no command', () => {
  const file = join(cache, 'file');
  writeFileSync(file, '');
  const { status, stderr } = run(file);
  expect(status).toBe(2);
  expect(stderr).toContain('--bogus');
});
