/** Which interpreter is taken, with programs that only look like interpreters where that is the point. */
import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findInterpreter } from '../../../src/runtime/python/interpreter.js';
import { testPython } from '../../support/python.js';

const { python, missing } = testPython('plain', []);
let folder = '';
let root = '';

/** A program that says what a Python of that version says. */
function fake(path: string, version: string): string {
  mkdirSync(join(path, '..'), { recursive: true });
  writeFileSync(path, `#!/bin/sh\necho '{"version": "${version}", "base": "${path}", "platform": "cpython-x linux", "pip": "24.0", "ensurepip": true}'\n`);
  chmodSync(path, 0o755);
  return path;
}

describe('the interpreter of a plugin', () => {
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'plugsmith-python-'));
    root = join(folder, 'plugins', 'my_plugin');
    mkdirSync(root, { recursive: true });
    for (const name of ['python3', 'python']) fake(join(folder, 'bin', name), name === 'python3' ? '3.11.2' : '3.13.1');
    fake(join(folder, 'old', 'python3'), '3.9.18');
    fake(join(folder, 'versions', 'python3.12'), '3.12.4');
    fake(join(folder, 'venv', 'bin', 'python'), '3.10.9');
    writeFileSync(join(folder, 'versions', 'hangs'), '#!/bin/sh\nsleep 600\n', { mode: 0o755 });
    writeFileSync(join(folder, 'versions', 'talks'), '#!/bin/sh\necho hello\n', { mode: 0o755 });
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  const find = async (env: Record<string, string>, options: { python?: string } = {}): Promise<{ version: string; announced: string[] }> => {
    const announced: string[] = [];
    const { version } = await findInterpreter({ root, env: { ...env, PATH: (env['PATH'] ?? '').split(':').filter(Boolean).map((name) => (name.startsWith('/') ? name : join(folder, name))).concat('/usr/bin', '/bin').join(':') }, announce: (line) => announced.push(line), ...options });
    return { version, announced };
  };

  it('is python3 of the PATH', async () => {
    expect(await find({ PATH: 'bin' })).toEqual({ version: '3.11.2', announced: [] });
  });

  it('is that of VIRTUAL_ENV before', async () => {
    expect((await find({ PATH: 'bin', VIRTUAL_ENV: join(folder, 'venv') })).version).toBe('3.10.9');
  });

  it('is what .python-version asks for before both, here or in a folder above', async () => {
    writeFileSync(join(folder, 'plugins', '.python-version'), '# ours\n3.12\n');
    try {
      expect((await find({ PATH: 'bin:versions', VIRTUAL_ENV: join(folder, 'venv') })).version).toBe('3.12.4');
      const { version, announced } = await find({ PATH: 'bin' });
      expect(version).toBe('3.11.2');
      expect(announced).toEqual([expect.stringMatching(/Python 3\.12 \(.*\.python-version\) is not there\. Using .*python3/)]);
    } finally {
      rmSync(join(folder, 'plugins', '.python-version'));
    }
  });

  it('is what --python names, by path, name or version', async () => {
    for (const wish of [join(folder, 'versions', 'python3.12'), 'python3.12', '3.12']) expect((await find({ PATH: 'bin:versions' }, { python: wish })).version).toBe('3.12.4');
  });

  it('is the next one where one is too old, and that is said', async () => {
    const { version, announced } = await find({ PATH: 'old:bin' });
    expect(version).toBe('3.13.1');
    expect(announced).toEqual([expect.stringContaining('python3 is Python 3.9.18')]);
  });

  it.each([
    ['old/python3', 'is Python 3.9.18'], ['versions/talks', 'is no Python interpreter'], ['versions/none', 'is not there'],
  ])('is never another than --python %s', async (name, problem) => {
    await expect(find({ PATH: 'bin' }, { python: join(folder, name) })).rejects.toMatchObject({ code: 'no-python', exitCode: 2, message: expect.stringContaining(problem), next: expect.stringContaining('3.10') });
  });

  it('is asked for five seconds, and one that may only be slow is not told to be absent', async () => {
    const slow = join(folder, 'versions', 'hangs');
    const late = { code: 'python-late', exitCode: 2, message: expect.stringContaining('did not say within 5 s what it is'), next: expect.stringMatching(/again .* --python \/usr/) };
    const shims = join(folder, 'shims');
    mkdirSync(shims);
    symlinkSync(slow, join(shims, 'python3'));
    await Promise.all([
      expect(find({ PATH: 'bin' }, { python: slow })).rejects.toMatchObject(late),
      expect(findInterpreter({ root, env: { PATH: shims } })).rejects.toMatchObject({ ...late, message: expect.stringMatching(/python3 did not say .*; python is not there/) }),
      find({ PATH: 'shims:bin' }).then(({ announced }) => expect(announced).toEqual([expect.stringMatching(/^python3 did not say within 5 s what it is\. Using .*\/python /)])),
    ]);
  }, 30_000);

  it('names what was found where none serves', async () => {
    const empty = join(folder, 'empty');
    mkdirSync(empty, { recursive: true });
    await expect(findInterpreter({ root, env: { PATH: `${join(folder, 'old')}:${empty}` } })).rejects.toMatchObject({ code: 'no-python', message: expect.stringMatching(/python3 is Python 3\.9\.18; python is not there/), next: expect.stringContaining('python3-venv') });
  });

  it.skipIf(missing !== null)(`is really there${missing === null ? '' : ` (skipped: ${missing})`}`, async () => {
    const link = join(folder, 'link');
    symlinkSync(python as string, link);
    const found = await findInterpreter({ root, python: python as string });
    expect(found).toMatchObject({ program: python, version: expect.stringMatching(/^3\.\d+\.\d+$/), platform: expect.stringMatching(/^cpython-3/) });
    // What environments are made from is the interpreter behind the virtual environment.
    expect(found.base).not.toBe(python);
  });
});
