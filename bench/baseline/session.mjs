/**
 * The model alone: `session.run` on one prepared batch of 64, again and again. No reading, no writing.
 *
 *   node session.mjs KIND FOLDER ROWS THREADS
 *
 * Prints one JSON line: {"rows_per_s", "ms_per_batch"}.
 */
process.env.ORT_DISABLE_TELEMETRY = '1';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DIM, hashTexts } from '../plugins/hashed/processors/hash.js';
import { TOKENS as WORDS, hashTokens } from '../plugins/tokens/processors/tokens.js';

const { default: ort } = await import('onnxruntime-node');
const [kind, folder, rows, threads] = process.argv.slice(2);
const BATCH = 64;
/** Tokens of the median row of the benchmark's input. */
const TOKENS = 64;

const session = await ort.InferenceSession.create(join(folder, 'models/encoder.onnx'), { intraOpNumThreads: Number(threads) });
const text = readFileSync(new URL(import.meta.url), 'utf8');
const texts = Array.from({ length: BATCH }, (_, i) => text.slice(i, i + 260));
const prepared = {
  hashed: () => ({ input: new ort.Tensor('float32', hashTexts(texts), [BATCH, DIM]) }),
  tokens: () => ({ tokens: new ort.Tensor('int64', hashTokens(texts), [BATCH, WORDS]) }),
  text: () => Object.fromEntries(['input_ids', 'attention_mask'].map((name, i) => [name, new ort.Tensor('int64', BigInt64Array.from({ length: BATCH * TOKENS }, (_, k) => (i === 0 ? BigInt(3 + (k % 1000)) : 1n)), [BATCH, TOKENS])])),
};
const feeds = prepared[kind]();

const run = async (batches) => {
  const started = performance.now();
  for (let i = 0; i < batches; i++) await session.run(feeds);
  return performance.now() - started;
};
await run(20);
const batches = Math.ceil(Number(rows) / BATCH);
const ms = await run(batches);
console.log(JSON.stringify({ rows_per_s: (batches * BATCH * 1000) / ms, ms_per_batch: ms / batches }));
