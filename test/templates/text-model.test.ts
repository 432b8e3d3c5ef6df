import { mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Tokenizer } from '@huggingface/tokenizers';
import type { InferenceSession } from 'onnxruntime-node';
import { beforeAll, describe, expect, test } from 'vitest';
import { loadNative } from '../../src/native/index.js';
import { TRIPLES } from './triples.js';

const DIM = 384;
const models = fileURLToPath(new URL('../../templates/text/models/', import.meta.url));
const script = new URL('../../scripts/build-text-model.mjs', import.meta.url);

let tokenizer: Tokenizer;
let session: InferenceSession;
beforeAll(async () => {
  tokenizer = new Tokenizer(JSON.parse(await readFile(join(models, 'tokenizer.json'), 'utf8')) as object, {});
  session = await loadNative('onnxruntime-node').InferenceSession.create(join(models, 'encoder.onnx'));
});

async function embed(texts: readonly string[]): Promise<Float32Array[]> {
  const { Tensor } = loadNative('onnxruntime-node');
  const ids = texts.map((text) => tokenizer.encode(text).ids);
  const longest = Math.max(...ids.map((row) => row.length));
  const tensor = (value: (row: number[], column: number) => number): InstanceType<typeof Tensor> =>
    new Tensor('int64', BigInt64Array.from(ids.flatMap((row) => Array.from({ length: longest }, (_, column) => BigInt(value(row, column))))), [texts.length, longest]);
  const { embedding } = await session.run({
    input_ids: tensor((row, column) => row[column] ?? 0),
    attention_mask: tensor((row, column) => (column < row.length ? 1 : 0)),
  });
  expect(embedding?.dims).toEqual([texts.length, DIM]);
  const data = embedding?.data as Float32Array;
  return texts.map((_, row) => data.slice(row * DIM, (row + 1) * DIM));
}

function cosine(a: Float32Array | undefined, b: Float32Array | undefined): number {
  if (a === undefined || b === undefined) throw new Error('a vector is missing');
  return a.reduce((sum, value, i) => sum + value * (b[i] as number), 0);
}

test('the script writes the files that are checked in, byte for byte', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'plugsmith-model-'));
  try {
    const { buildTextModel } = (await import(script.href)) as { buildTextModel(folder: string): Promise<unknown> };
    await buildTextModel(folder);
    for (const file of ['encoder.onnx', 'tokenizer.json']) {
      expect((await readFile(join(folder, file))).equals(await readFile(join(models, file))), `${file}: run node scripts/build-text-model.mjs`).toBe(true);
    }
  } finally {
    await rm(folder, { recursive: true });
  }
});

test('both files together are smaller than 1 MiB', async () => {
  const sizes = await Promise.all(['encoder.onnx', 'tokenizer.json'].map(async (file) => (await stat(join(models, file))).size));
  expect(sizes.reduce((sum, size) => sum + size, 0)).toBeLessThan(2 ** 20);
});

describe('similar texts are closer than others', () => {
  test.each(TRIPLES)('%s | %s | %s', async (text, similar, other) => {
    const [a, b, c] = await embed([text, similar, other]);
    expect(cosine(a, b)).toBeGreaterThan(cosine(a, c) + 0.02);
  });

  test('by a wide margin on the whole', async () => {
    const margins: number[] = [];
    for (const triple of TRIPLES) {
      const [a, b, c] = await embed(triple);
      margins.push(cosine(a, b) - cosine(a, c));
    }
    expect(margins.reduce((sum, margin) => sum + margin, 0) / margins.length).toBeGreaterThan(0.5);
  });
});

test('stop words count little', async () => {
  const [a, b, c] = await embed(['what is the capital of the country', 'capital country', 'what is the colour of the sky']);
  expect(cosine(a, b)).toBeGreaterThan(0.97);
  expect(cosine(a, c)).toBeLessThan(0.25);
});

test.each(['', ' ', '\n', '!?…', 'the', 'Привет мир', '你好', '0', '[PAD]', 'x'.repeat(500), 'word '.repeat(300)])('%j has a vector of length 1', async (text) => {
  const [vector] = await embed([text]);
  expect(cosine(vector, vector)).toBeCloseTo(1, 5);
});

test('padding changes nothing', async () => {
  const [alone] = await embed(['short text']);
  const [padded] = await embed(['short text', 'a much longer text that makes the first one end in padding']);
  expect(cosine(alone, padded)).toBeCloseTo(1, 6);
});

test('words of the list are one token, in all their forms', () => {
  expect(tokenizer.tokenize('Invoices, invoicing & the INVOICE’s')).toEqual(['invoices_', 'invoicing_', 'the_', 'invoices_']);
});
