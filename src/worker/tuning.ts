/** V8 as work on vectors wants it. */
import { setFlagsFromString } from 'node:v8';

/** By V8's major version: that of Node 20, and those of Node 22 and 24, whose compiler for speed counts calls. */
const FLAGS: Record<string, string[]> = {
  11: ['--heap-growing-percent=300', '--interrupt-budget=600000', '--sparkplug'],
  12: ['--heap-growing-percent=300', '--invocation-count-for-turbofan=12000'],
  13: ['--heap-growing-percent=300', '--invocation-count-for-turbofan=12000'],
};

/**
 * Vectors lie outside V8's heap, but they count when it decides to look for what can go: it looked every few megabytes,
 * through a heap in which next to nothing had changed. Now it waits until all has grown fourfold, as it does at most by
 * itself; the limit on the heap stands. And it compiles for speed what runs for long. Versions that were not measured may
 * not know the flags. `bin` does the same for the command on Node 20.
 */
export function expectVectors(): void {
  for (const flag of FLAGS[process.versions.v8.split('.')[0] ?? ''] ?? []) setFlagsFromString(flag);
}
