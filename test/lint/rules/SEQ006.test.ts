import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { lowerModule } from '../../../src/lint/facts/babel/index.js';
import { traceRows } from '../../../src/lint/facts/index.js';
import { lintText } from '../../../src/lint/index.js';
import { parseSource } from '../../../src/lint/parse.js';
import { unboundedConcurrency } from '../../../src/lint/rules/seq/SEQ006.js';
import { LineIndex } from '../../../src/lint/text.js';

/** The lines on which the rule speaks. */
function linesOf(code: string): number[] {
  const { ast } = parseSource('processors/core.ts', code);
  if (!ast) throw new Error('the case cannot be parsed');
  const facts = traceRows(lowerModule(ast, code, new LineIndex(code)));
  return unboundedConcurrency.check(facts).map(({ at }) => (at !== null && 'line' in at ? at.line : 0));
}

/** Code that must be left alone must pass the other SEQ rules too: it is what the pages recommend. */
function testRowCases(cases: readonly { name: string; code: string; lines?: number[] }[]): void {
  test.each(cases.map((one) => [one.name, one] as const))('%s', (_, { code, lines }) => {
    const text = code.replace(/^\n/, '');
    expect(linesOf(text)).toEqual(lines ?? []);
    const others = lintText('processors/core.ts', text).filter(({ rule }) => rule !== 'SEQ006' && rule.startsWith('SEQ'));
    expect(others.map(({ rule, line }) => `${rule}:${line}`)).toEqual([]);
  });
}

const wrap = (body: string) => `
export async function process(batch: Batch, llm: Llm, model: Model, limit: any, sem: any) {
  ${body}
}`;
const cases = (bodies: readonly (readonly [string, string])[], lines?: number[]) =>
  bodies.map(([name, body]) => ({ name, ...(lines ? { lines } : {}), code: wrap(body) }));

describe('SEQ006 finds', () => {
  testRowCases(cases([
    ['Promise.all over rows', `return batch.withColumn('a', await Promise.all(batch.toArray().map((row) => llm.generate({ text: row.data }))));`],
    ['an async function', `return batch.withColumn('a', await Promise.all(batch.toArray().map(async (row) => (await llm.generate({ text: row.data })).data)));`],
    ['a model', `return batch.withColumn('a', await Promise.all(batch.rows().map((row) => model.run({ x: row.tensor }))));`],
    ['fetch over a column', `const all = await Promise.all(batch.column('data').toArray().map((url) => fetch(url))); return batch.withColumn('s', all.map((one) => one.status));`],
    ['downloads', `return batch.withColumn('p', await Promise.all(batch.column('data').toArray().map((url) => downloadAsset(url))));`],
    ['allSettled', `return batch.withColumn('a', await Promise.allSettled(batch.toArray().map((row) => llm.generate({ text: row.data }))));`],
    ['with catch', `return batch.withColumn('a', await Promise.all(batch.toArray().map((row) => llm.generate({ text: row.data }).catch(() => null))));`],
    ['with then', `return batch.withColumn('a', await Promise.all(batch.toArray().map((row) => llm.generate({ text: row.data }).then((r) => r.data))));`],
    ['promises pushed in a loop', `const p = []; for (const row of batch.rows()) p.push(llm.generate({ text: row.data })); return batch.withColumn('a', await Promise.all(p));`],
    ['a list kept in a variable', `const p = batch.toArray().map((row) => llm.generate({ text: row.data })); const a = await Promise.all(p); return batch.withColumn('a', a);`],
    ['a local function', `const ask = async (text) => (await llm.generate({ text })).data; return batch.withColumn('a', await Promise.all(batch.column('data').toArray().map((t) => ask(t))));`],
    ['several calls for each row, one after the other', `await Promise.all(batch.toArray().map(async (row) => { for (const part of row.data.split(',')) await fetch(part); })); return batch;`],
    ['for await over a list of promises', `const all = batch.toArray().map((row) => llm.generate({ text: row.data })); const a = []; for await (const one of all) a.push(one.data); return batch.withColumn('a', a);`],
    ['a limiter of one\'s own that each row makes', `class Slots { n = 0; async run(f) { this.n++; try { return await f(); } finally { this.n--; } } } await Promise.all(batch.toArray().map((row) => new Slots().run(() => llm.generate({ text: row.data })))); return batch;`],
    ['a semaphore of one\'s own that each row makes', `class Slots { n = 0; async acquire() { this.n++; } release() { this.n--; } } await Promise.all(batch.toArray().map(async (row) => { const slots = new Slots(); await slots.acquire(); await llm.generate({ text: row.data }); slots.release(); })); return batch;`],
    ['under a condition of the row', `return batch.withColumn('a', await Promise.all(batch.toArray().map((row) => (row.data ? llm.generate({ text: row.data }) : null))));`],
  ], [2]));
  testRowCases(cases([
    ['two calls, the second when the first is done', `const a = await Promise.all(batch.toArray().map((row) => { let p = llm.generate({ text: row.data }); p = p.then((r) => llm.generate(r)); return p; })); return batch.withColumn('a', a);`],
  ], [2, 2]));
});

describe('SEQ006 leaves alone', () => {
  testRowCases(cases([
    ['one batched call', `return batch.withColumn('e', await model.encode(batch.column('data').toArray()));`],
    ['concurrentApiCalls', `return batch.withColumn('a', await concurrentApiCalls(batch.column('data').toArray(), (text) => llm.generate({ text }), { maxConcurrent: 10 }));`],
    ['parallelIo', `const got = await parallelIo(batch.column('data').toArray(), (url) => downloadAsset(url)); return batch.withColumn('n', [got.size]);`],
    ['a limiter', `return batch.withColumn('a', await Promise.all(batch.toArray().map((row) => limit(() => llm.generate({ text: row.data })))));`],
    ['a semaphore', `return batch.withColumn('a', await Promise.all(batch.toArray().map(async (row) => { await sem.acquire(); try { return await llm.generate({ text: row.data }); } finally { sem.release(); } })));`],
    ['parts of ten', `const rows = batch.toArray(); const a = []; for (let i = 0; i < rows.length; i += 10) a.push(...(await Promise.all(rows.slice(i, i + 10).map((row) => llm.generate({ text: row.data }))))); return batch.withColumn('a', a);`],
    ['a flush every ten', `let p = []; const a = []; for (const row of batch.rows()) { p.push(llm.generate({ text: row.data })); if (p.length === 10) { a.push(...(await Promise.all(p))); p = []; } } a.push(...(await Promise.all(p))); return batch.withColumn('a', a);`],
    ['a pool that is raced', `const pool = new Set(); for (const row of batch.rows()) { pool.add(llm.generate({ text: row.data })); if (pool.size >= 8) await Promise.race(pool); } await Promise.all(pool); return batch;`],
    ['workers that share an index', `const rows = batch.toArray(); let next = 0; const run = async () => { while (next < rows.length) { const row = rows[next++]; await concurrentApiCalls([row], (r) => llm.generate({ text: r.data })); } }; await Promise.all(Array.from({ length: 8 }, run)); return batch;`],
    ['workers that take rows from a queue', `const q = [...batch.toArray()]; const lane = async () => { while (q.length) { const row = q.shift(); row.s = (await fetch(row.data)).status; } }; await Promise.all(Array.from({ length: 8 }, lane)); return batch;`],
    ['workers that hand the rows of a queue on', `const q = [...batch.toArray()]; const one = async (row) => { row.s = (await fetch(row.data)).status; }; const lane = async () => { let row; while ((row = q.pop())) await one(row); }; await Promise.all([lane(), lane(), lane()]); return batch;`],
    ['workers that take their first row before the rest', `const it = batch.rows().values(); const lane = async () => { let one = it.next(); while (!one.done) { await fetch(one.value.data); one = it.next(); } }; const all = []; for (let k = 0; k < limit; k++) all.push(lane()); await Promise.all(all); return batch;`],
    ['workers that call themselves for the next row', `const q = [...batch.toArray()]; const run = async () => { const row = q.shift(); if (!row) return; await fetch(row.data); return run(); }; await Promise.all(Array.from({ length: limit }, run)); return batch;`],
    ['workers that are a list of one iterator', `const workers = Array(5).fill(batch.toArray().entries()).map(async (entries) => { for (const [i, row] of entries) await fetch(row.data + i); }); await Promise.all(workers); return batch;`],
    ['workers that share an iterator', `const it = batch.rows().values(); const lane = async () => { for (const row of it) await fetch(row.data); }; await Promise.all([lane(), lane()]); return batch;`],
    ['several chains', `const lanes = Array.from({ length: 4 }, () => Promise.resolve()); batch.toArray().forEach((row, i) => { lanes[i % 4] = lanes[i % 4].then(() => fetch(row.data)); }); await Promise.all(lanes); return batch;`],
    ['a limiter of one\'s own', `class Slots { n = 0; async run(f) { this.n++; try { return await f(); } finally { this.n--; } } } const slots = new Slots(); await Promise.all(batch.toArray().map((row) => slots.run(() => llm.generate({ text: row.data })))); return batch;`],
    ['one call for each of two services', `const texts = batch.column('data').toArray(); const [a, b] = await Promise.all([model.encode(texts), llm.generate({ texts })]); return batch.withColumn('a', a).withColumn('b', b);`],
    ['one call per part of a long column', `const parts = chunk(batch.column('data').toArray(), 16); const all = await Promise.all(parts.map((part) => model.encode(part))); return batch.withColumn('e', all.flat());`],
    ['work that costs nothing', `return batch.withColumn('n', await Promise.all(batch.toArray().map(async (row) => row.data.length)));`],
    ['workers that share the rows by strides', `const rows = batch.toArray(); const out = []; const lanes = Math.min(8, rows.length); await Promise.all(Array.from({ length: lanes }, async (_, lane) => { for (let i = lane; i < rows.length; i += lanes) out[i] = await llm.generate({ text: rows[i].data }); })); return batch.withColumn('a', out);`],
    ['workers that are told where they start', `const rows = batch.toArray(); const out = []; const jobs = []; const lanes = rows.length > 99 ? 8 : 4; for (let lane = 0; lane < lanes; lane++) jobs.push((async () => { for (let i = lane; i < rows.length; i += lanes) out[i] = await llm.generate({ text: rows[i].data }); })()); await Promise.all(jobs); return batch.withColumn('a', out);`],
    ['a fixed list of names', `const all = await Promise.all(['a', 'b'].map((name) => llm.generate({ name }))); return batch.withColumn('n', new Array(batch.numRows).fill(all.length));`],
  ]));
});

test('an async generator waits for what it hands on, and so SEQ002 speaks', () => {
  const code = wrap('const answers = async function* () { for (const row of batch.rows()) yield llm.generate({ text: row.data }); }; for await (const answer of answers()) use(answer);');
  expect(linesOf(code)).toEqual([]);
  expect(lintText('processors/core.ts', code).map(({ rule }) => rule)).toEqual(['SEQ002']);
});

describe('the page of SEQ006', () => {
  const page = readFileSync('docs/rules/SEQ006.md', 'utf8');
  const examples = [...page.matchAll(/^```ts (invalid|valid)\n([^]*?)^```$/gm)].map(([, kind, code]) => ({ kind, code: code as string }));

  test('has examples of both kinds', () => expect(new Set(examples.map(({ kind }) => kind))).toEqual(new Set(['invalid', 'valid'])));
  test.each(examples)('$kind: $code', ({ kind, code }) => expect(linesOf(code).length > 0).toBe(kind === 'invalid'));
});
