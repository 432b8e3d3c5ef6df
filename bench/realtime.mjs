/**
 * Measures calls of a deployed plugin over HTTP against their parts: a bare Fastify server that echoes a body of the
 * answer's size (and, beside it, of the question's size), and a direct call of the same plugin in a worker. Each call
 * waits for the one before it, so nothing but the way itself is measured.
 *
 *   node bench/realtime.mjs [--rounds 10] [--calls 200]
 *
 * Needs a built checkout (npm run build). A missed goal is printed, it is no failure: timings depend on the machine and
 * on what else it does.
 */
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { build } from 'esbuild';
import { Client } from 'undici';
import { DATA } from './lib/data.mjs';
import { COMMAND } from './lib/prepare.mjs';
import { report, summary } from './lib/report.mjs';
import { alternate, rounded } from './lib/rounds.mjs';

const { values } = parseArgs({ options: { rounds: { type: 'string', default: '10' }, calls: { type: 'string', default: '200' } } });
const [rounds, calls] = [values.rounds, values.calls].map(Number);
const from = (path) => fileURLToPath(new URL(`../${path}`, import.meta.url));
const WARM = 50;
const NAME = 'realtime_bench';
const inputs = { text: 'The airline lost my suitcase between Madrid and Oslo.' };

const folder = join(DATA, 'realtime');
rmSync(folder, { recursive: true, force: true });
mkdirSync(folder, { recursive: true });
const plugin = makePlugin();
const { openRealtime, openSession, chooseSandbox } = await parts();

const children = [];
const echo = new Client(`http://127.0.0.1:${await startChild(from('bench/baseline/echo.mjs'))}`);
const host = new Client(await startChild(join(folder, 'host.mjs'), join(folder, 'state')));
const session = await openSession({ plugin: plugin.folder, sandbox: (await chooseSandbox('auto')).bwrap === null ? 'off' : 'required', announce: () => undefined });
const worker = await openRealtime(session, { timeoutMs: 30_000, onLog: () => undefined });

try {
  await deploy();
  const question = { inference_name: NAME, inputs };
  const answer = await post(host, '/v1/inference', question);
  const sides = {
    echo: () => post(echo, '/', answer),
    echo_of_question: () => post(echo, '/', question),
    worker: () => worker.call(inputs, {}),
    host: () => post(host, '/v1/inference', question),
  };
  for (const side of Object.values(sides)) await timed(side, WARM);
  const times = await alternate(Object.fromEntries(Object.entries(sides).map(([name, side]) => [name, () => timed(side, calls)])), rounds);
  const at = Object.fromEntries(Object.entries(times).map(([name, all]) => [name, quantiles(all.flat())]));
  const ratio = (key) => rounded(at.host[key] / (at.echo[key] + at.worker[key]));
  const small = rounded(at.host.p50_ms / (at.echo_of_question.p50_ms + at.worker.p50_ms));
  report('realtime', { calls: rounds * calls, ...at, p50_against_echo_of_question: small }, {
    'p50 against echo + worker': { value: ratio('p50_ms'), goal: 1.5, least: false },
    'p99 against echo + worker': { value: ratio('p99_ms'), goal: 2, least: false },
  });
  summary();
} finally {
  await Promise.all([worker.close(), echo.close(), host.close()]);
  await session.services.close();
  for (const child of children) child.kill('SIGTERM');
}

/** The text template under a name of its own, packed. */
function makePlugin() {
  execFileSync(process.execPath, [COMMAND, 'create', NAME, '--template', 'text'], { cwd: folder, stdio: 'ignore' });
  const place = join(folder, NAME);
  const { archive } = JSON.parse(execFileSync(process.execPath, [COMMAND, 'package', '--plugin', place, '--json'], { cwd: folder, encoding: 'utf8' }));
  return { folder: place, archive: resolve(folder, archive) };
}

/** The runtime for this process, and a host for one of its own. */
async function parts() {
  const options = {
    bundle: true, format: 'esm', platform: 'node', target: 'node20', logLevel: 'error', external: ['libsql', 'onnxruntime-node', 'sharp', 'esbuild', 'typescript', '@aws-sdk/client-s3'],
    banner: { js: "import { createRequire as __createRequire } from 'node:module'; const require = __createRequire(import.meta.url);" },
  };
  const serve = `
    import { startHost } from './host/index.ts';
    const host = await startHost({ folder: process.argv[2], noAuth: true, limits: { requestsPerMinute: 1e9 }, onEvent: ({ message }) => console.error(message) });
    process.stdout.write(host.url + '\\n');
    process.on('SIGTERM', () => void host.close());`;
  await build({ ...options, stdin: { contents: serve, resolveDir: from('src'), loader: 'ts' }, outfile: join(folder, 'host.mjs') });
  await build({ ...options, stdin: { contents: "export { openRealtime, openSession, chooseSandbox } from './index.ts';", resolveDir: from('src/runtime'), loader: 'ts' }, outfile: join(folder, 'runtime.mjs') });
  return import(join(folder, 'runtime.mjs'));
}

/** Starts a server in a process of its own. @returns {Promise<string>} the line that it prints */
async function startChild(...args) {
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  children.push(child);
  const [line] = await once(child.stdout, 'data');
  return String(line).trim();
}

async function deploy() {
  const plugins = '/v1/namespaces/default/plugins';
  const { presigned_url: url, upload_id: upload } = await post(host, `${plugins}/uploads`, { name: NAME, version: '1.0.0' });
  const { pathname, search } = new URL(url);
  await (await host.request({ method: 'PUT', path: pathname + search, body: readFileSync(plugin.archive) })).body.dump();
  const { plugin_id: id } = await post(host, `${plugins}/uploads/${upload}/confirm`, {});
  await post(host, `${plugins}/${id}/deploy`, undefined);
  for (let state = ''; state !== 'DEPLOYED'; ) {
    ({ status: state } = await (await host.request({ method: 'GET', path: `${plugins}/${id}/status` })).body.json());
    if (state === 'FAILED') throw new Error('the plugin was not deployed');
  }
}

async function post(client, path, body) {
  const response = await client.request({ method: 'POST', path, headers: { 'content-type': 'application/json' }, ...(body !== undefined && { body: JSON.stringify(body) }) });
  const answer = await response.body.json();
  if (response.statusCode !== 200) throw new Error(`${path}: ${JSON.stringify(answer)}`);
  return answer;
}

/** @returns {Promise<number[]>} milliseconds of each call */
async function timed(call, count) {
  const times = [];
  for (let i = 0; i < count; i++) {
    const begun = performance.now();
    await call();
    times.push(performance.now() - begun);
  }
  return times;
}

function quantiles(times) {
  const sorted = times.sort((a, b) => a - b);
  const at = (share) => rounded(sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))]);
  return { p50_ms: at(0.5), p90_ms: at(0.9), p99_ms: at(0.99) };
}
