/**
 * A worker started ahead: before the command itself is loaded, which takes as long as a worker's own start. Which one
 * it will be is known from the plugin's last session; where that turns out to be wrong it is killed, and costs nothing
 * but its start. No plugin code runs in it before the command sends `init`.
 */
import type { ChildProcess } from 'node:child_process';
import { existsSync, readFileSync, realpathSync } from 'node:fs';
import { join, resolve, sep } from 'node:path';
import { replaceFile } from '../../files/index.js';
import { cacheDir } from '../../native/index.js';
import { signalGroup } from './process.js';
import { startLine, startProcess, type StartLine } from './spawn.js';

/** What a session knows of its workers once the plugin is prepared. */
export interface Expected {
  /** GiB. */
  memoryGb: number;
  /** The interpreter of a Python plugin's environment. */
  python?: string | undefined;
  threads?: number | undefined;
}

/** With these flags of `run` the worker is started otherwise. */
const OTHERWISE = ['as-host', 'sandbox', 'inspect', 'secret', 'secrets', 'env-file', 'offline'];

let waiting: { child: ChildProcess; key: string } | null = null;

/** Starts the worker that the command's arguments lead to, where that can be told. Never throws: the command itself says what is wrong. */
export function startAhead(argv: readonly string[], env: NodeJS.ProcessEnv = process.env): void {
  if (argv[0] !== 'run' || OTHERWISE.some((flag) => isGiven(flag, argv, env))) return;
  try {
    const root = realpathSync(resolve(pluginFolder(argv, env)));
    const expected = readExpected(root);
    if (expected === null) return;
    const line = startLine({ root, profile: 'trusted', env: {}, ...expected });
    const child = startProcess(line);
    child.on('error', () => undefined);
    waiting = { child, key: keyOf(line) };
    process.once('exit', drop);
  } catch {
    // No such folder, or nothing to start: the command finds the same, and has the words for it.
  }
}

/** The process started ahead if it is alive and just what `line` would start; any other is killed. */
export function takeAhead(line: StartLine): ChildProcess | null {
  if (waiting === null) return null;
  const { child, key } = waiting;
  const fits = key === keyOf(line) && child.pid !== undefined && child.exitCode === null && child.signalCode === null;
  if (!fits) drop();
  waiting = null;
  process.off('exit', drop);
  return fits ? child : null;
}

function drop(): void {
  if (waiting !== null) signalGroup(waiting.child, 'SIGKILL');
}

function keyOf(line: StartLine): string {
  return JSON.stringify(line);
}

function recordPath(root: string): string {
  return join(root, '.plugsmith', 'worker.json');
}

/** Keeps what the next command may start ahead. A hint: where it cannot be kept, that command starts later. */
export function rememberExpected(root: string, { memoryGb, python, threads }: Expected): void {
  const file = recordPath(root);
  const text = JSON.stringify({ memoryGb, python, threads });
  try {
    if (existsSync(file) && readFileSync(file, 'utf8') === text) return;
    replaceFile(file, text);
  } catch {
    // A folder that cannot be written to fails where something has to be kept in it.
  }
}

function readExpected(root: string): Expected | null {
  const { memoryGb, python, threads } = JSON.parse(readFileSync(recordPath(root), 'utf8')) as { memoryGb?: unknown; python?: unknown; threads?: unknown };
  if (typeof memoryGb !== 'number' || !(memoryGb > 0)) return null;
  if (python === undefined) return { memoryGb };
  // The record came with the folder: it may name one of our environments, and no other program.
  const own = typeof python === 'string' && resolve(python) === python && python.startsWith(join(cacheDir(), 'python') + sep) && existsSync(python);
  return own ? { memoryGb, python, ...(Number.isSafeInteger(threads) && { threads: threads as number }) } : null;
}

function isGiven(flag: string, argv: readonly string[], env: NodeJS.ProcessEnv): boolean {
  return env[`PLUGSMITH_${flag.toUpperCase().replaceAll('-', '_')}`] !== undefined || argv.some((word) => word === `--${flag}` || word.startsWith(`--${flag}=`));
}

/** As the flag `--plugin` is read later. */
function pluginFolder(argv: readonly string[], env: NodeJS.ProcessEnv): string {
  for (const [i, word] of argv.entries()) {
    if (word === '--plugin' || word === '-p') return argv[i + 1] ?? '.';
    const [, value] = /^(?:--plugin=|-p=?)(.+)$/s.exec(word) ?? [];
    if (value !== undefined) return value;
  }
  return env['PLUGSMITH_PLUGIN'] ?? '.';
}
