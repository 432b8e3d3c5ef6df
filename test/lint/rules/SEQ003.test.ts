import { describe } from 'vitest';
import { testRowCases } from './rowCases.js';

describe('SEQ003 finds', () => {
  testRowCases('SEQ003', [
    { name: 'encode in loop', lines: [3], code: `
export function process(batch: Batch, tokenizer: Tokenizer) {
  const ids = [];
  for (const row of batch.rows()) ids.push(tokenizer.encode(row.data));
}` },
    { name: 'map', lines: [3], code: `
export function process(batch: Batch, tokenizer: Tokenizer) {
  const texts = batch.column("data").toArray();
  return batch.withColumn("ids", texts.map((t) => tokenizer.encode(t).ids));
}` },
    { name: 'tiktoken', lines: [4], code: `
import { get_encoding } from "tiktoken";
const enc = get_encoding("cl100k_base");
export function process(batch: Batch) { const n = [];
  for (const row of batch.rows()) n.push(enc.encode(row.data).length);
}` },
    { name: 'js-tiktoken', lines: [4], code: `
import { encodingForModel } from "js-tiktoken";
const enc = encodingForModel("gpt-4");
export function process(batch: Batch) { const n = [];
  for (const t of batch.column("data").toArray()) n.push(enc.encode(t).length);
}` },
    { name: 'gpt-tokenizer', lines: [4], code: `
import { encode } from "gpt-tokenizer";
export function process(batch: Batch) {
  const out = [];
  for (const row of batch.rows()) out.push(encode(row.data).length);
}` },
    { name: 'callable tokenizer', lines: [5], code: `
import { AutoTokenizer } from "@huggingface/transformers";
export async function process(batch: Batch) {
  const tok = await AutoTokenizer.from_pretrained("x");
  for (const row of batch.rows()) {
    row.enc = await tok(row.data, { padding: true });
  }
}` },
    { name: 'this tokenizer callable', lines: [3], code: `
export class P { async process(batch: Batch) {
    for (const row of batch.rows()) {
      row.enc = await this.tokenizer(row.data);
    }
} }` },
    { name: 'list of one', lines: [4], code: `
export class P { async process(batch: Batch) {
    const out = [];
    for (const t of batch.column("data").toArray())
      out.push(this.tokenizer.encodeBatch([t])[0]);
} }` },
    { name: 'by reference', lines: [3], code: `
export function process(batch: Batch, tokenizer: Tokenizer) {
  const texts = batch.column("data").toArray();
  return texts.map(tokenizer.encode.bind(tokenizer));
}` },
    { name: 'tokenizer per row then one model call', lines: [4], code: `
export async function process(batch: Batch, tokenizer: Tokenizer, model: Model) {
  const ids = [];
  for (const row of batch.rows()) {
    ids.push(tokenizer.encode(row.data));
  }
  return batch.withColumn("e", await model.run(pad(ids)));
}` },
    { name: 'while', lines: [3], code: `
export function process(batch: Batch, tokenizer: Tokenizer) {
  let i = 0; const rows = batch.toArray(); while (i < rows.length) {
    rows[i].ids = tokenizer.encode(rows[i].data);
    i++;
  }
}` },
    { name: 'context tokenizer', lines: [3], code: `
export class P { async process(batch: Batch) { const tok = await this.context.models.tokenizer("t.json");
    for (const row of batch.rows()) {
      row.ids = tok.encode(row.data).ids;
    }
} }` },
    { name: 'import tokenize', lines: [3], code: `
import { tokenize } from "@acme/tokenizers"; export function process(batch: Batch) {
  for (const row of batch.rows()) {
    row.tokens = tokenize(row.data);
  }
}` },
    { name: 'count tokens helper', lines: [4], code: `
export class P { count(t: string) { return this.tokenizer.encode(t).length; }
  process(batch: Batch) {
    return batch.withColumn("n", batch.column("data").toArray().map((t) =>
      this.count(t)));
  }
}` },
  ]);
});

describe('SEQ003 leaves alone', () => {
  testRowCases('SEQ003', [
    { name: 'local tokenize is a regex split', code: `
function tokenize(text: string) { return text.toLowerCase().match(/\\w+/g) ?? []; }
export function process(batch: Batch) {
  return batch.withColumn("t", batch.column("data").toArray().map(tokenize));
}` },
    { name: 'text encoder this', code: `
export class P { private encoder = new TextEncoder();
  process(batch: Batch) { const n = []; for (const row of batch.rows()) n.push(this.encoder.encode(row.data).length); return batch.withColumn("n", n); } }` },
    { name: 'decode outputs', code: `
export async function process(batch: Batch, tokenizer: Tokenizer, model: Model) {
  const out = await model.generate(tokenizer.encodeBatch(batch.column("data").toArray()));
  return batch.withColumn("text", out.map((ids) => tokenizer.decode(ids)));
}` },
    { name: 'tokenizer once for a prompt', code: `
export function make(tokenizer: Tokenizer) { const labels = ["a", "b"]; return labels.map((l) => tokenizer.encode(l)); }` },
    { name: 'encodeURIComponent, btoa, msgpack', code: `
import { encode } from "@msgpack/msgpack";
export function process(batch: Batch) { return batch.withColumn("u", batch.toArray().map((r) => encodeURIComponent(r.data) + btoa(r.data) + encode(r.meta).length)); }` },
    { name: 'new TextEncoder in loop', code: `
export function process(batch: Batch) { const n = []; for (const row of batch.rows()) n.push(new TextEncoder().encode(row.data).length); return batch.withColumn("n", n); }` },
  ]);
});
