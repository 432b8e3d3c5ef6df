/** The plugin's own tests. Those in TypeScript are bundled by us and run by Node's test runner, with models and tokenizers as in a worker. */
import { spawn } from 'node:child_process';
import { mkdirSync, readdirSync, rmSync } from 'node:fs';
import { basename, join, relative } from 'node:path';
import { Failure } from '../../errors/index.js';
import { isFolder } from '../../files/index.js';
import { bundle, type BundleErrors } from '../../native/index.js';
import { workerEnvironment } from '../launch/environment.js';
import { distFile } from '../launch/index.js';
import { writeStubs } from '../project/index.js';
import type { Session } from '../session.js';
import type { OwnTests } from './outcome.js';

const FOLDERS = ['test', 'tests'];
const PATTERN = /\.test\.[cm]?[jt]s$/;

/** @throws Failure `tests-not-bundled`. No test files: `files` is empty and nothing ran. */
export async function runOwnTests(session: Session): Promise<OwnTests> {
  if (session.project.language === 'python') return (await import('./pytest.js')).runPytest(session);
  const { root } = session.project;
  const files = FOLDERS.flatMap((folder) => testFiles(join(root, folder)));
  if (files.length === 0) return { files: [], passed: 0, failed: 0, skipped: 0, output: '' };
  const out = join(root, '.plugsmith', 'tests');
  rmSync(out, { recursive: true, force: true });
  mkdirSync(out, { recursive: true });
  await bundleTests(root, files, out);
  writeStubs(out);
  const output = await runNode(session, readdirSync(out, { recursive: true }).map(String).filter((name) => PATTERN.test(name) && !name.startsWith('node_modules')).sort().map((name) => join(out, name)));
  const count = (name: string): number => Number(new RegExp(`^[#ℹ] ${name} (\\d+)`, 'm').exec(output)?.[1] ?? 0);
  return { files: files.map((file) => relative(root, file)), passed: count('pass'), failed: count('fail') + count('cancelled'), skipped: count('skipped') + count('todo'), output };
}

function testFiles(folder: string): string[] {
  if (!isFolder(folder)) return [];
  return readdirSync(folder, { recursive: true }).map(String).filter((name) => PATTERN.test(basename(name)) && !name.includes('node_modules')).sort().map((name) => join(folder, name));
}

async function bundleTests(root: string, files: string[], outdir: string): Promise<void> {
  try {
    await bundle({
      absWorkingDir: root, entryPoints: files, outdir, outbase: root, outExtension: { '.js': '.mjs' }, bundle: true, format: 'esm', platform: 'node', target: 'node20',
      external: ['plugsmith', 'plugsmith/*', 'zod'], sourcemap: 'inline', sourcesContent: false, logLevel: 'silent', tsconfigRaw: '{}',
      banner: { js: "import { createRequire as __createRequire } from 'node:module'; const require = __createRequire(import.meta.url);" },
    });
  } catch (error) {
    if (error instanceof Failure) throw error;
    const [{ location, text }] = (error as BundleErrors).errors;
    const at = location ? `${location.file}:${location.line}:${location.column + 1}: ` : '';
    throw new Failure({ code: 'tests-not-bundled', message: `${at}${text}`, why: 'Tests are bundled before they run.', next: 'Mend the test file.', exitCode: 1 });
  }
}

function runNode(session: Session, files: string[]): Promise<string> {
  const args = ['--enable-source-maps', '--no-warnings', '--import', distFile('worker/test-preload.js'), '--test', '--test-reporter', 'spec', ...files];
  const child = spawn(process.execPath, args, { cwd: session.project.root, env: workerEnvironment(session.secrets.values), stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  const collect = (chunk: Buffer): void => {
    // A test that prints without end must not fill our memory.
    if (output.length < 4 * 1024 * 1024) output += chunk.toString('utf8');
  };
  child.stdout.on('data', collect);
  child.stderr.on('data', collect);
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', () => resolve(output));
  });
}
