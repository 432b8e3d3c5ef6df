/** Entry of the thread that `deep.ts` starts. Built to `dist/lint/deep-worker.js`; nothing imports it. */
import { parentPort, workerData } from 'node:worker_threads';
import { messageOf } from '../errors/index.js';
import type { DeepAnswer, DeepTask } from './deep.js';
import { lintText } from './engine.js';

const { path, text } = workerData as DeepTask;

function answer(): DeepAnswer {
  try {
    return { findings: lintText(path, text) };
  } catch (error) {
    return { failed: messageOf(error) };
  }
}

parentPort?.postMessage(answer());
