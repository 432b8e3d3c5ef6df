/** A worker's process: its command line, and how it is started. Small, because a command may need it before all else. */
import { spawn, type ChildProcess } from 'node:child_process';
import { withDataLimit, workerCommand, type WorkerKind } from './command.js';
import { isolate, type Confined, type Isolation } from './isolation.js';

export interface ProcessOptions extends Isolation, WorkerKind {}

/** A command line with the folder it runs in. Two that are equal start processes that cannot be told apart. */
export interface StartLine extends Confined {
  cwd: string;
}

/** @throws Failure `not-built`, `no-sandbox` */
export function startLine(options: ProcessOptions): StartLine {
  const { python, threads, env } = options;
  const isolated = isolate(workerCommand(options), python === undefined || threads === undefined ? options : { ...options, env: { PLUGSMITH_THREADS: String(threads), ...env } });
  const limited = options.python !== undefined && options.profile === 'trusted' ? withDataLimit(isolated, options.memoryGb) : isolated;
  return { ...isolated, ...limited, cwd: options.root };
}

export function startProcess({ file, args, env, covers, cwd }: StartLine): ChildProcess {
  // A process group of its own: one signal reaches all that a plugin may have started.
  return spawn(file, args, { cwd, env, stdio: ['ignore', 'pipe', 'pipe', 'pipe', 'pipe', ...covers], detached: true });
}
