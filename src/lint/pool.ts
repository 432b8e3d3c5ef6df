/** Threads that analyse files side by side. */
import { Worker } from 'node:worker_threads';
import type { LintTask } from './deep.js';
import type { Analysis } from './engine.js';

/** What a thread is started with, instead of the one task of `deep.ts`. */
export const poolMark = 'pool';

/** What a thread is sent. `timeMs` is the longest time for the file. */
export type PoolTask = LintTask & { id: number; timeMs: number };

/** An analysis; null when the thread could not make one and the file needs a thread of its own. */
export type PoolAnswer = { id: number; analysis: Analysis | null };

interface Member {
  thread: Worker;
  /** What it was given and has not answered. */
  open: Map<number, (analysis: Analysis | null) => void>;
  hasEnded: boolean;
}

export class Pool {
  readonly #members: Member[];
  #next = 0;

  /** @param worker the built `deep-worker.js`. */
  constructor(worker: URL, readonly size: number) {
    this.#members = Array.from({ length: size }, () => startMember(worker));
  }

  /** Analyses a file in the thread with the least to do. Never rejects: see `PoolAnswer`. */
  analyse(task: LintTask, timeMs: number): Promise<Analysis | null> {
    const [first, ...others] = this.#members.filter(({ hasEnded }) => !hasEnded);
    if (!first) return Promise.resolve(null);
    const member = others.reduce((least, other) => (other.open.size < least.open.size ? other : least), first);
    const id = this.#next++;
    return new Promise((resolve) => {
      member.open.set(id, resolve);
      member.thread.postMessage({ id, timeMs, ...task } satisfies PoolTask);
    });
  }

  /** Ends the threads. */
  async close(): Promise<void> {
    await Promise.all(this.#members.map(({ thread }) => thread.terminate()));
  }
}

function startMember(worker: URL): Member {
  const member: Member = { thread: new Worker(worker, { workerData: poolMark }), open: new Map(), hasEnded: false };
  const giveUp = (): void => {
    member.hasEnded = true;
    for (const resolve of member.open.values()) resolve(null);
    member.open.clear();
  };
  member.thread.on('message', ({ id, analysis }: PoolAnswer) => {
    member.open.get(id)?.(analysis);
    member.open.delete(id);
  });
  member.thread.on('error', giveUp);
  member.thread.on('exit', giveUp);
  return member;
}
