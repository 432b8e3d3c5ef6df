/** The same rows through every source: the same vectors, and the same bytes after a kill; and what `--failed`, `--limit` and `search` make of each. */
import { mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { Bool, Field, Float64, Int64, Schema, Table, Utf8, tableFromIPC, tableToIPC, vectorFromArray, type Vector } from 'apache-arrow';
import { parquetReadObjects } from 'hyparquet';
import { parquetWriteBuffer } from 'hyparquet-writer';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Bench, commitsOf, jsonLines, latestRun, pluginFiles, until, workersOf } from './lib-kill.js';

const bench = new Bench();
afterAll(() => bench.close());

const ROWS = 5000;
const rows = Array.from({ length: ROWS }, (_, k) => ({
  document_id: `row-${k}`, text: `row ${k}${k % 3 === 0 ? ', "quoted"\nand on ü日👩‍🚀' : ''} ${'x'.repeat(k % 40)}${k % 1777 === 5 ? ' POISON' : ''}`,
  count: 2n ** 60n + BigInt(k), price: k / 4, flag: k % 2 === 0, tag: k % 5 === 0 ? null : `t${k % 7}`,
}));
const FAILED = rows.filter(({ text }) => text.includes('POISON')).length;
const plugin = (name: string, bodies: Parameters<typeof pluginFiles>[1] = {}): string => {
  bench.write(pluginFiles(name, { last: "if (texts.some((t) => t.includes('POISON'))) throw new RangeError('a bad text'); return batch.withColumn('embedding', embed(texts, 8))", ...bodies }, { batch: 32 }));
  return bench.path(name);
};

function delimited(delimiter: string): string {
  const cell = (value: unknown): string => (value === null ? '' : /[",;\t\r\n]/.test(String(value)) || value === '' ? `"${String(value).replaceAll('"', '""')}"` : String(value));
  return `${[Object.keys(rows[0] as object), ...rows.map(Object.values)].map((row) => row.map(cell).join(delimiter)).join('\r\n')}\r\n`;
}

function arrow(kind: 'file' | 'stream'): Uint8Array {
  const column = (name: keyof (typeof rows)[number]): unknown[] => rows.map((row) => row[name]);
  const columns = { document_id: vectorFromArray(column('document_id'), new Utf8()), text: vectorFromArray(column('text'), new Utf8()), count: vectorFromArray(column('count'), new Int64()), price: vectorFromArray(column('price'), new Float64()), flag: vectorFromArray(column('flag'), new Bool()), tag: vectorFromArray(column('tag'), new Utf8()) };
  const schema = new Schema(Object.entries(columns).map(([name, { type }]) => new Field(name, type as Utf8, true)));
  const table = new Table(schema, columns as unknown as Record<string, Vector>);
  return tableToIPC(new Table(schema, [0, 1700, 3400].flatMap((at) => table.slice(at, at + (at === 3400 ? ROWS : 1700)).batches)), kind);
}

beforeAll(() => {
  const json = rows.map((row) => JSON.stringify({ ...row, count: String(row.count) })).join('\n');
  const column = (name: keyof (typeof rows)[number], type: 'STRING' | 'INT64' | 'DOUBLE' | 'BOOLEAN') => ({ name, type, data: rows.map((row) => row[name]) });
  const parquet = parquetWriteBuffer({ columnData: [column('document_id', 'STRING'), column('text', 'STRING'), column('count', 'INT64'), column('price', 'DOUBLE'), column('flag', 'BOOLEAN'), column('tag', 'STRING')], rowGroupSize: 1900, pageSize: 20_000 });
  const files: Record<string, string | Uint8Array> = {
    'rows.jsonl': json, 'rows.jsonl.gz': gzipSync(json), 'rows.csv': delimited(','), 'rows.csv.gz': gzipSync(delimited(',')), 'rows.tsv': delimited('\t'), 'euro.csv': delimited(';'), 'rows.parquet': new Uint8Array(parquet), 'rows.arrow': arrow('file'), 'rows.arrows': arrow('stream'),
  };
  for (const [name, content] of Object.entries(files)) writeFileSync(bench.path(name), content);
  mkdirSync(bench.path('texts/more'), { recursive: true });
  for (const [k, { text }] of rows.entries()) writeFileSync(bench.path('texts', k % 2 === 0 ? 'more' : '.', `${String(k).padStart(5, '0')}.txt`), text);
});

interface Input {
  args: string[];
  /** A file that is piped in. */
  stdin?: string;
}
const inputs: Record<string, Input> = {
  'rows.jsonl': { args: ['--input', 'rows.jsonl'] }, 'rows.jsonl.gz': { args: ['--input', 'rows.jsonl.gz'] }, 'rows.csv': { args: ['--input', 'rows.csv'] }, 'rows.csv.gz': { args: ['--input', 'rows.csv.gz'] }, 'rows.tsv': { args: ['--input', 'rows.tsv'] },
  'euro.csv': { args: ['--input', 'euro.csv', '--input-format', 'csv-semicolon'] }, 'rows.parquet': { args: ['--input', 'rows.parquet'] }, 'rows.arrow': { args: ['--input', 'rows.arrow'] }, 'rows.arrows': { args: ['--input', 'rows.arrows'] }, 'a folder': { args: ['--input', 'texts'] }, 'a pattern': { args: ['--input', 'texts/**/*.txt'] },
  'CSV on stdin': { args: ['--input', '-', '--input-format', 'csv'], stdin: 'rows.csv' }, 'Arrow on stdin': { args: ['--input', '-', '--input-format', 'arrow'], stdin: 'rows.arrows' },
};
const start = (input: Input, more: string[]): ReturnType<Bench['start']> => bench.start(['run', ...input.args, ...more], input.stdin === undefined ? {} : { input: bench.path(input.stdin) });

/** Text to vector, and to document id where the input has it. */
function results(file: string): Map<string, string> {
  const table = tableFromIPC(readFileSync(file));
  const column = (name: string): Vector | null => table.getChild(name);
  const text = column('text') ?? column('data');
  return new Map(Array.from({ length: table.numRows }, (_, row) => [text?.get(row) as string, JSON.stringify([column('text') === null ? null : column('document_id')?.get(row), [...((column('embedding') as Vector).get(row) as Vector)]])]));
}

describe('the same rows', () => {
  const root = plugin('every');

  it.each(Object.entries(inputs))('%s', async (name, input) => {
    const output = bench.path('out.arrow');
    const { code, stdout, stderr } = await start(input, ['--plugin', root, '--output', output, '--json']).ended;
    expect(code, stderr + stdout).toBe(1);
    expect((JSON.parse(stdout) as { rows: unknown }).rows).toEqual({ in: ROWS, out: ROWS - FAILED, failed: FAILED, skipped: 0 });
    const seen = results(output);
    expect(seen.size).toBe(ROWS - FAILED);
    const expected = (name.startsWith('a ') ? [...baseline()].map(([text, json]) => [text, JSON.stringify([null, (JSON.parse(json) as unknown[])[1]])] as const) : [...baseline()]);
    for (const [text, json] of expected) if (seen.get(text) !== json) throw new Error(`${JSON.stringify(text)}: ${seen.get(text)} instead of ${json}`);
  });

  let first: Map<string, string> | undefined;
  const baseline = (): Map<string, string> => (first ??= results(bench.path('out.arrow')));

  it.each(['rows.csv', 'rows.parquet', 'a folder'] as const)('%s: --limit, --failed and search', async (name) => {
    const input = inputs[name] as Input;
    const limited = await start(input, ['--plugin', root, '--limit', '40', '--json']).ended;
    expect((JSON.parse(limited.stdout) as { rows: { in: number } }).rows.in).toBe(40);
    const [failed] = jsonLines(`${latestRun(root)}/failures.jsonl`);
    const again = await bench.run(['run', '--plugin', root, '--failed', (latestRun(root) as string).split('/').at(-1) as string, '--json']);
    if (failed === undefined) expect(again.stdout).toContain('nothing-failed');
    else expect((JSON.parse(again.stdout) as { rows: unknown }).rows).toEqual({ in: 1, out: 0, failed: 1, skipped: 0 });
    await start(input, ['--plugin', root, '--limit', '40']).ended;
    const wanted = (tableFromIPC(readFileSync(`${latestRun(root)}/output.arrow`)).getChild(name === 'a folder' ? 'data' : 'text') as Vector).get(7) as string;
    const found = await bench.run(['search', wanted, '--plugin', root, '--top', '1', '--json']);
    const [best] = (JSON.parse(found.stdout) as { results: { row: Record<string, unknown> }[] }).results;
    expect(best?.row[name === 'a folder' ? 'data' : 'text'], found.stderr).toBe(wanted);
  });

  it('numbers that no double holds come through a table as they are', async () => {
    await start(inputs['rows.parquet'] as Input, ['--plugin', root, '--limit', '6', '--output', bench.path('exact.parquet')]).ended;
    const bytes = readFileSync(bench.path('exact.parquet'));
    const read = await parquetReadObjects({ file: bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength) as ArrayBuffer });
    expect(read.map((row) => row['count'])).toEqual(rows.slice(0, 5).map(({ count }) => count));
    expect(jsonLines(`${latestRun(root)}/failures.jsonl`)[0]?.['count']).toBe(String(rows[5]?.count));
  });
});

describe.runIf(process.platform === 'linux')('a run that is killed and continued gives the bytes of an undisturbed one', () => {
  const slow = { first: 'await sleep(15); return batch' };
  const cases: [name: string, output: string, vectors: string][] = [['rows.csv.gz', 'parquet', 'inline'], ['rows.parquet', 'parquet', 'npy'], ['rows.arrow', 'arrow', 'none'], ['a folder', 'jsonl', 'inline'], ['CSV on stdin', 'arrow', 'npy'], ['Arrow on stdin', 'parquet', 'inline']];

  it.concurrent.each(cases)('%s to %s with vectors %s', async (name, format, vectors) => {
    const id = name.replaceAll(/\W/g, '-');
    const root = plugin(`kill-${id}`, slow);
    const folder = bench.path(`out-${id}`);
    const more = ['--plugin', root, '--output', join(folder, `out.${format}`), '--vectors', vectors];
    const outputs = (): Record<string, string> => Object.fromEntries([...readdirSync(folder).map((file) => join(folder, file)), `${latestRun(root)}/failures.jsonl`].map((file) => [file.split('/').at(-1) as string, readFileSync(file).toString('base64')]));
    const input = inputs[name] as Input;
    const undisturbed = await start(input, more).ended;
    expect(undisturbed.code, undisturbed.stderr).toBe(1);
    const expected = outputs();
    expect(Object.keys(expected).sort()).toEqual(['failures.jsonl', `out.${format}`, ...(vectors === 'npy' ? ['out.embedding.npy'] : [])].sort());
    const before = latestRun(root);
    const command = start(input, more);
    await until('a first commit', () => latestRun(root) !== before && commitsOf(latestRun(root)) > 0, 60_000);
    expect(command.over, command.stderr).toBe(false);
    command.kill();
    await command.ended;
    await until('its workers are gone', () => workersOf(root).length === 0);
    const resumed = await bench.start(['run', '--plugin', root, '--resume'], input.stdin === undefined ? {} : { input: bench.path(input.stdin) }).ended;
    expect(resumed.code, resumed.stderr).toBe(1);
    for (const [file, bytes] of Object.entries(outputs())) expect(bytes === expected[file], `${file} differs`).toBe(true);
    expect(readdirSync(folder).filter((file) => file.endsWith('.partial'))).toEqual([]);
  });
});
