/** What starts a worker, before any isolation. */
import { join } from 'node:path';
import { distFile, installation } from './install.js';

export interface Start {
  file: string;
  args: string[];
}

export interface WorkerKind {
  /** The interpreter of a Python plugin's environment; absent: Node. */
  python?: string | undefined;
  /** GiB. */
  memoryGb: number;
  /** Threads that numeric libraries may use; a Python worker that is told at once loads them while nobody asks for anything. */
  threads?: number | undefined;
  /** Waits for a debugger before the first line; Node only. */
  inspect?: boolean | undefined;
}

const MIB_PER_GIB = 1024;
/** Code, stacks, thread pools and the pools of allocators come on top of what a plugin may use. */
const HEADROOM_MIB = 1024;

export function workerCommand({ python, memoryGb, inspect = false }: WorkerKind): Start {
  if (python !== undefined) return { file: python, args: ['-I', join(installation().root, 'worker-python', 'main.py')] };
  const heap = Math.max(64, Math.floor(memoryGb * MIB_PER_GIB));
  return { file: process.execPath, args: [`--max-old-space-size=${heap}`, '--no-warnings', ...(inspect ? ['--inspect-brk'] : []), distFile('worker/main.js')] };
}

/** Python has no heap limit of its own. With this one, an allocation beyond it is a MemoryError that costs a row, not the worker. */
export function withDataLimit(start: Start, memoryGb: number): Start {
  const kib = (Math.ceil(memoryGb * MIB_PER_GIB) + HEADROOM_MIB) * 1024;
  // Where the shell cannot set it (macOS), the watch on resident memory remains.
  return { file: '/bin/sh', args: ['-c', `ulimit -d ${kib} 2>/dev/null; exec "$@"`, 'sh', start.file, ...start.args] };
}
