/** What has to happen before the process ends, whoever ends it. */
import { ExitCode, Failure } from '../errors/index.js';

/** `done`: the command returned or threw. `interrupted`: a signal asked us to stop, the command may be half-way. */
export type EndReason = 'done' | 'interrupted';

/** May return, for `interrupted`, the next thing to do: `plugin run --resume 4f2a`. Errors are reported, not thrown on. */
export type ExitHook = (reason: EndReason) => void | string | Promise<void | string>;

const hooks = new Set<ExitHook>();
let stopping = false;
let serving = false;

/** Whether a signal is ending the command: what it still has to say of itself is no news then. */
export function isStopping(): boolean {
  return stopping;
}

/** Says that the command serves until it is stopped: a signal is then its normal end, and no interruption. */
export function serve(): void {
  serving = true;
}

export function isServing(): boolean {
  return serving;
}

/**
 * Registers work for the end of the process: stop workers, remove temporary files, commit a journal.
 * Runs once, newest first, on a normal end and on SIGINT, SIGTERM and SIGHUP.
 * @returns a function that takes the hook back.
 */
export function onExit(hook: ExitHook): () => void {
  hooks.add(hook);
  return () => hooks.delete(hook);
}

/** What the hooks said and which of them failed. */
export interface Ended {
  next: string | undefined;
  errors: unknown[];
}

/** Runs and forgets all hooks. Called by the entry only. */
export async function runExitHooks(reason: EndReason): Promise<Ended> {
  stopping ||= reason === 'interrupted';
  const ended: Ended = { next: undefined, errors: [] };
  for (const hook of [...hooks].reverse()) {
    hooks.delete(hook);
    try {
      ended.next = (await hook(reason)) || ended.next;
    } catch (error) {
      ended.errors.push(error);
    }
  }
  return ended;
}

/** The failure for a command that the user stopped. */
export function interrupted(next?: string): Failure {
  return new Failure({ code: 'interrupted', message: 'Interrupted.', next, exitCode: ExitCode.interrupted });
}
