/** Files are analysed by several hands: threads, and this one. */
import { Worker } from 'node:worker_threads';
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { LintTask } from './deep.js';
import type { Analysis } from './engine.js';
import { Portions } from './portions.js';
import { analyseHere, type Attempt, finish, isForThread, type Keep } from './room.js';

/** What a thread is started with, instead of the one task of `deep.ts`. */
export const poolMark = 'pool';

/** Files for a thread. `timeMs` is the longest time for each. */
export interface PoolTask {
  id: number;
  tasks: readonly LintTask[];
  timeMs: number;
}

/** What became of them, in order; null when none of it can be told, and each needs a thread of its own. */
export interface PoolAnswer {
  id: number;
  attempts: Attempt[] | null;
}

export interface PoolOptions {
  /** The built `deep-worker.js`; null where there is none, and this thread does all. */
  worker: URL | null;
  /** How many threads to start. */
  threads: number;
  /** Whether this thread works as well; it does where no other can. */
  here: boolean;
  /** Longest time for one file. */
  timeMs: number;
  /** Is given the facts of files that this thread has read. */
  keep?: Keep | undefined;
}

/** Who works on files. */
interface Hand {
  /** Never rejects for what is in a file. Null when each file needs a thread of its own. */
  analyse(tasks: readonly LintTask[], timeMs: number): Promise<Attempt[] | null>;
  hasEnded: boolean;
}

export class Pool {
  readonly #options: PoolOptions;
  readonly #threads: Thread[] = [];

  constructor(options: PoolOptions) {
    this.#options = options;
  }

  /** Starts the threads, once. They take a while, in which files can be read. */
  start(): void {
    const { worker, threads } = this.#options;
    while (worker && this.#threads.length < threads) this.#threads.push(new Thread(worker));
  }

  /** Analyses files. Gives the analyses in the same order. */
  async analyse(tasks: readonly LintTask[]): Promise<Analysis[]> {
    const { worker, here, timeMs } = this.#options;
    this.start();
    // Two portions on the way to each thread, so that none waits for the next.
    const hands: Hand[] = this.#threads.flatMap((thread) => [thread, thread]);
    if (here || hands.length === 0) hands.push({ analyse: (some) => this.#analyseHere(some), hasEnded: false });
    const portions = new Portions(tasks, hands.length);
    const analyses: Analysis[] = [];
    const work = async (hand: Hand): Promise<void> => {
      for (let places = portions.take(); places; places = hand.hasEnded ? null : portions.take()) {
        const some = places.map((place) => tasks[place] as LintTask);
        const attempts = some.some((task) => isForThread(task, worker)) ? null : await hand.analyse(some, timeMs);
        for (const [i, task] of some.entries()) analyses[places[i] as number] = await finish(task, attempts?.[i], worker, timeMs);
      }
    };
    await Promise.all(hands.map(work));
    // What is left when all have failed: each file meets the same in a thread of its own, which says what it was.
    await work({ analyse: async () => null, hasEnded: false });
    return analyses;
  }

  /** Ends the threads. */
  async close(): Promise<void> {
    await Promise.all(this.#threads.map((thread) => thread.end()));
  }

  async #analyseHere(tasks: readonly LintTask[]): Promise<Attempt[]> {
    const { worker, timeMs, keep } = this.#options;
    if (worker) {
      const attempts = await analyseHere(tasks, timeMs, { keep });
      // The threads may have answered meanwhile.
      await nextTurn();
      return attempts;
    }
    // Nobody could go on with a file that had to share its time.
    const attempts: Attempt[] = [];
    for (const task of tasks) attempts.push(...(await analyseHere([task], timeMs, { isLast: true, keep })));
    return attempts;
  }
}

class Thread implements Hand {
  readonly #worker: Worker;
  /** What it was given and has not answered. */
  readonly #open = new Map<number, (attempts: Attempt[] | null) => void>();
  #next = 0;
  hasEnded = false;

  constructor(file: URL) {
    this.#worker = new Worker(file, { workerData: poolMark });
    this.#worker.on('message', ({ id, attempts }: PoolAnswer) => {
      this.#open.get(id)?.(attempts);
      this.#open.delete(id);
    });
    const giveUp = (): void => {
      this.hasEnded = true;
      for (const resolve of this.#open.values()) resolve(null);
      this.#open.clear();
    };
    this.#worker.on('error', giveUp);
    this.#worker.on('exit', giveUp);
  }

  analyse(tasks: readonly LintTask[], timeMs: number): Promise<Attempt[] | null> {
    if (this.hasEnded) return Promise.resolve(null);
    return new Promise((resolve) => {
      const id = this.#next++;
      this.#open.set(id, resolve);
      this.#worker.postMessage({ id, tasks, timeMs } satisfies PoolTask);
    });
  }

  async end(): Promise<void> {
    await this.#worker.terminate();
  }
}
