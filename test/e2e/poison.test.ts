/** Rows that break a plugin cost themselves and nothing else. */
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { afterAll, describe, expect, it } from 'vitest';
import { Bench, jsonLines, latestRun, pluginFiles, workersOf } from './lib-kill.js';

const bench = new Bench();
afterAll(() => bench.close());

const BATCH = 32;
const text = (row: number, poison: ReadonlySet<number>): string => `${poison.has(row) ? 'POISON' : 'row'} number ${row} ${'x'.repeat(row % 40)}`;

/** Writes `rows` rows of input, those in `poison` marked, those in `without` left out. */
function writeInput(name: string, rows: number, poison: ReadonlySet<number>, without: ReadonlySet<number> = new Set()): string {
  const lines: string[] = [];
  for (let row = 0; row < rows; row++) if (!without.has(row)) lines.push(JSON.stringify({ document_id: `d${row}`, text: text(row, poison) }));
  writeFileSync(bench.path(name), `${lines.join('\n')}\n`);
  return bench.path(name);
}

function failedRows(root: string): number[] {
  return jsonLines(`${latestRun(root)}/failures.jsonl`).map((line) => (line['_failure'] as { row: number }).row - 1);
}

/** How often the first step saw each row, told by a file that it appends to. */
function callsOf(file: string): Map<string, number> {
  const calls = new Map<string, number>();
  for (const id of readFileSync(file, 'utf8').split('\n').filter(Boolean)) calls.set(id, (calls.get(id) ?? 0) + 1);
  return calls;
}

const survivors = (rows: number, poison: ReadonlySet<number>): string[] => Array.from({ length: rows }, (_, row) => row).filter((row) => !poison.has(row)).map((row) => `d${row}`);

describe('seven rows that throw, in twenty thousand', () => {
  const ROWS = 20_000;
  // First and last, two in one batch, neighbours, both sides of a batch's border.
  const POISON = new Set([0, 4000, 4017, 9001, 9002, 12_799, ROWS - 1]);
  const root = bench.path('throwing');
  const counted = bench.path('calls.txt');

  it('fail alone; the others are written once, in order, and earlier steps see each row once', async () => {
    bench.write(pluginFiles('throwing', {
      first: `appendFileSync(${JSON.stringify(counted)}, batch.column('document_id').toArray().join('\\n') + '\\n'); return batch.withColumn('words', texts.map((t) => t.split(' ').length))`,
      last: "if (texts.some((t) => t.startsWith('POISON'))) throw new RangeError('a bad text'); return batch.withColumn('embedding', embed(texts, 8)).withColumn('batch_rows', texts.map(() => texts.length)).withColumn('batch_first', texts.map(() => batch.column('document_id').get(0)))",
    }));
    const input = writeInput('poisoned.jsonl', ROWS, POISON);
    const { code, stdout } = await bench.run(['run', '--plugin', root, '--input', input, '--output', bench.path('out.jsonl'), '--json']);
    expect(code).toBe(1);
    expect(JSON.parse(stdout)).toMatchObject({ status: 'partial', rows: { in: ROWS, out: ROWS - 7, failed: 7, skipped: 0 } });
    expect(failedRows(root)).toEqual([...POISON]);
    for (const line of jsonLines(`${latestRun(root)}/failures.jsonl`)) {
      expect(line['_failure']).toMatchObject({ step: 'Last', kind: 'exception', name: 'RangeError', message: 'a bad text', at: expect.stringMatching(/^processors\.mjs:\d+:\d+$/) });
    }
    expect(jsonLines(bench.path('out.jsonl')).map((row) => row['document_id'])).toEqual(survivors(ROWS, POISON));
    const calls = callsOf(counted);
    expect([calls.size, Math.max(...calls.values())]).toEqual([ROWS, 1]);
  });

  it('leave their batch to the others as one batch', () => {
    // What a row was batched with follows from the input and the poison alone.
    const expected = new Map<number, string[]>();
    for (let row = 0; row < ROWS; row++) if (!POISON.has(row)) expected.set(Math.floor(row / BATCH), [...(expected.get(Math.floor(row / BATCH)) ?? []), `d${row}`]);
    for (const row of jsonLines(bench.path('out.jsonl'))) {
      const batch = expected.get(Math.floor(Number(String(row['document_id']).slice(1)) / BATCH)) as string[];
      expect([row['batch_rows'], row['batch_first']]).toEqual([batch.length, batch[0]]);
    }
  });

  it('do not change a byte of the other rows', async () => {
    bench.write(pluginFiles('independent', { last: "if (texts.some((t) => t.startsWith('POISON'))) throw new Error('bad'); return batch.withColumn('embedding', embed(texts, 8))" }));
    const outputs: Buffer[] = [];
    for (const [name, without] of [['with', new Set<number>()], ['without', POISON]] as const) {
      const input = writeInput(`${name}.jsonl`, ROWS, POISON, without);
      for (const format of ['arrow', 'jsonl']) {
        const { code } = await bench.run(['run', '--plugin', bench.path('independent'), '--input', input, '--output', bench.path(`${name}.out.${format}`)]);
        expect(code).toBe(name === 'with' ? 1 : 0);
        outputs.push(readFileSync(bench.path(`${name}.out.${format}`)));
      }
    }
    const [withArrow, withJsonl, withoutArrow, withoutJsonl] = outputs as [Buffer, Buffer, Buffer, Buffer];
    expect(withArrow.equals(withoutArrow)).toBe(true);
    expect(withJsonl.equals(withoutJsonl)).toBe(true);
  });
});

describe('rows that end or hold up their worker', () => {
  const ROWS = 2000;
  it.each([
    { name: 'kill', how: "process.kill(process.pid, 'SIGKILL')", poison: [0, 700, 702, 1999], kind: 'crash', message: 'was killed by SIGKILL' },
    { name: 'abort', how: "process.kill(process.pid, 'SIGSEGV'); await sleep(60_000)", poison: [63, 64, 65], kind: 'crash', message: 'was killed by SIGSEGV' },
    { name: 'loop', how: 'for (;;);', poison: [100, 1000], kind: 'timeout', message: 'no answer for 1 s' },
    { name: 'wait', how: 'await new Promise(() => undefined)', poison: [1500], kind: 'timeout', message: 'no answer for 1 s' },
    { name: 'heap', how: 'const all = []; for (;;) all.push(new Array(1_000_000).fill(0.5))', poison: [500], kind: 'memory', message: 'it ran out of memory' },
    { name: 'buffers', how: 'const all = []; for (;;) { all.push(Buffer.alloc(32 * 1024 * 1024, 1)); await sleep(5); }', poison: [501], kind: 'memory', message: 'it ran out of memory' },
  ])('$name', async ({ name, how, poison, kind, message }) => {
    const bad = new Set(poison);
    bench.write(pluginFiles(name, {
      last: `if (texts.some((t) => t.startsWith('POISON'))) { ${how} } return batch.withColumn('embedding', embed(texts, 8)).withColumn('batch_rows', texts.map(() => texts.length))`,
    }, { batch: 4, memory: kind === 'memory' ? 0.25 : 1 }));
    const root = bench.path(name);
    const input = writeInput(`${name}.jsonl`, ROWS, bad);
    const { code, stdout } = await bench.run(['run', '--plugin', root, '--input', input, '--output', bench.path(`${name}.out.jsonl`), '--timeout', kind === 'timeout' ? '1' : '30', '--json']);
    expect(code).toBe(1);
    expect(JSON.parse(stdout)).toMatchObject({ status: 'partial', rows: { in: ROWS, out: ROWS - bad.size, failed: bad.size } });
    expect(failedRows(root)).toEqual(poison);
    for (const line of jsonLines(`${latestRun(root)}/failures.jsonl`)) expect(line['_failure']).toMatchObject({ kind, name: 'WorkerDied', message: expect.stringContaining(message) });
    const out = jsonLines(bench.path(`${name}.out.jsonl`));
    expect(out.map((row) => row['document_id'])).toEqual(survivors(ROWS, bad));
    for (const row of out) {
      const batch = Math.floor(Number(String(row['document_id']).slice(1)) / 4);
      expect(row['batch_rows']).toBe(4 - poison.filter((bad) => Math.floor(bad / 4) === batch).length);
    }
    if (process.platform === 'linux') expect(workersOf(root)).toEqual([]);
  }, 120_000);

  // Four attempts of the frame, one of the batch; then down to a half, a quarter, the row itself.
  it.each([5, 6, 7, 8])('a good row in whose batch %i workers die for another reason is not blamed', async (deaths) => {
    const folder = `unlucky-${deaths}`;
    const count = bench.path(`${folder}.txt`);
    writeFileSync(count, '');
    bench.write(pluginFiles(folder, {
      top: "import { readFileSync } from 'node:fs';",
      last: `if (texts.some((t) => t.startsWith('POISON')) && readFileSync(${JSON.stringify(count)}).length < ${deaths}) { appendFileSync(${JSON.stringify(count)}, '.'); process.kill(process.pid, 'SIGKILL'); }
        return batch.withColumn('embedding', embed(texts, 8)).withColumn('batch_rows', texts.map(() => texts.length))`,
    }, { batch: 8 }));
    const input = writeInput(`${folder}.jsonl`, 400, new Set([300]));
    const { code, stderr } = await bench.run(['run', '--plugin', bench.path(folder), '--input', input, '--output', bench.path(`${folder}.out.jsonl`), '--concurrency', '1']);
    expect([code, readFileSync(count).length], stderr).toEqual([0, deaths]);
    expect(jsonLines(bench.path(`${folder}.out.jsonl`)).map((row) => row['batch_rows'])).toEqual(new Array(400).fill(8));
  });

  it('a search for poison that takes longer than the time-out is not taken for a loop', async () => {
    bench.write(pluginFiles('slow', { last: "await sleep(150); if (texts.some((t) => t.startsWith('POISON'))) throw new Error('bad'); return batch.withColumn('embedding', embed(texts, 8))" }));
    const bad = new Set([40, 50]);
    const input = writeInput('slow.jsonl', 96, bad);
    const { code } = await bench.run(['run', '--plugin', bench.path('slow'), '--input', input, '--output', bench.path('slow.out.jsonl'), '--timeout', '1', '--concurrency', '1']);
    expect(code).toBe(1);
    expect(failedRows(bench.path('slow'))).toEqual([40, 50]);
    expect(jsonLines(`${latestRun(bench.path('slow'))}/failures.jsonl`).map((line) => (line['_failure'] as { kind: string }).kind)).toEqual(['exception', 'exception']);
  });
});

describe('a plugin that cannot live', () => {
  it.each([
    { name: 'dies-when-ready', top: "setTimeout(() => process.kill(process.pid, 'SIGKILL'), 1);", code: /^plugin-(crash|load)$/ },
    { name: 'dies-at-import', top: "process.kill(process.pid, 'SIGKILL');", code: /^plugin-load$/ },
    { name: 'sends-garbage', top: "setTimeout(async () => (await import('node:fs')).writeSync(4, 'this is no frame, whatever it is'), 1);", code: /^plugin-(crash|load)$/ },
  ])('$name: one clear error, nothing left', async ({ name, top, code }) => {
    bench.write(pluginFiles(name, { top, first: 'await sleep(20); return batch' }));
    const ended = await bench.run(['run', '--plugin', bench.path(name), '--input', writeInput(`${name}.jsonl`, 500, new Set()), '--output', bench.path(`${name}.out.jsonl`), '--json']);
    expect(ended.code).toBe(2);
    expect(JSON.parse(ended.stdout)).toMatchObject({ error: { code: expect.stringMatching(code), next: expect.any(String) }, exit_code: 2 });
    expect(existsSync(bench.path(`${name}.out.jsonl`))).toBe(false);
    expect(bench.partials()).toEqual([]);
    rmSync(bench.path(name), { recursive: true });
  }, 120_000);
});
