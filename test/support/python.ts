/** Python for tests: a virtual environment per name under .cache, made once and shared by all test processes. */
import { execFileSync, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { closeSync, existsSync, mkdirSync, openSync, readFileSync, rmSync, statSync, writeFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export type TestPython = { python: string; missing: null } | { python: null; missing: string };

const CACHE = fileURLToPath(new URL('../../.cache/test-python/', import.meta.url));
const UV = 'uv==0.8.22';
/** The oldest version that plugins may use. */
const OLDEST = [3, 10] as const;

/**
 * An interpreter that can import `packages` (pip requirements, pinned).
 * @param name of the environment; the same name with the same packages is the same environment
 * @returns `missing`: why there is none. Tests then skip, and say so in their names.
 */
export function testPython(name: string, packages: string[]): TestPython {
  const found = interpreter();
  if (found === null) return { python: null, missing: `there is no Python ${OLDEST.join('.')} or later on the PATH` };
  const key = createHash('sha256').update([found.version, ...packages].join('\n')).digest('hex').slice(0, 12);
  const folder = join(CACHE, `${name}-${key}`);
  const python = join(folder, 'bin/python');
  const done = join(folder, 'done');
  if (existsSync(done)) return { python, missing: null };
  return alone(`${folder}.lock`, () => {
    if (existsSync(done)) return { python, missing: null };
    try {
      rmSync(folder, { recursive: true, force: true });
      execFileSync(found.program, ['-m', 'venv', folder], { stdio: 'pipe' });
      if (packages.length > 0) install(found.program, python, packages);
      writeFileSync(done, '');
      return { python, missing: null };
    } catch (error) {
      const text = String((error as { stderr?: Buffer }).stderr ?? error).trim().split('\n').at(-1);
      return { python: null, missing: `the environment ${name} could not be made: ${text}` };
    }
  });
}

/** With uv, which takes seconds where pip takes half a minute; uv itself comes from PyPI too. */
function install(program: string, python: string, packages: string[]): void {
  const tools = join(CACHE, 'tools');
  const uv = join(tools, 'bin', 'uv');
  alone(`${tools}.lock`, () => {
    if (existsSync(uv)) return;
    execFileSync(program, ['-m', 'venv', tools], { stdio: 'pipe' });
    execFileSync(join(tools, 'bin', 'python'), ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', UV], { stdio: 'pipe' });
  });
  const env = { ...process.env, UV_CACHE_DIR: join(CACHE, 'uv-cache'), UV_NO_CONFIG: '1' };
  execFileSync(uv, ['pip', 'install', '--quiet', '--compile-bytecode', '--python', python, ...packages], { env, stdio: 'pipe' });
}

function interpreter(): { program: string; version: string } | null {
  for (const program of ['python3', 'python']) {
    const { status, stdout } = spawnSync(program, ['-c', 'import sys, venv, ensurepip; print("%d.%d.%d" % sys.version_info[:3])'], { encoding: 'utf8' });
    if (status !== 0) continue;
    const version = stdout.trim();
    const [major = 0, minor = 0] = version.split('.').map(Number);
    if (major > OLDEST[0] || (major === OLDEST[0] && minor >= OLDEST[1])) return { program, version };
  }
  return null;
}

/** Runs `work` while no other test process does; a lock whose owner is gone is taken over. */
function alone<T>(lock: string, work: () => T): T {
  mkdirSync(CACHE, { recursive: true });
  for (;;) {
    try {
      const file = openSync(lock, 'wx');
      writeSync(file, String(process.pid));
      closeSync(file);
      break;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
      if (abandoned(lock)) rmSync(lock, { force: true });
      else Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 100);
    }
  }
  try {
    return work();
  } finally {
    rmSync(lock, { force: true });
  }
}

function abandoned(lock: string): boolean {
  try {
    const owner = Number(readFileSync(lock, 'utf8'));
    // An empty lock is one whose owner is about to write its number into it.
    if (owner === 0) return Date.now() - statSync(lock).mtimeMs > 5_000;
    process.kill(owner, 0);
    return false;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ESRCH';
  }
}
