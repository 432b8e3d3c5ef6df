import { chmodSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { runChecks, type DoctorContext } from '../../src/doctor/index.js';
import { checkBundler, checkModel, checkNative } from '../../src/doctor/native.js';
import { checkNpm } from '../../src/doctor/platform.js';
import { tryProgram } from '../../src/doctor/program.js';
import { checkPython } from '../../src/doctor/python.js';
import { checkBubblewrap, checkGroups, checkLimits, checkNetwork, checkPermissions } from '../../src/doctor/sandbox.js';
import { checkCache } from '../../src/doctor/storage.js';

let bin: string;

beforeEach(() => {
  bin = mkdtempSync(join(tmpdir(), 'plugsmith-doctor-test-'));
});

afterEach(() => rmSync(bin, { recursive: true, force: true }));

/** A context in which only the given programs are on PATH (name -> shell script). */
function only(programs: Record<string, string> = {}, env: Record<string, string> = {}): DoctorContext {
  for (const [name, script] of Object.entries(programs)) {
    writeFileSync(join(bin, name), `#!/bin/sh\n${script}\n`);
    chmodSync(join(bin, name), 0o755);
  }
  return { env: { PATH: bin, ...env }, terminal: { stdin: false, stdout: false } };
}

const here: DoctorContext = { env: process.env, terminal: { stdin: false, stdout: false } };
const loopback = `printf 'Inter-| Receive\\n face |bytes\\n    lo: 0 0\\n'`;

describe('all checks', () => {
  it('come in the same order, each with what to do', async () => {
    const [first, second] = await Promise.all([runChecks(here), runChecks(only())]);
    expect(first.map(({ name }) => name)).toEqual([
      'system', 'node', 'npm', 'terminal', 'onnxruntime-node', 'sharp', 'model', 'bundler', 'cache', 'temporary folder', 'free space',
      'process groups', 'resource limits', 'node permissions', 'bubblewrap', 'network namespace', 'python',
    ]);
    expect(second.map(({ name }) => name)).toEqual(first.map(({ name }) => name));
    for (const check of [...first, ...second]) {
      if (check.status !== 'ok') expect(check.remedy).toBeTruthy();
      expect(check.finding).not.toContain('\n');
    }
  });

  it('leave nothing in the temporary folder', async () => {
    const seen = (): string[] => readdirSync(tmpdir()).filter((name) => /^(\.doctor-|plugsmith-doctor-(?!test-))/.test(name));
    await runChecks(here);
    expect(seen()).toEqual([]);
  });
});

describe('native modules', () => {
  it('load and compute here', async () => {
    expect(await checkNative('onnxruntime-node')).toMatchObject({ status: 'ok' });
    expect(await checkModel(here)).toEqual({ status: 'ok', finding: 'a small model runs and computes the right value' });
    expect(await checkBundler()).toEqual({ status: 'ok', finding: 'esbuild bundles plugins' });
  });
});

describe('sandbox layers', () => {
  it.runIf(process.platform === 'linux')('that need no other program hold here', async () => {
    expect(await Promise.all([checkPermissions(here), checkLimits(here), checkGroups(here)])).toMatchObject([{ status: 'ok' }, { status: 'ok' }, { status: 'ok' }]);
  });

  it('NODE_OPTIONS does not mislead the probes', async () => {
    expect(await checkPermissions({ ...here, env: { ...process.env, NODE_OPTIONS: '--throw-deprecation --no-such-flag' } })).toMatchObject({ status: 'ok' });
  });

  it.runIf(process.platform === 'linux').each([
    ['absent', {}, 'warn', /not installed.*Python worker has only resource limits/],
    ['works', { bwrap: loopback }, 'ok', /works/],
    ['blocked', { bwrap: 'echo "bwrap: setting up uid map: Permission denied" >&2; exit 1' }, 'warn', /blocked here: bwrap: setting up uid map: Permission denied/],
    ['leaky', { bwrap: `${loopback}; printf '  eth0: 1 1\\n'` }, 'warn', /network could still be seen/],
    ['crashing', { bwrap: 'kill -SEGV $$' }, 'warn', /SIGSEGV/],
  ])('bubblewrap %s', async (_state, programs, status, finding) => {
    const found = await checkBubblewrap(only(programs as Record<string, string>));
    expect(found).toMatchObject({ status, finding: expect.stringMatching(finding) });
    if (status !== 'ok') expect(found.remedy).toBeTruthy();
  });

  it.runIf(process.platform === 'linux').each([
    ['absent', {}, 'warn', /unshare is missing/],
    ['works', { unshare: loopback }, 'ok', /can be cut off/],
    ['blocked', { unshare: 'echo "unshare: unshare failed: Operation not permitted" >&2; exit 1' }, 'warn', /Operation not permitted/],
  ])('network namespace %s', async (_state, programs, status, finding) => {
    expect(await checkNetwork(only(programs as Record<string, string>))).toMatchObject({ status, finding: expect.stringMatching(finding) });
  });
});

describe('programs', () => {
  it.each([
    ['absent', {}, 'ok', /No Python was found/],
    ['fine, under its older name', { python: 'echo 3.12.1 venv ensurepip pip' }, 'ok', /3\.12\.1/],
    ['broken', { python3: 'echo "no such interpreter" >&2; exit 127' }, 'warn', /does not run: no such interpreter/],
  ])('Python %s', async (_state, programs, status, finding) => {
    expect(await checkPython(only(programs as Record<string, string>))).toMatchObject({ status, finding: expect.stringMatching(finding) });
  });

  it('npm answers', async () => {
    expect(await checkNpm(here)).toMatchObject({ status: 'ok', finding: expect.stringMatching(/^npm \d+\./) });
  });

  it('a program that hangs is ended with its children when its time is up', async () => {
    const start = performance.now();
    const ended = await tryProgram('/bin/sh', ['-c', 'sleep 30 & sleep 30'], process.env, 100);
    expect(ended).toMatchObject({ timedOut: true, code: null });
    expect(performance.now() - start).toBeLessThan(10_000);
  });
});

describe('the cache folder', () => {
  it('is not made by looking', async () => {
    const folder = join(bin, 'later');
    expect(await checkCache(only({}, { PLUGSMITH_CACHE_DIR: folder }))).toEqual({ status: 'ok', finding: `${folder} will be made when it is needed` });
    expect(readdirSync(bin)).toEqual([]);
  });

  it('is measured', async () => {
    mkdirSync(join(bin, 'a'));
    writeFileSync(join(bin, 'a', 'b'), Buffer.alloc(3 * 1024 ** 2));
    expect((await checkCache(only({}, { PLUGSMITH_CACHE_DIR: bin }))).finding).toBe(`${bin} is writable and holds 3 MB`);
  });

  it('in the place of a file is a failure', async () => {
    writeFileSync(join(bin, 'file'), '');
    const findings = [join(bin, 'file'), join(bin, 'file', 'below')].map((path) => checkCache(only({}, { PLUGSMITH_CACHE_DIR: path })));
    expect(await Promise.all(findings)).toMatchObject([
      { status: 'fail', finding: expect.stringContaining('is not a folder') },
      { status: 'fail', finding: expect.stringContaining('ENOTDIR') },
    ]);
  });
});
