/** Answers of a real worker: the value, its text, and what is no answer. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { parseManifest } from '../../src/manifest/index.js';
import { openRealtime, openSession, type RealtimeCaller } from '../../src/runtime/index.js';
import { contractProblems } from '../../src/runtime/realtime.js';
import type { Session } from '../../src/runtime/session.js';

const manifest = `import { defineManifest, z } from 'plugsmith/manifest';
export default defineManifest({
  feature_extractor_name: 'answers', version: '1.0.0', category: 'text', supported_input_types: ['text'], input_schema: z.object({ text: z.string() }), output_schema: z.object({}), parameter_schema: z.object({}),
  features: [{ feature_type: 'embedding', feature_name: 'vector', embedding_dim: 3, distance_metric: 'cosine' }], compute_profile: { resource_type: 'cpu', batch_size: 4 },
});`;
const pipeline = 'export function buildSteps() { return { steps: [] }; }';
/** `raw` is written as the body of the answer, `header` as a message of its own, both past the worker's own code. */
const realtime = `import { writeSync } from 'node:fs';
export class InferenceService {
  runInference({ raw, length, header }: { raw?: string; length?: number; header?: object }) {
    if (header !== undefined) return write(header, '');
    if (length !== undefined) return { embedding: [1, 2, 3], text: 'a'.repeat(length) };
    if (raw === undefined) return { embedding: new Float32Array([0.5, -2, 3]), text: 'naïve 日本', big: 12n, lone: '\\ud800', nothing: undefined };
    if (raw === 'undefined') return undefined;
    return write({ type: 'result', id: Number(raw.split('|')[0]), value_type: 'object' }, raw.split('|')[1]!);
  }
}
function write(message: object, text: string) {
  const header = Buffer.from(JSON.stringify(message));
  const body = Buffer.from(text, 'latin1');
  const start = Buffer.alloc(16);
  start.write('PSWP');
  start.writeUInt16LE(1, 4);
  start.writeUInt32LE(header.length, 8);
  start.writeUInt32LE(body.length, 12);
  writeSync(4, Buffer.concat([start, header, body]));
  return new Promise(() => undefined);
}`;

let folder: string;
let session: Session;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'plugsmith-realtime-'));
  for (const [name, text] of Object.entries({ 'manifest.ts': manifest, 'pipeline.ts': pipeline, 'realtime.ts': realtime })) writeFileSync(join(folder, name), text);
  session = await openSession({ plugin: folder, announce: () => undefined });
});
afterAll(async () => {
  await session.services.close();
  rmSync(folder, { recursive: true });
});

async function withCaller(use: (caller: RealtimeCaller) => Promise<void>): Promise<void> {
  const caller = await openRealtime(session, { timeoutMs: 10_000, onLog: ({ message }) => void message.trim() });
  try {
    await use(caller);
  } finally {
    await caller.close();
  }
}

test('an answer comes as a value and as the text that the worker wrote', () => withCaller(async (caller) => {
  const { value, json, problems } = await caller.call({}, {});
  expect(value).toEqual({ embedding: [0.5, -2, 3], text: 'naïve 日本', big: 12, lone: '\ud800' });
  expect(JSON.parse(json)).toEqual(value);
  expect(problems).toEqual([]);
}));

test('no value at all is undefined, null as text, and breaks the contract', () => withCaller(async (caller) => {
  expect(await caller.call({ raw: 'undefined' }, {})).toMatchObject({ value: undefined, json: 'null', problems: ['runInference returned undefined; it has to return an object such as { embedding: [...] }'] });
}));

// The first request of a connection is init, so the first call has the id 2.
test.each([
  ['cut off', '{"embedding": [1, 2', /value is not JSON/],
  ['two values', '{"embedding": [1, 2, 3]} {}', /value is not JSON/],
  ['the end of what it is put into', '1, "provider": "other"', /value is not JSON/],
])('a body that is %s ends its worker', (_, body, why) => withCaller(async (caller) => {
  await expect(caller.call({ raw: `2|${body}` }, {})).rejects.toMatchObject({ code: 'realtime-crash', message: expect.stringMatching(why) as string });
  expect(caller.alive).toBe(false);
}));

test.each([
  ['a log line', { type: 'log', level: 'info', message: 1, step: null }, /"message" of log is no text/],
  ['a refusal', { type: 'error', id: 2, code: 'plugin-error', message: {} }, /"message" of error is no text/],
  ['a hint', { type: 'error', id: 2, code: 'plugin-error', message: 'no', next: 7 }, /"next" of error is no text/],
  ['a place', { type: 'error', id: 0, code: 'uncaught', message: 'no', at: { toString: 1 } }, /"at" of error is no text/],
  ['a count', { type: 'metric', name: { toString: 1 }, value: 1 }, /"name" of metric is no text/],
  ['a question', { type: 'rpc', id: 1, method: [], params: {} }, /"method" of rpc is no text/],
])('%s whose words are none ends its worker', (_, header, why) => withCaller(async (caller) => {
  await expect(caller.call({ header }, {})).rejects.toMatchObject({ code: 'realtime-crash', message: expect.stringMatching(why) as string });
}));

test.each([
  ['of a type that every object has', { type: 'constructor' }],
  ['with a value that is no number', { type: 'metric', name: 'pages', value: { toString: 1 } }],
])('a message %s does no harm', (_, header) => withCaller(async (caller) => {
  const answer = caller.call({ header }, {}, 300);
  await expect(answer).rejects.toMatchObject({ code: 'realtime-timeout' });
}));

test('bytes that are no UTF-8 do not get through', () => withCaller(async (caller) => {
  const { json } = await caller.call({ raw: '2|{"text": "\xff"}' }, {});
  expect(json).toBe('{"text": "\ufffd"}');
}));

test('a value beyond 16 MiB is refused, and the worker goes on', () => withCaller(async (caller) => {
  await expect(caller.call({ length: 16 * 1024 * 1024 }, {})).rejects.toMatchObject({ message: expect.stringMatching(/value of \d+ bytes exceeds/) as string });
  expect((await caller.call({}, {})).problems).toEqual([]);
}));

const twoFeatures = parseManifest({
  feature_extractor_name: 'views', version: '1.0.0',
  features: ['words', 'style'].map((feature_name, i) => ({ feature_type: 'embedding', feature_name, embedding_dim: i + 2, distance_metric: 'cosine' })),
});

test.each<[object, string[], string?]>([
  [{ embedding: [1, 2] }, []],
  [{ words: [1, 2], style: [1, 2, 3] }, []],
  [{ embedding: [1, 2], style: [1, 2, 3] }, []],
  [{ style: [1, 2, 3] }, []],
  [{ embedding: [1, 2, 3] }, []],
  [{ words: [1, 2], style: [1, 2, 3], embedding: 'the same' }, []],
  [{ embedding: [1] }, ['"embedding" has 1 numbers, the manifest declares 2']],
  [{ words: [1, 2], embedding: [1, 2] }, ['"embedding" has 2 numbers, the manifest declares 3']],
  [{ words: [1, 2, 3], style: [0, 0, 0] }, ['"words" has 3 numbers, the manifest declares 2', '"style" is the zero vector']],
  [{ embeddings: [[1, 2]] }, ['the answer has no "embedding"; feature search reads the primary vector from that key. It has "embeddings"; the key is "embedding", in the singular, and holds one vector.']],
  [{ embedding: [1, 2, 3] }, [], 'style'],
  [{ embedding: [1, 2] }, ['"embedding" has 2 numbers, the manifest declares 3'], 'style'],
  [{ words: [1, 2] }, ['the answer has neither "style", which was asked for, nor "embedding"'], 'style'],
])('of two features, %j holds those that were asked for', (answer, problems, asked) => {
  expect(contractProblems(answer, 'object', twoFeatures, 'typescript', asked)).toEqual(problems);
});
