/**
 * Runs that are killed again and again, and continued, give the bytes of an undisturbed run, and leave no worker behind.
 * KILLS=200 npx vitest run test/e2e/kill.test.ts   SEED=7 repeats the moments of a failed test
 */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Bench, commitsOf, jsonLines, latestRun, pluginFiles, processes, random, until, workersOf, type Command } from './lib-kill.js';

const KILLS = Number(process.env['KILLS'] ?? 30);
const SEED = Number(process.env['SEED'] ?? Date.now() % 1_000_000);
const bench = new Bench();
afterAll(() => bench.close());

const ROWS = 24_000;
const BATCH = 32;
const input = bench.path('rows.jsonl');

/** Slow enough to be killed in the middle; sees its batch, fails on some rows, and writes a column and types that come late; counts its rows, those of the search for the bad ones too. */
const SLOW = {
  first: "context.metrics.count('rows', texts.length); await sleep(4); return batch.withColumn('batch_rows', texts.map(() => texts.length)).withColumn('batch_first', texts.map(() => batch.column('document_id').get(0)))",
  last: `context.metrics.count('constructor'); if (texts.some((t) => t.includes('POISON'))) throw new RangeError('a bad text');
    const number = Number(texts[0].split(' ')[1]);
    let out = batch.withColumn('embedding', embed(texts, 8)).withColumn('size', texts.map((t) => (number < 9000 ? t.length : t.length + 0.5)));
    if (number > 12_000) out = out.withColumn('late', texts.map((t, i) => (i % 3 === 0 ? null : t.slice(0, 5))));
    return number > 15_000 && number < 15_200 ? out.withColumn('size', texts.map(() => 'text now')) : out`,
};

beforeAll(() => {
  const lines = Array.from({ length: ROWS }, (_, row) => JSON.stringify({
    text: `row ${row} ${row % 1777 === 5 ? 'POISON' : 'é'.repeat(row % 30)}`,
    ...(row > 7000 && { tag: row % 5 === 0 ? null : `t${row % 9}` }), price: row < 10_000 ? row : row / 4,
    ...(row % 4999 === 11 && { text: undefined }), ...(row < 10 && { size: 'of the input' }),
  }));
  writeFileSync(input, `${lines.join('\n')}\n`);
});

interface Scenario {
  name: string;
  format: 'arrow' | 'jsonl';
  stdin: boolean;
  /** Worker processes, one entry for each start in turn. */
  concurrency: number[];
}

const scenarios: Scenario[] = [
  { name: 'arrow from a file, another number of workers each time', format: 'arrow', stdin: false, concurrency: [2, 1, 3] },
  { name: 'jsonl from standard input', format: 'jsonl', stdin: true, concurrency: [2] },
];

describe.runIf(process.platform === 'linux')(`${KILLS} kills, seed ${SEED}`, () => {
  it.each(scenarios.map((scenario, i) => [scenario.name, scenario, i] as const))('%s', async (_name, scenario, index) => {
    const { format, stdin, concurrency } = scenario;
    const root = bench.path(`plugin-${index}`);
    const output = bench.path(`out-${index}.${format}`);
    bench.write(pluginFiles(`plugin-${index}`, SLOW, { batch: BATCH }));
    let starts = 0;
    const start = (run: string | null): Command =>
      bench.start(
        ['run', '--plugin', root, ...(run === null ? ['--input', stdin ? '-' : input, '--output', output] : ['--resume', run.split('/').at(-1) as string]), '--concurrency', String(concurrency[starts++ % concurrency.length])],
        stdin ? { input } : {},
      );
    const results = (): Buffer[] => [readFileSync(output), readFileSync(`${latestRun(root)}/failures.jsonl`)];

    const undisturbed = await start(null).ended;
    expect([undisturbed.code, undisturbed.stderr]).toEqual([1, expect.any(String)]);
    const expected = results();
    /** What the report counts and warns of, times and lost workers apart. */
    const counts = (): unknown => {
      const { metrics, steps, features, warnings } = JSON.parse(readFileSync(`${latestRun(root)}/report.json`, 'utf8')) as { metrics: object; steps: { rows: number; batches: number }[]; features: object; warnings: { code: string }[] };
      return { metrics, features, warnings: warnings.filter(({ code }) => code !== 'worker-lost'), steps: steps.map(({ rows, batches }) => ({ rows, batches })) };
    };
    const expectedCounts = counts();
    const failures = jsonLines(`${latestRun(root)}/failures.jsonl`).length;
    expect(failures).toBe(Array.from({ length: ROWS }, (_, row) => row).filter((row) => row % 1777 === 5 || row % 4999 === 11).length);

    const chance = random(SEED + index);
    const kills = { command: 0, worker: 0, group: 0 };
    let resumes = 0;
    let finished = 0;
    let command = start(null);
    let run: string | null = null;
    const check = async (): Promise<void> => {
      const { code, stderr } = await command.ended;
      expect([code, stderr.includes('internal')], stderr).toEqual([1, false]);
      results().forEach((bytes, i) => expect(bytes.equals(expected[i] as Buffer), `${i === 0 ? 'output' : 'failures'} differ`).toBe(true));
      expect(counts()).toEqual(expectedCounts);
      expect(bench.partials()).toEqual([]);
      expect(workersOf(root)).toEqual([]);
      finished++;
    };
    const share = Math.ceil(KILLS / scenarios.length);
    while (kills.command + kills.worker + kills.group < share) {
      await Promise.race([command.ended, sleep(100 + chance() * 1700)]);
      if (command.over) {
        await check();
        command = start(null);
        run = null;
        continue;
      }
      const kind = (['command', 'worker', 'group'] as const)[Math.floor(chance() * 3)] as keyof typeof kills;
      if (kind === 'worker') {
        const workers = workersOf(root);
        const victim = workers[Math.floor(chance() * workers.length)];
        if (victim === undefined) continue;
        process.kill(victim, 'SIGKILL');
        kills.worker++;
        continue;
      }
      if (kind === 'command') command.kill();
      else command.killGroup();
      kills[kind]++;
      await command.ended;
      await until('its workers are gone', () => workersOf(root).length === 0, 2000);
      // Killed before it had a run: there is nothing to continue.
      const latest = latestRun(root);
      run = latest !== null && !('content' in (JSON.parse(readFileSync(`${latest}/run.json`, 'utf8')) as object)) ? latest : null;
      if (run !== null) resumes++;
      command = start(run);
    }
    await check();
    console.log(`${scenario.name}: ${JSON.stringify(kills)}, ${resumes} resumed, ${finished} finished runs, seed ${SEED}`);
  }, 30_000 + KILLS * 6000);
});

describe('an interrupted run', () => {
  const root = bench.path('interrupted');
  const output = bench.path('interrupted.arrow');

  it.each(['SIGINT', 'SIGTERM'] as const)('%s: ends soon, says how to go on, and is continued to the same bytes', async (signal) => {
    bench.write(pluginFiles('interrupted', SLOW, { batch: BATCH }));
    const args = ['run', '--plugin', root, '--input', input, '--output', output];
    await bench.run(args);
    const expected = [readFileSync(output), readFileSync(`${latestRun(root)}/failures.jsonl`)];
    const before = latestRun(root);
    const command = bench.start(args);
    await until('a first commit', () => latestRun(root) !== before && commitsOf(latestRun(root)) > 0);
    command.kill(signal);
    const { code, stderr } = await command.ended;
    const id = (latestRun(root) as string).split('/').at(-1) as string;
    expect([code, stderr]).toEqual([130, expect.stringContaining(`plugin run --resume ${id}`)]);
    expect(bench.partials()).toEqual([]);
    if (process.platform === 'linux') await until('its workers are gone', () => workersOf(root).length === 0, 2000);
    // What was written before the signal is kept, the last second too.
    expect(commitsOf(latestRun(root))).toBeGreaterThan(1);
    const resumed = await bench.run(['run', '--plugin', root, '--resume']);
    expect(resumed.code, resumed.stderr).toBe(1);
    expect(readFileSync(output).equals(expected[0] as Buffer)).toBe(true);
    expect(readFileSync(`${latestRun(root)}/failures.jsonl`).equals(expected[1] as Buffer)).toBe(true);
  });

  /** Whether a process has a handler for SIGINT; ours lets go of it at the first. */
  const catches = (pid: number): boolean => (Number.parseInt(/^SigCgt:\s+(\w+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]?.slice(-1) ?? '0', 16) & 2) !== 0;

  it.runIf(process.platform === 'linux')('a second signal ends it at once', async () => {
    // A worker that does not listen: the first signal waits for it, for up to a second.
    bench.write(pluginFiles('deaf', { last: 'for (;;);' }));
    const root = bench.path('deaf');
    const command = bench.start(['run', '--plugin', root, '--input', input]);
    await until('the first rows are in hand', () => latestRun(root) !== null && existsSync(`${latestRun(root)}/journal/commits`));
    command.kill('SIGINT');
    await until('the first signal was taken', () => !catches(command.child.pid as number));
    expect(command.over).toBe(false);
    command.kill('SIGINT');
    const { code, signal } = await command.ended;
    expect([code, signal]).toEqual([null, 'SIGINT']);
    await until('its workers are gone', () => workersOf(root).length === 0, 2000);
  });

  it('while it waits for standard input', async () => {
    bench.write(pluginFiles('waiting', {}));
    const root = bench.path('waiting');
    const command = bench.start(['run', '--plugin', root, '--input', '-'], { input: 'open' });
    await until('the run waits', () => latestRun(root) !== null && existsSync(`${latestRun(root)}/journal/commits`));
    command.kill('SIGINT');
    const { code, stderr } = await command.ended;
    expect([code, stderr]).toEqual([130, expect.stringContaining('--resume')]);
  });
});

describe('what may go wrong around a run', () => {
  it('it fails although standard input never ends', async () => {
    bench.write(pluginFiles('failing', { last: "throw new Error('never works')" }));
    const command = bench.start(['run', '--plugin', bench.path('failing'), '--input', '-'], { input: 'open' });
    for (let row = 0; row < 200; row++) command.child.stdin?.write(`{"text":"row ${row}"}\n`);
    const { code, stderr } = await command.ended;
    expect([code, stderr]).toEqual([2, expect.stringContaining('never works')]);
  });

  it('nobody reads its output', async () => {
    bench.write(pluginFiles('unread', {}));
    const command = bench.start(['run', '--plugin', bench.path('unread'), '--input', input, '--limit', '100', '--show']);
    command.child.stdout?.destroy();
    const { code, stderr } = await command.ended;
    expect([[0, 1].includes(code as number), stderr]).toEqual([true, '']);
  });

  it.runIf(process.platform === 'linux')('it is stopped for longer than the time-out, and continued', async () => {
    bench.write(pluginFiles('stopped', SLOW, { batch: BATCH }));
    const root = bench.path('stopped');
    const command = bench.start(['run', '--plugin', root, '--input', input, '--limit', '18000', '--output', bench.path('stopped.jsonl'), '--timeout', '1', '--json']);
    // In the middle of a batch, or shortly before or behind one: the answer waits in the pipe.
    await until('a first commit', () => commitsOf(latestRun(root)) > 0);
    expect(command.over, command.stderr).toBe(false);
    command.kill('SIGSTOP');
    await sleep(2500);
    command.kill('SIGCONT');
    const { stdout } = await command.ended;
    const result = JSON.parse(stdout) as { rows: unknown; warnings: { code: string }[] };
    expect(result.rows).toEqual({ in: 18_000, out: 18_000 - 15, failed: 15, skipped: 0 });
    expect(result.warnings.map(({ code }) => code)).not.toContain('worker-lost');
  });

  it('a frame of many slow batches is progress, not a time-out', async () => {
    bench.write(pluginFiles('steady', { last: "await sleep(60); return batch.withColumn('embedding', embed(texts, 8))" }, { batch: 4 }));
    const ended = await bench.run(['run', '--plugin', bench.path('steady'), '--input', input, '--limit', '300', '--timeout', '1', '--concurrency', '1', '--json']);
    expect([ended.code, (JSON.parse(ended.stdout) as { rows: unknown }).rows]).toEqual([1, { in: 300, out: 299, failed: 1, skipped: 0 }]);
  });

  it.runIf(process.platform === 'linux').each(['the run ends', 'the command is killed', 'a worker is killed'] as const)('what a plugin started goes when %s', async (how) => {
    const mark = `${process.pid}${how.length}`;
    const folder = `starts-${how.length}`;
    bench.write(pluginFiles(folder, { top: `spawn('sleep', ['${mark}'], { stdio: 'inherit' });`, last: "await sleep(20); return batch.withColumn('embedding', embed(texts, 8))" }));
    const root = bench.path(folder);
    const children = (): number[] => processes((pid) => readFileSync(`/proc/${pid}/cmdline`, 'utf8') === `sleep\0${mark}\0`);
    const command = bench.start(['run', '--plugin', root, '--input', input, '--limit', '3000']);
    await until('its processes have started', () => children().length > 0);
    if (how === 'the command is killed') command.kill();
    if (how === 'a worker is killed') process.kill(workersOf(root)[0] as number, 'SIGKILL');
    const { code } = await command.ended;
    expect(code).toBe(how === 'the command is killed' ? null : 1);
    await until('they are gone', () => children().length === 0 && workersOf(root).length === 0, 2000);
  });
});
