/** Where a worker that is late is at this moment, as its own stacks tell. */
import { setTimeout as pause } from 'node:timers/promises';
import { pidInside } from './sandbox/inside.js';
import type { Confinement } from './sandbox/types.js';
import { beginsStack } from './stack.js';

export interface LateWorker {
  pid: number | undefined;
  confinement: Confinement | undefined;
  /** The last lines that it wrote; more come while we wait. */
  tail: readonly string[];
  isGone(): boolean;
}

/** How long a Python worker may take to write where it is, before it is killed for being late. */
const STACK_MS = 1000;
const STACK_POLL_MS = 50;

/** Asks a Python worker for its stacks and waits for them: its SIGUSR1 writes them even while C code runs. */
export async function waitForStacks({ pid, confinement, tail, isGone }: LateWorker): Promise<void> {
  if (!askForStacks(pid, confinement)) return;
  const asked = performance.now();
  while (!isGone() && performance.now() - asked < STACK_MS && !tail.some(beginsStack)) await pause(STACK_POLL_MS);
  await pause(STACK_POLL_MS);
}

/** Whether the signal was sent; bubblewrap does not pass signals on. */
function askForStacks(pid: number | undefined, confinement: Confinement | undefined): boolean {
  const bwrap = confinement?.sandbox.bwrap ?? null;
  const worker = pid === undefined || bwrap === null ? pid : pidInside(pid, bwrap);
  try {
    return worker !== undefined && worker !== null && process.kill(worker, 'SIGUSR1');
  } catch {
    // It ended by itself at the same moment.
    return false;
  }
}
