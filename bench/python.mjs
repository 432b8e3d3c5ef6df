/**
 * Measures Python plugins: against a loop over ready frames, a bare child, the script that a user would write, and the
 * imports that no worker can do without.
 *
 *   node bench/python.mjs [--pairs 3] [--rows 100000] [--big-rows 2000000] [--only fixed,trivial,script,memory,start]
 *
 * Needs a built checkout, Linux, Python 3.10 or later, and the package index once.
 */
import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { drive, readFrames } from './lib/child.mjs';
import { DATA, inputOf } from './lib/data.mjs';
import { measure } from './lib/measure.mjs';
import { COMMAND } from './lib/prepare.mjs';
import { report, summary } from './lib/report.mjs';
import { alternate, median, medians, rounded } from './lib/rounds.mjs';

const { values } = parseArgs({ options: { pairs: { type: 'string', default: '3' }, rows: { type: 'string', default: '100000' }, 'big-rows': { type: 'string', default: '2000000' }, only: { type: 'string', default: 'fixed,trivial,script,memory,start' } } });
const [pairs, rows, bigRows] = [values.pairs, values.rows, values['big-rows']].map(Number);
const from = (path) => fileURLToPath(new URL(`../${path}`, import.meta.url));
const script = (name) => from(`bench/python/${name}.py`);
const WORKER = from('worker-python/main.py');
/** Rounds of hashing that take about a millisecond. */
const MILLISECOND = 3000;
const BATCH = 64;
const FRAME = 1024;

const plugin = join(DATA, 'plugins', 'work_python');
rmSync(plugin, { recursive: true, force: true });
mkdirSync(join(DATA, 'plugins'), { recursive: true });
cpSync(from('bench/plugins/work_python'), plugin, { recursive: true });
const cache = { PLUGSMITH_CACHE_DIR: join(DATA, 'cache') };
const { environment } = JSON.parse(execFileSync(process.execPath, [COMMAND, 'env', 'build', '--plugin', plugin, '--json'], { env: { ...process.env, ...cache }, encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] }));
const { python } = environment;

async function run(rounds, { workers = 1, input = inputOf(rows) } = {}) {
  const output = join(DATA, 'out.arrow');
  const argv = [process.execPath, COMMAND, 'run', '--plugin', plugin, '--input', input, '--output', output, '--concurrency', String(workers), '--params', JSON.stringify({ rounds })];
  const measured = await measure(argv, { env: cache });
  for (const left of [output, join(plugin, '.plugsmith/runs')]) rmSync(left, { recursive: true, force: true });
  return measured;
}

async function runScript(rounds, input = inputOf(rows)) {
  const output = join(DATA, 'out.script');
  const measured = await measure([python, script('script'), plugin, input, output, String(rounds)]);
  rmSync(output);
  return measured;
}

const loop = (rounds) => ({ wall_s: Number(execFileSync(python, [script('loop'), plugin, inputOf(rows), String(rounds)], { encoding: 'utf8' })) });

function frames() {
  const file = join(DATA, 'frames.bin');
  execFileSync(python, [script('frames'), inputOf(rows), file, String(FRAME)]);
  return readFrames(file);
}

const children = (rounds, all) => {
  const init = { bundle: plugin, root: plugin, role: 'pipeline', parameters: { rounds }, threads: 1, batch_size: BATCH, profile: 'trusted' };
  return {
    worker: () => drive('worker', [python, '-I', WORKER], all, init),
    bare: () => drive('bare', [python, script('child'), plugin, String(rounds)], all),
  };
};

/** Median of the ratios within rounds. */
const ratio = (base, side, key = 'wall_s') => rounded(median(base.map((one, i) => side[i][key] / one[key])));
const perBatch = (results) => rounded((medians(results).wall_s / Math.ceil(rows / BATCH)) * 1000);

const cases = {
  async fixed() {
    const results = await alternate({ loop: async () => loop(MILLISECOND), worker: children(MILLISECOND, frames()).worker, run: () => run(MILLISECOND), start: () => run(MILLISECOND, { input: inputOf(BATCH) }) }, pairs);
    report('python, fixed work', { rows, pairs, ms_a_row: rounded((medians(results.loop).wall_s / rows) * 1000), loop: medians(results.loop), worker: medians(results.worker), run: medians(results.run), start: medians(results.start), run_against_loop: ratio(results.loop, results.run) }, {
      'worker against the loop': { value: ratio(results.loop, results.worker), goal: 1.1, least: false },
    });
  },
  async trivial() {
    const results = await alternate({ ...children(0, frames()), loop: async () => loop(0) }, pairs);
    report('python, trivial work', { rows, pairs, ms_a_batch: { worker: perBatch(results.worker), bare: perBatch(results.bare), loop: perBatch(results.loop) }, share_of_the_loop: rounded(1 / ratio(results.loop, results.worker)) }, {
      'worker against the bare child': { value: ratio(results.bare, results.worker), goal: 1.2, least: false },
    });
  },
  async script() {
    const trivial = await alternate({ script: () => runScript(0), run: () => run(0) }, pairs);
    report('python, whole job, trivial work', { rows, pairs, script: medians(trivial.script), run: medians(trivial.run) }, { 'one worker against the script': { value: ratio(trivial.script, trivial.run), goal: 1, least: false } });
    const fixed = await alternate({ script: () => runScript(MILLISECOND), two: () => run(MILLISECOND, { workers: 2 }) }, pairs);
    report('python, whole job, 1 ms a row', { rows, pairs, script: medians(fixed.script), two_workers: medians(fixed.two) }, { 'two workers against the script': { value: ratio(fixed.script, fixed.two), goal: 0.6, least: false } });
  },
  async memory() {
    const small = await run(0);
    const big = await run(0, { input: inputOf(bigRows) });
    report('python, memory', { rows: [rows, bigRows], peak_mb: [rounded(small.peak_mb), rounded(big.peak_mb)] }, { 'peak against fewer rows': { value: rounded(big.peak_mb / small.peak_mb), goal: 1.2, least: false } });
  },
  async start() {
    const one = readFrames(oneFrame());
    const init = { bundle: plugin, root: plugin, role: 'pipeline', parameters: {}, threads: 1, batch_size: BATCH, profile: 'trusted' };
    const worker = async () => {
      const started = performance.now();
      await drive('worker', [python, '-I', WORKER], one, init);
      return { wall_s: (performance.now() - started) / 1000 };
    };
    const results = await alternate({ imports: () => measure([python, '-I', '-c', 'import pandas, pyarrow, pydantic']), worker }, Math.max(pairs, 5));
    report('python, start', { imports: medians(results.imports), worker: medians(results.worker) }, { 'worker with three batches against the imports': { value: ratio(results.imports, results.worker), goal: 1.4, least: false } });
  },
};

/** One batch in a file of frames: what a start is measured with. */
function oneFrame() {
  const file = join(DATA, 'frame.bin');
  execFileSync(python, [script('frames'), inputOf(BATCH), file, String(FRAME)]);
  if (readFileSync(file).length === 0) throw new Error('no frame was made');
  return file;
}

for (const name of values.only.split(',')) {
  if (!(name in cases)) throw new Error(`--only ${name}: there is no such case; there are ${Object.keys(cases).join(', ')}`);
  await cases[name]();
}
summary();
