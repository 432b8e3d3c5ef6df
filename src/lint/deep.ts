/** Lints one file in a thread with a large stack, and under a time limit. */
import { existsSync } from 'node:fs';
import { Worker } from 'node:worker_threads';
import type { Analysis } from './engine.js';
import { unreadableFinding } from './unreadable.js';

/** What the thread is given. */
export interface DeepTask {
  path: string;
  text: string;
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

/** Lints a file in a thread of its own. Whatever goes wrong there is a finding of SEC-UNREADABLE. */
export async function lintDeep(task: DeepTask, worker: URL, timeLimitMs: number): Promise<Analysis> {
  const refuse = (what: string): Analysis => ({
    findings: [unreadableFinding(task.path, what, 'Split the file, its expressions or its nested blocks into smaller pieces.')],
    directives: [],
  });
  const thread = new Worker(worker, { workerData: task, resourceLimits: { stackSizeMb } });
  let timer: NodeJS.Timeout | undefined;
  try {
    return await new Promise<Analysis>((resolve) => {
      timer = setTimeout(() => resolve(refuse(`took longer than ${timeLimitMs / 1000} s to scan`)), timeLimitMs);
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
