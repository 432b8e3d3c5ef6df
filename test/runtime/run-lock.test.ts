import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { lockRun } from '../../src/runtime/run-lock.js';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'plugsmith-lock-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

test('a free folder is taken, and given back', () => {
  const release = lockRun(folder, 'r1');
  expect(existsSync(join(folder, 'lock'))).toBe(true);
  release();
  expect(existsSync(join(folder, 'lock'))).toBe(false);
});

test('a folder whose process lives is refused, naming it', async () => {
  const other = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)']);
  try {
    writeFileSync(join(folder, 'lock'), String(other.pid));
    expect(() => lockRun(folder, 'r1')).toThrow(`Run r1 is still going on, in process ${other.pid}.`);
  } finally {
    other.kill('SIGKILL');
    await once(other, 'exit');
  }
  lockRun(folder, 'r1')();
});

test.runIf(process.platform === 'linux')('a lock is taken over when its number is another process by now', async () => {
  const other = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)']);
  try {
    writeFileSync(join(folder, 'lock'), `${other.pid} 1`);
    lockRun(folder, 'r1')();
  } finally {
    other.kill('SIGKILL');
    await once(other, 'exit');
  }
});

test.runIf(process.platform === 'linux')('a lock is taken over when its process ended and nobody took note', async () => {
  // What `exec` puts into the shell's place knows of no children; the shell itself would take note of one that ends before.
  const parent = spawn('sh', ['-c', 'sleep 0.3 & echo $!; exec sleep 60']);
  try {
    const [line] = (await once(parent.stdout, 'data')) as [Buffer];
    const zombie = Number(line.toString());
    await expect.poll(() => readFileSync(`/proc/${zombie}/stat`, 'latin1'), { timeout: 20_000 }).toMatch(/\) Z /);
    writeFileSync(join(folder, 'lock'), String(zombie));
    lockRun(folder, 'r1')();
  } finally {
    parent.kill('SIGKILL');
    await once(parent, 'exit');
  }
});

test.each([['the process is gone', '999999999'], ['it holds no process', 'garbage'], ['it is empty', '']])('a lock is taken over when %s', (_why, content) => {
  writeFileSync(join(folder, 'lock'), content);
  lockRun(folder, 'r1')();
  expect(existsSync(join(folder, 'lock'))).toBe(false);
});

test('of several processes that take over one lock at the same moment, one has it', async () => {
  const rounds = 150;
  for (let round = 0; round < rounds; round++) {
    mkdirSync(join(folder, String(round)));
    writeFileSync(join(folder, String(round), 'lock'), '999999999 1');
  }
  const lock = join(folder, 'run-lock.mjs');
  await build({ entryPoints: [fileURLToPath(new URL('../../src/runtime/run-lock.ts', import.meta.url))], bundle: true, platform: 'node', format: 'esm', outfile: lock });
  // Each tries every folder at its moment, tells which it got, and lives until it is told to end.
  writeFileSync(join(folder, 'contend.mjs'), `import { lockRun } from './run-lock.mjs';
    const won = [];
    process.stdin.once('data', (begin) => {
      for (let round = 0; round < ${rounds}; round++) {
        while (Date.now() < Number(begin) + 3 * round);
        try { lockRun(\`\${import.meta.dirname}/\${round}\`, 'r'); won.push(round); } catch (error) { if (error.code !== 'run-active') throw error; }
      }
      console.log(JSON.stringify(won));
    });
    console.log('ready');`);
  const processes = Array.from({ length: 3 }, () => spawn(process.execPath, [join(folder, 'contend.mjs')], { stdio: ['pipe', 'pipe', 'inherit'] }));
  const said = (): Promise<string[]> => Promise.all(processes.map(async ({ stdout }) => String((await once(stdout, 'data'))[0])));
  try {
    await said();
    const begin = String(Date.now() + 50);
    for (const { stdin } of processes) stdin.write(begin);
    const won = (await said()).flatMap((text) => JSON.parse(text) as number[]);
    expect(won.sort((a, b) => a - b)).toEqual(Array.from({ length: rounds }, (_, round) => round));
  } finally {
    for (const one of processes) one.kill('SIGKILL');
  }
});
