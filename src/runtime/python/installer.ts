/** Making a virtual environment from a lock: by uv where it is installed, else by pip. */
import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Failure } from '../../errors/index.js';
import type { Interpreter } from './probe.js';
import { findProgram, installerEnvironment, runProgram, type Ended } from './program.js';

export interface Installation {
  interpreter: Interpreter;
  /** The folder of the environment; does not exist yet. */
  folder: string;
  requirements: readonly string[];
  /** Refuse source distributions, which run code of their own when they are installed. */
  wheelsOnly: boolean;
  /** A lock to install from instead of resolving anew. */
  lock: string | null;
  onLine(line: string): void;
}

/** What installs packages. Each step leaves the folder as the next one needs it. */
interface Installer {
  name: 'uv' | 'pip';
  make(): Promise<void>;
  /** Writes the lock: exact versions with hashes. */
  resolve(requirementsFile: string, lockFile: string): Promise<void>;
  install(lockFile: string): Promise<void>;
}

/**
 * Makes the environment in `folder`, with bytecode compiled and the lock in `lock.txt` beside its configuration.
 * @returns the installer's name
 * @throws Failure `python-no-venv`, `dependency-unresolvable`, `python-offline`, `python-install`
 */
export async function installEnvironment(given: Installation): Promise<string> {
  const uv = findProgram('uv');
  // Beside the environment, where the next build sweeps up what a killed one left; in the system's folder it would stay.
  const temporary = `${given.folder}-tmp`;
  mkdirSync(temporary, { recursive: true });
  const env = installerEnvironment(temporary);
  const installer = uv === null ? pipInstaller(given, env) : uvInstaller(uv, given, env);
  try {
    await installer.make();
    const wanted = join(given.folder, 'requirements.txt');
    const lock = lockFile(given.folder);
    writeFileSync(wanted, `${given.requirements.join('\n')}\n`);
    if (given.lock === null) await installer.resolve(wanted, lock);
    else writeFileSync(lock, given.lock);
    await installer.install(lock);
    return installer.name;
  } finally {
    rmSync(temporary, { recursive: true, force: true });
  }
}

/** The lock of an environment: requirements as pip and uv read them, each with its hashes. */
export function lockFile(folder: string): string {
  return join(folder, 'lock.txt');
}

export function venvPython(folder: string): string {
  return join(folder, 'bin', 'python');
}

function uvInstaller(uv: string, { interpreter, folder, wheelsOnly, onLine }: Installation, env: NodeJS.ProcessEnv): Installer {
  const wheels = wheelsOnly ? ['--only-binary', ':all:'] : [];
  const run = async (step: Step, args: string[]): Promise<void> => {
    const ended = await runProgram(uv, [...args, '--no-progress', '--color', 'never'], { env, onLine, ...(step !== 'venv' && { cwd: folder }) });
    if (ended.code !== 0) throw installFailure('uv', step, ended, interpreter.version);
  };
  const python = ['--python', venvPython(folder)];
  return {
    name: 'uv',
    make: () => run('venv', ['venv', '--no-project', '--python', interpreter.base, folder]),
    resolve: (wanted, lock) => run('resolve', ['pip', 'compile', '--generate-hashes', '--no-header', '--no-annotate', '--quiet', ...wheels, ...python, wanted, '--output-file', lock]),
    // uv alone would leave every first import to compile; a start would take more than twice as long.
    install: (lock) => run('install', ['pip', 'install', '--compile-bytecode', '--no-deps', '--require-hashes', ...wheels, ...python, '--requirement', lock]),
  };
}

/** pip of the base interpreter works on the environment from outside, so that none has to be put into it. */
const PIP_FROM_OUTSIDE = [22, 3] as const;

function pipInstaller({ interpreter, folder, wheelsOnly, onLine }: Installation, env: NodeJS.ProcessEnv): Installer {
  const outside = interpreter.pip !== null && atLeast(interpreter.pip, PIP_FROM_OUTSIDE);
  const wheels = wheelsOnly ? ['--only-binary', ':all:'] : [];
  const pip = async (step: Step, args: string[]): Promise<void> => {
    const [program, before] = outside ? [interpreter.base, ['-I', '-m', 'pip', '--python', venvPython(folder)]] : [venvPython(folder), ['-I', '-m', 'pip']];
    const ended = await runProgram(program, [...before, ...args, '--progress-bar', 'off', '--no-color'], { cwd: folder, env, onLine });
    if (ended.code !== 0) throw installFailure('pip', step, ended, interpreter.version);
  };
  return {
    name: 'pip',
    async make() {
      if (!outside && !interpreter.ensurepip) throw noVenv(interpreter, null);
      const ended = await runProgram(interpreter.base, ['-I', '-m', 'venv', ...(outside ? ['--without-pip'] : []), folder], { env, onLine });
      if (ended.code !== 0) throw noVenv(interpreter, ended);
    },
    async resolve(wanted, lock) {
      const report = join(folder, 'report.json');
      await pip('resolve', ['install', '--dry-run', '--ignore-installed', '--quiet', '--report', report, ...wheels, '--requirement', wanted]);
      writeFileSync(lock, lockOf(JSON.parse(readFileSync(report, 'utf8')) as Report));
      rmSync(report);
    },
    install: (lock) => pip('install', ['install', '--compile', '--no-deps', '--require-hashes', '--no-warn-script-location', ...wheels, '--requirement', lock]),
  };
}

/** The parts of pip's installation report that a lock needs. */
interface Report {
  install: { metadata: { name: string; version: string }; download_info: { url: string; archive_info?: { hashes?: Record<string, string>; hash?: string } } }[];
}

/** pip names the file that it chose, so a lock of pip's holds for this interpreter and platform only; as the environment does. */
function lockOf({ install }: Report): string {
  const lines = install.map(({ metadata, download_info: { url, archive_info: info } }) => {
    const known = info?.hashes?.['sha256'] ?? (info?.hash?.startsWith('sha256=') ? info.hash.slice('sha256='.length) : undefined);
    const sum = known ?? createHash('sha256').update(readFileSync(fileURLToPath(url))).digest('hex');
    return `${metadata.name.toLowerCase()}==${metadata.version} \\\n    --hash=sha256:${sum}`;
  });
  return `${lines.sort().join('\n')}\n`;
}

function atLeast(version: string, [major, minor]: readonly [number, number]): boolean {
  const [a = 0, b = 0] = version.split('.').map(Number);
  return a > major || (a === major && b >= minor);
}

type Step = 'venv' | 'resolve' | 'install';

const OFFLINE = /ENOTFOUND|Temporary failure in name resolution|Name or service not known|dns error|Connection refused|ConnectTimeout|NewConnectionError|Network is unreachable|tcp connect error|client error \(Connect\)|ProxyError|Could not fetch URL|connection error|network connectivity is disabled|requirement (?:pandas|pyarrow|numpy|pydantic)\b[^\n]*from versions: none/i;
/** What pip says besides the reason. */
const NOISE = /^ERROR: Ignored the following|^(?:WARNING: Retrying|\[notice\])/;
const UNRESOLVABLE = /No matching distribution|No solution found|ResolutionImpossible|conflicting dependencies|was not found in the package registry|has no usable wheels|no wheels with a matching/i;

function installFailure(installer: string, step: Step, { code, lastLines, why }: Ended, version: string): Failure {
  const lines = lastLines.filter((line) => !NOISE.test(line));
  const text = lines.join('\n');
  const said = lines.length === 0 ? `: ${why ?? `exit code ${code}`}` : `. Its last lines:\n${lines.slice(-12).map((line) => `  ${line}`).join('\n')}`;
  const details = { installer, step, exitCode: code, lastLines };
  if (/SIGINT/.test(why ?? '') || /Operation cancelled by user/.test(text)) {
    return new Failure({ code: 'interrupted', message: 'Making the Python environment was interrupted.', why: 'What was begun is removed.', next: 'Run the command again.', exitCode: 130 });
  }
  if (step === 'venv') return new Failure({ code: 'python-no-venv', message: `uv could not make a virtual environment${said}`, why: 'Every plugin runs in an environment of its own.', next: 'Mend what the message names, or take uv off the PATH to use pip.', details });
  if (OFFLINE.test(lastLines.join('\n'))) {
    return new Failure({ code: 'python-offline', message: `The package index could not be reached by ${installer}${said}`, why: 'The environment is not in the cache yet, so its packages have to be fetched once.', next: `Check the network, proxy and index settings of ${installer}, then run the command again; or take a prepared environment with --env PATH.`, details });
  }
  const absent = /No matching distribution found for (\S+)|Because (\S+) was not found in the package registry/.exec(text)?.slice(1).find((name) => name !== undefined);
  if (absent !== undefined) {
    return new Failure({ code: 'dependency-unresolvable', message: `The package index has no ${absent} for Python ${version} on this machine.`, why: 'Without it the plugin cannot start.', next: 'Correct the name or the versions in dependencies of manifest.py.', details });
  }
  if (UNRESOLVABLE.test(text)) {
    return new Failure({ code: 'dependency-unresolvable', message: `The dependencies cannot be installed together${said}`, why: 'Without them the plugin cannot start.', next: 'Change the names or versions in dependencies of manifest.py.', details });
  }
  return new Failure({ code: 'python-install', message: `${installer} could not ${step === 'resolve' ? 'choose the packages' : 'install the packages'}${said}`, why: 'Nothing was changed; the environment was not made.', next: 'Mend what the message names, then run the command again.', details });
}

function noVenv(interpreter: Interpreter, ended: Ended | null): Failure {
  return new Failure({
    code: 'python-no-venv',
    message: `${interpreter.program} (Python ${interpreter.version}) cannot make virtual environments${ended === null ? ': it lacks venv, ensurepip or pip' : `: ${ended.why ?? ended.lastLines.at(-1)}`}.`,
    why: 'Every plugin runs in an environment of its own.',
    next: 'Install what is missing (on Debian and Ubuntu: apt install python3-venv), or install uv, or take a prepared environment with --env PATH.',
  });
}
