import { describe } from 'vitest';
import { testRowCases } from './rowCases.js';

describe('SEQ004 finds', () => {
  testRowCases('SEQ004', [
    { name: 'a process for which nobody waits', lines: [2], code: `
import { spawn } from 'node:child_process';
export function process(batch: Batch) { for (const row of batch.rows()) spawn('tool', [row.data]).unref();
  return batch;
}` },
    { name: 'a session created per row', lines: [5], code: `
import ort from 'onnxruntime-node';
export async function process(batch: Batch) {
  const out = [];
  for (const row of batch.rows()) {
    const session = await ort.InferenceSession.create('models/a.onnx');
    out.push(session.outputNames);
  }
  return batch.withColumn('names', out);
}` },
    { name: 'a client for each of many at a time', lines: [7], code: `
import OpenAI from 'openai';
import { concurrentApiCalls, type Batch } from 'plugsmith';
export async function process(batch: Batch) {
  const ask = async (text) => {
    const client = new OpenAI(); return client.responses.create({ input: text });
  };
  return batch.withColumn('a', await concurrentApiCalls(batch.column('data').toArray(), async (text) => ask(text), { maxConcurrent: 4 }));
}` },
    { name: 'a worker of tesseract for each of many at a time', lines: [5], code: `
import { createWorker } from 'tesseract.js';
import { parallelIo, type Batch } from 'plugsmith';
export async function process(batch: Batch) {
  const texts = await parallelIo(batch.column('data').toArray(), async (url) => {
    const worker = await createWorker('eng');
    return (await worker.recognize(url)).data.text;
  });
  return batch.withColumn('n', [texts.size]);
}` },
    { name: 'a worker thread per row', lines: [4], code: `
export function process(batch: Batch) {
  const out = [];
  for (const row of batch.rows()) {
    const worker = new Worker(new URL('./w.js', import.meta.url), { workerData: row.data });
    out.push(worker.threadId);
  }
  return batch.withColumn('t', out);
}` },
    { name: 'a client in a map', lines: [4], code: `
import OpenAI from 'openai';
export function process(batch: Batch) {
  const keys = batch.column('data').toArray().map((text) => {
    const client = new OpenAI(); return client.baseURL + text;
  });
  return batch.withColumn('k', keys);
}` },
    { name: 'a browser per row', lines: [4], code: `
import puppeteer from 'puppeteer';
export async function process(batch: Batch) {
  for (const url of batch.column('data').toArray()) {
    const browser = await puppeteer.launch();
    browser.version(url);
  }
  return batch;
}` },
    { name: 'a tokenizer loaded per row', lines: [4], code: `
import { AutoTokenizer } from '@huggingface/transformers';
export async function process(batch: Batch) {
  for (let i = 0; i < batch.numRows; i++) {
    const tokenizer = await AutoTokenizer.from_pretrained('x'); keep(batch.get(i), tokenizer);
  }
  return batch;
}` },
    { name: 'a pipeline per row', lines: [4], code: `
import { pipeline } from '@huggingface/transformers';
export async function process(batch: Batch) {
  for (const row of batch.rows()) {
    row.pipe = await pipeline('feature-extraction', 'x');
  }
}` },
    { name: 'through a helper', lines: [5], code: `
const open = async () => ort.InferenceSession.create('models/a.onnx');
export async function process(batch: Batch) {
  const out = [];
  for (const row of batch.rows()) {
    out.push((await open()).inputNames.length + row.size_bytes);
  }
  return batch.withColumn('n', out);
}` },
    { name: 'blocking the thread', lines: [4], code: `
export function process(batch: Batch) {
  const flag = new Int32Array(new SharedArrayBuffer(4));
  for (const row of batch.rows()) {
    Atomics.wait(flag, 0, 0, row.size_bytes);
  }
  return batch;
}` },
    { name: 'watching the clock', lines: [4], code: `
export function process(batch: Batch) {
  for (const row of batch.rows()) {
    const end = Date.now() + 10;
    while (Date.now() < end) {}
    note(row);
  }
  return batch;
}` },
    { name: 'after rows without text are left out', lines: [4], code: `
export async function process(batch: Batch) {
  for (const row of batch.rows()) {
    if (row.data === null) continue;
    const worker = new Worker('./w.js');
    worker.postMessage(row.data);
  }
  return batch;
}` },
    { name: 'an event loop by its name', lines: [4], code: `
export function process(batch: Batch) {
  for (const row of batch.rows()) {
    const text = row.data;
    const loop = asyncio.newEventLoop(); note(loop, text);
  }
  return batch;
}` },
    { name: 'all at once, which makes it no better', lines: [4], code: `
import { SearchClient } from 'search-kit';
export async function process(batch: Batch) {
  const found = await Promise.all(batch.toArray().map(async (row) => {
    const client = new SearchClient({ region: 'eu' });
    return client.region + row.data;
  }));
  return batch.withColumn('f', found);
}` },
  ]);
});

describe('SEQ004 leaves alone', () => {
  testRowCases('SEQ004', [
    { name: 'a process that each row waits for, of which SEQ001 speaks', lines: [], code: `
import { promisify } from 'node:util';
import { execFile } from 'node:child_process';
const exec = promisify(execFile);
export async function process(batch: Batch) { for (const row of batch.rows()) await exec('tool', [row.data]);
  return batch;
}` },
    { name: 'one session for the batch', code: `
export async function process(batch: Batch) {
  const session = await ort.InferenceSession.create('models/a.onnx');
  return batch.withColumn('n', batch.toArray().map((row) => row.size_bytes + session.inputNames.length));
}` },
    { name: 'one made when it is first needed', code: `
export class P { #session: unknown = null;
  async process(batch: Batch) {
    for (const row of batch.rows()) {
      if (!this.#session) this.#session = await ort.InferenceSession.create('a.onnx');
      note(row, this.#session);
    }
    return batch;
} }` },
    { name: 'one made by ??=', code: `
export class P { #client: unknown;
  process(batch: Batch) {
    for (const row of batch.rows()) { this.#client ??= new OpenAI(); note(row, this.#client); }
    return batch;
} }` },
    { name: 'one kept in a map', code: `
const sessions = new Map();
async function sessionFor(kind: string) {
  const known = sessions.get(kind);
  if (known) return known;
  const made = await ort.InferenceSession.create('models/any.onnx');
  sessions.set(kind, made);
  return made;
}
export async function process(batch: Batch) {
  for (const row of batch.rows()) note(await sessionFor(row.mime_type));
  return batch;
}` },
    { name: 'one for each kind of row that is not known yet', code: `
export async function process(batch: Batch) {
  const known = new Map();
  for (const row of batch.rows()) {
    if (known.has(row.mime_type)) continue;
    known.set(row.mime_type, new Worker('./w.js'));
  }
  return batch;
}` },
    { name: 'a pool of a fixed size', code: `
export function process(batch: Batch) {
  const pool = [];
  for (let i = 0; i < 4; i++) pool.push(new Worker('./w.js'));
  return batch.withColumn('n', batch.toArray().map((row) => row.size_bytes));
}` },
    { name: 'what Plugsmith keeps', code: `
export async function process(batch: Batch, context: Context) {
  const names = [];
  for (const row of batch.rows()) names.push((await context.models.onnx('models/a.onnx')).outputNames);
  return batch.withColumn('names', names);
}` },
    { name: 'small objects', code: `
export function process(batch: Batch) {
  const out = batch.toArray().map((row) => new Map([[row.data, new URL(row.data)]]));
  return batch.withColumn('n', out.map((one) => one.size));
}` },
    { name: 'a value class whose name ends in Model', code: `
import { UserModel } from './models.js';
export function process(batch: Batch) {
  return batch.withColumn('u', batch.toArray().map((row) => new UserModel(row.data)));
}` },
    { name: 'a client for the address in the row', code: `
export function process(batch: Batch) {
  return batch.withColumn('u', batch.toArray().map((row) => new FtpClient(row.data).name));
}` },
    { name: 'a worker for each batch', code: `
export function all(batches: Batch[]) {
  for (const batch of batches) { const worker = new Worker('./w.js'); worker.postMessage(batch.numRows); }
}` },
    { name: 'a loop that reads the clock and works', code: `
export function process(batch: Batch) {
  for (const row of batch.rows()) {
    let at = 0;
    while (Date.now() < row.until) { at = step(at); }
  }
  return batch;
}` },
  ]);
});
