/** Entry of the threads that `deep.ts` and `pool.ts` start. Built to `dist/lint/deep-worker.js`; nothing imports it. */
import { parentPort, workerData } from 'node:worker_threads';
import { messageOf } from '../errors/index.js';
import type { DeepAnswer, LintTask } from './deep.js';
import { analyseHere, analyseText, poolMark, prepare } from './heavy.js';
import type { PoolAnswer, PoolTask } from './pool.js';

async function alone(task: LintTask): Promise<DeepAnswer> {
  try {
    await prepare(task);
    return analyseText(task.path, task.text, task);
  } catch (error) {
    return { failed: messageOf(error) };
  }
}

async function asOneOfMany({ id, tasks, timeMs }: PoolTask): Promise<PoolAnswer> {
  try {
    return { id, attempts: await analyseHere(tasks, timeMs) };
  } catch {
    // A thread of its own will meet the same and say what it was.
    return { id, attempts: null };
  }
}

if (workerData === poolMark) parentPort?.on('message', async (task: PoolTask) => parentPort?.postMessage(await asOneOfMany(task)));
else parentPort?.postMessage(await alone(workerData as LintTask));
