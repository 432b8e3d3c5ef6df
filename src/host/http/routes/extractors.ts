/** Plugins as feature extractors, as collections see them. */
import { z } from 'zod';
import { featureUri, isTreeObject } from '../../../manifest/index.js';
import { firstNamespace } from '../../access/namespaces.js';
import { isoTime } from '../../clock.js';
import type { HostContext } from '../../context.js';
import type { Deployments } from '../../deployments/index.js';
import type { PluginRecord } from '../../plugins/plugins.js';
import { notFound } from '../errors.js';
import { type Call, inNamespace, namespaceHeader, type Route, route } from '../route.js';
import { flag, time, validationStatus } from '../schemas.js';

const extractorId = z.string().min(1).max(128);
const anyObject = z.record(z.string(), z.unknown());
const vectorIndex = z.object({
  name: z.string(), description: z.string(), type: z.literal('single'), feature_uri: z.string(),
  index: z.object({ name: z.string(), description: z.string(), dimensions: z.int().nullable(), type: z.literal('dense'), distance: z.string().nullable() }),
});
const extractor = z.object({
  feature_extractor_name: z.string(), version: z.string(), feature_extractor_id: z.string(), source: z.enum(['builtin', 'custom', 'community']), description: z.string(), icon: z.string(),
  input_schema: anyObject, output_schema: anyObject, parameter_schema: anyObject, supported_input_types: z.array(z.string()), max_inputs: anyObject, default_parameters: anyObject, costs: z.null().describe('The host charges nothing'),
  required_vector_indexes: z.array(vectorIndex), required_payload_indexes: z.array(anyObject), position_fields: z.array(z.string()), feature_uri: z.string(), plugin_id: z.string(),
  deployed: z.boolean(), validation_status: validationStatus, created_at: time, updated_at: time,
});
const query = z.object({ source: z.enum(['builtin', 'custom', 'all']).default('all'), include_disabled: flag });

export function extractorRoutes(host: HostContext, deployments: Deployments): Route[] {
  const all = (namespaceId: string) => [...host.plugins.list(namespaceId), ...host.plugins.listEnabled(namespaceId)].map((plugin) => toExtractor(plugin, deployments.summary(namespaceId, plugin.pluginId).deployed));
  return [
    route({
      id: 'listExtractors', method: 'GET', path: '/v1/namespaces/:namespace_id/extractors', access: 'read', tag: 'extractors', summary: 'Feature extractors of a namespace', params: inNamespace, query,
      response: { 200: z.object({ success: z.literal(true), extractors: z.array(extractor), total: z.int(), namespace_id: z.string(), builtin_count: z.int(), custom_count: z.int() }) },
      handler: ({ namespace: { namespace_id: id }, query: { source } }) => {
        const extractors = source === 'builtin' ? [] : all(id);
        return { success: true, extractors, total: extractors.length, namespace_id: id, builtin_count: 0, custom_count: extractors.length };
      },
    }),
    route({
      id: 'getExtractor', method: 'GET', path: '/v1/namespaces/:namespace_id/extractors/:extractor_id', access: 'read', tag: 'extractors', summary: 'One feature extractor, by its id or its plugin\'s',
      params: inNamespace.extend({ extractor_id: extractorId }), response: { 200: extractor },
      handler: ({ namespace, params: { extractor_id: id } }) => one(namespace.namespace_id, id),
    }),
    route({
      id: 'listFeatureExtractors', method: 'GET', path: '/v1/collections/features/extractors', access: 'read', tag: 'extractors', summary: 'Feature extractors of the namespace in the header X-Namespace, or of the first one', headers: namespaceHeader, response: { 200: z.array(extractor) },
      handler: (call) => all(namespaceOf(call)),
    }),
    route({
      id: 'getFeatureExtractor', method: 'GET', path: '/v1/collections/features/extractors/:extractor_id', access: 'read', tag: 'extractors', summary: 'One of them, by its id or its plugin\'s',
      params: z.object({ extractor_id: extractorId }), headers: namespaceHeader, response: { 200: extractor },
      handler: (call) => one(namespaceOf(call), call.params.extractor_id),
    }),
  ];

  /** @throws HttpError 404 */
  function one(namespaceId: string, id: string): z.output<typeof extractor> {
    const found = all(namespaceId).find((each) => each.feature_extractor_id === id || each.plugin_id === id);
    if (found === undefined) throw notFound(`Extractor not found: ${id}`);
    return found;
  }

  /** @throws HttpError 404 */
  function namespaceOf({ principal, request }: Pick<Call, 'principal' | 'request'>): string {
    const wanted = String(request.headers['x-namespace'] ?? host.namespaces.list(principal)[0]?.namespace_id ?? firstNamespace);
    const namespace = host.namespaces.find(wanted, principal);
    if (namespace === undefined) throw notFound(`Namespace not found: ${wanted}`);
    return namespace.namespace_id;
  }
}

/** What the manifest leaves out is empty, never null. */
function toExtractor(plugin: PluginRecord, deployed: boolean): z.output<typeof extractor> {
  const { name, version, pluginId, manifest, createdAt, updatedAt } = plugin;
  const object = (key: string): Record<string, unknown> => (isTreeObject(manifest[key]) ? manifest[key] : {});
  const list = (key: string): unknown[] => (Array.isArray(manifest[key]) ? (manifest[key] as unknown[]) : []);
  return {
    feature_extractor_name: name, version, feature_extractor_id: `${name}_${version}`, source: 'custom', description: plugin.description ?? '', icon: typeof manifest['icon'] === 'string' ? manifest['icon'] : '',
    input_schema: object('input_schema'), output_schema: object('output_schema'), parameter_schema: object('parameter_schema'), supported_input_types: list('supported_input_types').map(String),
    max_inputs: {}, default_parameters: defaultsOf(object('parameter_schema')), costs: null,
    required_vector_indexes: list('features').filter(isTreeObject).map((feature) => toIndex(feature, name, version)), required_payload_indexes: [], position_fields: [],
    feature_uri: featureUri(name, version), plugin_id: pluginId, deployed, validation_status: 'passed', created_at: isoTime(createdAt), updated_at: isoTime(updatedAt),
  };
}

function toIndex(feature: Record<string, unknown>, name: string, version: string): z.output<typeof vectorIndex> {
  const { feature_name: given, embedding_dim: dimensions, distance_metric: metric } = feature;
  const vector = String(given ?? '');
  const description = `Vectors of the feature ${vector}`;
  const index = { name: `${name}_${version}_${vector}`, description, dimensions: typeof dimensions === 'number' ? dimensions : null, type: 'dense' as const, distance: typeof metric === 'string' ? metric : null };
  return { name: vector, description, type: 'single', feature_uri: featureUri(name, version, vector), index };
}

function defaultsOf(schema: Record<string, unknown>): Record<string, unknown> {
  const properties = isTreeObject(schema['properties']) ? schema['properties'] : {};
  return Object.fromEntries(Object.entries(properties).flatMap(([key, value]) => (isTreeObject(value) && 'default' in value ? [[key, value['default']]] : [])));
}
