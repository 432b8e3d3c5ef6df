/**
 * Measures `plugin run` against what users of Python would pick instead: datasets.map and Ray Data on one machine.
 *
 *   node bench/peers.mjs [--pairs 3] [--rows 100000] [--only hf_datasets,ray_data] [--output arrow,jsonl,parquet]
 *
 * Same rows, same model, batches of 64, one process for the model, start included; each format as the peer writes it.
 * Makes a virtual environment in bench/.venv at first use (about 1 GB from PyPI); without Python, or without the
 * packages, a peer is skipped and the reason is printed.
 */
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, rmSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { DATA, inputOf } from './lib/data.mjs';
import { measure } from './lib/measure.mjs';
import { COMMAND, preparePlugins } from './lib/prepare.mjs';
import { report, skipped, summary } from './lib/report.mjs';
import { alternate, medians, speed } from './lib/rounds.mjs';

const { values } = parseArgs({ options: { pairs: { type: 'string', default: '3' }, rows: { type: 'string', default: '100000' }, only: { type: 'string', default: 'hf_datasets,ray_data' }, output: { type: 'string', default: 'arrow,jsonl,parquet' } } });
const [pairs, rows] = [Number(values.pairs), Number(values.rows)];
const here = (path) => fileURLToPath(new URL(path, import.meta.url));
const PYTHON = here('.venv/bin/python');
const CORES = availableParallelism();
const PEERS = {
  hf_datasets: { packages: ['datasets', 'onnxruntime'], module: 'datasets', goal: 2 },
  ray_data: { packages: ['ray[data]', 'onnxruntime'], module: 'ray.data', goal: 10 },
};

const folders = await preparePlugins();
const input = inputOf(rows);
const model = join(folders.matrix, 'models/encoder.onnx');

/** @param {'arrow' | 'jsonl' | 'parquet'} format */
async function runPlugin(format) {
  const output = join(DATA, `peer.${format}`);
  const measured = await measure([process.execPath, COMMAND, 'run', '--input', input, '--plugin', folders.matrix, '--output', output, '--concurrency', '1'], { watch: [`${output}.*.partial`] });
  for (const left of [output, join(folders.matrix, '.plugsmith/runs')]) rmSync(left, { recursive: true, force: true });
  return measured;
}

async function runPeer(name, format) {
  const output = join(DATA, 'peer');
  rmSync(output, { recursive: true, force: true });
  mkdirSync(output, { recursive: true });
  const measured = await measure([PYTHON, here(`peers/${name}.py`), model, input, output, String(CORES), format], { env: { HF_HOME: join(output, 'cache'), HF_HUB_OFFLINE: '1' } });
  rmSync(output, { recursive: true, force: true });
  return measured;
}

/** @returns {string | null} why the peer cannot run here */
function missing({ packages, module }) {
  const python = spawnSync('python3', ['--version'], { encoding: 'utf8' });
  if (python.status !== 0) return 'there is no python3 on the PATH';
  try {
    if (!existsSync(PYTHON)) execFileSync('python3', ['-m', 'venv', here('.venv')], { stdio: 'pipe' });
    const present = spawnSync(PYTHON, ['-c', `import onnxruntime, ${module}`]);
    if (present.status !== 0) execFileSync(PYTHON, ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', ...packages], { stdio: 'pipe' });
    return null;
  } catch (error) {
    return `its packages could not be installed: ${String(error.stderr ?? error.message).trim().split('\n').at(-1)}`;
  }
}

for (const name of values.only.split(',')) {
  const peer = PEERS[name];
  if (peer === undefined) throw new Error(`--only ${name}: there is no such peer; there are ${Object.keys(PEERS).join(', ')}`);
  const reason = missing(peer);
  if (reason !== null) {
    skipped(name, reason);
    continue;
  }
  for (const format of values.output.split(',')) await compare(name, peer, format);
}
summary();

async function compare(name, { goal }, format) {
  const results = await alternate({ peer: () => runPeer(name, format), plugin: () => runPlugin(format) }, pairs);
  const [theirs, ours] = [medians(results.peer), medians(results.plugin)];
  const times = speed(results.peer, results.plugin);
  report(`${name}, ${format}`, { rows, pairs, peer: { ...theirs, rows_per_s: Math.round(rows / theirs.wall_s) }, plugin: { ...ours, rows_per_s: Math.round(rows / ours.wall_s) }, speed: times }, { 'times the peer, start included': { value: times.of_pairs, goal, least: true } });
}
