/** What a process and all that it started use at this moment, as Linux tells it. */
import { readFileSync, readdirSync } from 'node:fs';

export interface Usage {
  /** Resident memory, bytes. */
  bytes: number;
  processes: number;
  /** Processor time so far, seconds. */
  cpuSeconds: number;
}

/** Clock ticks per second in /proc: 100 on every Linux that Node runs on. */
const TICKS = 100;
/** More are not counted: every limit is far below. */
const MOST = 4096;

/** Zeros where nothing can be told: outside of Linux, or when it is gone. */
export function usageOf(pid: number | undefined): Usage {
  const usage: Usage = { bytes: 0, processes: 0, cpuSeconds: 0 };
  if (pid === undefined || process.platform !== 'linux') return usage;
  const waiting = [pid];
  for (let next = waiting.pop(); next !== undefined && usage.processes < MOST; next = waiting.pop()) {
    try {
      add(usage, next);
      for (const thread of readdirSync(`/proc/${next}/task`)) {
        waiting.push(...readFileSync(`/proc/${next}/task/${thread}/children`, 'latin1').trim().split(' ').filter(Boolean).map(Number));
      }
    } catch {
      // It ended while we looked.
    }
  }
  return usage;
}

function add(usage: Usage, pid: number): void {
  usage.bytes += Number(/^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'latin1'))?.[1] ?? 0) * 1024;
  const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
  // The name in parentheses may hold anything; the numbers come after the last one.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  usage.processes += 1;
  usage.cpuSeconds += (Number(fields[11]) + Number(fields[12])) / TICKS;
}
