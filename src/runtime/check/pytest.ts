/** A Python plugin's own tests: pytest, in an environment of the plugin's packages and pytest, with the service's modules importable. */
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { Failure } from '../../errors/index.js';
import { isFolder } from '../../files/index.js';
import { workerEnvironment } from '../launch/environment.js';
import { installation } from '../launch/index.js';
import { testEnvironment } from '../project/index.js';
import type { Session } from '../session.js';
import type { OwnTests } from './outcome.js';

const PATTERN = /^(?:test_.*|.*_test)\.py$/;
const FOLDERS = ['test', 'tests'];
const MAX_OUTPUT = 4 * 1024 * 1024;

/** @throws Failure as building the environment does. No test files: `files` is empty and nothing ran. */
export async function runPytest(session: Session): Promise<OwnTests> {
  const { project, pythonWishes } = session;
  const { root } = project;
  const files = [...testFiles(root, ''), ...FOLDERS.flatMap((folder) => allTestFiles(root, folder))].sort();
  if (files.length === 0) return { files, passed: 0, failed: 0, skipped: 0, output: '' };
  const { python } = await testEnvironment(project, pythonWishes);
  const scratch = mkdtempSync(join(tmpdir(), 'plugsmith-pytest-'));
  try {
    const report = join(scratch, 'report.xml');
    const output = await run(session, python, [root, `--junitxml=${report}`, `--basetemp=${join(scratch, 'tmp')}`, ...files.map((file) => join(root, file))]);
    return { files, ...readReport(report, output), output: output.replace(/^-+ generated xml file.*\n/m, '') };
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

function testFiles(root: string, folder: string): string[] {
  const full = join(root, folder);
  return isFolder(full) ? readdirSync(full, { withFileTypes: true }).filter((entry) => entry.isFile() && PATTERN.test(entry.name)).map(({ name }) => join(folder, name)) : [];
}

function allTestFiles(root: string, folder: string): string[] {
  const full = join(root, folder);
  if (!isFolder(full)) return [];
  const entries = readdirSync(full, { recursive: true, withFileTypes: true });
  return entries.filter((entry) => entry.isFile() && PATTERN.test(entry.name) && !entry.parentPath.includes('__pycache__')).map((entry) => relative(root, join(entry.parentPath, entry.name)));
}

/** The guide's tests name the plugin's folder from its parent: imports and relative paths begin there. */
function run(session: Session, python: string, args: string[]): Promise<string> {
  const script = join(installation().root, 'worker-python', 'pytest_main.py');
  const child = spawn(python, ['-I', script, ...args], { cwd: dirname(session.project.root), env: workerEnvironment(session.secrets.values), stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  const collect = (chunk: Buffer): void => {
    // A test that prints without end must not fill our memory.
    if (output.length < MAX_OUTPUT) output += chunk.toString('utf8');
  };
  child.stdout.on('data', collect);
  child.stderr.on('data', collect);
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', () => resolve(output));
  });
}

/** @throws Failure `tests-not-run` where pytest came to no result: it says in its output why */
function readReport(file: string, output: string): Pick<OwnTests, 'passed' | 'failed' | 'skipped'> {
  const suite = existsSync(file) ? /<testsuite\b[^>]*>/.exec(readFileSync(file, 'utf8'))?.[0] : undefined;
  if (suite === undefined) {
    throw new Failure({ code: 'tests-not-run', message: `pytest did not come to an end: ${output.trim().split('\n').slice(-5).join('\n')}`, why: 'Whether the tests pass is not known.', next: 'Mend what the message names.', exitCode: 1 });
  }
  const count = (name: string): number => Number(new RegExp(`\\b${name}="(\\d+)"`).exec(suite)?.[1] ?? 0);
  const [failed, skipped] = [count('failures') + count('errors'), count('skipped')];
  return { passed: count('tests') - failed - skipped, failed, skipped };
}
