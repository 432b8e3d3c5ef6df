/**
 * Measures `plugin run` against the script that a user would write instead.
 *
 *   node bench/run.mjs [--pairs 7] [--rows 100000] [--big-rows 2000000] [--only text,mlp,transformer,matrix,jsonl,memory]
 *
 * Needs a built checkout (npm run build), Linux, and some GB of room below bench/.data. A missed goal is printed, it
 * is no failure: timings depend on the machine and on what else it does.
 */
import { execFileSync } from 'node:child_process';
import { rmSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { DATA, inputOf } from './lib/data.mjs';
import { formatSpeed } from './lib/format.mjs';
import { measure } from './lib/measure.mjs';
import { COMMAND, preparePlugins } from './lib/prepare.mjs';
import { report, summary } from './lib/report.mjs';
import { alternate, median, medians, rounded, speed } from './lib/rounds.mjs';

const { values } = parseArgs({ options: { pairs: { type: 'string', default: '7' }, rows: { type: 'string', default: '100000' }, 'big-rows': { type: 'string', default: '2000000' }, only: { type: 'string', default: 'text,mlp,transformer,matrix,jsonl,memory' } } });
const [pairs, rows, bigRows] = [values.pairs, values.rows, values['big-rows']].map(Number);
const folders = await preparePlugins();
const CORES = availableParallelism();
const BATCH = 64;
const script = (name) => fileURLToPath(new URL(`baseline/${name}.mjs`, import.meta.url));
const kindOf = (plugin) => ({ text: 'text', transformer: 'tokens' })[plugin] ?? 'hashed';

/** One run of a plugin; its folder of runs is taken away afterwards. */
async function runPlugin(plugin, { workers, input = inputOf(rows), extension = 'arrow' }) {
  const output = join(DATA, `out.${extension}`);
  const argv = [process.execPath, COMMAND, 'run', '--input', input, '--plugin', folders[plugin], '--output', output, '--concurrency', String(workers)];
  const measured = await measure(argv, { watch: [`${output}.*.partial`] });
  for (const left of [output, join(folders[plugin], '.plugsmith/runs')]) rmSync(left, { recursive: true, force: true });
  return measured;
}

async function runScript(plugin, { format = 'arrow', input = inputOf(rows) } = {}) {
  const output = join(DATA, 'out.script');
  const measured = await measure([process.execPath, script('script'), kindOf(plugin), folders[plugin], input, output, String(CORES), format], { watch: [output] });
  rmSync(output);
  return measured;
}

/** The model alone. @returns rows per second and milliseconds per batch of 64 */
function sessionOnly(plugin) {
  return JSON.parse(execFileSync(process.execPath, [script('session'), kindOf(plugin), folders[plugin], String(Math.min(rows, 20_000)), String(CORES)], { encoding: 'utf8' }));
}

/** Medians, and the least disturbed of the runs beside them. */
const withRate = (measured) => {
  const middle = medians(measured);
  return { ...middle, rows_per_s: Math.round(rows / middle.wall_s), best_wall_s: rounded(Math.min(...measured.map((one) => one.wall_s))) };
};

/** @param more further sides of each round */
async function compare(plugin, more = {}) {
  const results = await alternate({ script: () => runScript(plugin), one_worker: () => runPlugin(plugin, { workers: 1 }), two_workers: () => runPlugin(plugin, { workers: 2 }), ...more }, pairs);
  const session = sessionOnly(plugin);
  return {
    results,
    facts: {
      rows, pairs, cores: CORES,
      script: withRate(results.script), one_worker: withRate(results.one_worker), two_workers: withRate(results.two_workers),
      speed: { one_worker: speed(results.script, results.one_worker), two_workers: speed(results.script, results.two_workers) },
      session_only: { rows_per_s: Math.round(session.rows_per_s), ms_per_batch: rounded(session.ms_per_batch) },
    },
  };
}

const cases = {
  async text() {
    const { facts } = await compare('text');
    report('text', facts, {
      'speed with one worker': { value: facts.speed.one_worker.of_pairs, goal: 0.9, least: true },
      'speed with two workers': { value: facts.speed.two_workers.of_pairs, goal: 1.4, least: true },
    });
  },
  async mlp() {
    const { facts } = await compare('mlp');
    report('mlp', facts, { 'speed with one worker': { value: facts.speed.one_worker.of_pairs, goal: 0.97, least: true } });
  },
  async transformer() {
    const { facts } = await compare('transformer');
    report('transformer', facts, { 'speed with one worker': { value: facts.speed.one_worker.of_pairs, goal: 0.97, least: true } });
  },
  async matrix() {
    // The start is paid once, not per row: what a run of one batch costs in the same round is taken off.
    const one = inputOf(BATCH);
    const starts = { script_start: () => runScript('matrix', { input: one }), plugin_start: () => runPlugin('matrix', { workers: 1, input: one }) };
    const { facts, results } = await compare('matrix', starts);
    const added = (side, key, startIncluded = false) => {
      const gross = results[side].map((measured, i) => measured[key] - results.script[i][key]);
      const starting = results.plugin_start.map((measured, i) => measured[key] - results.script_start[i][key]);
      return rounded((median(gross.map((seconds, i) => (startIncluded ? seconds : seconds - starting[i]))) / rows) * 1e6);
    };
    const added_us_per_row = {
      one_worker: added('one_worker', 'wall_s'), one_worker_start_included: added('one_worker', 'wall_s', true), one_worker_cpu: added('one_worker', 'cpu_s'),
      two_workers: added('two_workers', 'wall_s'), two_workers_cpu: added('two_workers', 'cpu_s'),
    };
    const start_s = { script: medians(results.script_start).wall_s, plugin: medians(results.plugin_start).wall_s };
    report('matrix', { ...facts, start_s, added_us_per_row }, { 'added per row, one worker': { value: added_us_per_row.one_worker, goal: 10, least: false, unit: ' us' } });
  },
  async jsonl() {
    const results = await alternate(
      { stringify: () => runScript('matrix', { format: 'stringify' }), nine: () => runScript('matrix', { format: 'nine' }), one_worker: () => runPlugin('matrix', { workers: 1, extension: 'jsonl' }) },
      pairs,
    );
    const formatting = await formatSpeed(pairs);
    report(
      'jsonl',
      {
        rows, pairs, script_stringify: withRate(results.stringify), script_nine_digits: withRate(results.nine), one_worker: withRate(results.one_worker),
        speed: { against_stringify: speed(results.stringify, results.one_worker), against_nine_digits: speed(results.nine, results.one_worker) }, formatting,
      },
      { 'formatting against JSON.stringify': { value: formatting.ratio, goal: 2.5, least: true } },
    );
  },
  async memory() {
    for (const workers of [1, 2]) {
      const small = await runPlugin('matrix', { workers });
      const big = await runPlugin('matrix', { workers, input: inputOf(bigRows) });
      const ratio = rounded(big.peak_mb / small.peak_mb);
      report(`memory, ${workers} worker${workers === 1 ? '' : 's'}`, { rows: [rows, bigRows], peak_mb: [rounded(small.peak_mb), rounded(big.peak_mb)], wall_s: [rounded(small.wall_s), rounded(big.wall_s)] }, { 'peak against fewer rows': { value: ratio, goal: 1.2, least: false } });
    }
  },
};

for (const name of values.only.split(',')) {
  if (!(name in cases)) throw new Error(`--only ${name}: there is no such case; there are ${Object.keys(cases).join(', ')}`);
  await cases[name]();
}
summary();
