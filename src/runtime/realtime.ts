/** Calling the realtime service in a worker, and checking its answer against the contract. */
import { Failure } from '../errors/index.js';
import { vectorFeatures } from '../manifest/fields.js';
import type { PluginManifest } from '../manifest/index.js';
import { ProtocolError, decodeValue, type ReadyMessage, type Unnumbered, type ValueResult } from '../protocol/index.js';
import { WorkerDied, WorkerRefused, launchWorker, refusal, type DeathKind, type Reply, type WorkerHandle } from './launch/index.js';
import type { LogLine } from './log.js';
import type { Project } from './project/index.js';
import { manifestOf } from './ready.js';
import { initMessage, launchOptions, type Session } from './session.js';

export interface RealtimeAnswer {
  value: unknown;
  /** The same as JSON text, as the worker wrote it. */
  json: string;
  /** What breaks the contract; empty when the answer is good. */
  problems: string[];
  milliseconds: number;
}

export interface RealtimeCaller {
  manifest: PluginManifest;
  readonly pid: number;
  readonly alive: boolean;
  /** Why it is gone; null while it is alive. */
  readonly death: DeathKind | null;
  /** Resolves when the worker is gone. */
  readonly gone: Promise<void>;
  /**
   * @param timeoutMs for this call; that of the worker unless told
   * @throws Failure when the service throws (`realtime-error`), takes too long (`realtime-timeout`) or dies (`realtime-crash`, `-memory`, `-stopped`, `-bystander`)
   */
  call(inputs: Record<string, unknown>, parameters: Record<string, unknown>, timeoutMs?: number): Promise<RealtimeAnswer>;
  /** Asks whether it is alive. @throws Failure where it is not */
  check(timeoutMs: number): Promise<void>;
  close(): Promise<void>;
}

export interface RealtimeOptions {
  timeoutMs: number;
  /** For starting; `timeoutMs` unless told. */
  startMs?: number;
  /** `pipeline` starts what batches use, to see that it starts; there is nothing to call then. */
  role?: 'realtime' | 'pipeline';
  /** Ends the worker, also while it starts. */
  signal?: AbortSignal;
  onLog(line: LogLine): void;
}

/** Starts a worker for realtime calls. @throws Failure `no-realtime`, `plugin-load`, `manifest-invalid` */
export async function openRealtime(session: Session, options: RealtimeOptions): Promise<RealtimeCaller> {
  options.signal?.throwIfAborted();
  const worker = launchWorker(launchOptions(session, (line) => options.onLog(line)));
  const end = (): void => void worker.stop();
  options.signal?.addEventListener('abort', end, { once: true });
  void worker.gone.then(() => options.signal?.removeEventListener('abort', end));
  const { language } = session.project;
  const ask = <H>(message: Unnumbered, timeoutMs = options.timeoutMs): Promise<Reply<H>> => request<H>(worker, message, timeoutMs, entries[language].name);
  try {
    const { header: ready } = await ask<ReadyMessage>({ ...initMessage(session, { role: options.role ?? 'realtime', parameters: {}, threads: session.cores, batch_size: null }), type: 'init' }, options.startMs);
    const manifest = await manifestOf(ready);
    return {
      manifest,
      pid: worker.pid,
      get alive() {
        return worker.alive;
      },
      get death() {
        return worker.death;
      },
      gone: worker.gone,
      check: async (timeoutMs) => void (await ask({ type: 'health' }, timeoutMs)),
      async call(inputs, parameters, timeoutMs) {
        const started = performance.now();
        const { header, body } = await ask<ValueResult>({ type: 'realtime', inputs, parameters }, timeoutMs);
        const { value, text } = read(worker, body);
        return { value, json: text, problems: contractProblems(value, header.value_type, manifest, language, inputs['vector_index']), milliseconds: performance.now() - started };
      },
      close: () => worker.stop(),
    };
  } catch (error) {
    await worker.stop();
    throw error;
  }
}

/** The method that answers, and an answer, as each language writes them. */
const entries = { typescript: { name: 'runInference', answer: 'an object such as { embedding: [...] }' }, python: { name: 'run_inference', answer: 'a dict such as {"embedding": [...]}' } } as const;

async function request<H>(worker: WorkerHandle, message: Unnumbered, timeoutMs: number, entry: string): Promise<Reply<H>> {
  try {
    return await worker.request<H>(message, [], timeoutMs);
  } catch (error) {
    if (error instanceof WorkerRefused) throw realtimeFailure(error, entry);
    if (error instanceof WorkerDied) throw noAnswer(error, error.kind === 'timeout' ? `Look for a loop or a wait in ${entry}; --timeout allows more time.` : undefined);
    throw error;
  }
}

/** The value of an answer. A worker that sends what is none cannot be trusted with the next call. @throws Failure `realtime-crash` */
function read(worker: WorkerHandle, body: Uint8Array): { value: unknown; text: string } {
  try {
    return decodeValue(body);
  } catch (error) {
    if (!(error instanceof ProtocolError)) throw error;
    const why = `the worker sent something that is no answer: ${error.message}`;
    worker.kill('crash', why);
    throw noAnswer({ kind: 'crash', message: why });
  }
}

function noAnswer({ kind, message }: Pick<WorkerDied, 'kind' | 'message'>, next = 'Look at the output of the plugin (--verbose).'): Failure {
  return new Failure({ code: `realtime-${kind}`, message: `The realtime service gave no answer: ${message}.`, why: 'A query waits for it.', next });
}

function realtimeFailure(error: WorkerRefused, entry: string): Failure {
  const { code, message, name, at } = error.reply;
  if (code !== 'plugin-error') return refusal(error);
  return new Failure({ code: 'realtime-error', message: `${entry} failed${at ? ` at ${at}` : ''}: ${name}: ${message}`, why: 'The service would answer a query with an error.', next: at ? `Mend ${at}, or give the inputs it expects.` : 'Give the inputs that the service expects.', exitCode: 1 });
}

/**
 * The realtime contract: an object with a vector, under its feature's name or as `embedding`. Of several features an
 * answer may hold those that were asked for; whichever it holds have the size that is declared.
 *
 * @param asked the feature that the inputs name as `vector_index`, if they do
 */
export function contractProblems(value: unknown, type: string, manifest: PluginManifest, language: Project['language'], asked?: unknown): string[] {
  const { name: entry, answer: example } = entries[language];
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return [`${entry} returned ${type}; it has to return ${example}`];
  const answer = value as Record<string, unknown>;
  const features = vectorFeatures(manifest);
  const unnamed = features.filter(({ name }) => !(name in answer));
  if (features.length > 0 && unnamed.length === features.length && !('embedding' in answer)) {
    const plural = 'embeddings' in answer ? ' It has "embeddings"; the key is "embedding", in the singular, and holds one vector.' : '';
    return [`the answer has no "embedding"; feature search reads the primary vector from that key.${plural}`];
  }
  const { embedding } = answer;
  const wanted = unnamed.find(({ name }) => name === asked);
  // It stands for the feature that was asked for, or for any that has no key of its own: the one whose size it has, else the first.
  const meant = wanted ?? unnamed.find(({ dim }) => Array.isArray(embedding) && embedding.length === dim) ?? unnamed[0];
  return [
    ...(wanted !== undefined && !('embedding' in answer) ? [`the answer has neither "${wanted.name}", which was asked for, nor "embedding"`] : []),
    ...features.filter(({ name }) => name in answer).flatMap(({ name, dim }) => vectorProblems(name, answer[name], dim)),
    ...(meant !== undefined && 'embedding' in answer ? vectorProblems('embedding', embedding, meant.dim) : []),
  ];
}

function vectorProblems(key: string, value: unknown, dim: number): string[] {
  if (!Array.isArray(value)) return [`"${key}" is ${value === null ? 'null' : `a ${typeof value}`}, not a list of numbers`];
  if (Array.isArray(value[0])) return [`"${key}" is a list of lists; it has to be one vector (return the first row of the batch)`];
  if (value.length !== dim) return [`"${key}" has ${value.length} numbers, the manifest declares ${dim}`];
  let isZero = true;
  for (const item of value) {
    if (!Number.isFinite(item)) return [`"${key}" holds something that is no finite number`];
    if (item !== 0) isZero = false;
  }
  return isZero ? [`"${key}" is the zero vector`] : [];
}

/** The vector of a feature in an answer: under its own name, else `embedding`. */
export function vectorOf(value: unknown, feature: string): Float32Array | null {
  const answer = value as Record<string, unknown>;
  const found = answer[feature] ?? answer['embedding'];
  return Array.isArray(found) ? Float32Array.from(found as number[]) : null;
}
