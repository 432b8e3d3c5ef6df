/** The Python worker passes the conversations of the vectors, which the Node worker passes too. */
import { readFileSync, readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, it } from 'vitest';
import { Worker, type Step } from '../protocol/conversation.js';
import { python, why, workerCommand } from './python.js';

interface Conversation {
  about: string;
  plugin: string;
  steps: Step[];
}

const folder = fileURLToPath(new URL('../protocol/vectors/conversations/', import.meta.url));
const conversations = readdirSync(folder).map((file) => ({ name: file.replace('.json', ''), ...(JSON.parse(readFileSync(folder + file, 'utf8')) as Conversation) }));

describe.skipIf(python.python === null)(`a Python worker${why(python)}`, () => {
  it.each(conversations)('$name', async ({ plugin, steps }) => {
    const root = fileURLToPath(new URL(`./${plugin}`, import.meta.url));
    const worker = new Worker({ root, bundle: root, remove: () => undefined }, workerCommand());
    try {
      for (const step of steps) await worker.do(step);
    } finally {
      worker.kill();
    }
  });
});
