/** Answers of a host, as far as they are read. Hosts may send more; what every host sends is required, the rest may be absent or null. */
import { z } from 'zod';
import { violationsOf } from './refusal.js';

const text = z.string().nullish().transform((value) => value ?? null);
const lines = z.array(z.unknown()).nullish().transform(violationsOf);
const lower = z.string().transform((value) => value.toLowerCase());
/** Hosts differ in the case of states; we show upper case. */
const upper = z.string().transform((value) => value.toUpperCase());

export const created = z.looseObject({ upload_id: z.string(), presigned_url: z.string(), name: text, version: text, expires_at: text });

export const confirmed = z.looseObject({
  success: z.boolean(), plugin_id: text, validation_status: lower, validation_errors: lines, feature_uri: text, message: text,
});

export const pluginSummary = z.looseObject({ plugin_id: z.string(), name: z.string(), version: z.string(), deployed: z.boolean().nullish(), description: text, validation_status: text, feature_uri: text, created_at: text });
export type PluginSummary = z.infer<typeof pluginSummary>;

export const pluginList = z.looseObject({ plugins: z.array(pluginSummary), total: z.number().nullish() });

export const pluginDocument = z.looseObject({ plugin_id: z.string(), name: z.string(), version: z.string(), code_hash: text, validation_status: lower.nullish(), validation_errors: lines });
export type PluginDocument = z.infer<typeof pluginDocument>;

export const pluginAnswer = z.looseObject({ plugin: pluginDocument, presigned_download_url: text });

/** Some examples of the service leave the success flag of other answers out; where it says false, nothing happened. */
export const done = z.looseObject({ success: z.boolean().optional(), message: text });

export const deployAnswer = z.looseObject({ status: lower, deployment_type: text, message: text, realtime_available: z.boolean().nullish(), upgrade_url: text });
export type DeployAnswer = z.infer<typeof deployAnswer>;

export const statusAnswer = z.looseObject({
  plugin_id: z.string(), status: upper, name: text, version: text, deployment_type: text, realtime_enabled: z.boolean().nullish(), deployed: z.boolean().nullish(),
  message: text, error: text, route_prefix: text, feature_uri: text, queued_at: text, deployed_at: text,
});
export type PluginStatus = z.infer<typeof statusAnswer>;

export const deleted = z.looseObject({ plugin_id: text, message: text, deployment_removed: z.boolean().nullish() });
export const rolledBack = z.looseObject({ slug: text, previous_version: text, active_version: z.string(), message: text });
export const enabled = z.looseObject({ success: z.boolean().optional(), plugin_id: text, message: text, feature_uri: text, deployment_status: text });
export const inferred = z.looseObject({ data: z.unknown().optional(), latency_ms: z.number().nullish(), model: text, warnings: z.array(z.string()).nullish().transform((value) => value ?? []) });
export const secretNames = z.looseObject({ secrets: z.array(z.string()) });

export const health = z.looseObject({ status: z.string(), version: text, auth: z.boolean().nullish(), warnings: z.array(z.string()).nullish().transform((value) => value ?? []) });

/** What a key may do; our hosts say it. */
export const identity = z.looseObject({ key_id: z.string(), scopes: z.array(z.string()) });

const namespace = z.looseObject({ namespace_id: z.string(), namespace_name: text });
export type Namespace = z.infer<typeof namespace>;
/** Lists of the service are called `results`. */
export const namespaceList = z.union([
  z.looseObject({ results: z.array(namespace) }).transform(({ results }) => results),
  z.looseObject({ namespaces: z.array(namespace) }).transform(({ namespaces }) => namespaces),
]);

/** One line of a deployment's log. */
export const logLine = z.looseObject({ seq: z.number(), time: text, level: text, source: text, message: z.string() });
export type LogLine = z.infer<typeof logLine>;
