/** The Node worker passes the conversations of the vectors. */
import { readFileSync, readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, it } from 'vitest';
import { Worker, type Step } from './conversation.js';
import { placeFixture, type Fixture } from './fixture.js';

interface Conversation {
  about: string;
  plugin: string;
  steps: Step[];
}

const folder = fileURLToPath(new URL('./vectors/conversations/', import.meta.url));
const conversations = readdirSync(folder).map((file) => ({ name: file.replace('.json', ''), ...(JSON.parse(readFileSync(folder + file, 'utf8')) as Conversation) }));
const fixtures = new Map<string, Fixture>();

beforeAll(async () => {
  for (const name of new Set(conversations.map(({ plugin }) => plugin))) fixtures.set(name, await placeFixture(name));
});
afterAll(() => fixtures.forEach((fixture) => fixture.remove()));

describe('a worker', () => {
  it.each(conversations)('$name', async ({ plugin, steps }) => {
    const worker = new Worker(fixtures.get(plugin) as Fixture);
    try {
      for (const step of steps) await worker.do(step);
    } finally {
      worker.kill();
    }
  });
});
