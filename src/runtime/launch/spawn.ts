/** A worker's process: its command line, and how it is started. Small, because a command may need it before all else. */
import { spawn, type ChildProcess } from 'node:child_process';
import { withDataLimit, workerCommand, type WorkerKind } from './command.js';
import { isolate, type Confined, type Isolation } from './isolation.js';
import { Window } from './window.js';

export interface ProcessOptions extends Isolation, WorkerKind {}

/** A command line with the folder it runs in. Two that are equal start processes that cannot be told apart. */
export interface StartLine extends Confined {
  cwd: string;
  /** Whether the worker gets a window. Not where it is untrusted: it could fill the memory of the machine through it. */
  shares: boolean;
}

/** A worker's process, and the memory shared with it. */
export interface Started {
  child: ChildProcess;
  window: Window | null;
}

/** @throws Failure `not-built`, `no-sandbox` */
export function startLine(options: ProcessOptions): StartLine {
  const { python, threads, env } = options;
  const isolated = isolate(workerCommand(options), python === undefined || threads === undefined ? options : { ...options, env: { PLUGSMITH_THREADS: String(threads), ...env } });
  const limited = options.python !== undefined && options.profile === 'trusted' ? withDataLimit(isolated, options.memoryGb) : isolated;
  return { ...isolated, ...limited, cwd: options.root, shares: options.profile === 'trusted' };
}

export function startProcess({ file, args, env, covers, cwd, shares }: StartLine): Started {
  const window = shares ? Window.open() : null;
  // A process group of its own: one signal reaches all that a plugin may have started.
  const child = spawn(file, args, { cwd, env, stdio: ['ignore', 'pipe', 'pipe', 'pipe', 'pipe', ...(window === null ? covers : [window.descriptor])], detached: true });
  return { child, window };
}
