import assert from 'node:assert/strict';
import test from 'node:test';
import { createContext, runPipeline } from 'plugsmith/testing';
import manifest from '../manifest.ts';
import { buildSteps } from '../pipeline.ts';
import { countWords, snippetOf } from '../processors/core.ts';
import { InferenceService } from '../realtime.ts';

type Output = { text_embedding: Float32Array; word_count: number; snippet: string };

async function run(texts: readonly (string | null)[], parameters: Record<string, unknown> = {}): Promise<Output[]> {
  const rows = await runPipeline({ manifest, buildSteps }, texts.map((data) => ({ data })), { parameters });
  return rows as unknown as Output[];
}

/** The cosine, since the vectors have length 1. */
function similarity(a: ArrayLike<number>, b: ArrayLike<number>): number {
  return Array.from(a).reduce((sum, value, i) => sum + value * (b[i] ?? Number.NaN), 0);
}

// A text, one like it, and one about something else.
const triples = [
  ['machine learning', 'machne learning', 'garden furniture'],
  ['where is my invoice', 'I never recieved the invoices', 'where is my sister'],
  ['running in the park', 'she ran through the park', 'reading in the library'],
  ['fix a leaking kitchen tap', 'the tap in our kitchen leaks', 'fix a bug in the parser'],
  ['buy a house', 'purchase a home', 'read a poem'],
] as const;

for (const [text, similar, other] of triples) {
  test(`"${text}" is closer to "${similar}" than to "${other}"`, async () => {
    const [a, b, c] = (await run([text, similar, other])).map((row) => row.text_embedding);
    assert.ok(a && b && c);
    assert.ok(similarity(a, b) > similarity(a, c) + 0.2, `${similarity(a, b)} against ${similarity(a, c)}`);
  });
}

test('every row gets a vector of length 1, even one without text', async () => {
  for (const { text_embedding } of await run(['hello', '', null, '!?', 'Привет', 'word '.repeat(1000)])) {
    assert.equal(text_embedding.length, 384);
    assert.ok(Math.abs(similarity(text_embedding, text_embedding) - 1) < 1e-5);
  }
});

test('the vector of a text does not depend on the other texts of its batch', async () => {
  const [alone] = await run(['a short text']);
  const [together] = await run(['a short text', 'a longer text with many more words than the first one has']);
  assert.ok(alone && together);
  assert.ok(similarity(alone.text_embedding, together.text_embedding) > 0.99999);
});

test('max_tokens cuts long texts', async () => {
  const long = `${'cooking pasta '.repeat(10)}${'football stadium '.repeat(10)}`;
  const [cut] = await run([long], { max_tokens: 8 });
  const [start] = await run(['cooking pasta']);
  const [whole] = await run([long]);
  assert.ok(cut && start && whole);
  assert.ok(similarity(cut.text_embedding, start.text_embedding) > similarity(whole.text_embedding, start.text_embedding));
});

test('words are counted and snippets cut between words', async () => {
  assert.equal(countWords('  two  words '), 2);
  assert.equal(countWords(''), 0);
  assert.equal(snippetOf('one\ntwo'), 'one two');
  assert.match(snippetOf('word '.repeat(40)), /^(word )+word…$/u);
  assert.equal(snippetOf(`x${'🌍'.repeat(50)}`), `x${'🌍'.repeat(39)}…`);
  const [row] = await run(['Hello there, world']);
  assert.equal(row?.word_count, 3);
  assert.equal(row?.snippet, 'Hello there, world');
});

test('the realtime service gives the vector that the pipeline gives', async () => {
  const service = new InferenceService(createContext());
  const { embedding } = await service.runInference({ text: 'machine learning' }, {});
  const [row] = await run(['machine learning']);
  assert.ok(row);
  assert.ok(similarity(embedding, row.text_embedding) > 0.99999);
  await assert.rejects(service.runInference({ image: 'x.png' }, {}), /inputs\.text must be a string/u);
});
