/** One process at a time writes into a run's folder. */
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Failure, systemCode } from '../errors/index.js';
import { writeFailure } from './write-failures.js';

/**
 * Takes a run's folder for this process. A lock whose process is gone is taken over.
 * @returns gives the folder back
 * @throws Failure `run-active` naming the process that has it
 */
export function lockRun(folder: string, id: string): () => void {
  const file = join(folder, 'lock');
  for (;;) {
    try {
      writeFileSync(file, `${process.pid} ${statusOf(process.pid).start}`, { flag: 'wx' });
      return () => rmSync(file, { force: true });
    } catch (error) {
      if (systemCode(error) !== 'EEXIST') throw writeFailure(error, folder);
    }
    const holder = holderOf(file);
    if (holder !== null && isAlive(holder)) {
      const { pid } = holder;
      throw new Failure({
        code: 'run-active',
        message: `Run ${id} is still going on, in process ${pid}.`,
        why: 'Two processes would write into the same journal.',
        next: `Wait for it, or stop it: kill ${pid}`,
        details: { pid },
      });
    }
    rmSync(file, { force: true });
  }
}

/** Who has the folder: the number of its process, and when that began. */
interface Holder {
  pid: number;
  start: string;
}

function holderOf(file: string): Holder | null {
  try {
    const [number, start = ''] = readFileSync(file, 'utf8').split(' ');
    const pid = Number(number);
    return Number.isInteger(pid) && pid > 0 ? { pid, start } : null;
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return null;
    throw error;
  }
}

/** Whether the process is there, at work, and the one that began then: numbers of processes are used again. */
function isAlive({ pid, start }: Holder): boolean {
  if (pid === process.pid) return false;
  try {
    process.kill(pid, 0);
  } catch (error) {
    // Alive, but of another user.
    if (systemCode(error) !== 'EPERM') return false;
  }
  const now = statusOf(pid);
  // A zombie did its work; in a container there may be nobody who takes note of its end.
  return now.state !== 'Z' && (start === '' || now.start === '' || now.start === start);
}

/** The state of a process, and when it began, in ticks since the machine did; empty where the system does not say. */
function statusOf(pid: number): { state: string; start: string } {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'latin1');
    const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
    return { state: fields[0] ?? '', start: fields[19] ?? '' };
  } catch {
    return { state: '', start: '' };
  }
}
