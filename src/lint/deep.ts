/** Lints one file in a thread with a large stack, and under a time limit. */
import { existsSync } from 'node:fs';
import { Worker } from 'node:worker_threads';
import type { Analysis } from './engine.js';
import { unreadableFinding } from './unreadable.js';

/** A file to analyse. */
export interface LintTask {
  path: string;
  text: string;
  /** The folder that the path is relative to; the current one unless told. */
  cwd?: string;
  securityOnly?: boolean;
}

/** What the thread answers. */
export type DeepAnswer = Analysis | { failed: string };

// V8's own default is 4 MiB; 256 MiB hold expressions of 100,000 terms.
const stackSizeMb = 256;

// Bundling may put this module beside the worker, above its folder or into a chunk folder.
const places = ['./deep-worker.js', './lint/deep-worker.js', '../lint/deep-worker.js'];

/** The built worker file, or null in a checkout that has not been built. */
export function deepWorkerUrl(): URL | null {
  return places.map((place) => new URL(place, import.meta.url)).find((url) => existsSync(url)) ?? null;
}

/**
 * Lints a file in a thread of its own. Whatever goes wrong there is a finding of SEC-UNREADABLE.
 *
 * @param usedMs how much of its time it has had already.
 */
export async function lintDeep(task: LintTask, worker: URL, timeLimitMs: number, usedMs = 0): Promise<Analysis> {
  const refuse = (what: string): Analysis => refusal(task.path, what);
  const thread = new Worker(worker, { workerData: task, resourceLimits: { stackSizeMb } });
  let timer: NodeJS.Timeout | undefined;
  try {
    return await new Promise<Analysis>((resolve) => {
      timer = setTimeout(() => resolve(tooSlow(task.path, timeLimitMs)), timeLimitMs - usedMs);
      thread.once('message', (answer: DeepAnswer) =>
        resolve('findings' in answer ? answer : refuse(`could not be scanned (${answer.failed})`)),
      );
      thread.once('error', (error) => resolve(refuse(`could not be scanned (${error.message})`)));
      thread.once('exit', () => resolve(refuse('is nested too deeply to be scanned')));
    });
  } finally {
    clearTimeout(timer);
    await thread.terminate();
  }
}

/** What is said of a file whose scan was stopped. */
export function tooSlow(path: string, timeLimitMs: number): Analysis {
  return refusal(path, `took longer than ${timeLimitMs / 1000} s to scan`);
}

function refusal(path: string, what: string): Analysis {
  return { findings: [unreadableFinding(path, what, 'Split the file, its expressions or its nested blocks into smaller pieces.')], directives: [] };
}
