import { describe } from 'vitest';
import { testRowCases } from './rowCases.js';

describe('SEQ002 finds', () => {
  testRowCases('SEQ002', [
    {
      name: 'for-of over rows()',
      lines: [4],
      code: `
import type { Batch, Model } from 'plugsmith';
export async function process(batch: Batch, model: Model) {
  const out = [];
  for (const row of batch.rows()) out.push(await model.encode(row.data));
  return batch.withColumn('embedding', out);
}`,
    },
    {
      name: 'for await over rowsAsync()',
      lines: [3],
      code: `
export async function process(batch, llm) {
  for await (const row of batch.rowsAsync()) {
    row.set('answer', await llm.generate({ text: row.data }));
  }
  return batch;
}`,
    },
    {
      name: 'an index loop with get(i)',
      lines: [5],
      code: `
export class P {
  constructor(private session: Session) {}
  async process(batch: Batch) {
    for (let i = 0; i < batch.numRows; i++) {
      batch.get(i).set('e', await this.session.run({ x: batch.get(i).tensor }));
    }
    return batch;
  }
}`,
    },
    {
      name: 'an index loop downwards',
      lines: [5],
      code: `
export async function process(batch: Batch, model: Model) {
  const texts = batch.column('data').toArray();
  const out = new Array(texts.length);
  for (let i = texts.length - 1; i >= 0; i--) {
    out[i] = await model.encode(texts[i]);
  }
  return batch.withColumn('e', out);
}`,
    },
    {
      name: 'a while loop with its own index',
      lines: [5],
      code: `
export async function process(batch: Batch, model: Model) {
  const rows = batch.toArray(), out = [];
  let i = 0;
  while (i < rows.length) {
    out.push(await model.encode(rows[i].data));
    i += 1;
  }
}`,
    },
    {
      name: 'a while loop that increments while reading',
      lines: [5],
      code: `
export async function process(batch: Batch, model: Model) {
  const rows = batch.toArray();
  let next = 0;
  while (next < rows.length) {
    rows[next].e = await model.run(rows[next++].tensor);
  }
}`,
    },
    {
      name: 'a queue that is emptied',
      lines: [5],
      code: `
export async function process(batch: Batch, llm: Llm) {
  const queue = [...batch.rows()];
  while (queue.length > 0) {
    const row = queue.shift();
    row.answer = await llm.generate({ text: row.data });
  }
}`,
    },
    {
      name: 'an iterator and next()',
      lines: [6],
      code: `
export async function process(batch: Batch, model: Model) {
  const it = batch.rows()[Symbol.iterator]();
  const out = [];
  let step = it.next();
  while (!step.done) {
    out.push(await model.encode(step.value.data));
    step = it.next();
  }
}`,
    },
    {
      name: 'an endless loop over an iterator',
      lines: [6],
      code: `
export async function process(batch: Batch, model: Model) {
  const it = batch.rows();
  for (;;) {
    const { value, done } = it.next();
    if (done) break;
    value.e = await model.encode(value.data);
  }
}`,
    },
    {
      name: 'for-in',
      lines: [4],
      code: `
export async function process(batch: Batch, model: Model) {
  const rows = batch.toArray();
  for (const i in rows) {
    rows[i].e = await model.encode(rows[i].data);
  }
}`,
    },
    {
      name: 'entries() destructured',
      lines: [3],
      code: `
export async function process(batch: Batch, model: Model, out: Float32Array[]) {
  for (const [i, row] of batch.toArray().entries()) {
    out[i] = await model.encode(row.data);
  }
}`,
    },
    {
      name: 'keys of an array as long as the batch',
      lines: [3],
      code: `
export async function process(batch: Batch, model: Model, out: unknown[]) {
  for (const i of Array(batch.numRows).keys()) {
    out.push(await model.encode(batch.get(i).data));
  }
}`,
    },
    {
      name: 'Array.from with a length',
      lines: [2],
      code: `
export function process(batch: Batch, model: Model) {
  return Array.from({ length: batch.numRows }, (_, i) => model.encodeSync(batch.get(i).data));
}`,
    },
    {
      name: 'Array.from over rows',
      lines: [2],
      code: `
export function process(batch: Batch, model: Model) {
  return Array.from(batch.rows(), (row) => model.encodeSync(row.data));
}`,
    },
    {
      name: 'forEach with an async callback',
      lines: [3],
      code: `
export async function process(batch: Batch, llm: Llm) {
  batch.toArray().forEach(async (row) => {
    row.answer = await llm.generate({ text: row.data });
  });
  return batch;
}`,
    },
    {
      name: 'a method passed by reference',
      lines: [3],
      code: `
export function process(batch: Batch, model: Model) {
  const texts = batch.column('data').toArray();
  return batch.withColumn('e', texts.map(model.encodeSync));
}`,
    },
    {
      name: 'a bound method',
      lines: [4],
      code: `
export async function process(batch: Batch, model: Model) {
  const embed = model.encode.bind(model);
  for (const row of batch.rows()) {
    row.e = await embed(row.data);
  }
}`,
    },
    {
      name: 'a destructured method',
      lines: [4],
      code: `
export async function process(batch: Batch, llm: Llm) {
  const { generate: ask } = llm;
  for (const { data } of batch.rows()) {
    await ask({ text: data });
  }
}`,
    },
    {
      name: 'an alias of an alias',
      lines: [5],
      code: `
export async function process(batch: Batch, ctx: Context) {
  const a = ctx.llm;
  const b = a;
  for (const row of batch.rows()) {
    await b.generate({ text: row.data });
  }
}`,
    },
    {
      name: 'fetch per row',
      lines: [4],
      code: `
export async function process(batch: Batch) {
  const bodies = [];
  for (const url of batch.column('data')) {
    bodies.push(await (await fetch(url)).json());
  }
}`,
    },
    {
      name: 'fetch(...).then(...) per row',
      lines: [3],
      code: `
export async function process(batch: Batch) {
  for (const row of batch.rows()) {
    row.body = await fetch(row.data).then((r) => r.json());
  }
}`,
    },
    {
      name: 'an axios instance',
      lines: [5],
      code: `
import axios from 'axios';
const api = axios.create({ baseURL: 'https://api.example.com' });
export async function process(batch: Batch) {
  for (const row of batch.rows()) {
    row.body = (await api.post('/classify', { text: row.data })).data;
  }
}`,
    },
    {
      name: 'got and ky',
      lines: [5, 6],
      code: `
import got from 'got';
import ky from 'ky';
export async function process(batch: Batch) {
  for (const row of batch.rows()) {
    await got(row.data).text();
    await ky.get(row.data).json();
  }
}`,
    },
    {
      name: 'undici request',
      lines: [4],
      code: `
import { request as call } from 'undici';
export async function process(batch: Batch) {
  for (const row of batch.rows()) {
    await call(row.data);
  }
}`,
    },
    {
      name: 'an OpenAI client',
      lines: [5],
      code: `
import OpenAI from 'openai';
const client = new OpenAI();
export async function process(batch: Batch) {
  for (const row of batch.rows()) {
    const r = await client.chat.completions.create({ messages: [{ role: 'user', content: row.data }] });
    row.answer = r.choices[0].message.content;
  }
}`,
    },
    {
      name: 'a transformers pipeline',
      lines: [6],
      code: `
import { pipeline } from '@huggingface/transformers';
export class P {
  async process(batch: Batch) {
    const extractor = await pipeline('feature-extraction');
    for (const row of batch.rows()) {
      row.e = await extractor(row.data, { pooling: 'mean' });
    }
  }
}`,
    },
    {
      name: 'an ONNX session made in place',
      lines: [6],
      code: `
import { InferenceSession, Tensor } from 'onnxruntime-node';
export async function process(batch: Batch) {
  const s = await InferenceSession.create('model.onnx');
  const out = [];
  for (const row of batch.rows()) {
    out.push(await s.run({ x: new Tensor('float32', row.values, [1, 8]) }));
  }
}`,
    },
    {
      name: 'models.onnx of the context',
      lines: [5],
      code: `
export class P {
  constructor(config: unknown, private context: Context) {}
  async process(batch: Batch) {
    const net = await this.context.models.onnx('m.onnx');
    for (const row of batch.rows()) { row.e = await net.run({ x: row.tensor }); }
  }
}`,
    },
    {
      name: 'a list of one',
      lines: [4],
      code: `
export async function process(batch: Batch, model: Model) {
  const out = [];
  for (const t of batch.column('data').toArray()) {
    out.push((await model.encode([t]))[0]);
  }
}`,
    },
    {
      name: 'a slice of one',
      lines: [4],
      code: `
export async function process(batch: Batch, model: Model) {
  const texts = batch.column('data').toArray();
  for (let i = 0; i < texts.length; i++) {
    await model.encode(texts.slice(i, i + 1));
  }
}`,
    },
    {
      name: 'a private method',
      lines: [6],
      code: `
export class P {
  #model: Model;
  async #embed(text: string) { return this.#model.encode(text); }
  async process(batch: Batch) {
    const out = [];
    for (const row of batch.rows()) { out.push(await this.#embed(row.data)); }
    return batch.withColumn('e', out);
  }
}`,
    },
    {
      name: 'two helpers deep',
      lines: [6],
      code: `
const ask = (prompt: string) => fetch('https://api.example.com', { method: 'POST', body: prompt });
async function label(text: string) { return (await ask('Label: ' + text)).text(); }
async function one(row: any) { row.label = await label(row.data); }
export async function process(batch: Batch) {
  for (const row of batch.rows()) {
    await one(row);
  }
}`,
    },
    {
      name: 'a helper that holds the loop',
      lines: [3],
      code: `
async function embedAll(texts: string[], model: Model) {
  const out = [];
  for (const text of texts) out.push(await model.encode(text));
  return out;
}
export async function process(batch: Batch, model: Model) {
  return batch.withColumn('e', await embedAll(batch.column('data').toArray(), model));
}`,
    },
    {
      name: 'recursion by index',
      lines: [3],
      code: `
async function next(rows: any[], i: number, llm: Llm): Promise<void> {
  if (i === rows.length) return;
  rows[i].answer = await llm.generate({ text: rows[i].data });
  return next(rows, i + 1, llm);
}
export async function process(batch: Batch, llm: Llm) { await next(batch.toArray(), 0, llm); }`,
    },
    {
      name: 'recursion by head and tail',
      lines: [3],
      code: `
async function embed([head, ...tail]: Row[], model: Model): Promise<unknown[]> {
  if (!head) return [];
  return [await model.encode(head.data), ...(await embed(tail, model))];
}
export async function process(batch: Batch, model: Model) { return embed(batch.toArray(), model); }`,
    },
    {
      name: 'a promise chain built in a loop',
      lines: [4],
      code: `
export async function process(batch: Batch, llm: Llm) {
  let chain = Promise.resolve();
  for (const row of batch.rows()) {
    chain = chain.then(() => llm.generate({ text: row.data }));
  }
  await chain;
}`,
    },
    {
      name: 'a generator that calls per row',
      lines: [3],
      code: `
async function* answers(batch: Batch, llm: Llm) {
  for (const row of batch.rows()) {
    yield await llm.generate({ text: row.data });
  }
}
export async function process(batch: Batch, llm: Llm) {
  const out = [];
  for await (const a of answers(batch, llm)) out.push(a);
}`,
    },
    {
      name: 'rows from a generator',
      lines: [6],
      code: `
function* texts(batch: Batch) {
  for (const row of batch.rows()) if (row.data) yield row.data;
}
export async function process(batch: Batch, model: Model) {
  for (const text of texts(batch)) {
    await model.encode(text);
  }
}`,
    },
    {
      name: 'texts collected first, then one call each',
      lines: [5],
      code: `
export async function process(batch: Batch, model: Model) {
  const texts: string[] = [];
  for (const row of batch.rows()) texts.push(row.data.trim());
  for (const text of texts) {
    await model.encode(text);
  }
}`,
    },
    {
      name: 'filtered, mapped and deduplicated rows',
      lines: [4],
      code: `
export async function process(batch: Batch, model: Model) {
  const texts = new Set(batch.toArray().filter((r) => r.data).map((r) => r.data));
  for (const text of texts) {
    await model.encode(text);
  }
}`,
    },
    {
      name: 'zipped columns',
      lines: [5],
      code: `
export async function process(batch: Batch, vlm: Model) {
  const urls = batch.column('url').toArray();
  const texts = batch.column('data').toArray();
  for (const [url, text] of urls.map((u, i) => [u, texts[i]])) {
    await vlm.run({ url, text });
  }
}`,
    },
    {
      name: 'retries around one row',
      lines: [5],
      code: `
export async function process(batch: Batch, llm: Llm) {
  for (const row of batch.rows()) {
    for (let attempt = 0; attempt < 3; attempt++) {
      try {
        row.answer = await llm.generate({ text: row.data });
        break;
      } catch (error) { console.warn(error); }
    }
  }
}`,
    },
    {
      name: 'a local retry helper',
      lines: [8],
      code: `
async function retry<T>(fn: () => Promise<T>): Promise<T> {
  for (let i = 0; ; i++) {
    try { return await fn(); } catch (e) { if (i === 3) throw e; }
  }
}
export async function process(batch: Batch, llm: Llm) {
  for (const row of batch.rows()) {
    row.answer = await retry(() => llm.generate({ text: row.data }));
  }
}`,
    },
    {
      name: 'an imported wrapper around the call',
      lines: [4],
      code: `
import pRetry from 'p-retry';
export async function process(batch: Batch, llm: Llm) {
  for (const row of batch.rows()) {
    row.answer = await pRetry(() => llm.generate({ text: row.data }), { retries: 3 });
  }
}`,
    },
    {
      name: 'under a condition',
      lines: [4],
      code: `
export async function process(batch: Batch, llm: Llm) {
  for (const row of batch.rows()) {
    if (row.mime_type === 'text/plain') {
      row.answer = await llm.generate({ text: row.data });
    } else row.answer = null;
  }
}`,
    },
    {
      name: 'row by row inside each chunk',
      lines: [5],
      code: `
export async function process(batch: Batch, model: Model) {
  const texts = batch.column('data').toArray();
  for (let i = 0; i < texts.length; i += 8) {
    for (const text of texts.slice(i, i + 8)) {
      await model.encode(text);
    }
  }
}`,
    },
    {
      name: 'Promise.all within one row',
      lines: [3, 3],
      code: `
export async function process(batch: Batch, llm: Llm, model: Model) {
  for (const row of batch.rows()) {
    const [a, e] = await Promise.all([llm.generate({ text: row.data }), model.encode(row.data)]);
    Object.assign(row, { a, e });
  }
}`,
    },
    {
      name: 'for over lodash',
      lines: [3],
      code: `
import _ from 'lodash';
export function process(batch: Batch, model: Model) {
  return _.map(batch.toArray(), (row) => model.encodeSync(row.data));
}`,
    },
    {
      name: 'a class made in the file',
      lines: [9],
      code: `
class Embedder {
  constructor(private session: Session) {}
  embed(text: string) { return this.session.run({ text }); }
}
export async function process(batch: Batch, session: Session) {
  const one = new Embedder(session);
  const out = [];
  for (const row of batch.rows()) {
    out.push(await one.embed(row.data));
  }
}`,
    },
    {
      name: 'a processor object in a definition',
      lines: [5],
      code: `
import { defineProcessor } from 'plugsmith';
export default defineProcessor({
  async process(batch) {
    for (const row of batch.rows()) {
      row.e = await this.model.encode(row.data);
    }
    return batch;
  },
});`,
    },
    {
      name: 'plain JavaScript',
      file: 'core.js',
      lines: [4],
      code: `
exports.process = async function (batch) {
  const rows = batch.toArray();
  for (var i = 0; i < rows.length; ++i) {
    rows[i].e = await this.model.predict(rows[i].data);
  }
};`,
    },
    {
      name: 'an Arrow table, iterated',
      lines: [4],
      code: `
import { Table } from 'apache-arrow';
export async function run(table: Table, session: Session) {
  for (const row of table) {
    await session.run({ x: row.tensor });
  }
}`,
    },
    {
      name: 'a vector of an Arrow table',
      lines: [5],
      code: `
import type { Table } from 'apache-arrow';
export async function run(t: Table, session: Session) {
  const column = t.getChild('x');
  for (const x of column) {
    await session.run({ x });
  }
}`,
    },
    {
      name: 'downloads in parallel, then the model one by one',
      lines: [5],
      code: `
import { downloadAsset, parallelIo } from 'plugsmith';
export async function process(batch: Batch, model: Model) {
  const files = await parallelIo(batch.column('data').toArray(), (url) => downloadAsset(url), { maxWorkers: 8 });
  for (const [i, file] of files) {
    await model.run(file);
  }
}`,
    },
  ]);
});

describe('SEQ002 leaves alone', () => {
  testRowCases('SEQ002', [
    { name: 'one batched call', code: `
export async function process(batch: Batch, model: Model) {
  return batch.withColumn('e', await model.encode(batch.column('data').toArray()));
}` },
    { name: 'rows prepared, then one call', code: `
export async function process(batch: Batch, model: Model) {
  const texts = batch.toArray().map((row) => (row.data ?? '').trim());
  const vectors = await model.encode(texts);
  return batch.withColumn('e', vectors.map((v) => Array.from(v)));
}` },
    { name: 'chunks by slice', code: `
export async function process(batch: Batch, model: Model) {
  const texts = batch.column('data').toArray();
  const out = [];
  for (let i = 0; i < texts.length; i += 32) out.push(...(await model.encode(texts.slice(i, i + 32))));
  return batch.withColumn('e', out);
}` },
    { name: 'chunks by a while loop', code: `
export async function process(batch: Batch, model: Model) {
  const texts = batch.column('data').toArray();
  const out = [];
  let start = 0;
  while (start < batch.numRows) {
    const end = Math.min(start + 16, batch.numRows);
    out.push(...(await model.encode(texts.slice(start, end))));
    start = end;
  }
  return batch.withColumn('e', out);
}` },
    { name: 'chunks by splice', code: `
export async function process(batch: Batch, model: Model) {
  const rest = batch.column('data').toArray();
  const out = [];
  while (rest.length > 0) out.push(...(await model.encode(rest.splice(0, 32))));
  return out;
}` },
    { name: 'chunks by a local helper', code: `
function chunk<T>(items: T[], size: number): T[][] {
  const out: T[][] = [];
  for (let i = 0; i < items.length; i += size) out.push(items.slice(i, i + size));
  return out;
}
export async function process(batch: Batch, model: Model) {
  const out = [];
  for (const texts of chunk(batch.column('data').toArray(), 32)) out.push(...(await model.encode(texts)));
  return out;
}` },
    { name: 'chunks by a generator', code: `
function* chunks(items: string[], size: number) {
  for (let i = 0; i < items.length; i += size) yield items.slice(i, i + size);
}
export async function process(batch: Batch, model: Model) {
  for (const part of chunks(batch.column('data').toArray(), 32)) await model.encode(part);
}` },
    { name: 'chunks by an imported helper', code: `
import { chunk } from 'lodash';
export async function process(batch: Batch, model: Model) {
  for (const texts of chunk(batch.column('data').toArray(), 32)) await model.encode(texts);
}` },
    { name: 'a buffer that is flushed when full', code: `
export async function process(batch: Batch, model: Model) {
  let buffer: string[] = [];
  const out = [];
  for (const row of batch.rows()) {
    buffer.push(row.data);
    if (buffer.length === 32) {
      out.push(...(await model.encode(buffer)));
      buffer = [];
    }
  }
  if (buffer.length > 0) out.push(...(await model.encode(buffer)));
  return out;
}` },
    { name: 'rows grouped by type', code: `
export async function process(batch: Batch, models: Record<string, Model>) {
  const groups = new Map<string, string[]>();
  for (const row of batch.rows()) {
    const group = groups.get(row.mime_type) ?? [];
    group.push(row.data);
    groups.set(row.mime_type, group);
  }
  for (const [type, texts] of groups) await models[type].encode(texts);
}` },
    { name: 'columns', code: `
export async function process(batch: Batch, model: Model) {
  let out = batch;
  for (const name of ['title', 'body']) {
    out = out.withColumn(name + '_e', await model.encode(batch.column(name).toArray()));
  }
  return out;
}` },
    { name: 'several models over the whole batch', code: `
export async function process(batch: Batch, models: Model[]) {
  const texts = batch.column('data').toArray();
  const votes = [];
  for (const model of models) votes.push(await model.encode(texts));
  return votes;
}` },
    { name: 'pages of an API', code: `
export async function labels(client: Client) {
  const all = [];
  let cursor: string | undefined;
  do {
    const page = await client.list({ cursor });
    all.push(...page.items);
    cursor = page.next;
  } while (cursor);
  return all;
}` },
    { name: 'retries around a batched call', code: `
export async function process(batch: Batch, model: Model) {
  const texts = batch.column('data').toArray();
  for (let attempt = 1; attempt <= 5; attempt++) {
    try { return batch.withColumn('e', await model.encode(texts)); } catch (e) { if (attempt === 5) throw e; }
  }
}` },
    { name: 'warm-up on the first rows', code: `
export async function process(batch: Batch, model: Model) {
  const texts = batch.column('data').toArray();
  for (let i = 0; i < 3; i++) await model.encode(texts.slice(0, 1));
  return model.encode(texts);
}` },
    { name: 'outputs of one call', code: `
export async function process(batch: Batch, model: Model) {
  const outputs = await model.run(batch.column('data').toArray());
  const labels = [];
  for (const scores of outputs) {
    let best = 0;
    for (let i = 1; i < scores.length; i++) if (scores[i] > scores[best]) best = i;
    labels.push(best);
  }
  return batch.withColumn('label', labels);
}` },
    { name: 'concurrentApiCalls over all rows', code: `
import { concurrentApiCalls } from 'plugsmith';
export async function process(batch: Batch, llm: Llm) {
  const texts = batch.column('data').toArray();
  const ask = async (text: string) => (await llm.generate({ text })).data;
  return batch.withColumn('a', await concurrentApiCalls(texts, ask, { maxConcurrent: 10 }));
}` },
    { name: 'Promise.all over rows', code: `
export async function process(batch: Batch, llm: Llm) {
  const answers = await Promise.all(batch.toArray().map(async (row) => (await llm.generate({ text: row.data })).data));
  return batch.withColumn('a', answers);
}` },
    { name: 'promises collected, then gathered', code: `
export async function process(batch: Batch, llm: Llm) {
  const pending = [];
  for (const row of batch.rows()) pending.push(llm.generate({ text: row.data }));
  return batch.withColumn('a', await Promise.all(pending));
}` },
    { name: 'p-limit', code: `
import pLimit from 'p-limit';
export async function process(batch: Batch, llm: Llm) {
  const limit = pLimit(10);
  return Promise.all(batch.toArray().map((row) => limit(() => llm.generate({ text: row.data }))));
}` },
    { name: 'p-queue', code: `
import PQueue from 'p-queue';
export async function process(batch: Batch, llm: Llm) {
  const queue = new PQueue({ concurrency: 8 });
  const out: unknown[] = [];
  for (const [i, row] of batch.toArray().entries()) {
    queue.add(async () => { out[i] = await llm.generate({ text: row.data }); });
  }
  await queue.onIdle();
  return out;
}` },
    { name: 'p-map', code: `
import pMap from 'p-map';
export async function process(batch: Batch, llm: Llm) {
  return pMap(batch.toArray(), (row) => llm.generate({ text: row.data }), { concurrency: 8 });
}` },
    { name: 'a pool of workers over one index', code: `
export async function process(batch: Batch, llm: Llm) {
  const rows = batch.toArray();
  const out: unknown[] = [];
  let next = 0;
  const worker = async () => {
    while (next < rows.length) {
      const i = next++;
      out[i] = await llm.generate({ text: rows[i].data });
    }
  };
  await Promise.all(Array.from({ length: 8 }, worker));
  return out;
}` },
    { name: 'chunks of promises', code: `
export async function process(batch: Batch, llm: Llm) {
  const rows = batch.toArray();
  const out = [];
  for (let i = 0; i < rows.length; i += 10) {
    out.push(...(await Promise.all(rows.slice(i, i + 10).map((row) => llm.generate({ text: row.data })))));
  }
  return out;
}` },
    { name: 'sub-batches of an async source', code: `
export async function embedAll(source: AsyncIterable<Batch>, model: Model) {
  for await (const batch of source) await model.encode(batch.column('data').toArray());
}` },
    { name: 'maps in memory', code: `
const cache = new Map<string, number>();
export function process(batch: Batch) {
  const out = [];
  for (const row of batch.rows()) out.push(cache.get(row.document_id) ?? 0);
  return batch.withColumn('seen', out);
}` },
    { name: 'a local function with a costly name', code: `
function embed(text: string) { return [text.length, text.split(' ').length]; }
export function process(batch: Batch) {
  return batch.withColumn('e', batch.column('data').toArray().map((text) => embed(text)));
}` },
    { name: 'a time-out that is never waited for', code: `
export function process(batch: Batch) {
  for (const row of batch.rows()) {
    const guard = setTimeout(() => row.fail(), 1000);
    row.set('n', row.data.length);
    clearTimeout(guard);
  }
}` },
    { name: 'the realtime service', code: `
export class InferenceService {
  constructor(private model: Model) {}
  async runInference(inputs: { text: string }) {
    const [embedding] = await this.model.encode([inputs.text]);
    return { embedding };
  }
}` },
    { name: 'model.eval and other housekeeping', code: `
export function process(batch: Batch, model: Model) {
  for (const row of batch.rows()) {
    model.eval();
    row.set('n', row.data.length);
  }
}` },
    { name: 'a shadowed fetch', code: `
export function process(batch: Batch) {
  const fetch = (key: string) => key.toUpperCase();
  return batch.withColumn('k', batch.column('data').toArray().map((k) => fetch(k)));
}` },
  ]);
});
