/**
 * Measures what tables cost: writing them (Parquet and JSON Lines against Arrow), and reading them (memory of a run
 * over many rows against that over few).
 *
 *   node bench/sinks.mjs [--pairs 7] [--rows 100000] [--big-rows 1000000] [--only write,run,memory]
 *
 * Needs a built checkout, Linux, and some GB of room below bench/.data. A missed goal is printed, it is no failure.
 */
import { closeSync, createReadStream, createWriteStream, existsSync, fdatasyncSync, openSync, rmSync, writevSync } from 'node:fs';
import { join } from 'node:path';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { build } from 'esbuild';
import { DATA, inputOf } from './lib/data.mjs';
import { measure } from './lib/measure.mjs';
import { COMMAND, preparePlugins } from './lib/prepare.mjs';
import { report, summary } from './lib/report.mjs';
import { alternate, median, medians, rounded, speed } from './lib/rounds.mjs';

const { values } = parseArgs({ options: { pairs: { type: 'string', default: '7' }, rows: { type: 'string', default: '100000' }, 'big-rows': { type: 'string', default: '1000000' }, only: { type: 'string', default: 'write,run,memory' } } });
const [pairs, rows, bigRows] = [values.pairs, values.rows, values['big-rows']].map(Number);
const BLOCK = 1024;
const DIM = 384;

/** The formats on their own. */
async function formats() {
  const outfile = join(DATA, 'parts/sinks.mjs');
  await build({
    stdin: { contents: "export { arrowFormat } from './arrow.js'; export { jsonlFormat } from './jsonl.js'; export { parquetFormat } from './parquet/format.js';", resolveDir: fileURLToPath(new URL('../src/runtime/sinks', import.meta.url)), loader: 'ts' },
    outfile, bundle: true, format: 'esm', platform: 'node', target: 'node20', logLevel: 'error',
  });
  const { arrowFormat, jsonlFormat, parquetFormat } = await import(outfile);
  return { arrow: arrowFormat, parquet: parquetFormat, jsonl: jsonlFormat };
}

/** Text of about 300 bytes, an id and a vector: what the text template writes. */
function textBlock() {
  const text = (name, make) => {
    const texts = Array.from({ length: BLOCK }, (_, i) => Buffer.from(make(i)));
    const offsets = new Int32Array(BLOCK + 1);
    texts.forEach((bytes, i) => (offsets[i + 1] = offsets[i] + bytes.byteLength));
    return { name, type: { kind: 'text' }, length: BLOCK, nulls: 0, validity: null, offsets, data: Buffer.concat(texts) };
  };
  const data = Float32Array.from({ length: BLOCK * DIM }, (_, i) => Math.sin(i * 12.9898) / 20);
  return { rows: BLOCK, columns: [text('document_id', (i) => `doc_${String(i).padStart(12, '0')}`), text('text', (i) => `${i} `.padEnd(300, 'some words of a text ')), { name: 'embedding', type: { kind: 'vector', dim: DIM }, length: BLOCK, nulls: 0, validity: null, data }] };
}

function writeTable(make, block) {
  const path = join(DATA, 'out.table');
  const started = performance.now();
  const file = openSync(path, 'w');
  const format = make(block.columns.map(({ name, type }) => ({ name, type, origin: 'plugin' })));
  const put = (chunks) => chunks.length > 0 && writevSync(file, chunks);
  for (let done = 0; done < rows; done += BLOCK) put(format.push(block));
  put(format.end());
  fdatasyncSync(file);
  closeSync(file);
  rmSync(path);
  return (Math.ceil(rows / BLOCK) * BLOCK * 1000) / (performance.now() - started);
}

/** The rows as CSV or Parquet, made once from the JSON Lines. */
async function tableOf(count, extension) {
  const path = join(DATA, `rows-${count}.${extension}`);
  if (existsSync(path)) return path;
  if (extension === 'csv') {
    const out = createWriteStream(path);
    out.write('id,text\n');
    for await (const line of createInterface({ input: createReadStream(inputOf(count)) })) {
      const { id, text } = JSON.parse(line);
      if (!out.write(`${id},"${text.replaceAll('"', '""')}"\n`)) await once(out, 'drain');
    }
    out.end();
    await once(out, 'finish');
    return path;
  }
  // All rows in one row group: the hardest case for whoever reads row groups as a whole.
  const { parquetWriteFile } = await import('hyparquet-writer');
  const table = { id: [], text: [] };
  for await (const line of createInterface({ input: createReadStream(inputOf(count)) })) {
    const { id, text } = JSON.parse(line);
    table.id.push(id);
    table.text.push(text);
  }
  await parquetWriteFile({ filename: path, columnData: Object.entries(table).map(([name, data]) => ({ name, data, type: 'STRING' })), rowGroupSize: count });
  return path;
}

async function run(plugin, input, extension) {
  const output = join(DATA, `out.${extension}`);
  const measured = await measure([process.execPath, COMMAND, 'run', '--input', input, '--plugin', plugin, '--output', output, '--concurrency', '1']);
  for (const left of [output, join(plugin, '.plugsmith/runs')]) rmSync(left, { recursive: true, force: true });
  return measured;
}

const cases = {
  async write() {
    const block = textBlock();
    const makers = await formats();
    const sides = Object.fromEntries(Object.entries(makers).map(([name, make]) => [name, async () => writeTable(make, block)]));
    await alternate(sides, 1);
    const results = await alternate(sides, pairs);
    const rates = Object.fromEntries(Object.entries(results).map(([name, each]) => [`${name}_rows_per_s`, Math.round(median(each))]));
    const ratios = results.parquet.map((rate, i) => rate / results.arrow[i]);
    report('write', { rows, pairs, ...rates, range: [rounded(Math.min(...ratios)), rounded(Math.max(...ratios))] }, { 'Parquet against Arrow': { value: rounded(median(ratios)), goal: 0.8, least: true } });
  },
  async run() {
    const { matrix } = await preparePlugins();
    const results = await alternate({ arrow: () => run(matrix, inputOf(rows), 'arrow'), parquet: () => run(matrix, inputOf(rows), 'parquet') }, pairs);
    report('run', { rows, pairs, arrow: medians(results.arrow), parquet: medians(results.parquet), speed: speed(results.arrow, results.parquet) }, { 'whole run, Parquet against Arrow': { value: speed(results.arrow, results.parquet).of_pairs, goal: 0.8, least: true } });
  },
  async memory() {
    const { matrix } = await preparePlugins();
    for (const extension of ['csv', 'parquet']) {
      const small = await run(matrix, await tableOf(rows, extension), 'arrow');
      const big = await run(matrix, await tableOf(bigRows, extension), 'arrow');
      report(`memory, ${extension}`, { rows: [rows, bigRows], peak_mb: [rounded(small.peak_mb), rounded(big.peak_mb)], rows_per_s: [Math.round(rows / small.wall_s), Math.round(bigRows / big.wall_s)] }, { 'peak against fewer rows': { value: rounded(big.peak_mb / small.peak_mb), goal: 1.2, least: false } });
    }
  },
};

for (const name of values.only.split(',')) {
  if (!(name in cases)) throw new Error(`--only ${name}: there is no such case; there are ${Object.keys(cases).join(', ')}`);
  await cases[name]();
}
summary();
