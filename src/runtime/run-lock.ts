/** One process at a time writes into a run's folder. */
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Failure, systemCode } from '../errors/index.js';
import { writeFailure } from './journal/index.js';

/**
 * Takes a run's folder for this process. A lock whose process is gone is taken over.
 * @returns gives the folder back
 * @throws Failure `run-active` naming the process that has it
 */
export function lockRun(folder: string, id: string): () => void {
  const file = join(folder, 'lock');
  for (;;) {
    try {
      writeFileSync(file, String(process.pid), { flag: 'wx' });
      return () => rmSync(file, { force: true });
    } catch (error) {
      if (systemCode(error) !== 'EEXIST') throw writeFailure(error, folder);
    }
    const holder = holderOf(file);
    if (holder !== null && isAlive(holder)) {
      throw new Failure({
        code: 'run-active',
        message: `Run ${id} is still going on, in process ${holder}.`,
        why: 'Two processes would write into the same journal.',
        next: `Wait for it, or stop it: kill ${holder}`,
        details: { pid: holder },
      });
    }
    rmSync(file, { force: true });
  }
}

function holderOf(file: string): number | null {
  try {
    const pid = Number(readFileSync(file, 'utf8'));
    return Number.isInteger(pid) && pid > 0 ? pid : null;
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return null;
    throw error;
  }
}

function isAlive(pid: number): boolean {
  if (pid === process.pid) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // Alive, but of another user.
    return systemCode(error) === 'EPERM';
  }
}
