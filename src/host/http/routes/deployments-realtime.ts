/** Calls of deployed plugins: by name, by id, by feature URI. */
import { z } from 'zod';
import { Failure } from '../../../errors/index.js';
import { pluginId, readFeatureUri } from '../../../manifest/index.js';
import { firstNamespace, type Namespace } from '../../access/namespaces.js';
import type { HostContext } from '../../context.js';
import type { DeploymentManager } from '../../deployments/manager.js';
import type { RealtimeAnswer } from '../../../runtime/index.js';
import { JsonText } from '../json-text.js';
import { badRequest, HttpError, notFound, toHttpError, unavailable } from '../errors.js';
import { Answer, type Call, namespaceHeader, ofPlugin, optional, type Route, route } from '../route.js';
import { found, inferenceName } from './deployments.js';

const values = z.record(z.string(), z.unknown());
const timeout = z.number().min(0.1).max(600).optional().describe('Seconds; 30 unless told');

export const inference = z.object({
  inference_name: z.string().max(200).nullish().describe('my_plugin, my_plugin_1_0_0 or custom_plugin_my_plugin_1_0_0'),
  feature_uri: z.string().max(400).nullish().describe('mixpeek://my_plugin@1.0.0/my_feature'),
  provider: z.string().max(200).nullish(),
  model: z.string().max(200).nullish().describe('As inference_name'),
  inputs: values,
  parameters: values.nullish(),
  enable_semantic_cache: z.boolean().nullish(),
  cache_delta: z.number().nullish(),
  timeout_seconds: timeout,
});

/** What nearly every call holds: a name, inputs, perhaps parameters. */
export function isUsual(body: unknown): boolean {
  if (!isRecord(body)) return false;
  const { inference_name: name, inputs, parameters } = body;
  const keys = Object.keys(body).length;
  return typeof name === 'string' && name.length <= 200 && isRecord(inputs) && (keys === 2 || (keys === 3 && isRecord(parameters)));
}

/** An object as `values` takes it whole: it leaves out a key named `__proto__`. */
function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !Object.hasOwn(value, '__proto__');
}

export function realtimeRoutes(host: HostContext, manager: DeploymentManager): Route[] {
  return [
    route({
      id: 'infer', method: 'POST', path: '/v1/inference', access: 'read', tag: 'realtime', summary: 'Calls a deployed plugin. The namespace is that of the header X-Namespace, else the first', headers: namespaceHeader, body: inference,
      usual: { headers: (headers) => !Object.hasOwn(headers as object, 'x-namespace'), body: isUsual },
      response: { 200: z.object({ data: z.unknown(), provider: z.string(), model: z.string(), tokens_used: z.int().nullable(), latency_ms: z.number(), cached: z.boolean(), warnings: z.array(z.string()) }) },
      handler: async (call) => {
        const { body } = call;
        const { namespace_id: namespaceId } = namespaceOf(call);
        const id = target(namespaceId, body);
        const { json, problems, milliseconds } = await ask(namespaceId, id, body);
        const rest = JSON.stringify({ provider: 'custom_plugin', model: id, tokens_used: null, latency_ms: Math.round(milliseconds * 1000) / 1000, cached: false, warnings: problems });
        // Vectors are long, and the worker has written them once already.
        return new Answer(200, new JsonText(`{"data":${json},${rest.slice(1)}`));
      },
    }),
    route({
      id: 'testRealtime', method: 'POST', path: '/v1/namespaces/:namespace_id/plugins/:plugin_id/realtime/test', access: 'read', tag: 'realtime', summary: 'Calls one version and says what came back', params: ofPlugin,
      body: optional(z.object({ inputs: values.nullish(), parameters: values.nullish(), timeout_seconds: timeout })),
      response: { 200: z.object({ status: z.enum(['success', 'error']), inference_name: z.string(), raw_response: z.unknown(), response_type: z.string().nullable(), response_keys: z.array(z.string()).nullable(), error: z.string().nullable(), message: z.string() }) },
      handler: async ({ params, body, namespace: { namespace_id: namespaceId } }) => {
        const { pluginId: id } = found(host, namespaceId, params.plugin_id);
        const name = inferenceName(id);
        try {
          const { value, problems } = await ask(namespaceId, id, { inputs: body?.inputs ?? {}, parameters: body?.parameters, timeout_seconds: body?.timeout_seconds });
          const keys = typeof value === 'object' && value !== null && !Array.isArray(value) ? Object.keys(value) : null;
          return { status: problems.length === 0 ? 'success' : 'error', inference_name: name, raw_response: value, response_type: typeOf(value), response_keys: keys, error: problems[0] ?? null, message: problems.length === 0 ? 'The answer keeps the realtime contract.' : problems.join('; ') };
        } catch (error) {
          const refusal = toHttpError(error);
          if (refusal === undefined) throw error;
          return { status: 'error', inference_name: name, raw_response: null, response_type: null, response_keys: null, error: refusal.message, message: 'The call gave no answer.' };
        }
      },
    }),
  ];

  async function ask(namespaceId: string, id: string, { inputs, parameters, timeout_seconds: seconds }: { inputs: Record<string, unknown>; parameters?: Record<string, unknown> | null | undefined; timeout_seconds?: number | undefined }): Promise<RealtimeAnswer> {
    try {
      return await manager.call({ namespaceId, pluginId: id }, { inputs, parameters: parameters ?? {}, timeoutMs: seconds === undefined ? manager.settings.callTimeout : seconds * 1000 });
    } catch (error) {
      throw error instanceof Failure ? refusalOf(error) : error;
    }
  }

  /** The one version that a body means. @throws HttpError 400, 404 */
  function target(namespaceId: string, { inference_name: name, feature_uri: uri, model }: z.output<typeof inference>): string {
    const given = name ?? model;
    if (uri != null) {
      const feature = readFeatureUri(uri);
      if (feature === undefined) throw badRequest(`${uri} is no feature URI of the form mixpeek://name@version/feature.`);
      return pluginId(feature.name, feature.version);
    }
    if (given == null) throw badRequest('The body names no plugin: give inference_name or feature_uri.');
    const id = manager.records.target(namespaceId, given.replace(/^custom_plugin_/, ''));
    if (id === undefined) throw notFound(`No deployed plugin answers to ${given}.`);
    return id;
  }

  function namespaceOf({ request, principal }: Pick<Call, 'request' | 'principal'>): Namespace {
    const header = request.headers['x-namespace'];
    const only = principal.namespaces?.length === 1 ? principal.namespaces[0] : undefined;
    const wanted = typeof header === 'string' && header !== '' ? header : (only ?? firstNamespace);
    const namespace = host.namespaces.find(wanted, principal);
    if (namespace === undefined) throw notFound(`Namespace not found: ${wanted}`);
    return namespace;
  }
}

/** What went wrong in a worker, as a client understands it. */
function refusalOf({ code, message, next }: Failure): HttpError {
  const details = { code, ...(next !== undefined && { next }) };
  switch (code) {
    case 'realtime-error':
      return badRequest(message, details);
    case 'realtime-timeout':
      return unavailable(message, 1, { ...details, code: 'timeout' });
    default:
      return unavailable(message, 2, details);
  }
}

function typeOf(value: unknown): string {
  return value === null ? 'null' : Array.isArray(value) ? 'list' : typeof value === 'object' ? 'dict' : typeof value;
}
