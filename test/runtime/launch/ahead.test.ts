import { mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { rememberExpected, startAhead, takeAhead } from '../../../src/runtime/launch/ahead.js';
import { startLine } from '../../../src/runtime/launch/spawn.js';

let root: string;
const line = (memoryGb = 2, env: Record<string, string> = {}) => startLine({ root, profile: 'trusted', memoryGb, env });

beforeEach(() => {
  root = realpathSync(mkdtempSync(join(tmpdir(), 'ahead-')));
  mkdirSync(join(root, '.plugsmith'));
});
afterEach(() => {
  // Whatever a test started and did not take ends here.
  takeAhead(line(99));
  rmSync(root, { recursive: true, force: true });
});

describe('a worker started ahead', () => {
  test('is the one that is asked for, once', async () => {
    rememberExpected(root, { memoryGb: 2 });
    startAhead(['run', '--plugin', root], {});
    const child = takeAhead(line());
    expect(child?.pid).toBeGreaterThan(0);
    expect(takeAhead(line())).toBeNull();
    child?.kill('SIGKILL');
    await new Promise((resolve) => child?.once('exit', resolve));
  });

  test.each([
    ['as --plugin=', (folder: string) => ['run', `--plugin=${folder}`], {}],
    ['as -p', (folder: string) => ['run', '--input', 'x.jsonl', '-p', folder], {}],
    ['by the environment', () => ['run'], { PLUGSMITH_PLUGIN: 'root' }],
  ])('is found where the plugin is named %s', (_how, argv, env) => {
    rememberExpected(root, { memoryGb: 3 });
    startAhead(argv(root), 'PLUGSMITH_PLUGIN' in env ? { PLUGSMITH_PLUGIN: root } : {});
    const child = takeAhead(line(3));
    expect(child).not.toBeNull();
    child?.kill('SIGKILL');
  });

  test('is killed when another one is wanted', () => {
    rememberExpected(root, { memoryGb: 2 });
    startAhead(['run', '--plugin', root], {});
    expect(takeAhead(line(2, { KEY: 'a secret' }))).toBeNull();
    expect(takeAhead(line())).toBeNull();
  });

  test.each([
    ['nothing is known of the plugin', undefined, ['run']],
    ['the record is torn', '{"memoryGb":', ['run']],
    ['the record names no memory', '{"memoryGb":"2"}', ['run']],
    ['the record names a program that is no environment of ours', '{"memoryGb":2,"python":"/usr/bin/python3"}', ['run']],
    ['the command is another one', '{"memoryGb":2}', ['lint']],
    ['the plugin is to be confined', '{"memoryGb":2}', ['run', '--as-host']],
    ['the worker gets a secret', '{"memoryGb":2}', ['run', '--secret=KEY']],
  ])('is not started when %s', (_why, record, argv) => {
    if (record !== undefined) writeFileSync(join(root, '.plugsmith', 'worker.json'), record);
    startAhead([...argv, '--plugin', root], {});
    expect(takeAhead(line())).toBeNull();
  });

  test('knows the threads of a Python worker, and is killed when there are to be more', () => {
    vi.stubEnv('PLUGSMITH_CACHE_DIR', root);
    const python = join(root, 'python', 'key', 'bin', 'python');
    mkdirSync(dirname(python), { recursive: true });
    symlinkSync(process.execPath, python);
    const wanted = (threads: number) => startLine({ root, profile: 'trusted', memoryGb: 2, python, threads, env: {} });
    for (const [threads, fits] of [[1, true], [2, false]] as const) {
      rememberExpected(root, { memoryGb: 2, python, threads: 1 });
      startAhead(['run', '--plugin', root], {});
      const child = takeAhead(wanted(threads));
      expect(child !== null).toBe(fits);
      child?.kill('SIGKILL');
    }
    vi.unstubAllEnvs();
  });

  test('is not started for a folder that is not there', () => {
    startAhead(['run', '--plugin', join(root, 'nowhere')], {});
    expect(takeAhead(line())).toBeNull();
  });
});

test('what is expected is kept, and where it cannot be kept nothing fails', () => {
  rememberExpected(root, { memoryGb: 4, python: '/x/python', threads: 2 });
  expect(JSON.parse(readFileSync(join(root, '.plugsmith', 'worker.json'), 'utf8'))).toEqual({ memoryGb: 4, python: '/x/python', threads: 2 });
  rememberExpected(join(root, 'nowhere'), { memoryGb: 4 });
});
