/** Descriptors that this process inherited open: a child would inherit them too, and with them files and sockets of the user. */
import { openSync, readFileSync, readdirSync } from 'node:fs';

const CLOSE_ON_EXEC = 0o2000000;
let empty: number | undefined;

/**
 * What to put after the first `count` entries of `stdio`: the empty device in the place of each descriptor that would be
 * inherited (`ignore` would leave it open). Nothing outside of Linux, where they cannot be listed.
 */
export function coverDescriptors(count: number): number[] {
  if (process.platform !== 'linux') return [];
  const open = readdirSync('/proc/self/fd').map(Number).filter((fd) => fd >= count && inherits(fd));
  if (open.length === 0) return [];
  empty ??= openSync('/dev/null', 'r+');
  return new Array<number>(Math.max(...open) + 1 - count).fill(empty);
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
