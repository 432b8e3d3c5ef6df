/** One process at a time writes into a run's folder. */
import { readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Failure, systemCode } from '../errors/index.js';
import { writeFailure } from './write-failures.js';

/**
 * Takes a run's folder for this process. A lock whose process is gone is taken over, by one of those who try at once.
 * @returns gives the folder back
 * @throws Failure `run-active` naming the process that has it
 */
export function lockRun(folder: string, id: string): () => void {
  const file = join(folder, 'lock');
  try {
    for (;;) {
      if (take(file, `${process.pid} ${statusOf(process.pid).start}`)) return () => rmSync(file, { force: true });
      const held = textOf(file);
      if (held === null) continue;
      const holder = holderOf(held);
      if (holder !== null && isAlive(holder)) throw active(id, holder.pid);
      clear(file, held);
    }
  } catch (error) {
    throw error instanceof Failure ? error : writeFailure(error, folder);
  }
}

function active(id: string, pid: number): Failure {
  return new Failure({
    code: 'run-active',
    message: `Run ${id} is still going on, in process ${pid}.`,
    why: 'Two processes would write into the same journal.',
    next: `Wait for it, or stop it: kill ${pid}`,
    details: { pid },
  });
}

/** Writes the lock. False where there is one, or where another process took it away before anything was in it. */
function take(file: string, text: string): boolean {
  try {
    writeFileSync(file, text, { flag: 'wx' });
  } catch (error) {
    if (systemCode(error) === 'EEXIST') return false;
    throw error;
  }
  return textOf(file) === text;
}

/** Removes the lock that held this text. Another process may have been faster, and has its own there by now: that stays. */
function clear(file: string, text: string): void {
  const aside = `${file}.${process.pid}`;
  try {
    renameSync(file, aside);
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return;
    throw error;
  }
  if (textOf(aside) === text) rmSync(aside);
  else renameSync(aside, file);
}

/** What a file holds; null where there is none. */
function textOf(file: string): string | null {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return null;
    throw error;
  }
}

/** Who has the folder: the number of its process, and when that began. */
interface Holder {
  pid: number;
  start: string;
}

function holderOf(text: string): Holder | null {
  const [number, start = ''] = text.split(' ');
  const pid = Number(number);
  return Number.isInteger(pid) && pid > 0 ? { pid, start } : null;
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
