/** Limits that the system keeps: memory, files, processes. Set by the shell just before the program starts. */
import type { Limits } from './types.js';

/** Stacks, code and what the runtime itself allocates come on top of what a plugin may use. */
const HEADROOM_MIB = 1024;

export interface Start {
  file: string;
  args: string[];
}

/** Wraps a command so that memory, files and core dumps are limited. A tighter limit that is set already stays. */
export function withLimits(start: Start, memoryGb: number, limits: Limits): Start {
  // Private writable memory, in KiB; files in blocks of 512 bytes, as POSIX has it.
  const data = (Math.ceil(memoryGb * 1024) + HEADROOM_MIB) * 1024;
  const set = [`-c 0`, `-d ${data}`, `-n ${limits.openFiles}`, `-f ${Math.ceil(limits.diskBytes / 512)}`];
  return { file: '/bin/sh', args: ['-c', `${set.map((limit) => `ulimit ${limit} 2>/dev/null`).join('; ')}; exec "$@"`, 'sh', start.file, ...start.args] };
}

/**
 * The limit on processes is counted per user: outside it would count all that the user runs, inside of bubblewrap, which
 * has users of its own, it counts the worker's alone. (Root outside is exempt; the supervisor counts as well.)
 */
export function withProcessLimit(start: Start, prlimit: string | null, limits: Limits): Start {
  if (prlimit === null) return start;
  return { file: prlimit, args: [`--nproc=${limits.processes}`, '--', start.file, ...start.args] };
}
