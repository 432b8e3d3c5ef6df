/** What a supervisor does with a process: signal its group, read its lines, watch its memory. */
import type { ChildProcess } from 'node:child_process';
import { readFileSync } from 'node:fs';
import type { Readable } from 'node:stream';

const MAX_LINE = 64 * 1024;

/** Signals a process and all that it started. */
export function signalGroup(child: ChildProcess, signal: NodeJS.Signals): void {
  if (child.pid === undefined) return;
  try {
    process.kill(-child.pid, signal);
  } catch {
    // The group is gone already: nothing is left to signal.
  }
}

/** Splits output into lines, bounded: a line without end is cut, so that no plugin can fill our memory. */
export function readLines(stream: Readable, onLine: (line: string) => void): void {
  let rest = '';
  stream.setEncoding('utf8');
  stream.on('error', () => undefined);
  stream.on('data', (text: string) => {
    const lines = (rest + text).split('\n');
    rest = (lines.pop() ?? '').slice(0, MAX_LINE + 1);
    for (const line of lines) onLine(bounded(line));
  });
  stream.on('end', () => {
    if (rest !== '') onLine(bounded(rest));
    rest = '';
  });
}

function bounded(line: string): string {
  return line.length > MAX_LINE ? `${line.slice(0, MAX_LINE)} ... (cut)` : line;
}

/** Resident memory of a process, 0 where it cannot be told (outside Linux, or when it is gone). */
export function residentBytes(pid: number | undefined): number {
  if (pid === undefined || process.platform !== 'linux') return 0;
  try {
    return Number(/^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'latin1'))?.[1] ?? 0) * 1024;
  } catch {
    return 0;
  }
}
