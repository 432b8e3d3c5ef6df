// The steps of a check: programs that are run one after the other, with their output shown as it comes.
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { none, one } from './counts.mjs';

/** The project's folder. */
export const root = resolve(fileURLToPath(new URL('../..', import.meta.url)));

/** A program of an installed package, to be run with node. */
const tool = (path) => join(root, 'node_modules', path);

/** What can be checked without running anything of ours. */
export const checks = [
  { name: 'types', args: [tool('typescript/bin/tsc'), '-p', 'test'] },
  { name: 'lint', args: [tool('oxlint/bin/oxlint')] },
  { name: 'import rules', args: [tool('dependency-cruiser/bin/dependency-cruise.mjs'), '--config', '.dependency-cruiser.mjs', 'src'] },
  { name: 'terminal', args: ['scripts/check-terminal.mjs'] },
];

/**
 * Runs a program with our own terminal and no standard input.
 * @returns {Promise<number>} its exit code; 1 after a signal
 */
export function run(program, args, { cwd = root, env = process.env } = {}) {
  return new Promise((done, fail) => {
    const child = spawn(program, args, { cwd, env, stdio: ['ignore', 'inherit', 'inherit'] });
    child.on('error', fail);
    child.on('close', (code) => done(code ?? 1));
  });
}

/** Runs a step with node. It counts as one test. */
export async function step({ name, args }, options) {
  console.log(`\n# ${name}`);
  const started = performance.now();
  const ok = (await run(process.execPath, args, options)) === 0;
  console.log(`${ok ? 'ok' : 'FAILED'}  ${name} (${((performance.now() - started) / 1000).toFixed(1)} s)`);
  return one(ok);
}

/**
 * Runs vitest.
 * @param {string[]} filters parts of paths of test files; all of them unless told
 * @param {{ node?: string, env?: NodeJS.ProcessEnv }} options another Node, another environment
 */
export async function vitest(filters = [], { node = process.execPath, env = process.env } = {}) {
  const scratch = mkdtempSync(join(tmpdir(), 'plugsmith-counts-'));
  const file = join(scratch, 'counts.json');
  try {
    const args = [tool('vitest/vitest.mjs'), 'run', '--reporter=default', '--reporter=./scripts/lib/count-reporter.mjs', ...filters];
    const code = await run(node, args, { env: { ...env, PLUGSMITH_COUNTS: file } });
    const counts = read(file);
    if (code !== 0 && counts.failed === 0) counts.failed = 1;
    return counts;
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

/** What the reporter wrote; nothing when vitest ended before it could. */
function read(file) {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch (error) {
    if (error.code === 'ENOENT') return none();
    throw error;
  }
}
