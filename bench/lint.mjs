/**
 * Measures `plugin lint`: TypeScript against ESLint with as many rules, Python against CPython's own parser and a plain
 * visitor, and the time of a small plugin against a process that does nothing.
 *
 *   node bench/lint.mjs [--rounds 5] [--only typescript,python,small]
 *
 * Needs a built checkout and Linux. The files are this project's own sources, and those of Python's standard library.
 */
import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { globSync } from 'tinyglobby';
import { DATA } from './lib/data.mjs';
import { measure } from './lib/measure.mjs';
import { COMMAND } from './lib/prepare.mjs';
import { report, skipped, summary } from './lib/report.mjs';
import { alternate, medians, rounded, speed } from './lib/rounds.mjs';

const { values } = parseArgs({ options: { rounds: { type: 'string', default: '5' }, only: { type: 'string', default: 'typescript,python,small' } } });
const rounds = Number(values.rounds);
const from = (path) => fileURLToPath(new URL(`../${path}`, import.meta.url));
const FOLDER = join(DATA, 'lint');
const cache = { PLUGSMITH_CACHE_DIR: join(FOLDER, 'cache') };

/** Runs a shell line in which 1 means findings, and is no failure. */
const shell = (line, env) => measure(['/bin/sh', '-c', `${line} >/dev/null; test $? -le 1`], { cwd: FOLDER, env });
const oneCore = (line) => `taskset -c 0 ${line}`;
const lint = (folder, ...flags) => [process.execPath, COMMAND, 'lint', folder, '--format', 'json', ...flags].join(' ');

/** Copies files into a folder of their own. @returns {{ files: number, megabytes: number }} */
function copy(root, pattern, name) {
  const paths = globSync(pattern, { cwd: root });
  for (const path of paths) {
    mkdirSync(dirname(join(FOLDER, name, path)), { recursive: true });
    cpSync(join(root, path), join(FOLDER, name, path));
  }
  return { files: paths.length, megabytes: rounded(paths.reduce((sum, path) => sum + statSync(join(root, path)).size, 0) / 1e6) };
}

async function typescript() {
  const corpus = copy(from('.'), '{src,test}/**/*.ts', 'ts');
  const { rules } = JSON.parse(execFileSync(process.execPath, [COMMAND, 'lint', '--rules', '--json'], { encoding: 'utf8' }));
  cpSync(from('bench/lint/eslint.config.mjs'), join(FOLDER, 'eslint.config.mjs'));
  symlinkSync(from('node_modules'), join(FOLDER, 'node_modules'));
  const env = { BENCH_RULES: String(rules.length) };
  const eslint = `${process.execPath} ${from('node_modules/eslint/bin/eslint.js')} ts`;
  const times = await alternate({
    eslint: () => shell(oneCore(eslint), env),
    one_core: () => shell(oneCore(lint('ts', '--no-cache'))),
    eslint_free: () => shell(eslint, env),
    two_cores: () => shell(lint('ts', '--no-cache')),
    filled: () => shell(lint('ts'), cache),
    cached: () => shell(lint('ts'), cache),
  }, rounds);
  const shown = Object.fromEntries(Object.entries(times).map(([name, all]) => [name, withRate(medians(all), corpus.files)]));
  report('lint typescript', { ...corpus, rules: rules.length, ...shown }, {
    'one core, times eslint': { value: speed(times.eslint, times.one_core).of_pairs, goal: 2.5, least: true },
    'two cores, times eslint': { value: speed(times.eslint_free, times.two_cores).of_pairs, goal: 4, least: true },
    'unchanged files, times eslint': { value: speed(times.eslint_free, times.cached).of_pairs, goal: 30, least: true },
  });
}

const withRate = (measured, files) => ({ ...measured, files_per_s: Math.round(files / measured.wall_s) });

async function python() {
  let library;
  try {
    library = execFileSync('python3', ['-c', 'import os, sys; print(sys.executable); print(os.path.dirname(os.__file__))'], { encoding: 'utf8' }).trim().split('\n');
  } catch {
    return skipped('lint python', 'there is no python3 on the PATH');
  }
  const corpus = copy(library[1], '{asyncio,collections,concurrent,email,http,json,logging,multiprocessing,unittest,xml}/*.py', 'py');
  const times = await alternate({
    ast: () => shell(oneCore(`${library[0]} ${from('bench/lint/visit.py')} py`)),
    one_core: () => shell(oneCore(lint('py', '--no-cache'))),
    two_cores: () => shell(lint('py', '--no-cache')),
  }, rounds);
  const shown = Object.fromEntries(Object.entries(times).map(([name, all]) => [name, medians(all)]));
  report('lint python', { ...corpus, ...shown }, { 'one core, times ast and a visitor': { value: speed(times.ast, times.one_core).of_pairs, goal: 1, least: true } });
}

async function small() {
  for (let i = 0; i < 47; i++) write(`small/processors/part${i}.ts`, readFileSync(from('templates/text/processors/core.ts'), 'utf8'));
  for (const file of ['manifest.ts', 'pipeline.ts']) write(`small/${file}`, readFileSync(from(`templates/text/${file}`), 'utf8'));
  write('small/processors/bad.ts', 'export const run = (text: string) => eval(text);\n');
  const times = await alternate({ nothing: () => shell(`${process.execPath} -e 0`), lint: () => shell(lint('small', '--no-cache')) }, rounds * 2);
  const [nothing, whole] = [medians(times.nothing), medians(times.lint)];
  report('lint small', { files: 50, nothing, lint: whole }, { 'ms more than node -e 0': { value: Math.round((whole.wall_s - nothing.wall_s) * 1000), goal: 350, least: false, unit: ' ms' } });
}

function write(path, text) {
  mkdirSync(dirname(join(FOLDER, path)), { recursive: true });
  writeFileSync(join(FOLDER, path), text);
}

rmSync(FOLDER, { recursive: true, force: true });
mkdirSync(FOLDER, { recursive: true });
const cases = { typescript, python, small };
for (const name of values.only.split(',')) await cases[name]();
summary();
rmSync(FOLDER, { recursive: true, force: true });
