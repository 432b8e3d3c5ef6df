/** Plugins for deployments, and waiting for what a host does. */
import { createHash } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { zipOf } from '../../archive/unpack/zip-builder.js';
import { publish, type Reply, type TestHost } from '../support.js';

export const plugins = '/v1/namespaces/default/plugins';

/** Times for tests: what takes a minute in life takes less than a second. */
export const quick = {
  healthyWithin: 30_000, idleAfter: 60_000, drain: 3000, probation: 30_000, crashes: 3, unhealthyStarts: 3, backoff: { first: 10, last: 50 }, callTimeout: 5000, queue: 256, parallelRollouts: 2, answerWithin: 5000,
  logs: { bytes: 64 * 1024, linesPerSecond: 1000 },
} as const;

/**
 * A TypeScript plugin as `plugin package` writes it. Its service tells its version and process, and does what `inputs.do`
 * says: `sleep`, `crash`, `throw`, `spin`, `log`, `secret`.
 * @param more code in the service's constructor
 */
export function tsPlugin({ name = 'my_extractor', version = '1.0.0', more = '', realtime = true, load = '' }: { name?: string; version?: string; more?: string; realtime?: boolean; load?: string } = {}): Buffer {
  const manifest = {
    feature_extractor_name: name, version, description: 'A test', category: 'text', supported_input_types: ['text'],
    input_schema: { type: 'object', properties: { text: { type: 'string' } }, required: ['text'] }, output_schema: { type: 'object', properties: {} }, parameter_schema: { type: 'object', properties: {} },
    features: [{ feature_type: 'embedding', feature_name: 'vector', embedding_dim: 3, distance_metric: 'cosine' }], compute_profile: { resource_type: 'cpu', batch_size: 64, max_concurrency: 2, actor_memory_gb: 0.25 },
  };
  const bundle = `
import { z } from 'zod';
${load}
export const manifest = { ...${JSON.stringify(manifest)}, input_schema: z.object({ text: z.string() }), output_schema: z.object({}), parameter_schema: z.object({}) };
export const pipeline = { buildSteps: () => ({ steps: [] }) };
export const actions = {};
class InferenceService {
  constructor(context) {
    this.context = context;
    ${more}
  }
  async runInference({ do: what, ms, text }) {
    if (what === 'sleep') await new Promise((done) => setTimeout(done, ms));
    if (what === 'spin') for (;;);
    if (what === 'throw') throw new Error('the service does not like ' + text);
    if (what === 'crash') setImmediate(() => { throw new Error('a crash'); }), await new Promise(() => {});
    if (what === 'log') console.log(text);
    const secret = what === 'secret' ? await this.context.secrets.get(text) : null;
    if (secret !== null) this.context.logger.info('the secret is ' + secret);
    return { embedding: [1, 2, 3], version: ${JSON.stringify(version)}, pid: process.pid, secret };
  }
}
${realtime ? 'export const realtime = { InferenceService };' : ''}
`;
  const sources: Record<string, string> = {
    'manifest.ts': `export default ${JSON.stringify(manifest)};\n`,
    'pipeline.ts': 'export function buildSteps() { return { steps: [] }; }\n',
    ...(realtime && { 'realtime.ts': 'export class InferenceService { runInference() { return { embedding: [1, 2, 3] }; } }\n' }),
  };
  const sha = (text: string): string => createHash('sha256').update(text).digest('hex');
  const inputs = { digest: sha(bundle), inputs: Object.entries(sources).map(([path, text]) => ({ path, sha256: sha(text) })) };
  const files = { ...sources, 'manifest.json': JSON.stringify(manifest), 'dist/plugin.mjs': bundle, 'dist/inputs.json': JSON.stringify(inputs) };
  return zipOf(Object.entries(files).map(([path, data]) => ({ name: `${name}/${path}`, data })));
}

export type PluginOptions = Parameters<typeof tsPlugin>[0];

/** Uploads a version; its id. */
export async function give(host: TestHost, options: NonNullable<PluginOptions> = {}): Promise<string> {
  const { name = 'my_extractor', version = '1.0.0' } = options;
  const reply = await publish(host, tsPlugin(options), name, version);
  if (reply.body.validation_status !== 'passed') throw new Error(JSON.stringify(reply.body));
  return reply.body.plugin_id as string;
}

export function deploy(host: TestHost, id: string, query = ''): Promise<Reply> {
  return host.call('POST', `${plugins}/${id}/deploy${query}`);
}

export async function status(host: TestHost, id: string): Promise<any> {
  return (await host.call('GET', `${plugins}/${id}/status`)).body;
}

/** Asks until an answer is as it should be; fails with the last one. */
export async function until<T>(ask: () => Promise<T>, good: (answer: T) => boolean, patienceMs = 30_000): Promise<T> {
  const ends = performance.now() + patienceMs;
  for (;;) {
    const answer = await ask();
    if (good(answer)) return answer;
    if (performance.now() > ends) throw new Error(`it did not come to that; the last answer was ${JSON.stringify(answer)}`);
    await pause(20);
  }
}

export async function reach(host: TestHost, id: string, state: string): Promise<any> {
  return until(() => status(host, id), (answer) => answer.status === state);
}

/** Uploads, deploys, and waits until it answers. */
export async function up(host: TestHost, options: NonNullable<PluginOptions> = {}): Promise<string> {
  const id = await give(host, options);
  await deploy(host, id);
  await reach(host, id, 'DEPLOYED');
  return id;
}

export function infer(host: TestHost, name: string, inputs: Record<string, unknown> = { text: 'x' }, more: Record<string, unknown> = {}): Promise<Reply> {
  return host.call('POST', '/v1/inference', { body: { inference_name: name, inputs, ...more } });
}

/** The log's messages. */
export async function messages(host: TestHost, id: string, query = ''): Promise<string[]> {
  const response = await fetch(`${host.host.url}${plugins}/${id}/logs${query}`, { headers: { authorization: `Bearer ${host.key}` } });
  return (await response.text()).split('\n').filter(Boolean).map((line) => (JSON.parse(line) as { message: string }).message);
}

/** Answers to the name right now. */
export async function versionOf(host: TestHost, name = 'my_extractor'): Promise<string | number> {
  const { status: code, body } = await infer(host, name);
  return code === 200 ? (body.data.version as string) : code;
}
