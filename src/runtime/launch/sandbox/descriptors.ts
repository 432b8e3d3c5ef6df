/** Descriptors that this process inherited open: a child would inherit them too, and with them files and sockets of the user. */
import { readFileSync, readdirSync } from 'node:fs';

const CLOSE_ON_EXEC = 0o2000000;

/**
 * What to put after the first `count` entries of `stdio`, so that no inherited descriptor reaches the child: an empty
 * file in the place of each. Nothing outside of Linux, where they cannot be listed.
 */
export function coverDescriptors(count: number): 'ignore'[] {
  if (process.platform !== 'linux') return [];
  const open = readdirSync('/proc/self/fd').map(Number).filter((fd) => fd >= count && inherits(fd));
  return new Array<'ignore'>(Math.max(count, ...open.map((fd) => fd + 1)) - count).fill('ignore');
}

function inherits(fd: number): boolean {
  try {
    const flags = /^flags:\s*(\d+)/m.exec(readFileSync(`/proc/self/fdinfo/${fd}`, 'latin1'))?.[1];
    return flags !== undefined && (Number.parseInt(flags, 8) & CLOSE_ON_EXEC) === 0;
  } catch {
    // The descriptor of the listing itself is gone by now.
    return false;
  }
}
