/** The worker's entry: what a supervisor starts. One plugin, one request at a time, in order of arrival. */
import { pathToFileURL } from 'node:url';
import { VERSION, encodeValue, type ActionMessage, type Frame, type InitMessage, type RealtimeMessage, type RowsMessage } from '../protocol/index.js';
import { Failure } from '../errors/index.js';
import { toWire, vectorFeatures } from '../manifest/index.js';
import { hooks } from '../sdk/runtime.js';
import type { Context } from '../sdk/index.js';
import { describe, plain, typeName } from './answers.js';
import { connect } from './connection.js';
import { createContext } from './context.js';
import { endGroup } from './group.js';
import { guardPlugin } from './guard.js';
import { countMetric, withMetrics } from './metrics.js';
import { expectModels } from './models/ahead.js';
import { buildPlugin, findAction, loadPlugin, makeRealtime, type LiveStep, type Plugin, type RealtimeService } from './plugin.js';
import { tell } from './place.js';
import { Cancelled, runRows } from './rows.js';
import { patiently } from './patience.js';
import { activeStep, countIo, noteIoFailure } from './stats.js';
import { expectVectors } from './tuning.js';
import { startWatchdog } from './watchdog.js';

process.env['ORT_DISABLE_TELEMETRY'] = '1';
expectVectors();
process.setSourceMapsEnabled(true);
// Not named where this worker cannot see it, in a sandbox that ends with it.
const supervisor = process.env['PLUGSMITH_SUPERVISOR'];
// Plugin code has no use for it.
delete process.env['PLUGSMITH_SUPERVISOR'];

const realExit = process.exit.bind(process) as (code: number) => never;
/** At most this often a busy worker says that it is alive, in milliseconds. */
const PROGRESS_MS = 100;

let plugin: Plugin | undefined;
let context: Context | undefined;
let steps: LiveStep[] = [];
let service: RealtimeService | undefined;
let root = process.cwd();
let role: InitMessage['role'] = 'manifest';
let lastProgress = 0;
let current = 0;
const cancelled = new Set<number>();
let queue: Promise<void> = Promise.resolve();
let watched = false;

const connection = connect(receive, (reason) => {
  if (reason) {
    process.stderr.write(`worker: ${reason.message}\n`);
    realExit(70);
  }
  endGroup();
  realExit(0);
});

guardProcess();
// A worker starts in the plugin's folder. Its supervisor is still busy then, unless the worker cannot see it.
if (supervisor !== undefined) setImmediate(() => expectModels(process.cwd()));

function receive(frame: Frame): void {
  const { header } = frame;
  switch (header.type) {
    case 'health':
      connection.send({ type: 'result', id: header['id'] as number, value: { ok: true }, value_type: 'object' });
      return;
    case 'cancel':
      cancelled.add(header['target'] as number);
      return;
    case 'event':
      return;
    case 'shutdown':
      queue = queue.then(async () => {
        // What plugin code printed may still wait in this process; ending now would lose it.
        await Promise.all([connection.flush(), ...[process.stdout, process.stderr].map((stream) => new Promise((done) => stream.write('', done)))]);
        realExit(0);
      });
      return;
    default:
      queue = queue.then(() => answer(frame));
  }
}

async function answer({ header, body }: Frame): Promise<void> {
  const id = typeof header['id'] === 'number' ? header['id'] : 0;
  current = id;
  lastProgress = performance.now();
  try {
    if (cancelled.has(id)) throw new Cancelled();
    switch (header.type) {
      case 'init':
        await init(header as InitMessage);
        break;
      case 'rows':
        await rows(header as RowsMessage, body);
        break;
      case 'realtime':
        await realtime(header as RealtimeMessage);
        break;
      case 'action':
        await action(header as ActionMessage);
        break;
      default:
        connection.send({ type: 'error', id, code: 'unknown-message', message: `this worker does not know the message "${header.type}"` });
    }
  } catch (error) {
    connection.send(describe(id, error, root));
  } finally {
    cancelled.delete(id);
  }
}

/** Before plugin code may keep the main thread busy, and no earlier: while a worker starts, its supervisor needs the other core. */
function watchSupervisor(): void {
  if (watched || supervisor === undefined) return;
  watched = true;
  startWatchdog(new URL(import.meta.url.endsWith('.ts') ? './watchdog.ts' : './watchdog.js', import.meta.url), Number(supervisor));
}

async function init(message: InitMessage): Promise<void> {
  watchSupervisor();
  root = message.root;
  if (message.profile === 'untrusted') guardPlugin(pathToFileURL(`${root}/`).href);
  const loaded = await loadPlugin(message.bundle, root, message.parameters);
  context = createContext({ root, threads: message.threads, supervisor: { ask: connection.ask, log, progress: note, alive, metric } });
  steps = message.role === 'pipeline' ? upTo(await buildPlugin(loaded, context), message.last_step) : [];
  service = message.role === 'realtime' ? makeRealtime(loaded, context) : undefined;
  plugin = loaded;
  ({ role } = message);
  const { manifest, parameters } = plugin;
  connection.send({
    type: 'ready', id: message.id, protocol: VERSION, runtime: `node ${process.versions.node}`, pid: process.pid,
    manifest: toWire(manifest), parameters, batch_size: message.batch_size ?? manifest.compute_profile.batch_size,
    steps: steps.map(({ step }) => ({ name: step.name, resource_type: step.resourceType, condition: step.condition })),
  });
}

/** @throws Failure `no-step` naming the steps there are */
function upTo(all: LiveStep[], last: string | undefined): LiveStep[] {
  if (last === undefined) return all;
  const names = all.map(({ step }) => step.name);
  const index = names.indexOf(last);
  if (index >= 0) return all.slice(0, index + 1);
  throw new Failure({ code: 'no-step', message: `The pipeline has no enabled step "${last}".`, why: 'The steps up to it are run.', next: names.length > 0 ? `Steps: ${names.join(', ')}.` : 'buildSteps gave no enabled steps.' });
}

async function rows(message: RowsMessage, body: Uint8Array): Promise<void> {
  const { manifest } = ready();
  if (role !== 'pipeline') throw new Failure({ code: 'wrong-role', message: `This worker was started for the role "${role}"; rows are for "pipeline".` });
  const features = new Map(vectorFeatures(manifest).map(({ name, dim }) => [name, dim]));
  const { header, chunks } = await withMetrics(() => runRows({
    message, body, steps, features, root,
    onProgress: (batches) => {
      if (performance.now() - lastProgress < PROGRESS_MS) return;
      lastProgress = performance.now();
      connection.send({ type: 'progress', id: message.id, batches });
    },
    cancelled: () => cancelled.has(message.id),
  }));
  connection.send(header, chunks);
}

async function realtime(message: RealtimeMessage): Promise<void> {
  ready();
  if (service === undefined) throw new Failure({ code: 'no-realtime', message: 'This worker was not started for realtime calls.' });
  const value: unknown = await service.runInference(message.inputs, message.parameters);
  answerWith(message.id, value);
}

async function action(message: ActionMessage): Promise<void> {
  const found = findAction(ready(), message.name);
  const parsed = found.params.safeParse(message.params);
  if (!parsed.success) throw new Failure({ code: 'parameters-invalid', message: `The action "${message.name}" refuses its parameters: ${parsed.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`).join('; ')}` });
  const value: unknown = await found.run(parsed.data as never, context as Context);
  answerWith(message.id, value);
}

function answerWith(id: number, value: unknown): void {
  connection.send({ type: 'result', id, value_type: typeName(value) }, [encodeValue(plain(value))]);
}

function ready(): Plugin {
  if (plugin === undefined) throw new Failure({ code: 'not-initialised', message: 'The first message to a worker is init.' });
  return plugin;
}

function log(level: 'debug' | 'info' | 'warn' | 'error', message: string): void {
  connection.send({ type: 'log', level, message: String(message), step: activeStep });
}

function note(text: string): void {
  connection.send({ type: 'progress', id: current, batches: 0, note: text });
}

function metric(name: string, value: number): void {
  countMetric(name, value, (counted, by) => connection.send({ type: 'metric', name: counted, value: by }));
}

/** A query has somebody who waits for it: its time limit stands whatever is being fetched. */
function alive(text: string): void {
  if (role !== 'realtime') note(text);
}

/** Plugin code shares this process: it must not end it unseen, and its I/O is counted. */
function guardProcess(): void {
  const refuse = (call: string) => (): never => {
    throw new Error(`${call} was called. A plugin must not end its worker: throw an error for a bad row instead`);
  };
  process.exit = refuse('process.exit()') as typeof process.exit;
  process.abort = refuse('process.abort()');
  hooks.recorder = { io: (_seconds, error) => (error === undefined ? undefined : noteIoFailure(error)) };
  hooks.openAsset = (url, suffix) => countIo(() => patiently(connection.ask<{ path: string; isTemporary: boolean }>('asset', { url, suffix }), alive, `fetching ${url.slice(0, 200)}`));
  const realFetch = globalThis.fetch;
  globalThis.fetch = (...args) => countIo(() => realFetch(...args));
  process.on('unhandledRejection', (reason) => {
    const told = tell(reason, root);
    log('error', `a promise failed and nobody awaited it${told.at ? ` (${told.at})` : ''}: ${told.name}: ${told.message}`);
  });
  process.on('uncaughtException', (error) => {
    connection.send({ ...describe(0, error, root), code: 'uncaught' });
    void connection.flush().then(() => realExit(70));
  });
}
