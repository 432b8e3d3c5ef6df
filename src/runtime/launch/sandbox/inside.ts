/** The program inside of bubblewrap, as processes outside see it. */
import { readFileSync } from 'node:fs';
import { basename } from 'node:path';

/** How many processes of bubblewrap's own may lie in between: one outside, one that is the first inside. */
const MOST = 4;
/** Linux keeps so many characters of a process's name. */
const NAME_CHARS = 15;

/**
 * The number of the process that bubblewrap started: a signal to bubblewrap itself would end it, and all with it.
 * @param pid of the outermost bubblewrap
 * @param bwrap the path under which it was started
 * @returns null while there is none, and when it is gone
 */
export function pidInside(pid: number, bwrap: string): number | null {
  const own = basename(bwrap).slice(0, NAME_CHARS);
  let found = pid;
  try {
    for (let depth = 0; depth < MOST; depth++) {
      if (readFileSync(`/proc/${found}/comm`, 'utf8').trimEnd() !== own) return found === pid ? null : found;
      found = Number(readFileSync(`/proc/${found}/task/${found}/children`, 'latin1').split(' ')[0]);
    }
  } catch {
    // It ended while we looked, or has started nothing yet.
  }
  return null;
}
