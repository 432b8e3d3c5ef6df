/** Environments made by the real installers from wheels of this test: no index is asked. */
import { execFileSync, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, readdirSync, renameSync, rmSync, symlinkSync, unlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { build } from 'esbuild';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { cleanEnvironments, knownEnvironment, listEnvironments, openEnvironment, preparedEnvironment, preparedInterpreter, type Environment, type Interpreter } from '../../../src/runtime/python/index.js';
import { probeInterpreter } from '../../../src/runtime/python/probe.js';
import { testPython } from '../../support/python.js';
import { makeWheel } from '../../support/wheel.js';
import { python as whole } from '../../worker-python/python.js';

const { python, missing } = testPython('plain', []);
const uv = testPython('uv', ['uv==0.8.22']);
const saved = { ...process.env };
let folder = '';
let wheels = '';
let interpreter: Interpreter;
let said: string[] = [];

const options = (requirements: string[], more: object = {}) => ({ interpreter, requirements, base: ['standin'], announce: (line: string) => said.push(line), ...more });
const run = ({ python: program }: Environment, code: string): string => execFileSync(program, ['-I', '-c', code], { encoding: 'utf8' }).trim();

describe.skipIf(missing !== null)(`environments${missing === null ? '' : ` (skipped: ${missing})`}`, () => {
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'plugsmith-env-'));
    wheels = join(folder, 'wheels');
    for (const version of ['1.0', '1.5', '2.0']) makeWheel(python as string, wheels, 'standin', version, { 'standin.py': `version = "${version}"\n` });
    makeWheel(python as string, wheels, 'extra', '1.0', { 'extra.py': 'import standin\n' }, ['standin<2']);
    makeWheel(python as string, wheels, 'picky', '1.0', { 'picky.py': '' }, ['standin>=2']);
    const probed = await probeInterpreter(python as string);
    interpreter = probed.interpreter as Interpreter;
    Object.assign(process.env, { PIP_NO_INDEX: '1', PIP_FIND_LINKS: wheels, PIP_CONFIG_FILE: '/dev/null', PATH: '/usr/bin:/bin' });
  });
  beforeEach(() => {
    said = [];
    process.env['PLUGSMITH_CACHE_DIR'] = mkdtempSync(join(folder, 'cache-'));
  });
  afterAll(() => {
    process.env = saved;
    rmSync(folder, { recursive: true, force: true });
  });

  it('hold what was asked for, locked with hashes and compiled, and are made once', async () => {
    const made = await openEnvironment(options(['extra']));
    expect(run(made, 'import extra, standin; print(standin.version)')).toBe('1.5');
    expect(made.installer).toBe('pip');
    expect(readFileSync(made.lock as string, 'utf8')).toMatch(/^extra==1\.0 \\\n {4}--hash=sha256:[0-9a-f]{64}\nstandin==1\.5 \\\n {4}--hash=sha256:[0-9a-f]{64}\n$/);
    const packages = run(made, 'import standin; print(standin.__file__)');
    expect(readdirSync(join(dirname(packages), '__pycache__')).some((name) => name.startsWith('standin.'))).toBe(true);
    // Without wheels or index: the second asks nobody.
    process.env['PIP_FIND_LINKS'] = '/nowhere';
    try {
      expect(await openEnvironment(options(['extra']))).toEqual(made);
    } finally {
      process.env['PIP_FIND_LINKS'] = wheels;
    }
    expect(said.filter((line) => line.startsWith('Making'))).toHaveLength(1);
  });

  it('differ by requirement and by lock, and keep the versions of a lock', async () => {
    const first = await openEnvironment(options(['extra']));
    const other = await openEnvironment(options([]));
    expect(other.key).not.toBe(first.key);
    expect(run(other, 'import standin; print(standin.version)')).toBe('2.0');
    const locked = await openEnvironment(options([], { lock: readFileSync(first.lock as string, 'utf8') }));
    expect(run(locked, 'import standin; print(standin.version)')).toBe('1.5');
    expect(await openEnvironment(options([], { lock: 'standin==1.5 --hash=sha256:' + '0'.repeat(64) })).catch((error: unknown) => error)).toMatchObject({ code: 'python-install', message: expect.stringMatching(/hash/i) });
  });

  it('are made by one, while another waits', async () => {
    const [a, b] = await Promise.all([openEnvironment(options(['extra'])), openEnvironment(options(['extra']))]);
    expect(a).toEqual(b);
    expect(said.filter((line) => line.startsWith('Making'))).toHaveLength(1);
    expect(said).toContain('Another process is making this Python environment; waiting for it.');
  });

  it('are made anew when they are broken, and that is said', async () => {
    const made = await openEnvironment(options([]));
    const module = run(made, 'import standin; print(standin.__file__)');
    for (const path of [module, made.python, made.folder]) {
      renameSync(path, `${path}.away`);
      expect(knownEnvironment(options([])), path).toBeNull();
      renameSync(`${path}.away`, path);
      expect(knownEnvironment(options([])), path).toEqual(made);
    }
    unlinkSync(made.python);
    symlinkSync('/nowhere/python', made.python);
    const again = await openEnvironment(options([]));
    expect(run(again, 'import standin; print(standin.version)')).toBe('2.0');
    expect(said.join('\n')).toContain('its interpreter is gone');
    expect(readdirSync(dirname(made.folder)).filter((name) => name.startsWith('env-'))).toHaveLength(1);
  });

  it('do not count when their making was killed, and are made anew', async () => {
    const script = join(folder, 'build.mjs');
    const entry = join(folder, 'entry.mjs');
    await build({ stdin: { contents: `export { openEnvironment } from ${JSON.stringify(join(import.meta.dirname, '../../../src/runtime/python/index.ts'))};`, resolveDir: folder }, bundle: true, platform: 'node', format: 'esm', outfile: entry, logLevel: 'silent' });
    writeFileSync(script, `import { openEnvironment } from ${JSON.stringify(pathToFileURL(entry).href)};\nawait openEnvironment({ ...JSON.parse(process.argv[2]), announce: () => undefined });\n`);
    const temporary = mkdtempSync(join(folder, 'tmp-'));
    const child = spawn(process.execPath, [script, JSON.stringify({ interpreter, requirements: ['extra'], base: ['standin'] })], { detached: true, stdio: 'ignore', env: { ...process.env, TMPDIR: temporary } });
    const root = join(process.env['PLUGSMITH_CACHE_DIR'] as string, 'python');
    const inside = (place: string): string[] => (existsSync(place) ? readdirSync(place).map((name) => join(place, name)) : []);
    const halfway = (): boolean => [temporary, ...inside(root).flatMap((place) => (place.endsWith('.lock') ? [] : inside(place))).filter((path) => path.endsWith('-tmp'))].flatMap(inside).some((path) => path.includes('/pip-'));
    while (!halfway() && child.exitCode === null) await new Promise((resolve) => setImmediate(resolve));
    process.kill(-(child.pid as number), 'SIGKILL');
    await new Promise((resolve) => child.once('close', resolve));
    expect(await listEnvironments()).toMatchObject([{ version: null, broken: 'its build was not finished' }]);
    // What the installer was unpacking lies where the next build sweeps.
    expect(readdirSync(temporary)).toEqual([]);
    const made = await openEnvironment(options(['extra']));
    expect(run(made, 'import extra, standin; print(standin.version)')).toBe('1.5');
    expect(readdirSync(dirname(made.folder)).filter((name) => name.startsWith('env-'))).toHaveLength(1);
  });

  it.each([
    ['a package that does not exist', ['no-such-package'], 'dependency-unresolvable', /no no-such-package for Python 3/],
    ['packages that do not go together', ['extra', 'picky'], 'dependency-unresolvable', /conflict/i],
  ])('name %s, and leave nothing', async (_, requirements, code, message) => {
    await expect(openEnvironment(options(requirements))).rejects.toMatchObject({ code, exitCode: 2, message: expect.stringMatching(message) });
    expect(await listEnvironments()).toEqual([]);
  });

  it('say that the index cannot be reached', async () => {
    Object.assign(process.env, { PIP_NO_INDEX: '', PIP_INDEX_URL: 'http://127.0.0.1:9/simple', PIP_RETRIES: '0', PIP_FIND_LINKS: '' });
    try {
      await expect(openEnvironment(options([], { base: ['pandas>=2.3,<3'] }))).rejects.toMatchObject({ code: 'python-offline', exitCode: 2, next: expect.stringContaining('--env') });
    } finally {
      Object.assign(process.env, { PIP_NO_INDEX: '1', PIP_FIND_LINKS: wheels });
      delete process.env['PIP_INDEX_URL'];
    }
  });

  it('are listed and removed', async () => {
    const made = await openEnvironment(options([]));
    expect(await listEnvironments()).toMatchObject([{ key: made.key, requirements: [], installer: 'pip', broken: null }]);
    expect(await cleanEnvironments(['another'])).toEqual([]);
    expect(await cleanEnvironments([made.key])).toMatchObject([{ key: made.key, bytes: expect.any(Number) }]);
    expect(existsSync(made.folder)).toBe(false);
    expect(await listEnvironments()).toEqual([]);
  });

  it.skipIf(whole.missing !== null)(`of the user are taken when they hold what is needed${whole.missing === null ? '' : ` (skipped: ${whole.missing})`}`, async () => {
    const home = dirname(dirname(whole.python as string));
    const prepared = async (path: string, requirements: string[] = []): Promise<Environment> => preparedEnvironment(path, await preparedInterpreter(path), requirements, (line) => said.push(line));
    expect(await prepared(home, ['numpy', 'absent>=1'])).toMatchObject({ python: whole.python, lock: null, warnings: [] });
    expect(said.join()).toContain('lacks absent');
    const bare = dirname(dirname(python as string));
    await expect(prepared(bare)).rejects.toMatchObject({ code: 'python-env', message: expect.stringContaining('it has no pandas, pyarrow, numpy, pydantic'), next: expect.stringContaining('pip install') });
    await expect(prepared('/nowhere')).rejects.toMatchObject({ code: 'python-env' });
    await expect(prepared(folder)).rejects.toMatchObject({ code: 'python-env', message: expect.stringContaining('no bin/python') });
  });

  it.skipIf(uv.missing !== null)(`are made by uv where it is there${uv.missing === null ? '' : ` (skipped: ${uv.missing})`}`, async () => {
    Object.assign(process.env, { PATH: `${dirname(uv.python as string)}:/usr/bin:/bin`, UV_OFFLINE: '1', UV_CACHE_DIR: join(folder, 'uv'), UV_FIND_LINKS: wheels });
    try {
      const made = await openEnvironment(options(['extra']));
      expect(made.installer).toBe('uv');
      expect(run(made, 'import extra, standin; print(standin.version)')).toBe('1.5');
      expect(readFileSync(made.lock as string, 'utf8')).toMatch(/standin==1\.5 \\\n {4}--hash=sha256:/);
      const packages = run(made, 'import standin; print(standin.__file__)');
      expect(readdirSync(join(dirname(packages), '__pycache__'))).not.toEqual([]);
      await expect(openEnvironment(options(['no-such-package']))).rejects.toMatchObject({ code: 'dependency-unresolvable' });
      await expect(openEnvironment(options(['extra', 'picky']))).rejects.toMatchObject({ code: 'dependency-unresolvable' });
    } finally {
      process.env['PATH'] = '/usr/bin:/bin';
    }
  });
});
