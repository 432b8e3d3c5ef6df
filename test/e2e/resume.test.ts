/** What --resume refuses, what it mends, and what it asks of standard input. */
import { appendFileSync, cpSync, existsSync, readFileSync, readdirSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Bench, commitsOf, latestRun, pluginFiles, random, until } from './lib-kill.js';

const bench = new Bench();
afterAll(() => bench.close());

const ROWS = 7000;
const root = bench.path('plugin');
const input = bench.path('rows.jsonl');
const output = bench.path('out.arrow');
const good = bench.path('good');
let expected: Buffer[];
let id: string;

const lines = Array.from({ length: ROWS }, (_, row) => JSON.stringify({ text: `row ${row} ${row % 501 === 7 ? 'POISON' : ''}`, ...(row > 1000 && { late: row }), ...(row < 10 && { hint: 'only here' }) }));
const results = (): Buffer[] => [readFileSync(output), readFileSync(join(latestRun(root) as string, 'failures.jsonl'))];

/** A run that was killed after at least two commits; what its folder and its plugin held then is kept in `good`. */
beforeAll(async () => {
  writeFileSync(input, `${lines.join('\n')}\n`);
  bench.write(pluginFiles('plugin', {
    last: "await sleep(5); if (texts.some((t) => t.includes('POISON'))) throw new Error('bad'); const out = batch.withColumn('embedding', embed(texts, 8)).withColumn('hinted', texts.map(() => batch.has('hint'))); return Number(texts[0].split(' ')[1]) > 1500 ? out.withColumn('word', texts.map((t) => t.slice(0, 3))) : out",
  }));
  bench.write({ 'plugin/models/words.txt': 'model', 'plugin/models/deep/more.txt': 'model' });
  const args = ['run', '--plugin', root, '--input', input, '--output', output, '--params', '{"factor":2}', '--batch-size', '16', '--concurrency', '1'];
  expect((await bench.run(args)).code).toBe(1);
  expected = results();
  const first = latestRun(root);
  const command = bench.start(args);
  await until('two commits', () => latestRun(root) !== first && commitsOf(latestRun(root)) >= 2);
  command.kill();
  await command.ended;
  id = (latestRun(root) as string).split('/').at(-1) as string;
  cpSync(root, good, { recursive: true });
});

/** Puts everything back as it was when the run was killed. */
function restore(): string {
  rmSync(root, { recursive: true });
  cpSync(good, root, { recursive: true });
  writeFileSync(input, `${lines.join('\n')}\n`);
  return latestRun(root) as string;
}

const resume = (...more: string[]) => bench.run(['run', '--plugin', root, '--resume', id, '--json', ...more]);

async function resumesToTheSameBytes(): Promise<void> {
  const { code, stdout } = await resume();
  expect(code, stdout).toBe(1);
  results().forEach((bytes, i) => expect(bytes.equals(expected[i] as Buffer), i === 0 ? 'output' : 'failures').toBe(true));
  expect(bench.partials()).toEqual([]);
}

describe('is refused, naming the difference, when', () => {
  it.each<{ what: string; change: () => void; flags?: string[]; says: string }>([
    { what: 'one byte of the last line of the input changed', change: () => writeFileSync(input, `${lines.join('\n').slice(0, -3)}9}\n`), says: 'the input' },
    { what: 'a row was added to the input', change: () => appendFileSync(input, '{"text":"one more"}\n'), says: 'the input' },
    { what: 'the code changed', change: () => appendFileSync(join(root, 'processors.mjs'), 'export const added = 1;\nconsole.log(added);\n'), says: 'the plugin' },
    { what: 'a model changed', change: () => writeFileSync(join(root, 'models', 'deep', 'more.txt'), 'modem'), says: 'the plugin' },
    { what: 'other parameters are given', change: () => undefined, flags: ['--params', '{"factor":3}'], says: 'the parameters (then {"factor":2}, now {"factor":3})' },
    { what: 'another batch size is given', change: () => undefined, flags: ['--batch-size', '32'], says: 'the batch size (then 16, now 32)' },
    { what: 'another limit is given', change: () => undefined, flags: ['--limit', '10'], says: 'the limit' },
    { what: 'it was begun in a sandbox', change: () => edit((record) => ({ ...record, options: { ...(record['options'] as object), profile: 'untrusted' } })), says: 'the sandbox (the run was begun with --as-host)' },
    { what: 'another output is given', change: () => undefined, flags: ['--output', 'other.jsonl'], says: 'the output' },
    { what: 'another version wrote it', change: () => edit((record) => ({ ...record, plugsmith: '0.0.9' })), says: 'the Plugsmith version (then "0.0.9"' },
  ])('$what', async ({ change, flags = [], says }) => {
    restore();
    change();
    const { code, stdout } = await resume(...flags);
    const { error } = JSON.parse(stdout) as { error: { code: string; message: string; next: string; details: { differences: string[] } } };
    expect([code, error.code]).toEqual([2, 'resume-differs']);
    expect(error.message).toContain(says);
    expect(error.details.differences).toHaveLength(1);
  });

  it('the run came to its end', async () => {
    restore();
    await resumesToTheSameBytes();
    const { code, stdout } = await resume();
    expect([code, JSON.parse(stdout)]).toMatchObject([2, { error: { code: 'already-done', next: expect.stringContaining(`--failed ${id}`) } }]);
  });

  it('there is no such run', async () => {
    const { code, stdout } = await bench.run(['run', '--plugin', root, '--resume', '20200101-000000', '--json']);
    expect([code, JSON.parse(stdout)]).toMatchObject([2, { error: { code: 'no-run', message: expect.stringContaining('20200101-000000'), next: expect.stringContaining(id) } }]);
  });

  it('not one commit can be read back', async () => {
    const run = restore();
    rmSync(join(run, 'journal', '000.arrow'));
    const { code, stdout } = await resume();
    expect([code, JSON.parse(stdout)]).toMatchObject([2, { error: { code: 'journal-damaged', message: expect.stringContaining('missing') } }]);
    restore();
    rmSync(join(run, 'failures.jsonl'));
    expect(JSON.parse((await resume()).stdout)).toMatchObject({ error: { code: 'journal-damaged' } });
  });

  function edit(change: (record: Record<string, unknown>) => Record<string, unknown>): void {
    const file = join(latestRun(root) as string, 'run.json');
    writeFileSync(file, JSON.stringify(change(JSON.parse(readFileSync(file, 'utf8')) as Record<string, unknown>)));
  }
});

describe('gives the bytes of an undisturbed run when', () => {
  const chance = random(20260101);
  const commits = (run: string): string => join(run, 'journal', 'commits');
  const segments = (run: string): string[] => readdirSync(join(run, 'journal')).filter((name) => name.endsWith('.arrow')).sort().map((name) => join(run, 'journal', name));

  it.each<[string, (run: string) => void]>([
    ['nothing else happened', () => undefined],
    ['the commits were cut inside the last line', (run) => truncateSync(commits(run), statSync(commits(run)).size - 1 - Math.floor(chance() * 200))],
    ['the commits were cut inside the first line', (run) => truncateSync(commits(run), Math.floor(chance() * 200))],
    ['the commits were cut anywhere', (run) => truncateSync(commits(run), Math.floor(chance() * statSync(commits(run)).size))],
    ['garbage follows the commits', (run) => appendFileSync(commits(run), Buffer.from([0, 255, 10, 10, 200, 32, 123, 125, 10, 49]))],
    ['a commit with another check sum follows', (run) => appendFileSync(commits(run), readFileSync(commits(run), 'utf8').split('\n')[0]?.replace(/^./, (digit) => (digit === '0' ? '1' : '0')) + '\n')],
    ['segments are longer than committed', (run) => segments(run).forEach((file) => appendFileSync(file, Buffer.alloc(1000, 7)))],
    ['a segment was begun and not committed', (run) => writeFileSync(join(run, 'journal', `${String(segments(run).length).padStart(3, '0')}.arrow`), 'torn')],
    ['failures.jsonl has a torn line', (run) => appendFileSync(join(run, 'failures.jsonl'), '{"document_id":"to')],
    ['a half-written output lies there', () => writeFileSync(`${output}.${id}.partial`, 'torn')],
    ['the last record was being replaced', (run) => writeFileSync(join(run, 'run.json.new'), '{"id":')],
    ['the run was killed before it had a journal', (run) => [join(run, 'journal'), join(run, 'failures.jsonl')].forEach((path) => rmSync(path, { recursive: true }))],
  ])('%s', async (_what, tear) => {
    const run = restore();
    tear(run);
    await resumesToTheSameBytes();
  });
});

describe('with standard input', () => {
  const piped = bench.path('piped');
  const args = ['run', '--plugin', piped, '--input', '-', '--output', bench.path('piped.jsonl'), '--concurrency', '1'];
  const kept = bench.path('piped-kept');

  beforeAll(async () => {
    bench.write(pluginFiles('piped', { last: "await sleep(5); return batch.withColumn('embedding', embed(texts, 8))" }, { batch: 16 }));
    writeFileSync(input, `${lines.join('\n')}\n`);
    const command = bench.start(args, { input });
    await until('two commits', () => commitsOf(latestRun(piped)) >= 2);
    command.kill();
    await command.ended;
    cpSync(piped, kept, { recursive: true });
  });

  const other = (text: string): string => {
    writeFileSync(bench.path('other.jsonl'), text);
    return bench.path('other.jsonl');
  };

  it.each<[string, () => string, string]>([
    ['another first line', () => other(`${lines.join('\n').replace('row 0', 'row X')}\n`), 'are other ones'],
    ['an input that ends too early', () => other(`${lines.slice(0, 20).join('\n')}\n`), 'it ends after'],
    ['nothing', () => other(''), 'it ends after 0 bytes'],
  ])('refuses %s, and can be continued all the same', async (_what, make, says) => {
    const { code, stdout } = await bench.run(['run', '--plugin', piped, '--resume', '--json'], { input: make() });
    expect([code, JSON.parse(stdout)]).toMatchObject([2, { error: { code: 'resume-differs', message: expect.stringContaining(says) } }]);
  });

  it('continues with the same rows to the same bytes', async () => {
    const resumed = await bench.run(['run', '--plugin', piped, '--resume'], { input });
    expect(resumed.code, resumed.stderr).toBe(0);
    const bytes = readFileSync(bench.path('piped.jsonl'));
    await bench.run(args, { input });
    expect(readFileSync(bench.path('piped.jsonl')).equals(bytes)).toBe(true);
    expect(existsSync(kept)).toBe(true);
  });
});
