/** A command that is killed cannot tidy up: whoever comes next does. */
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, rm, utimes, writeFile } from 'node:fs/promises';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { makeWorkplace, sweepWorkplaces } from '../../../../src/runtime/services/assets/workplace.js';
import { loadTsFile } from './load.js';

let root: string;
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'plugsmith-places-'));
});
afterEach(() => rm(root, { recursive: true, force: true }));

it('the folder of a killed process goes, that of a living one stays', async () => {
  const own = await makeWorkplace(root);
  const program = await loadTsFile(new URL('../../../../src/runtime/services/assets/workplace.ts', import.meta.url), join(root, '..', `place-${process.pid}.mjs`));
  const child = spawn(process.execPath, ['-e', `import(${JSON.stringify(program)}).then((place) => place.makeWorkplace(${JSON.stringify(root)})).then((path) => console.log(path)); setInterval(() => {}, 1000)`], { stdio: ['ignore', 'pipe', 'inherit'] });
  const other = (await new Promise<string>((done) => child.stdout.once('data', (text) => done(String(text))))).trim();
  await writeFile(join(other, 'file'), 'left');
  await sweepWorkplaces(root);
  expect([own, other].map((path) => existsSync(path))).toEqual([true, true]);
  const gone = new Promise((done) => child.once('close', done));
  child.kill('SIGKILL');
  await gone;
  await sweepWorkplaces(root);
  expect([own, other].map((path) => existsSync(path))).toEqual([true, false]);
  await rm(program);
});

it('a number that another process has now does not keep a folder', async () => {
  const machine = hostname().replace(/[^\w.]/g, '_').slice(0, 60);
  if (!existsSync('/proc/self/stat')) return;
  await mkdir(join(root, `${machine}-${process.pid}-1-abcdef`));
  await sweepWorkplaces(root);
  expect(await readdir(root)).toEqual([]);
});

it('a folder of another machine goes after a week', async () => {
  const foreign = join(root, 'elsewhere-1-1-abcdef');
  await mkdir(foreign);
  await sweepWorkplaces(root);
  expect(existsSync(foreign)).toBe(true);
  const long = new Date(Date.now() - 8 * 24 * 3600 * 1000);
  await utimes(foreign, long, long);
  await sweepWorkplaces(root);
  expect(existsSync(foreign)).toBe(false);
});

it('there is nothing to sweep where nothing was made', () => sweepWorkplaces(join(root, 'none')));
