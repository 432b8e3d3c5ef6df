/**
 * The packed and installed command, as a user has it. `npm pack` and `npm i -g --prefix EMPTY` happen once for each
 * state of the build, and every test file of a run shares the result. It lies in the temporary folder, because from a
 * folder inside the checkout Node would find the checkout's own node_modules.
 */
import { execFile, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { cpSync, existsSync, mkdirSync, readFileSync, readdirSync, renameSync, rmSync, statSync } from 'node:fs';
import { delimiter, join, relative } from 'node:path';
import { promisify } from 'node:util';
import { withLock } from '../../src/native/lock.js';
import { npmCommand, npmEnvironment } from '../../src/native/npm.js';
import { checkout as root, installed as cache } from './installed.js';

const exec = promisify(execFile);

/** An installation: `full` has every optional package; `bare` is what npm leaves when onnxruntime's install script failed. */
export type Kind = 'full' | 'bare';

export interface Installation {
  /** Folder of the installed command. */
  bin: string;
  /** Folder of the installed package. */
  package: string;
}

export interface Result {
  code: number;
  stdout: string;
  stderr: string;
}

export interface Call {
  cwd: string;
  /** On top of the environment of the tests; undefined takes a variable away. */
  env?: Record<string, string | undefined>;
  /** What stdin gives; nothing unless told. */
  input?: string | Uint8Array;
  kind?: Kind;
}

let installed: Promise<Record<Kind, Installation>> | undefined;

/** Builds, packs and installs where that was not done yet. */
export function install(): Promise<Record<Kind, Installation>> {
  return (installed ??= prepare());
}

/** Runs the installed `plugin` with arguments, outside the checkout. */
export async function plugin(args: readonly string[], call: Call): Promise<Result> {
  const { bin } = (await install())[call.kind ?? 'full'];
  return start(join(bin, 'plugin'), args, call);
}

/** Runs one line of shell with the installed `plugin` on PATH. */
export async function shell(line: string, call: Call): Promise<Result> {
  return start('sh', ['-c', line], call);
}

/** The environment of tests: the installed command first on PATH, no colours, none of npm's own variables, and no cache of npm's in the temporary folder. */
export async function environment(call: Pick<Call, 'env' | 'kind'>): Promise<NodeJS.ProcessEnv> {
  const { bin } = (await install())[call.kind ?? 'full'];
  const { CI: _ci, NODE_ENV: _mode, VITEST: _vitest, NODE_OPTIONS: _options, ORT_DISABLE_TELEMETRY: _ort, ...inherited } = npmEnvironment();
  return { ...inherited, PATH: `${bin}${delimiter}${inherited['PATH'] ?? ''}`, NO_COLOR: '1', NODE_DISABLE_COMPILE_CACHE: '1', ...call.env };
}

async function start(file: string, args: readonly string[], call: Call): Promise<Result> {
  const child = spawn(file, args, { cwd: call.cwd, env: await environment(call), stdio: ['pipe', 'pipe', 'pipe'] });
  const out: Buffer[] = [];
  const err: Buffer[] = [];
  child.stdout.on('data', (chunk: Buffer) => out.push(chunk));
  child.stderr.on('data', (chunk: Buffer) => err.push(chunk));
  // A command that reads no input may be gone before it is given any.
  child.stdin.on('error', () => undefined);
  child.stdin.end(call.input);
  const code = await new Promise<number>((done, failed) => {
    child.once('error', failed);
    child.once('close', (status, signal) => done(status ?? (signal === null ? -1 : 128)));
  });
  return { code, stdout: Buffer.concat(out).toString('utf8'), stderr: Buffer.concat(err).toString('utf8') };
}

async function prepare(): Promise<Record<Kind, Installation>> {
  mkdirSync(cache, { recursive: true });
  return withLock(join(cache, 'lock'), () => undefined, async () => {
    const tarball = process.env['PLUGSMITH_E2E_TARBALL'] ?? (await pack());
    const key = createHash('sha256').update(readFileSync(tarball)).digest('hex').slice(0, 16);
    const folder = join(cache, key);
    if (!existsSync(folder)) {
      const staging = `${folder}.new`;
      rmSync(staging, { recursive: true, force: true });
      await installInto(join(staging, 'full'), tarball);
      dropOnnx(join(staging, 'full'), join(staging, 'bare'));
      for (const old of readdirSync(cache)) if (/^[0-9a-f]{16}$/.test(old)) rmSync(join(cache, old), { recursive: true, force: true });
      renameSync(staging, folder);
    }
    return { full: describe(join(folder, 'full')), bare: describe(join(folder, 'bare')) };
  });
}

function describe(prefix: string): Installation {
  return { bin: join(prefix, 'bin'), package: join(prefix, 'lib', 'node_modules', 'plugsmith') };
}

async function pack(): Promise<string> {
  if (isStale()) await exec(process.execPath, [join(root, 'scripts', 'build.mjs')], { cwd: root });
  const { stdout } = await npm(['pack', '--json', '--ignore-scripts', '--pack-destination', cache]);
  const [packed] = JSON.parse(stdout) as [{ filename: string }];
  return join(cache, packed.filename);
}

async function installInto(prefix: string, tarball: string): Promise<void> {
  mkdirSync(prefix, { recursive: true });
  // onnxruntime's script would fetch GPU files from elsewhere; the processor's own library is inside the package.
  await npm(['install', '--global', '--prefix', prefix, '--no-audit', '--no-fund', tarball], { ONNXRUNTIME_NODE_INSTALL: 'skip' });
  if (!existsSync(join(describe(prefix).package, 'dist', 'main.js'))) throw new Error('The packed package has no dist/: package.json needs "files"');
}

/** What npm leaves behind when the install script of an optional package fails: everything else. */
function dropOnnx(full: string, bare: string): void {
  cpSync(full, bare, { recursive: true, verbatimSymlinks: true, filter: (path) => !/node_modules\/onnxruntime-(node|common)$/.test(relative(full, path)) });
}

/** Whether a source is younger than the build. */
function isStale(): boolean {
  const built = join(root, 'dist', 'help.json');
  if (!existsSync(built) || !existsSync(join(root, 'dist', 'types'))) return true;
  const then = statSync(built).mtimeMs;
  return ['src', 'scripts', 'bin'].some((folder) =>
    readdirSync(join(root, folder), { recursive: true, withFileTypes: true }).some((entry) => entry.isFile() && statSync(join(entry.parentPath, entry.name)).mtimeMs > then));
}

function npm(args: string[], env: Record<string, string> = {}): Promise<{ stdout: string; stderr: string }> {
  const { file, args: before } = npmCommand();
  return exec(file, [...before, ...args], { cwd: root, env: { ...npmEnvironment(), ...env }, maxBuffer: 64 * 1024 * 1024 });
}

let registry: Promise<boolean> | undefined;

/** Whether the npm registry answers. */
export function registryAnswers(): Promise<boolean> {
  return (registry ??= npm(['view', 'slugify@1.6.6', 'version', '--fetch-retries=0', '--fetch-timeout=10000']).then(() => true, () => false));
}
