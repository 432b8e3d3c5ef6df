/** A host in a process of its own, so that it can be killed. */
import { spawn, type ChildProcess } from 'node:child_process';
import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'esbuild';
import { request, type Reply, type TestHost } from '../support.js';

const checkout = join(import.meta.dirname, '../../..');
// Inside the checkout, so that the bundle finds the packages that cannot be bundled.
const folder = join(checkout, '.cache', `test-host-${process.pid}`);
let built: Promise<string> | undefined;

const entry = `
import { startHost } from './src/host/index.ts';
const host = await startHost(JSON.parse(process.argv[2]));
process.stdout.write(JSON.stringify({ url: host.url, key: host.adminKey }) + '\\n');
process.on('SIGTERM', () => void host.close());
process.exit((await host.stopped) === null ? 0 : 1);
`;

async function bundle(): Promise<string> {
  mkdirSync(folder, { recursive: true });
  const outfile = join(folder, 'host.mjs');
  await build({
    stdin: { contents: entry, resolveDir: checkout, loader: 'ts' }, outfile, bundle: true, platform: 'node', format: 'esm', target: 'node20', logLevel: 'error',
    external: ['libsql', 'onnxruntime-node', 'sharp', 'esbuild', 'typescript', '@aws-sdk/client-s3'],
    banner: { js: "import { createRequire as __createRequire } from 'node:module'; const require = __createRequire(import.meta.url);" },
  });
  return outfile;
}

export function removeChildHosts(): void {
  rmSync(folder, { recursive: true, force: true });
}

export interface ChildHost extends Pick<TestHost, 'call' | 'key'> {
  url: string;
  process: ChildProcess;
  /** Its exit code, or the signal that ended it. */
  ended: Promise<number | NodeJS.Signals>;
}

/** @param killAt see `killPoint`; @param key of an earlier start; @param under a program with arguments that starts it */
export async function childHost(options: object, killAt?: string, key?: string, under: readonly string[] = []): Promise<ChildHost> {
  const file = await (built ??= bundle());
  const [program = process.execPath, ...args] = [...under, process.execPath, file, JSON.stringify(options)];
  const child = spawn(program, args, { env: { ...process.env, ...(killAt !== undefined && { PLUGSMITH_TEST_KILL: killAt }) }, stdio: ['ignore', 'pipe', 'inherit'] });
  const ended = new Promise<number | NodeJS.Signals>((done) => child.once('exit', (code, signal) => done(signal ?? code ?? -1)));
  const line = await Promise.race([
    new Promise<string>((done) => {
      let text = '';
      child.stdout.on('data', (chunk: Buffer) => (text += chunk.toString()).includes('\n') && done(text));
    }),
    ended.then((how) => Promise.reject(new Error(`the host ended with ${how} before it listened`))),
  ]);
  const { url, key: made } = JSON.parse(line) as { url: string; key: string | null };
  const own = key ?? made ?? '';
  return {
    url, key: own, process: child, ended,
    call: (method, path, { body, key: other = own, headers = {} } = {}): Promise<Reply> =>
      request(`${url}${path}`, { method, headers: { authorization: `Bearer ${other}`, ...headers }, ...(body === undefined ? {} : { body: body instanceof Uint8Array || typeof body === 'string' ? body : JSON.stringify(body) }) } as RequestInit),
  };
}

/** Processes of workers that belong to a state folder: their command line names it. */
export async function workersOf(state: string): Promise<string[]> {
  const { readdirSync, readFileSync } = await import('node:fs');
  return readdirSync('/proc').filter((name) => /^\d+$/.test(name) && commandOf(name, readFileSync).includes(state));
}

function commandOf(pid: string, read: typeof import('node:fs').readFileSync): string {
  try {
    const command = read(`/proc/${pid}/cmdline`, 'latin1');
    return command.includes('worker/main.js') ? command : '';
  } catch {
    // It ended meanwhile.
    return '';
  }
}
