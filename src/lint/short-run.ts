/** How the engine of JavaScript is told that a run is short. */
import { setFlagsFromString } from 'node:v8';

/**
 * Makes V8 wait longer before it compiles a function for speed, for the whole process and the threads it starts. Lint
 * runs a lot of code over many small files: of 900 files, half of the time went into optimised code that hardly paid.
 * For a process that lints and ends; a server is better off without it.
 */
export function expectShortRun(): void {
  // Measured with the V8 of Node 20. Others may not know the flags, and would say so on stderr.
  if (!process.versions.v8.startsWith('11.')) return;
  setFlagsFromString('--interrupt-budget=2000000');
  setFlagsFromString('--sparkplug');
}
