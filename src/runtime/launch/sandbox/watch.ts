/** Looks at what a worker uses, several times a second, and ends it when it is too much. */
import { type DeathKind, overLimit } from '../death.js';
import { residentBytes } from '../process.js';
import type { Limits } from './types.js';
import { usageOf } from './usage.js';

export interface Watched {
  pid: number | undefined;
  memoryGb: number;
  /** Limits of a confined worker; a trusted one is watched for its own memory only. */
  limits: Limits | undefined;
  /** Whether nothing is asked of it at this moment. */
  idle(): boolean;
  kill(kind: DeathKind, why: string, plain: string): void;
}

const POLL_MS = 200;
/** The heap limit is V8's; buffers and native memory lie outside it. What the runtime itself needs comes on top. */
const HEADROOM_BYTES = 256 * 1024 * 1024;

/** @returns what ends the watch */
export function watchUsage(watched: Watched): () => void {
  const { pid, memoryGb, limits } = watched;
  /** Processor time when it was last seen busy; null while it is. */
  let idleSince: number | null = null;

  const look = (): void => {
    const usage = limits === undefined ? { bytes: residentBytes(pid), processes: 1, cpuSeconds: 0 } : usageOf(pid);
    if (usage.bytes > memoryGb * 1024 ** 3 + HEADROOM_BYTES) {
      const { why, plain } = overLimit(usage.bytes, memoryGb);
      watched.kill('memory', why, plain);
    }
    if (limits === undefined) return;
    if (usage.processes > limits.processes) {
      const why = `it started more than ${limits.processes} processes`;
      watched.kill('crash', why, why);
    }
    idleSince = watched.idle() ? Math.min(idleSince ?? usage.cpuSeconds, usage.cpuSeconds) : null;
    if (idleSince !== null && usage.cpuSeconds - idleSince > limits.idleCpuSeconds) {
      const why = `it used ${limits.idleCpuSeconds} s of processor time while nothing was asked of it`;
      watched.kill('crash', why, why);
    }
  };
  const poll = setInterval(look, POLL_MS);
  poll.unref();
  return () => clearInterval(poll);
}
