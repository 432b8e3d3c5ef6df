/** Entry of the threads that `deep.ts` and `pool.ts` start. Built to `dist/lint/deep-worker.js`; nothing imports it. */
import { parentPort, workerData } from 'node:worker_threads';
import { messageOf } from '../errors/index.js';
import type { DeepAnswer, DeepTask } from './deep.js';
import { analyseText } from './engine.js';
import { isPython } from './parse.js';
import { type PoolAnswer, poolMark } from './pool.js';
import { loadPython } from './python/index.js';

async function answer({ path, text }: DeepTask, throwOnOverflow: boolean): Promise<DeepAnswer> {
  try {
    if (isPython(path)) await loadPython();
    return analyseText(path, text, { throwOnOverflow });
  } catch (error) {
    return { failed: messageOf(error) };
  }
}

if (workerData === poolMark) {
  parentPort?.on('message', async ({ id, ...task }: DeepTask & { id: number }) => {
    const made = await answer(task, true);
    const reply: PoolAnswer = { id, analysis: 'failed' in made ? null : made };
    parentPort?.postMessage(reply);
  });
} else {
  parentPort?.postMessage(await answer(workerData as DeepTask, false));
}
