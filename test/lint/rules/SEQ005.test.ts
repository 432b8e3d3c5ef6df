import { describe } from 'vitest';
import { testRowCases } from './rowCases.js';

const cases = (bodies: readonly (readonly [string, string])[], lines?: number[]) =>
  bodies.map(([name, body]) => ({ name, ...(lines ? { lines } : {}), code: `
export async function process(batch: Batch, model: Model) {
  ${body}
}` }));

describe('SEQ005 finds', () => {
  testRowCases('SEQ005', cases([
    ['get(0)', `const text = batch.get(0).data; const [e] = await model.encode([text]); return batch.withColumn('e', new Array(batch.numRows).fill(e));`],
    ['rows()[0]', `const row = batch.rows()[0]; return batch.withColumn('n', new Array(batch.numRows).fill(row.data.length));`],
    ['toArray()[0]', `const e = await model.encode([batch.toArray()[0].data]); return batch.withColumn('e', [e]);`],
    ['a column, get(0)', `const e = await model.encode([batch.column('data').get(0)]); return batch.withColumn('e', e);`],
    ['a column, toArray()[0]', `const texts = batch.column('data').toArray(); const e = await model.encode(texts[0]); return batch.withColumn('e', e);`],
    ['at(0)', `const texts = batch.column('data').toArray(); return batch.withColumn('n', [texts.at(0).length]);`],
    ['destructuring', `const [row] = batch.toArray(); return batch.withColumn('n', [row.data]);`],
    ['a list filled with it', `const out = []; const v = batch.get(0).data; for (let i = 0; i < batch.numRows; i++) out.push(v); return batch.withColumn('n', out);`],
    ['a choice made by it', `return batch.withColumn('kind', new Array(batch.numRows).fill(batch.get(0).mime_type === 'text/plain' ? 'text' : 'other'));`],
    ['the typed values', `const { size } = { size: batch.column('size_bytes').values[0] }; return batch.withColumn('s', [size]);`],
    ['a list made of it', `const [text] = batch.column('data').toArray(); const lang = text.includes(' the ') ? 'en' : 'de'; return batch.withColumn('l', Array.from({ length: batch.numRows }, () => lang));`],
    ['a value for each row that looks at none', `const e = await model.encode([batch.get(0).data]); return batch.withColumn('e', batch.toArray().map(() => e[0]));`],
    ['a loop that ends with its first row', `let e; for (const row of batch.rows()) { [e] = await model.encode([row.data]); break; } return batch.withColumn('e', new Array(batch.numRows).fill(e));`],
    ['a loop that returns with its first row', `for (const row of batch.rows()) { const e = await model.encode([row.data]); return batch.withColumn('e', new Array(batch.numRows).fill(e)); } return batch;`],
    ['iloc[0]', `const text = batch.iloc[0]['data']; batch['embedding'] = [(await model.encode([text]))[0]]; return batch;`],
  ], [2]));
  testRowCases('SEQ005', [
    { name: 'in a method', lines: [3], code: `
export class P { model: Model;
  async process(batch: Batch) {
    const first = batch.get(0); return batch.withColumn('e', [await this.model.encode([first.data])]);
  } }` },
  ]);
});

describe('SEQ005 leaves alone', () => {
  testRowCases('SEQ005', cases([
    ['a look at the type beside column-wide work', `const kind = typeof batch.get(0).data; const e = await model.encode(batch.column('data').toArray()); return batch.withColumn('e', e).withColumn('k', new Array(batch.numRows).fill(kind));`],
    ['a look at the shape of the output', `const out = await model.encode(batch.column('data').toArray()); return batch.withColumn('e', out).withColumn('d', out.map(() => out[0].length));`],
    ['the first row as a special case', `const first = batch.get(0); const out = []; for (const row of batch.rows()) out.push(row === first ? 0 : 1); return batch.withColumn('x', out);`],
    ['a batch of one row', `if (batch.numRows === 1) return batch.withColumn('e', [batch.get(0).data]); throw new Error('one row');`],
    ['a test that writes nothing', `if (batch.get(0).data === null) return batch; return batch.withColumn('version', new Array(batch.numRows).fill('1'));`],
    ['a function of the first row for all rows', `const sep = batch.get(0).data.includes(';') ? ';' : ','; const split = (text) => text.split(sep); return batch.withColumn('c', batch.column('data').toArray().map(split));`],
    ['a log line', `console.log(batch.get(0)); return batch;`],
    ['a column that is the same in all rows, next to others', `const id = batch.get(0).collection_id; return batch.withColumn('k', batch.column('document_id').toArray().map((d) => id + d));`],
    ['the item zero of each row', `return batch.withColumn('f', batch.column('chunks').toArray().map((chunks) => chunks[0]));`],
    ['rows by number', `const out = []; for (let i = 0; i < batch.numRows; i++) out.push(batch.get(i).data); return batch.withColumn('o', out);`],
    ['the batch handed on', `const first = batch.get(0).data; return finish(batch).withColumn('f', [first]);`],
    ['the first item of a list of its own', `const names = ['a', 'b']; return batch.withColumn('n', new Array(batch.numRows).fill(names[0]));`],
    ['more than the first', `const [a, b] = batch.toArray(); return batch.withColumn('n', [a.data, b.data]);`],
    ['a spread', `const first = batch.get(0); const all = [...batch.rows()]; return batch.withColumn('n', all.map((row) => row.data + first.data));`],
  ]));
});
