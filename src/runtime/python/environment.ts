/**
 * The environment of a Python plugin: a virtual environment in the cache folder, one for each set of interpreter,
 * platform and requirements. It is built under its final path and counts only when `environment.json` names it, which
 * is written last; so a build that was killed is no environment, and two at once do no harm.
 */
import { createHash, randomBytes } from 'node:crypto';
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { mkdir, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { Failure, messageOf, systemCode } from '../../errors/index.js';
import { makeFolder, replaceFile } from '../../files/index.js';
import { cacheDir, withLock } from '../../native/index.js';
import { installEnvironment, lockFile, venvPython } from './installer.js';
import type { Interpreter } from './probe.js';

/** What the worker itself needs, and every plugin may count on. */
const BASE = ['pandas>=2.3,<3', 'pyarrow>=16', 'numpy', 'pydantic>=2'];
/** For plugins whose dependencies demand it: in pandas 3, None in a column that the plugin adds becomes NaN. */
const BASE_PANDAS_3 = ['pandas>=3', ...BASE.slice(1)];

export interface Environment {
  /** The interpreter to start. */
  python: string;
  /** Identifies what is installed: hex, for digests. */
  key: string;
  version: string;
  folder: string;
  /** Where its lock lies; null for an environment of the user's own. */
  lock: string | null;
  /** How it was made. */
  installer: string;
  requirements: string[];
  /** Something the user should know each time. */
  warnings: string[];
}

export interface EnvironmentOptions {
  interpreter: Interpreter;
  /** Checked requirements, on top of the base set. */
  requirements: readonly string[];
  /** The lock of an earlier environment for the same requirements: exactly its versions are installed. */
  lock?: string | undefined;
  /** What every environment holds; `BASE` unless told, which tests do to install in a second. */
  base?: readonly string[] | undefined;
  /** Refuse source distributions: for plugins of others. */
  wheelsOnly?: boolean | undefined;
  announce(line: string): void;
  /** The installer's own lines. */
  onLine?(line: string): void;
}

/** `environment.json`: names the folder that counts. */
interface Record extends Omit<Environment, 'lock'> {
  format: 1;
  /** What lay in site-packages when it was done; a hand that changed it since broke the lock. */
  packages: string;
  platform: string;
}

/** The lock of an environment's place: beside it, so that the place can go while it is held. */
export function lockOf(place: string): string {
  return `${place}.lock`;
}

/** The folder of all environments. */
export function environmentsFolder(): string {
  return join(cacheDir(), 'python');
}

/** What identifies an environment: 16 hex digits. Another interpreter, platform, requirement or lock is another environment. */
function environmentKey({ interpreter, requirements, lock, base: set = BASE, wheelsOnly = false }: EnvironmentOptions): string {
  const { base, version, platform } = interpreter;
  return createHash('sha256').update(JSON.stringify([1, base, version, platform, set, [...requirements].sort(), lock ?? null, wheelsOnly])).digest('hex').slice(0, 16);
}

/** The environment if it is there and whole, else null. Touches no network. */
export function knownEnvironment(options: EnvironmentOptions): Environment | null {
  const place = join(environmentsFolder(), environmentKey(options));
  const record = readRecord(place);
  return record === null || brokenBy(record) !== null ? null : toEnvironment(record);
}

/**
 * The environment, built where it is not there yet; others that ask meanwhile wait.
 * @throws Failure `python-no-venv`, `dependency-unresolvable`, `python-offline`, `python-install`, `cache-not-writable`
 */
export async function openEnvironment(options: EnvironmentOptions): Promise<Environment> {
  const known = knownEnvironment(options);
  if (known !== null) return known;
  const key = environmentKey(options);
  const place = join(environmentsFolder(), key);
  try {
    await mkdir(environmentsFolder(), { recursive: true });
    return await withLock(
      lockOf(place),
      () => options.announce('Another process is making this Python environment; waiting for it.'),
      async () => knownEnvironment(options) ?? build(key, place, options),
    );
  } catch (error) {
    if (error instanceof Failure || systemCode(error) === undefined) throw error;
    throw new Failure({
      code: 'cache-not-writable', message: `The Python environment could not be put into ${place}: ${messageOf(error)}`, why: 'Environments are kept in the cache folder.',
      next: 'Make that folder writable with enough free space, or set PLUGSMITH_CACHE_DIR to another folder.', cause: error,
    });
  }
}

async function build(key: string, place: string, options: EnvironmentOptions): Promise<Environment> {
  const { interpreter, requirements, announce } = options;
  const before = readRecord(place);
  const broken = before === null ? null : brokenBy(before);
  if (broken !== null) announce(`The Python environment is broken (${broken}); it is made anew.`);
  makeFolder(place);
  await sweep(place, null);
  announce(`Making the Python environment (Python ${interpreter.version}; ${['pandas, pyarrow, numpy, pydantic', ...requirements].join(', ')}). This is done once.`);
  const folder = join(place, `env-${randomBytes(4).toString('hex')}`);
  try {
    const { installer, warnings } = await install(folder, options);
    const record: Record = { format: 1, python: venvPython(folder), key, version: interpreter.version, folder, installer, requirements: [...requirements], warnings, packages: fingerprint(folder), platform: interpreter.platform };
    writeRecord(place, record);
    announce(`The Python environment is ready (made with ${installer}).`);
    return toEnvironment(record);
  } catch (error) {
    await rm(place, { recursive: true, force: true });
    throw error;
  }
}

async function install(folder: string, { interpreter, requirements, lock, base = BASE, wheelsOnly = false, onLine = () => undefined }: EnvironmentOptions): Promise<{ installer: string; warnings: string[] }> {
  const attempt = (set: readonly string[]): Promise<string> => installEnvironment({ interpreter, folder, requirements: [...set, ...requirements], wheelsOnly, lock: lock ?? null, onLine });
  try {
    return { installer: await attempt(base), warnings: [] };
  } catch (error) {
    if (!(error instanceof Failure) || error.code !== 'dependency-unresolvable' || !/\bpandas\b/.test(error.message)) throw error;
    await rm(folder, { recursive: true, force: true });
    const installer = await attempt(BASE_PANDAS_3).catch(() => Promise.reject(error));
    return { installer, warnings: ['The dependencies demand pandas 3, where None in a column that the plugin adds becomes NaN; the service runs pandas 2.'] };
  }
}

/** Removes what killed builds left; called under the lock. `keep` is the folder that counts. */
async function sweep(place: string, keep: string | null): Promise<void> {
  for (const name of await readdir(place)) {
    const path = join(place, name);
    if (name.startsWith('env-') && path !== keep) await rm(path, { recursive: true, force: true });
  }
}

function writeRecord(place: string, record: Record): void {
  replaceFile(join(place, 'environment.json'), `${JSON.stringify(record, null, 2)}\n`, { durable: true });
}

export function readRecord(place: string): Record | null {
  const file = join(place, 'environment.json');
  if (!existsSync(file)) return null;
  try {
    const record = JSON.parse(readFileSync(file, 'utf8')) as Record;
    return record.format === 1 ? record : null;
  } catch {
    // A torn or foreign file names no environment; it is replaced.
    return null;
  }
}

/** What is wrong with an environment that was whole once, or null. */
export function brokenBy({ folder, python, packages }: Record): string | null {
  if (!existsSync(folder)) return 'its folder is gone';
  // Follows the link: an interpreter that was removed or replaced takes its environments with it.
  if (!existsSync(python)) return 'its interpreter is gone';
  return fingerprint(folder) === packages ? null : 'packages were added or removed by hand';
}

function fingerprint(folder: string): string {
  const lib = join(folder, 'lib');
  if (!existsSync(lib)) return 'none';
  const names = readdirSync(lib).flatMap((python) => {
    const packages = join(lib, python, 'site-packages');
    return existsSync(packages) ? readdirSync(packages).filter((name) => name !== '__pycache__') : [];
  });
  return createHash('sha256').update(names.sort().join('\n')).digest('hex').slice(0, 16);
}

function toEnvironment(record: Record): Environment {
  const { python, key, version, folder, installer, requirements, warnings } = record;
  return { python, key, version, folder, lock: lockFile(folder), installer, requirements, warnings };
}
