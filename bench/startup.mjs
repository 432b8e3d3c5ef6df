/**
 * Measures how fast commands start, each in turn with `node -e 0`.
 *
 *   node bench/startup.mjs [--pairs 15]
 *
 * Needs a built checkout and Linux. A missed goal is printed, it is no failure.
 */
import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { DATA } from './lib/data.mjs';
import { measure } from './lib/measure.mjs';
import { COMMAND, preparePlugins } from './lib/prepare.mjs';
import { report, summary } from './lib/report.mjs';
import { alternate, medians, rounded } from './lib/rounds.mjs';

const { values } = parseArgs({ options: { pairs: { type: 'string', default: '15' } } });
const folders = await preparePlugins();
const samples = join(folders.text, 'samples/texts.jsonl');
const sampleRows = readFileSync(samples, 'utf8').trim().split('\n').length;
const LINT_FILES = 50;

const command = (...args) => () => measure([process.execPath, COMMAND, ...args]);
const results = await alternate(
  {
    node: () => measure([process.execPath, '-e', '0']),
    version: command('--version'),
    help: command('--help'),
    run_help: command('run', '--help'),
    lint: command('lint', manyFiles()),
    run: command('run', '--plugin', folders.text, '--input', samples, '--output', join(DATA, 'start.arrow')),
  },
  Number(values.pairs),
);
rmSync(join(DATA, 'start.arrow'));

const { node, ...commands } = results;
const base = medians(node).wall_s;
const facts = Object.fromEntries(
  Object.entries(commands).map(([name, measured]) => {
    const { wall_s, cpu_s, peak_mb } = medians(measured);
    return [name, { wall_ms: rounded(wall_s * 1000), times_node: rounded(wall_s / base), over_node_ms: rounded((wall_s - base) * 1000), cpu_s, peak_mb }];
  }),
);
report(
  'start',
  { pairs: Number(values.pairs), node_ms: rounded(base * 1000), ...facts, lint_files: LINT_FILES, run_rows: sampleRows },
  {
    '--version, times node -e 0': { value: facts.version.times_node, goal: 1.3, least: false },
    '--help, over node -e 0': { value: facts.help.over_node_ms, goal: 100, least: false, unit: ' ms' },
  },
);
report(`lint of ${LINT_FILES} files`, { wall_ms: facts.lint.wall_ms });
report(`run of ${sampleRows} rows`, { wall_ms: facts.run.wall_ms });
summary();

/** The template with so many copies of its processor that it has 50 TypeScript files. @returns its folder */
function manyFiles() {
  const folder = join(DATA, 'plugins/fifty');
  cpSync(folders.text, folder, { recursive: true });
  const processor = readFileSync(join(folder, 'processors/core.ts'), 'utf8');
  mkdirSync(join(folder, 'processors/more'));
  const own = ['manifest.ts', 'pipeline.ts', 'realtime.ts', 'processors/core.ts'].length;
  for (let i = own; i < LINT_FILES; i++) writeFileSync(join(folder, `processors/more/step${i}.ts`), processor);
  return folder;
}
