import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
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
