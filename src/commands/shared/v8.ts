/** V8 as lint of many files wants it. */
import { setFlagsFromString } from 'node:v8';

/** Fewer files are done before it pays. */
const MANY = 20;

/** By V8's major version: that of Node 20, and those of Node 22 and 24, whose compiler for speed counts calls. */
const FLAGS: Record<string, string[]> = {
  11: ['--interrupt-budget=2000000', '--sparkplug'],
  12: ['--invocation-count-for-turbofan=60000'],
  13: ['--invocation-count-for-turbofan=60000'],
};

/**
 * Lint runs much code over many small files, and V8's compiler for speed took half of its time without paying for it: it
 * waits longer before it sets to work, in the threads too. Set once it is known that there are many files, for Node
 * compiles those of its own modules anew that are loaded after it. Versions that were not measured may not know the flags.
 */
export function expectFiles(count: number): void {
  if (count <= MANY) return;
  for (const flag of FLAGS[process.versions.v8.split('.')[0] ?? ''] ?? []) setFlagsFromString(flag);
}
