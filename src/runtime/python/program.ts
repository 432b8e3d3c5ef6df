/** Running interpreters and installers: bounded in time and output, never through a shell. */
import { spawn } from 'node:child_process';
import { accessSync, constants, statSync } from 'node:fs';
import { delimiter, isAbsolute, join, resolve } from 'node:path';
import { createInterface } from 'node:readline';

export interface Ended {
  /** Null where it could not be started, or a signal or the time limit ended it. */
  code: number | null;
  stdout: string;
  /** The last lines of stderr (of both streams with `onLine`), without empty ones. */
  lastLines: string[];
  /** Why there is no exit code, in words. */
  why: string | null;
  /** The time limit ended it. */
  late: boolean;
}

export interface ProgramOptions {
  cwd?: string;
  env?: NodeJS.ProcessEnv;
  timeoutMs?: number;
  /** Takes each line of both streams as it comes; `stdout` of the result is then empty. */
  onLine?: (line: string) => void;
}

const KEPT_LINES = 30;
const MAX_OUTPUT = 4 * 1024 * 1024;

/** Runs a program to its end. Never rejects: not being startable is a result too. */
export async function runProgram(file: string, args: readonly string[], options: ProgramOptions = {}): Promise<Ended> {
  const { cwd, env = process.env, timeoutMs, onLine } = options;
  const lastLines: string[] = [];
  let stdout = '';
  const keep = (line: string): void => {
    if (line.trim() === '') return;
    lastLines.push(line);
    if (lastLines.length > KEPT_LINES) lastLines.shift();
    onLine?.(line);
  };
  // With a time limit it leads a group of its own, so that what it started goes with it; without, an interrupt reaches both of us.
  const child = spawn(file, args, { cwd, env, stdio: ['ignore', 'pipe', 'pipe'], detached: timeoutMs !== undefined });
  createInterface({ input: child.stderr }).on('line', keep);
  if (onLine !== undefined) createInterface({ input: child.stdout }).on('line', keep);
  else child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout = (stdout + text).slice(0, MAX_OUTPUT)));
  let late = false;
  const timer = timeoutMs === undefined ? undefined : setTimeout(() => ((late = true), killGroup(child.pid)), timeoutMs);
  const [code, why] = await new Promise<[number | null, string | null]>((done) => {
    child.once('error', (error) => done([null, error.message]));
    child.once('close', (status, signal) => done([status, late ? `it did not end within ${(timeoutMs ?? 0) / 1000} s` : signal === null ? null : `it was ended by ${signal}`]));
  });
  clearTimeout(timer);
  return { code, stdout, lastLines, why, late };
}

function killGroup(pid: number | undefined): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, 'SIGKILL');
  } catch {
    // It ended by itself at the same moment.
  }
}

/** The first executable file of that name on the PATH, or the path itself where it is one; null where there is none. */
export function findProgram(name: string, env: NodeJS.ProcessEnv = process.env, cwd: string = process.cwd()): string | null {
  if (name.includes('/')) return isExecutable(resolve(cwd, name)) ? resolve(cwd, name) : null;
  const folders = (env['PATH'] ?? '').split(delimiter).filter((folder) => isAbsolute(folder));
  return folders.map((folder) => join(folder, name)).find(isExecutable) ?? null;
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return statSync(file).isFile();
  } catch {
    // Absent, or not for us: the search goes on.
    return false;
  }
}

// What would lead an interpreter or an installer to other packages than those of the environment it works on.
const MISLEADING = /^(PYTHON(PATH|HOME|USERBASE|STARTUP|EXECUTABLE|NOUSERSITE)|VIRTUAL_ENV|CONDA_PREFIX|PIP_(TARGET|PREFIX|ROOT|USER|PYTHON|DRY_RUN|REQUIRE_VIRTUALENV|REPORT|REQUIREMENT|EDITABLE|NO_DEPS)|UV_(PYTHON|SYSTEM_PYTHON|TARGET|PREFIX|PROJECT_ENVIRONMENT|NO_DEPS)|__PYVENV_LAUNCHER__)$/;

/** Our environment for an installer: proxies, indexes and certificates stay, other errands go. `temporary` is where it unpacks. */
export function installerEnvironment(temporary: string, env: NodeJS.ProcessEnv = process.env): NodeJS.ProcessEnv {
  return { ...Object.fromEntries(Object.entries(env).filter(([name]) => !MISLEADING.test(name))), PIP_DISABLE_PIP_VERSION_CHECK: '1', PIP_NO_INPUT: '1', TMPDIR: temporary };
}
