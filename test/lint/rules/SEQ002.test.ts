import { describe } from 'vitest';
import { testRowCases } from './rowCases.js';

describe('SEQ002 finds', () => {
  // Of a chain of promises each waits for the one before, wherever they are gathered.
  testRowCases('SEQ002', [
    ['for', 'for (const row of batch.rows()) chain = chain.then(() => fetch(row.data)); await chain;'],
    ['reduce', 'await batch.toArray().reduce((last, row) => last.then(() => fetch(row.data)), chain);'],
    ['Promise.all', 'const all = []; for (const row of batch.rows()) { chain = chain.then(() => fetch(row.data)); all.push(chain); } await Promise.all(all);'],
    ['results beside the chain', 'const all = []; for (const row of batch.rows()) { const one = chain.then(() => fetch(row.data)); chain = one.then(() => null); all.push(one); } await Promise.all(all);'],
    ['a function that appends', 'const add = (row) => (chain = chain.then(() => fetch(row.data))); await Promise.all(batch.toArray().map((row) => { return add(row); }));'],
  ].map(([name = '', code]) => ({ name: `a chain: ${name}`, lines: [3], code: `
export async function process(batch: Batch) {
  let chain = Promise.resolve();
  ${code} return batch;
}` })));
  testRowCases('SEQ002', [
    { name: 'parts of one row', lines: [5], code: `
const size = 1;
export async function process(batch: Batch, model: Model) {
  const texts = batch.column('data').toArray(); const out = [];
  for (let i = 0; i < texts.length; i += size)
    out.push(...(await model.encode(texts.slice(i, i + size))));
  return batch.withColumn('e', out);
}` },
    { name: 'models that were loaded elsewhere', lines: [5, 6], code: `
import { loadHfModel } from 'plugsmith';
const models = new Map<string, Model>();
export async function process(batch: Batch) {
  const x = await loadHfModel('a/b');
  for (const row of batch.rows()) row.a = await x.encode(row.data);
  for (const row of batch.rows()) row.b = await models.get('small')!.run(row.tensor);
}` },
    { name: 'a service that a cast names', lines: [5, 6], code: `
import { make } from './make.js';
const deps = { answers: make() as Llm };
export async function process(batch: Batch) {
  const thing = (await make()) as Model;
  for (const row of batch.rows()) row.a = await deps.answers.generate({ text: row.data });
  for (const row of batch.rows()) row.b = await thing.run(row.tensor);
}` },
    { name: 'concatMap of rxjs', lines: [4], code: `
import { concatMap, from, lastValueFrom, map, toArray } from 'rxjs';
export async function process(batch: Batch, llm: Llm) {
  const texts = from(batch.toArray()).pipe(map((row) => row.data),
    concatMap((text) => llm.generate({ text })), toArray());
  return batch.withColumn('a', await lastValueFrom(texts));
}` },
    { name: 'every other row', lines: [3], code: `
export async function process(batch: Batch, model: Model) {
  const rows = batch.toArray();
  for (const start of [0, 1]) for (let i = start; i < rows.length; i += 2) rows[i].e = await model.encode(rows[i].data);
}` },
    { name: 'a model for the language of each row', lines: [8], code: `
import { pipeline } from '@huggingface/transformers';
const made = new Map();
async function translatorFor(language: string) {
  if (!made.has(language)) made.set(language, await pipeline('translation', 'opus-' + language));
  return made.get(language);
}
export async function process(batch: Batch) {
  for (const row of batch.rows()) row.english = await (await translatorFor(row.language))(row.data);
}` },
    { name: 'a model that another file gives for each row', lines: [4], code: `
import { loadModel } from '../models.ts';
export async function process(batch: Batch) {
  for (const row of batch.rows()) {
    const one = await loadModel(row.language); row.label = await one.predict(row.data);
  }
}` },
    { name: 'a loop that tries again and goes on', lines: [4], code: `
export async function process(batch: Batch, model: Model) {
  let e;
  for (const row of batch.rows()) {
    e = await model.encode([row.data]); if (e === null) continue;
    break;
  }
  return batch.withColumn('n', batch.column('data').toArray().map((text) => text.length * e.length));
}` },
  ]);
  testRowCases('SEQ002', ['const get = globalThis.fetch;', "const get = globalThis['fetch'];", 'const { fetch: get } = globalThis;', 'const get = (url: string) => window.fetch(url);'].map((declaration) => ({
    name: declaration,
    lines: [4],
    code: `
${declaration}
export async function process(batch: Batch) {
  const pages = [];
  for (const url of batch.column('data').toArray()) pages.push(await (await get(url)).text());
  return batch.withColumn('page', pages);
}`,
  })));
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
    { name: 'optional chain', lines: [2], code: `
export async function process(batch: Batch, ctx: Context) {
  for (const row of batch.rows()) row.a = await ctx?.llm?.generate?.({ text: row.data });
}` },
    { name: 'computed member literal', lines: [2], code: `
export async function process(batch: Batch, ctx: any) {
  for (const row of batch.rows()) row.a = await ctx["llm"]["generate"]({ text: row.data });
}` },
    { name: 'call', lines: [3], code: `
export async function process(batch: Batch, model: Model) {
  for (const row of batch.rows()) {
    row.e = await model.encode.call(model, row.data);
  }
}` },
    { name: 'apply', lines: [3], code: `
export async function process(batch: Batch, model: Model) {
  for (const row of batch.rows()) {
    row.e = await model.encode.apply(model, [row.data]);
  }
}` },
    { name: 'reflect apply', lines: [3], code: `
export async function process(batch: Batch, model: Model) {
  for (const row of batch.rows()) {
    row.e = await Reflect.apply(model.encode, model, [row.data]);
  }
}` },
    { name: 'async iife', lines: [4], code: `
export async function process(batch: Batch, llm: Llm) {
  for (const row of batch.rows()) {
    await (async () => {
      row.a = await llm.generate({ text: row.data });
    })();
  }
}` },
    { name: 'map of models', lines: [4], code: `
export async function process(batch: Batch, models: Map<string, Model>) {
  const out = [];
  for (const row of batch.rows()) {
    out.push(await models.get(row.mime_type)!.encode(row.data));
  }
}` },
    { name: 'ternary', lines: [2], code: `
export async function process(batch: Batch, llm: Llm) {
  for (const row of batch.rows()) row.a = row.data ? await llm.generate({ text: row.data }) : null;
}` },
    { name: 'template', lines: [3], code: `
export async function process(batch: Batch, llm: Llm) {
  for (const row of batch.rows()) {
    row.a = \`answer: \${await llm.generate({ text: row.data })}\`;
  }
}` },
    { name: 'condition', lines: [3], code: `
export async function process(batch: Batch, llm: Llm) {
  for (const row of batch.rows()) {
    if ((await llm.generate({ text: row.data })).includes("yes")) row.set("ok", true);
  }
}` },
    { name: 'filter async', lines: [3], code: `
export async function process(batch: Batch, model: Model) {
  return batch.toArray()
    .filter((row) => model.predictSync(row.data) > 0.5);
}` },
    { name: 'some', lines: [3], code: `
export async function process(batch: Batch, classifier: Classifier) {
  const texts = batch.column("data").toArray();
  return texts.some((t) => classifier.classify(t) === "spam");
}` },
    { name: 'flatMap', lines: [3], code: `
export function process(batch: Batch, model: Model) {
  const texts = batch.column("data").toArray();
  return batch.withColumn("e", texts.flatMap((t) => model.encodeSync([t])));
}` },
    { name: 'feeds', lines: [4], code: `
import * as ort from "onnxruntime-node";
export async function process(batch: Batch, session: ort.InferenceSession) {
  for (const row of batch.rows()) { const feeds = { input: new ort.Tensor("float32", row.values, [1, 8]) };
    const { output } = await session.run(feeds);
    row.set("e", output.data);
  }
}` },
    { name: 'gemini', lines: [5], code: `
import { GoogleGenerativeAI } from "@google/generative-ai";
const genAI = new GoogleGenerativeAI("key");
const model = genAI.getGenerativeModel({ model: "gemini" });
export async function process(batch: Batch) { for (const row of batch.rows()) {
  row.a = (await model.generateContent(row.data)).response.text(); }
}` },
    { name: 'anthropic', lines: [4], code: `
import Anthropic from "@anthropic-ai/sdk";
const anthropic = new Anthropic();
export async function process(batch: Batch) { for (const row of batch.rows())
  row.a = await anthropic.messages.create({ messages: [{ role: "user", content: row.data }] });
}` },
    { name: 'ai sdk', lines: [4], code: `
import { generateText } from "ai";
export async function process(batch: Batch) {
  for (const row of batch.rows()) {
    const { text } = await generateText({ model: m, prompt: row.data });
    row.set("a", text);
  }
}` },
    { name: 'openai embeddings', lines: [4], code: `
export class P { private openai: OpenAI;
  async process(batch: Batch) {
    for (const text of batch.column("data").toArray()) {
      const res = await this.openai.embeddings.create({ input: text });
    }
  }
}` },
    { name: 'history', lines: [3], code: `
export async function process(batch: Batch, llm: Llm) { const messages: any[] = [];
  for (const row of batch.rows()) { messages.push({ role: "user", content: row.data });
    const a = await llm.chat(messages);
    messages.push(a);
  }
}` },
    { name: 'forloop len cached', lines: [4], code: `
export async function process(batch: Batch, model: Model) {
  const n = batch.numRows, col = batch.column("data"), out = [];
  for (let i = 0, len = n; i < len; i++)
    out.push(await model.encode(col.get(i)));
}` },
    { name: 'let alias of rows', lines: [4], code: `
export async function process(batch: Batch, model: Model) {
  let items; items = batch.toArray();
  for (const item of items) {
    item.e = await model.encode(item.data);
  }
}` },
    { name: 'nested destructure context', lines: [5], code: `
export default class P {
  constructor(config: any, { llm, models: { clip } }: Context) { this.llm = llm; this.clip = clip; }
  async process(batch: Batch) {
    for (const row of batch.rows())
      row.e = await this.clip.run(row.image);
  }
}` },
    { name: 'labelled', lines: [4], code: `
export async function process(batch: Batch, model: Model) {
  outer: for (const row of batch.rows()) {
    if (!row.data) continue outer;
    row.e = await model.encode(row.data);
  }
}` },
    { name: 'spread rows', lines: [3], code: `
export async function process(batch: Batch, model: Model) {
  for (const row of [...batch.rows()]) {
    row.e = await model.encode(row.data);
  }
}` },
    { name: 'sorted slice reverse', lines: [4], code: `
export async function process(batch: Batch, model: Model) {
  const rows = batch.toArray().slice().sort((a, b) => a.data.length - b.data.length).reverse();
  for (const row of rows) {
    row.e = await model.encode(row.data);
  }
}` },
    { name: 'then in loop not awaited', lines: [4], code: `
export async function process(batch: Batch, llm: Llm) {
  const out: string[] = [];
  for (const row of batch.rows()) {
    llm.generate({ text: row.data }).then((a) => out.push(a));
  }
}` },
    { name: 'frames nested per row', lines: [3], code: `
export async function process(batch: Batch, model: Model) {
  for (const row of batch.rows()) { const frames = row.frames.map((f) => normalise(f));
    row.e = await model.run(stack(frames));
  }
}` },
    { name: 'frames nested inner loop', lines: [4], code: `
export async function process(batch: Batch, model: Model) {
  for (const row of batch.rows()) {
    for (const frame of row.frames) {
      row.e.push(await model.run(frame));
    }
  }
}` },
    { name: 'chunk of one', lines: [5], code: `
export async function process(batch: Batch, model: Model) {
  const texts = batch.column("data").toArray();
  const out = [];
  for (let i = 0; i < texts.length; i += 1) {
    out.push(...await model.encode(texts.slice(i, i + 1)));
  }
}` },
    { name: 'lazy model get', lines: [4], code: `
export class P { lazy = new LazyModel("m");
  async process(batch: Batch) {
    for (const row of batch.rows()) { const m = await this.lazy.get();
      row.e = await m.encode(row.data);
    }
  }
}` },
    { name: 'exported arrow', lines: [3], code: `
export const process = async (batch: Batch, { model }: Context) => {
  for (const row of batch.rows()) {
    row.e = await model.encode(row.data);
  }
};` },
    { name: 'process other param name', lines: [4], code: `
export class Embed {
  async process(input) {
    for (const row of input.rows()) {
      row.e = await this.model.encode(row.data);
    }
  }
}` },
    { name: 'getter', lines: [3], code: `
export class Embed { get engine() { return this.session; }
  async process(batch: Batch) { for (const row of batch.rows()) {
      row.e = await this.engine.run({ x: row.tensor });
    }
  }
}` },
    { name: 'static helper', lines: [3], code: `
class H { static async ask(t: string) { return fetch("https://x/" + t); } }
export async function process(batch: Batch) { for (const row of batch.rows()) {
    row.a = await H.ask(row.data);
  }
}` },
    { name: 'object of helpers', lines: [5], code: `
const helpers = {
  async ask(t: string) { return fetch("https://x/" + t); },
};
export async function process(batch: Batch) { for (const row of batch.rows()) {
    row.a = await helpers.ask(row.data);
  }
}` },
    { name: 'helper defined after', lines: [6], code: `
export async function process(batch: Batch) {
  const rows = batch.toArray();
  const out = [];

  for (const row of rows) {
    out.push(await ask(row.data));
  }
}
const ask = async (t: string) => (await fetch("https://x/" + t)).text();` },
    { name: 'inherited method', lines: [5], code: `
class Base { protected model: Model;
  async embed(t: string) { return this.model.encode(t); } }
export class P extends Base {
  async process(batch: Batch) { for (const row of batch.rows())
      row.e = await this.embed(row.data);
  }
}` },
    { name: 'reduce accumulate', lines: [3], code: `
export async function process(batch: Batch, model: Model) {
  const out = await batch.toArray().reduce(async (acc, row) =>
    [...(await acc), await model.encode(row.data)], Promise.resolve([]));
}` },
    { name: 'map without Promise.all', lines: [3], code: `
export async function process(batch: Batch, llm: Llm) {
  const out = batch.toArray().map(async (row) => {
    return await llm.generate({ text: row.data });
  });
  return batch.withColumn("a", out);
}` },
    { name: 'http get', lines: [4], code: `
import https from "node:https";
export async function process(batch: Batch) {
  for (const url of batch.column("data").toArray())
    await new Promise((resolve) => https.get(url, resolve));
}` },
    { name: 'nested fn inside process', lines: [4], code: `
export async function process(batch: Batch, model: Model) {
  async function one(row) { row.e = await model.encode(row.data); }
  const rows = batch.toArray();
  for (let i = 0; i < rows.length; i++) await one(rows[i]);
}` },
    { name: 'helper gets batch and index', lines: [4], code: `
function text(batch: Batch, i: number) { return batch.get(i).data; }
export async function process(batch: Batch, model: Model) {
  const out = []; for (let i = 0; i < batch.numRows; i++)
    out.push(await model.encode(text(batch, i)));
}` },
    { name: 'switch', lines: [5], code: `
export async function process(batch: Batch, model: Model, llm: Llm) {
  for (const row of batch.rows()) {
    switch (row.blob_type) {
      default:
        row.e = await model.encode(row.data); break;
    }
  }
}` },
    { name: 'columns zip index', lines: [4], code: `
export async function process(batch: Batch, model: Model) {
  const [ids, texts] = [batch.column("document_id").toArray(), batch.column("data").toArray()];
  for (let k = 0; k < ids.length; k++) {
    await model.encode(texts[k]);
  }
}` },
    { name: 'map index', lines: [3], code: `
export function process(batch: Batch, model: Model) {
  const idx = [...Array(batch.numRows).keys()];
  return idx.map((i) => model.encodeSync(batch.get(i).data));
}` },
    { name: 'recursion closure', lines: [4], code: `
export async function process(batch: Batch, llm: Llm) {
  const rows = batch.toArray();
  const step = async (i: number): Promise<void> => { if (i >= rows.length) return;
    rows[i].a = await llm.generate({ text: rows[i].data });
    await step(i + 1);
  };
  await step(0);
}` },
    { name: 'recursion pop', lines: [4], code: `
export async function process(batch: Batch, llm: Llm) {
  const rows = batch.toArray();
  async function go() { const row = rows.pop(); if (!row) return;
    row.a = await llm.generate({ text: row.data });
    return go();
  }
  await go();
}` },
    { name: 'create-client api', lines: [4], code: `
import { createClient } from "./api.js";
const service = createClient();
export async function process(batch: Batch) { for (const row of batch.rows())
  row.x = await service.classify(row.data);
}` },
    { name: 'api param any', lines: [3], code: `
export async function process(batch: any, api: any) {
  for (const row of batch.rows()) {
    row.x = await api.analyze(row.data);
  }
}` },
    { name: 'getBatchService', lines: [3], code: `
export async function process(batch: Batch, ctx: Context) { const service = ctx.llmService;
  for (const row of batch.rows()) {
    row.x = await service.generate(row.data);
  }
}` },
    { name: 'config get llm', lines: [4], code: `
export class P { constructor(config) { this._llm = config.get("llm_service"); }
  async process(batch) {
    for (const row of batch.rows()) {
      row.x = await this._llm.generate({ text: row.data });
    }
  }
}` },
    { name: 'langchain', lines: [3], code: `
export async function process(batch: Batch, chatModel: ChatOpenAI) {
  for (const row of batch.rows()) {
    row.x = (await chatModel.invoke(row.data)).content;
  }
}` },
    { name: 'embeddings langchain', lines: [3], code: `
export async function process(batch: Batch, embeddings: OpenAIEmbeddings) {
  for (const row of batch.rows()) {
    row.x = await embeddings.embedQuery(row.data);
  }
}` },
    { name: 'tf model', lines: [4], code: `
import * as tf from "@tensorflow/tfjs-node"; export class P { private model!: tf.LayersModel;
  process(batch: Batch) {
    for (const row of batch.rows()) {
      row.x = this.model.predict(tf.tensor([row.values]));
    }
  } }` },
    { name: 'unnamed model by type', lines: [4], code: `
import type { TextEmbedder } from "./types.js";
export class P { constructor(private readonly m: TextEmbedder) {}
  async process(batch: Batch) { for (const row of batch.rows())
    row.x = await this.m.embed(row.data);
  } }` },
    { name: 'for over document texts typed string[] in exported helper w/ rows param', lines: [4], code: `
export async function enrich(rows: Row[], llm: Llm) {
  const out = [];
  for (const { data } of rows) {
    out.push(await llm.generate({ text: data }));
  }
}` },
    { name: 'iterator helper entries map', lines: [3], code: `
export async function process(batch: Batch, model: Model) {
  for (const row of batch.rows().filter((r) => r.data).map((r) => r)) {
    row.x = await model.encode(row.data);
  }
}` },
    { name: 'try catch rows', lines: [5], code: `
export async function process(batch: Batch, model: Model) {
  const out = [];
  for (const row of batch.rows()) {
    try {
      out.push(await model.encode(row.data));
    } catch { out.push(null); }
  }
}` },
    { name: 'results pushed object', lines: [6], code: `
export async function process(batch: Batch, model: Model) {
  const results = [];
  const rows = batch.toArray();
  for (let i = 0, n = rows.length; i !== n; i = i + 1) {
    const { data: text } = rows[i];
    results.push({ i, e: await model.encode(text) });
  }
}` },
    { name: 'numRows descending', lines: [3], code: `
export async function process(batch: Batch, model: Model) {
  for (let i = batch.numRows; i--; ) {
    await model.encode(batch.get(i).data);
  }
}` },
    { name: 'while numRows', lines: [4], code: `
export async function process(batch: Batch, model: Model) {
  let n = batch.numRows;
  while (n-- > 0) {
    await model.encode(batch.column("data").get(n));
  }
}` },
    { name: 'queue map of thunks', lines: [5], code: `
export async function process(batch: Batch, llm: Llm) {
  const tasks = batch.toArray().map((row) => () => llm.generate({ text: row.data }));
  const out = [];
  for (const task of tasks)
    out.push(await task());
}` },
    { name: 'async generator consumer', lines: [5], code: `
async function* rowsOf(batch: Batch) { yield* batch.rows(); }
export async function process(batch: Batch, llm: Llm) {
  const out = [];
  for await (const row of rowsOf(batch)) {
    out.push(await llm.generate({ text: row.data }));
  }
}` },
    { name: 'a then-chain that visits each row', lines: [6], code: `
export async function process(batch: Batch, llm: Llm) {
  const rows = batch.toArray();
  async function visit(row: Row) {
    row.a = await llm.generate({ text: row.data });
  }
  await rows.reduce((p, r) => p.then(() => visit(r)), Promise.resolve());
}` },
    { name: 'mapSeries', lines: [5], code: `
import { eachSeries } from "async";
export async function process(batch: Batch, llm: Llm) {
  const rows = batch.toArray();
  await eachSeries(rows, async (row) => {
    row.a = await llm.generate({ text: row.data });
  });
}` },
    { name: 'Promise.all awaited inside reduce for one', lines: [3], code: `
export async function process(batch: Batch, llm: Llm) {
  for (const row of batch.rows()) {
    const [a] = await Promise.all([llm.generate({ text: row.data })]);
    row.a = a;
  }
}` },
    { name: 'for of Object.entries of records', lines: [3], code: `
export async function process(batch: Batch, llm: Llm) {
  for (const [i, r] of Object.entries(batch.toArray())) {
    r.a = await llm.generate({ text: r.data });
  }
}` },
    { name: 'withColumn await in loop args', lines: [3], code: `
export async function process(batch: Batch, llm: Llm) {
  const out = []; for (const text of batch.column("data").values) {
    out[out.length] = await llm.generate({ text });
  }
}` },
    { name: 'class private arrow field', lines: [4], code: `
export class P { private model: Model;
  private embed = async (t: string) => this.model.encode(t);
  async process(batch: Batch) { const out = []; for (const row of batch.rows())
    out.push(await this.embed(row.data));
  } }` },
    { name: 'passing bound this method', lines: [4], code: `
export class P { private model: Model; embed(t: string) { return this.model.encodeSync(t); }
  process(batch: Batch) {
    const texts = batch.column("data").toArray();
    return texts.map(this.embed.bind(this));
  } }` },
    { name: 'sequential tagged', lines: [2], code: `
export async function process(batch: Batch, llm: Llm) {
  for (const r of batch.rows()) await llm.generate({ text: r.data }).catch(() => null).then((x) => r.set("a", x));
}` },
    { name: 'cached then fallback per row', lines: [4], code: `
export async function process(batch: Batch, llm: Llm) {
  const seen = new Map<string, string>();
  for (const row of batch.rows()) {
    const a = seen.get(row.data) ?? (await llm.generate({ text: row.data }));
    seen.set(row.data, a);
  }
}` },
    { name: 'row objects keyed in map then per entry', lines: [4], code: `
export async function process(batch: Batch, llm: Llm) {
  const by = new Map(batch.toArray().map((r) => [r.document_id, r]));
  for (const [id, row] of by) {
    row.a = await llm.generate({ text: row.data });
  }
}` },
    { name: 'namespace / enum file', lines: [3], code: `
namespace Util { export const x = 1; }
export async function process(batch: Batch, model: Model) { for (const row of batch.rows())
  row.e = await model.encode(row.data);
}` },
    { name: 'await using and try', lines: [3], code: `
export async function process(batch: Batch, model: Model) {
  try { for (const row of batch.rows()) {
      row.e = await model.encode(row.data);
  } } finally { model.dispose(); }
}` },
    { name: 'getters of rows via method chain variable', lines: [4], code: `
export async function process(batch: Batch, model: Model) {
  const iter = batch.toArray()[Symbol.iterator]();
  for (let r = iter.next(); !r.done; r = iter.next()) {
    r.value.e = await model.encode(r.value.data);
  }
}` },
    { name: 'values iterator', lines: [4], code: `
export async function process(batch: Batch, model: Model) {
  const values = batch.column("data").values();
  for (const v of values)
    await model.encode(v);
}` },
    { name: 'column toArray destructured array rest no loop alias', lines: [4], code: `
export async function process({ batch, model }: { batch: Batch; model: Model }) {
  const { length } = batch.toArray(), rows = batch.toArray();
  for (let i = 0; i < length; i++) {
    rows[i].e = await model.encode(rows[i].data);
  }
}` },
    { name: 'map with index lookup', lines: [3], code: `
export function process(batch: Batch, session: Session) {
  return batch.column("data").toArray().map((_, i) =>
    session.runSync({ x: batch.get(i).tensor }));
}` },
    { name: 'nested forEach in class arrow', lines: [3], code: `
export class P { run = async (batch: Batch) => {
    for await (const row of batch.rowsAsync())
      row.a = await this.llm.complete(row.data);
} }` },
    { name: 'embed many one by one via got', lines: [3], code: `
export async function process(batch: Batch, http: HttpClient) {
  for (const { data, document_id } of batch.toArray()) {
    const { body } = await http.post("https://x", { json: { data } });
  }
}` },
    { name: 'stringly url', lines: [5], code: `
const URL_BASE = "https://x";
export async function process(batch: Batch) {
  const out = [];
  for (const row of batch.rows()) {
    const res = await fetch(\`\${URL_BASE}/\${row.document_id}\`, {
      method: "POST", body: JSON.stringify({ text: row.data }),
    });
    out.push(await res.json());
  }
}` },
    { name: 'multi line args', lines: [4], code: `
export async function process(batch: Batch, llm: Llm) {
  const out = [];
  for (const row of batch.rows()) {
    const r = await llm.generate(
      { text: row.data },
    );
  }
}` },
  ]);
});

describe('SEQ002 leaves alone', () => {
  testRowCases('SEQ002', [
    { name: 'parts whose size was found out', code: `
export async function process(batch: Batch, model: Model) {
  const texts = batch.column('data').toArray(); const out = [];
  let size = 1;
  while (fits(size * 2)) size *= 2;
  for (let i = 0; i < texts.length; i += size) out.push(...(await model.encode(texts.slice(i, i + size))));
  return batch.withColumn('e', out);
}` },
    { name: 'parts that an inner loop takes', code: `
export async function process(batch: Batch, model: Model) {
  const it = batch.column('data')[Symbol.iterator](); const out = [];
  for (;;) {
    const part: string[] = [];
    for (let s = it.next(); !s.done && part.length < 32; s = it.next()) part.push(s.value);
    if (part.length === 0) break;
    out.push(...(await model.encode(part)));
  }
  return batch.withColumn('e', out);
}` },
    { name: 'functions put together', code: `
import * as R from 'ramda';
const { pipe } = R;
export function process(batch: Batch) {
  const clean = pipe(R.trim, R.toLower);
  return batch.withColumn('a', batch.toArray().map((row) => pipe(clean, R.length)(row.data)));
}` },
    { name: 'concatMap over buffers', code: `
import { bufferCount, concatMap, from, lastValueFrom, toArray } from 'rxjs';
export async function process(batch: Batch, model: Model) {
  const parts = from(batch.column('data').toArray()).pipe(bufferCount(32), concatMap((texts) => model.encode(texts)), toArray());
  return batch.withColumn('e', (await lastValueFrom(parts)).flat());
}` },
    { name: 'parts picked row by row', code: `
export async function process(batch: Batch, model: Model) {
  const rows = batch.toArray();
  for (let start = 0; start < rows.length; start += 16) {
    const part = [];
    for (let i = 0; i < 16; i++) part.push(rows[start + i]);
    await model.encode(part);
  }
  for (let part = 0; part < Math.ceil(rows.length / 20); part++) {
    const texts = [];
    for (let i = 0; i < 20; i++) texts.push(rows[part * 20 + i].data);
    await model.encode(texts);
  }
  return batch;
}` },
    { name: 'the first row that has a text', code: `
export async function process(batch: Batch, model: Model) {
  let size = 0;
  for (const row of batch.rows()) {
    if (!row.data) continue;
    size = (await model.encode(row.data)).length;
    break;
  }
  return batch.withColumn('e', await model.encode(batch.column('data').toArray(), { size }));
}` },
    { name: 'inputs of the model made in another file', code: `
import { getModelInput } from '../prepare.ts';
export async function process(batch: Batch, model: Model) {
  const inputs = [];
  for (const row of batch.rows()) inputs.push(await getModelInput(row.data));
  return batch.withColumn('e', await model.run({ inputs }));
}` },
    { name: 'a look at the first row beside work on all', code: `
export async function process(batch: Batch, model: Model) {
  let dim = 0;
  for (const row of batch.rows()) {
    dim = (await model.encode([row.data]))[0].length;
    break;
  }
  return batch.withColumn('e', await model.encode(batch.column('data').toArray(), { dim }));
}` },
  ]);
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
    { name: 'class pattern preprocess then one call with index', code: `
export async function process(batch: Batch, ctx: Context) {
  const tensors = [];
  for (let i = 0; i < batch.numRows; i++) tensors.push(await ctx.images.decode(batch.get(i).data));
  return batch.withColumn("e", await ctx.models.onnx("m.onnx").run(stack(tensors)));
}` },
    { name: 'map of embeddings back', code: `
export async function process(batch: Batch, model: Model) {
  const e = await model.encode(batch.column("data").toArray());
  for (let i = 0; i < batch.numRows; i++) batch.get(i).set("e", e[i]);
  return batch;
}` },
    { name: 'frames flatten', code: `
export async function process(batch: Batch, model: Model) {
  const frameResults = await parallelIo(batch.column("data").toArray(), extractFrames, { maxWorkers: 8 });
  const all = [], map = [];
  for (const [i, frames] of frameResults) for (const f of frames) { all.push(preprocess(f)); map.push(i); }
  if (all.length) { const e = await model.run(stack(all)); }
  return batch;
}` },
    { name: 'paging with rows named', code: `
export async function sync(api: Api) {
  let page = 1;
  while (true) {
    const res = await api.get("/labels", { page });
    if (res.items.length === 0) break;
    for (const item of res.items) console.log(item);
    page++;
  }
}` },
    { name: 'url fetch of pages for lookup', code: `
export async function load(pages: number) {
  const all = [];
  for (let p = 0; p < pages; p++) all.push(...(await (await fetch("https://x?page=" + p)).json()));
  return all;
}` },
    { name: 'explode collect', code: `
export async function process(batch: Batch, model: Model) {
  const { items, rowIndex } = batch.explode("chunks");
  const vectors = await model.encode(items);
  return batch.collect("e", vectors, rowIndex);
}` },
    { name: 'tokenizer batch', code: `
export async function process(batch: Batch, tokenizer: Tokenizer, session: Session) {
  const enc = tokenizer.encodeBatch(batch.column("data").toArray(), { padding: true });
  const ids = [];
  for (const e of enc) ids.push(...e.ids.map(BigInt));
  return session.run({ input_ids: ids });
}` },
    { name: 'regex, JSON, Date, URL, crypto', code: `
import { createHash } from "node:crypto";
export function process(batch: Batch) {
  return batch.withColumn("h", batch.toArray().map((row) => createHash("sha256").update(row.data).digest("hex") + new URL(row.url).host + JSON.parse(row.meta).x));
}` },
    { name: 'promise all with local fn', code: `
const embed = async (m: Model, t: string) => m.encode(t);
export async function process(batch: Batch, model: Model) {
  const texts = batch.column("data").toArray();
  return batch.withColumn("e", await Promise.all(texts.map((t) => embed(model, t))));
}` },
    { name: 'batches of rows via for step Math.ceil', code: `
export async function process(batch: Batch, model: Model) {
  const texts = batch.column("data").toArray(); const n = Math.ceil(texts.length / 8);
  const out = [];
  for (let b = 0; b < n; b++) out.push(...(await model.encode(texts.slice(b * 8, (b + 1) * 8))));
}` },
    { name: 'Array.from chunks', code: `
export async function process(batch: Batch, model: Model) {
  const texts = batch.column("data").toArray();
  const chunks = Array.from({ length: Math.ceil(texts.length / 16) }, (_, i) => texts.slice(i * 16, i * 16 + 16));
  for (const c of chunks) await model.encode(c);
}` },
    { name: 'groupBy', code: `
export async function process(batch: Batch, models) {
  const groups = Object.groupBy(batch.toArray(), (r) => r.lang);
  for (const [lang, rows] of Object.entries(groups)) await models[lang].encode(rows.map((r) => r.data));
}` },
    { name: 'group in object', code: `
export async function process(batch: Batch, models) {
  const by: Record<string, string[]> = {};
  for (const row of batch.rows()) (by[row.lang] ??= []).push(row.data);
  for (const lang of Object.keys(by)) await models[lang].encode(by[lang]);
}` },
    { name: 'dims loop', code: `
export async function process(batch: Batch, model: Model) {
  const out = await model.run(batch.column("data"));
  const dim = 384, vectors = [];
  for (let r = 0; r < batch.numRows; r++) vectors.push(out.data.subarray(r * dim, (r + 1) * dim));
  return batch.withColumn("e", vectors);
}` },
    { name: 'bounded pool local helper', code: `
async function pool(items, limit, fn) {
  const results = new Array(items.length); let next = 0;
  async function run() { while (next < items.length) { const i = next++; results[i] = await fn(items[i], i); } }
  await Promise.all(Array.from({ length: limit }, run));
  return results;
}
export async function process(batch: Batch, llm: Llm) {
  return batch.withColumn("a", await pool(batch.toArray(), 8, (row) => llm.generate({ text: row.data })));
}` },
    { name: 'workers pushed', code: `
export async function process(batch: Batch, llm: Llm) {
  const rows = batch.toArray(); let next = 0; const workers = [];
  const run = async () => { while (next < rows.length) { const row = rows[next++]; row.a = await llm.generate({ text: row.data }); } };
  for (let w = 0; w < 8; w++) workers.push(run());
  await Promise.all(workers);
  return batch;
}` },
    { name: 'polling', code: `
const sleep = (ms) => new Promise((r) => setTimeout(r, ms));
export async function process(batch: Batch, client: Client) {
  const job = await client.create({ inputs: batch.column("data").toArray() });
  let status = await client.get(job.id);
  while (status.state !== "done") { await sleep(500); status = await client.get(job.id); }
  return batch.withColumn("a", status.results);
}` },
    { name: 'backoff around one batch request', code: `
export async function process(batch: Batch) {
  const body = JSON.stringify(batch.column("data").toArray());
  for (let a = 0; a < 5; a++) {
    const res = await fetch("https://x", { method: "POST", body });
    if (res.ok) return batch.withColumn("a", await res.json());
    await new Promise((r) => setTimeout(r, 2 ** a * 100));
  }
}` },
    { name: 'load several models once', code: `
export class P { models = [];
  async init(ctx) { for (const name of ["a", "b"]) this.models.push(await ctx.models.onnx(name)); }
  process(batch: Batch) { return batch; }
}` },
    { name: 'streaming response', code: `
export async function process(batch: Batch, llm: Llm) {
  const out = [];
  for await (const part of llm.stream({ texts: batch.column("data").toArray() })) out.push(part);
  return out;
}` },
    { name: 'concurrency helper, named fn, destructured rows', code: `
export async function process(batch: Batch, llm: Llm) {
  const prompts = batch.toArray().map(({ data }) => ({ text: data }));
  const results = await concurrentApiCalls(prompts, llm.generate.bind(llm), { maxConcurrent: 4 });
  return batch.withColumn("a", results.map((r) => r?.data ?? null));
}` },
    { name: 'parallelIo with inner loop', code: `
export async function process(batch: Batch) {
  const r = await parallelIo(batch.toArray(), async (row) => { const parts = []; for (const u of row.urls) parts.push(await downloadAsset(u)); return parts; }, { maxWorkers: 4 });
  return batch.withColumn("parts", r);
}` },
    { name: 'logger and progress', code: `
export async function process(batch: Batch, ctx: Context) {
  for (const row of batch.rows()) { ctx.logger.info(row.document_id); ctx.progress.update(1); ctx.metrics.increment("rows"); }
  return batch;
}` },
    { name: 'yield event loop', code: `
export async function process(batch: Batch) {
  let n = 0;
  for (const row of batch.rows()) { row.set("n", row.data.length); if (++n % 1000 === 0) await Promise.resolve(); }
  return batch;
}` },
    { name: 'base64 etc', code: `
export function process(batch: Batch, codec: Codec) {
  return batch.withColumn("b", batch.column("data").toArray().map((x) => codec.encode(Buffer.from(x, "base64"))));
}` },
    { name: 'string ops with costly words', code: `
export function process(batch: Batch) {
  const out = [];
  for (const row of batch.rows()) { const s = row.data.split(" "); s.forEach((w) => out.push(w.normalize())); out.push(row.title.search(/x/)); }
  return batch.withColumn("o", out);
}` },
    { name: 'chunk helper imported guess', code: `
import { makeBatches } from "./util.js";
export async function process(batch: Batch, model: Model) {
  for (const part of makeBatches(batch.column("data").toArray(), 16)) await model.encode(part);
}` },
    { name: 'map to promises in chunks of concurrency with helper all', code: `
export async function process(batch: Batch, llm: Llm) {
  const tasks = batch.toArray().map((row) => () => llm.generate({ text: row.data }));
  return runWithLimit(tasks, 8);
}` },
    { name: 'allSettled with catch', code: `
export async function process(batch: Batch, llm: Llm) {
  const settled = await Promise.allSettled(batch.toArray().map((row) => llm.generate({ text: row.data }).catch(() => null)));
  return batch.withColumn("a", settled.map((s) => s.status === "fulfilled" ? s.value : null));
}` },
    { name: 'unique then back', code: `
export async function process(batch: Batch, model: Model) {
  const texts = batch.column("data").toArray(); const unique = [...new Set(texts)];
  const vec = await model.encode(unique);
  const by = new Map(unique.map((t, i) => [t, vec[i]]));
  return batch.withColumn("e", texts.map((t) => by.get(t)));
}` },
    { name: 'test file helper building rows', code: `
export function makeRows(n: number) { const rows = []; for (let i = 0; i < n; i++) rows.push({ data: "t" + i }); return rows; }` },
    { name: 'running a processor for several batches in a test', code: `
export async function check(processor: Processor, batches: Batch[]) { for (const b of batches) await processor.process(b); }` },
    { name: 'dynamic batching by token budget', code: `
export async function process(batch: Batch, model: Model) {
  let current: string[] = [], size = 0; const out = [];
  for (const text of batch.column("data").toArray()) {
    if (size + text.length > 8000) { out.push(...(await model.encode(current))); current = []; size = 0; }
    current.push(text); size += text.length;
  }
  if (current.length) out.push(...(await model.encode(current)));
  return batch.withColumn("e", out);
}` },
    { name: 'flush helper', code: `
export async function process(batch: Batch, llm: Llm) {
  const pending: string[] = []; const out = [];
  const flush = async () => { out.push(...(await llm.generateBatch(pending.splice(0)))); };
  for (const row of batch.rows()) { pending.push(row.data); if (pending.length >= 16) await flush(); }
  await flush();
}` },
    { name: 'flush in-flight promises', code: `
export async function process(batch: Batch, llm: Llm) {
  let inflight = []; const out = [];
  for (const row of batch.rows()) {
    inflight.push(llm.generate({ text: row.data }));
    if (inflight.length === 10) { out.push(...(await Promise.all(inflight))); inflight = []; }
  }
  out.push(...(await Promise.all(inflight)));
}` },
    { name: 'first row only', code: `
export async function process(batch: Batch, model: Model) {
  const e = await model.encode([batch.get(0).data]);
  return batch.withColumn("e", batch.toArray().map((row) => row.e ?? e[0]));
}` },
    { name: 'schema fields', code: `
export async function describe(table: Table, model: Model) {
  for (const field of table.schema.fields) { const col = table.getChild(field.name); await model.encode(col.toArray()); }
}` },
    { name: 'record batches', code: `
export async function run(table: Table, session: Session) {
  for (const b of table.batches) await session.run({ x: b.getChild("x").toArray() });
}` },
    { name: 'columns entries', code: `
export async function process(batch: Batch, model: Model) {
  const cols = { title: batch.column("title").toArray(), body: batch.column("body").toArray() };
  const out = {};
  for (const [k, texts] of Object.entries(cols)) out[k] = await model.encode(texts);
}` },
    { name: 'spread groups', code: `
export async function process(batch: Batch, model: Model) {
  const by: Record<string, Row[]> = {};
  for (const row of batch.rows()) by[row.lang] = [...(by[row.lang] ?? []), row];
  for (const rows of Object.values(by)) await model.encode(rows.map((r) => r.data));
}` },
    { name: 'reduce groups', code: `
export async function process(batch: Batch, model: Model) {
  const by = batch.toArray().reduce((acc, row) => { (acc[row.lang] ??= []).push(row); return acc; }, {});
  for (const rows of Object.values(by)) await model.encode(rows.map((r) => r.data));
}` },
    { name: 'two dim chunk via index math', code: `
export async function process(batch: Batch, model: Model) {
  const chunks = [];
  batch.toArray().forEach((row, i) => { const k = Math.floor(i / 32); (chunks[k] ??= []).push(row.data); });
  for (const c of chunks) await model.encode(c);
}` },
    { name: 'reduce chunk', code: `
export async function process(batch: Batch, model: Model) {
  const chunks = batch.toArray().reduce((acc, row, i) => { if (i % 32 === 0) acc.push([]); acc.at(-1).push(row.data); return acc; }, []);
  for (const c of chunks) await model.encode(c);
}` },
    { name: 'single row helper with rows type param unused loop', code: `
export async function one(row: Row, llm: Llm) { return llm.generate({ text: row.data }); }` },
    { name: 'tokenizer once outside', code: `
export async function process(batch: Batch, tokenizer: Tokenizer, model: Model) {
  const prompt = tokenizer.encode("classify:");
  const e = await model.run(batch.column("data").toArray().map((t) => [...prompt, t.length]));
  return batch.withColumn("e", e);
}` },
    { name: 'write vectors to store in one go', code: `
export async function process(batch: Batch, db: Database, model: Model) {
  const v = await model.encode(batch.column("data").toArray());
  await db.insertMany(v.map((x, i) => ({ id: batch.get(i).document_id, x })));
  return batch;
}` },
    { name: 'shards', code: `
export async function process(batch: Batch, clients: Client[]) {
  const shards = clients.map((_, k) => batch.toArray().filter((_, i) => i % clients.length === k));
  await Promise.all(clients.map((c, k) => c.post("/", shards[k])));
}` },
    { name: 'labels prepared once', code: `
const LABELS = ["a", "b"];
export class P { async init(model: Model) { for (const l of LABELS) this.e.push(await model.encode(l)); } }` },
    { name: 'stats over rows', code: `
export function process(batch: Batch, ctx: Context) {
  let total = 0;
  for (const row of batch.rows()) total += row.size_bytes;
  ctx.metrics.record("bytes", total);
  return batch;
}` },
    { name: 'test mocks', code: `
import { test } from "node:test";
test("embeds", async () => { const batch = makeBatch([{ data: "a" }]); const out = await new P({}, ctx).process(batch); for (const row of out.rows()) assert.equal(row.e.length, 384); });` },
  ]);
});
