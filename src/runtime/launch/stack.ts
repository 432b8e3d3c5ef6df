/** Where a Python process was, from the stacks that its faulthandler writes to stderr. Pure. */
import { relative, sep } from 'node:path';

const THREAD = /^(?:Current thread|Thread) 0x[0-9a-f]+.*\(most recent call first\):/;
const FRAME = /^\s*File "(.+)", line (\d+) in (.+)$/;

/** Whether a line begins the stack of a thread. */
export function beginsStack(line: string): boolean {
  return THREAD.test(line);
}

/**
 * The innermost line of the plugin: `processors/core.py:12 in encode`, or null where no stack names one.
 * @param lines what the process printed last
 * @param root the plugin's folder
 */
export function placeInStacks(lines: readonly string[], root: string): string | null {
  const threads: { current: boolean; at: string | null }[] = [];
  for (const line of lines) {
    if (THREAD.test(line)) threads.push({ current: line.startsWith('Current'), at: null });
    const thread = threads.at(-1);
    const [, file, number, name] = FRAME.exec(line) ?? [];
    if (thread === undefined || thread.at !== null || file === undefined || !file.startsWith(root + sep)) continue;
    thread.at = `${relative(root, file)}:${number} in ${name}`;
  }
  const found = threads.filter(({ at }) => at !== null);
  return (found.find(({ current }) => current) ?? found[0])?.at ?? null;
}
