/** Entry of the thread that `deep.ts` starts. Built to `dist/lint/deep-worker.js`; nothing imports it. */
import { parentPort, workerData } from 'node:worker_threads';
import { messageOf } from '../errors/index.js';
import type { DeepAnswer, DeepTask } from './deep.js';
import { analyseText } from './engine.js';
import { isPython } from './parse.js';
import { loadPython } from './python/index.js';

const { path, text } = workerData as DeepTask;

async function answer(): Promise<DeepAnswer> {
  try {
    if (isPython(path)) await loadPython();
    return analyseText(path, text);
  } catch (error) {
    return { failed: messageOf(error) };
  }
}

parentPort?.postMessage(await answer());
