/** V8 as work on vectors wants it. */
import { setFlagsFromString } from 'node:v8';

/**
 * Vectors lie outside V8's heap, but they count when it decides to look for what can go: it looked every few megabytes,
 * through a heap in which next to nothing had changed. Now it waits until all has grown fourfold, as it does at most by
 * itself; the limit on the heap stands. And it compiles for speed what runs for long. Measured on Node 20; others may
 * not know the flags. `bin` does the same for the command.
 */
export function expectVectors(): void {
  if (!process.versions.v8.startsWith('11.')) return;
  for (const flag of ['--heap-growing-percent=300', '--interrupt-budget=600000', '--sparkplug']) setFlagsFromString(flag);
}
