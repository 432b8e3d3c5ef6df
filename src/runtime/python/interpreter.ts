/** Which Python runs a plugin: the first that serves, in an order that the error names. */
import { existsSync, readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { Failure } from '../../errors/index.js';
import { OLDEST, probeInterpreter, type Interpreter } from './probe.js';
import { findProgram } from './program.js';

export interface InterpreterOptions {
  /** The plugin's folder: `.python-version` is looked for there and above. */
  root: string;
  /** From `--python` or `PLUGSMITH_PYTHON`: a path, a name on the PATH or a version. */
  python?: string | undefined;
  env?: NodeJS.ProcessEnv;
  announce?(line: string): void;
}

interface Candidate {
  /** Where the wish comes from, for messages. */
  from: string;
  names: string[];
}

const NEED = `Python ${OLDEST.join('.')} or later`;

/**
 * Looks in this order: `--python` (or `PLUGSMITH_PYTHON`), `.python-version`, `VIRTUAL_ENV`, `python3`, `python`.
 * What was asked for by flag is taken or refused; the others are tried in turn, five seconds each.
 * @throws Failure `no-python` naming what is needed and what was found, `python-late` where one may only have been slow
 */
export async function findInterpreter({ root, python, env = process.env, announce }: InterpreterOptions): Promise<Interpreter> {
  if (python !== undefined) return only({ from: '--python', names: names(python, env) }, python, root, env);
  const found: string[] = [];
  let late = false;
  for (const candidate of candidates(root, env)) {
    const { interpreter, problem, late: wasLate } = await tryCandidate(candidate, root, env);
    if (interpreter !== null) {
      // A wish that was not met is no reason to stop, and none to be silent.
      if (found.length > 0) announce?.(`${found.join('; ')}. Using ${interpreter.program} (Python ${interpreter.version}).`);
      return interpreter;
    }
    found.push(`${candidate.from} ${problem}`);
    late ||= wasLate === true;
  }
  throw late ? tooLate(found) : noPython(found);
}

async function only(candidate: Candidate, wish: string, root: string, env: NodeJS.ProcessEnv): Promise<Interpreter> {
  const { interpreter, problem, late } = await tryCandidate(candidate, root, env);
  if (interpreter !== null) return interpreter;
  if (late) throw tooLate([`${wish} ${problem}`]);
  throw new Failure({
    code: 'no-python', message: `${wish} cannot run this plugin: it ${problem}.`, why: `It was asked for with --python or PLUGSMITH_PYTHON; Python plugins need ${NEED}.`,
    next: `Name an interpreter of ${NEED}, or leave the choice to Plugsmith.`, details: { python: wish },
  });
}

async function tryCandidate({ names: wanted }: Candidate, root: string, env: NodeJS.ProcessEnv): ReturnType<typeof probeInterpreter> {
  const program = wanted.map((name) => findProgram(name, env)).find((path) => path !== null);
  return program == null ? { interpreter: null, problem: 'is not there' } : probeInterpreter(program, root);
}

function candidates(root: string, env: NodeJS.ProcessEnv): Candidate[] {
  const wish = pythonVersion(root);
  const active = env['VIRTUAL_ENV'];
  return [
    ...(wish === null ? [] : [{ from: `Python ${wish.version} (${wish.file})`, names: names(wish.version, env) }]),
    ...(active ? [{ from: `VIRTUAL_ENV (${active})`, names: [join(active, 'bin', 'python')] }] : []),
    { from: 'python3', names: ['python3'] },
    { from: 'python', names: ['python'] },
  ];
}

/** A version means a program of that version on the PATH, or one that pyenv or uv installed. */
function names(wish: string, env: NodeJS.ProcessEnv): string[] {
  if (!/^\d+(\.\d+){0,2}$/.test(wish)) return [wish];
  const short = wish.split('.').slice(0, 2).join('.');
  const pyenv = env['PYENV_ROOT'] ?? join(homedir(), '.pyenv');
  return [join(pyenv, 'versions', wish, 'bin', 'python'), `python${wish}`, ...(wish === short ? [] : [`python${short}`])];
}

/** The nearest `.python-version` of the folder and those above; its first line that is no comment. */
function pythonVersion(root: string): { version: string; file: string } | null {
  for (let folder = root; ; folder = dirname(folder)) {
    const file = join(folder, '.python-version');
    if (existsSync(file)) {
      const version = readFileSync(file, 'utf8').split('\n').map((line) => line.trim()).find((line) => line !== '' && !line.startsWith('#'));
      return version === undefined ? null : { version, file };
    }
    if (folder === dirname(folder)) return null;
  }
}

function noPython(found: string[]): Failure {
  return new Failure({
    code: 'no-python',
    message: `This is a Python plugin, and no ${NEED} was found: ${found.join('; ')}.`,
    why: 'The plugin runs in a Python process; lint, package and upload work without it.',
    next: `Install ${NEED} (on Debian and Ubuntu: apt install python3 python3-venv), or name one with --python PATH.`,
    details: { found },
  });
}

/** Not that there is none: on a busy machine a launcher that picks among versions takes its time. */
function tooLate(found: string[]): Failure {
  return new Failure({
    code: 'python-late',
    message: `No Python answered in time: ${found.join('; ')}.`,
    why: 'Each is asked which version it is before it runs a plugin. On a busy machine a launcher of versions (pyenv, asdf) may miss that time; another program of the name may never answer.',
    next: 'Run the command again when the machine is quieter, or name the interpreter itself instead of its launcher, as in --python /usr/bin/python3.',
    details: { found },
  });
}
