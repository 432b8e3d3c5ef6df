/** The manifest's shape, field by field, in the order in which `manifest.json` lists them. */
import * as z from 'zod';
import type { CostRate, Feature, ManifestInput, ServeConfig } from '../sdk/manifest.js';
import { namePattern, readVersion } from './identity.js';
import type { JsonSchema } from './json-schema.js';
import { isTreeObject } from './tree.js';

export const categories = ['text', 'image', 'video', 'audio', 'document', 'multimodal'] as const;
export const inputTypes = ['text', 'image', 'video', 'audio', 'pdf'] as const;
export const metrics = ['cosine', 'euclid', 'dot'] as const;
export const resourceTypes = ['cpu', 'gpu', 'api'] as const;
export const tierLabels = ['SIMPLE', 'MODERATE', 'COMPLEX', 'PREMIUM'] as const;
export const costUnits = ['minute', 'image', '1k_tokens', 'page', 'face', 'extraction'] as const;

/** The most components that vector stores index. */
export const maxDimension = 65_536;

const featureNamePattern = /^[a-zA-Z][a-zA-Z0-9_-]{0,63}$/;

/**
 * A package name (npm or PyPI), then nothing or a version range, then perhaps a pip marker (`; python_version < "3.11"`).
 * None of them has a `:` or a slash, so that URLs, paths, git addresses and other protocols are not dependencies.
 */
export const dependencyPattern =
  /^(@[a-z0-9][\w.-]*\/)?[a-zA-Z0-9][\w.-]*(\s*\[[\w,. -]+\])?(\s*@?\s*[\^~<>=!*\dv(][^:/\\]*)?(\s*;\s*[\w(][^:/\\]*)?$/;

const count = z.int().min(1);
const size = z.number().gt(0);
const isJson = (value: unknown): boolean => z.json().safeParse(value).success;
const schemaSlot = z.custom<JsonSchema>((value) => isTreeObject(value) && isJson(value)).nullable().default(null);

const featureShape = {
  feature_type: z.enum(['embedding']),
  feature_name: z.string().regex(featureNamePattern),
  embedding_dim: z.int().min(1).max(maxDimension),
  distance_metric: z.enum(metrics),
} satisfies Record<keyof Feature, z.ZodType>;

const computeProfileShape = {
  resource_type: z.enum(resourceTypes).default('cpu'),
  batch_size: count.default(64),
  max_concurrency: count.default(2),
  actor_memory_gb: size.default(2),
  gpu_memory_gb: size.nullable().default(null),
};

const serveConfigShape = {
  num_replicas: z.int().min(0).optional(),
  min_replicas: z.int().min(0).optional(),
  max_replicas: count.optional(),
  target_ongoing_requests: size.optional(),
  num_cpus: z.number().min(0).optional(),
  num_gpus: z.number().min(0).optional(),
  memory_gb: size.optional(),
} satisfies Record<keyof ServeConfig, z.ZodType>;

const costRateShape = {
  unit: z.enum(costUnits),
  credits_per_unit: z.number().min(0),
} satisfies Record<keyof CostRate, z.ZodType>;

const manifestShape = {
  feature_extractor_name: z.string().regex(namePattern),
  version: z.string().refine((text) => readVersion(text) !== undefined),
  description: z.string().max(500).optional(),
  category: z.enum(categories).optional(),
  icon: z.string().optional(),
  author: z.string().optional(),
  inference_type: z.string().min(1).optional(),
  supported_input_types: z.array(z.enum(inputTypes)).default([]),
  input_schema: schemaSlot,
  output_schema: schemaSlot,
  parameter_schema: schemaSlot,
  features: z.array(z.strictObject(featureShape)).default([]),
  required_vector_indexes: z.array(z.json()).optional(),
  feature_uri: z.string().optional(),
  dependencies: z.array(z.string().regex(dependencyPattern)).default([]),
  input_mappings: z.record(z.string(), z.json()).optional(),
  tier: z.int().min(1).max(5).optional(),
  tier_label: z.enum(tierLabels).optional(),
  compute_profile: z.strictObject(computeProfileShape).prefault({}),
  serve_config: z.strictObject(serveConfigShape).optional(),
  cost_rates: z.array(z.strictObject(costRateShape)).optional(),
  container_image: z.string().min(1).optional(),
  example_input: z.json().optional(),
  example_output: z.json().optional(),
  actions: z.json().optional(),
  hooks: z.json().optional(),
  capabilities: z.json().optional(),
} satisfies Record<keyof ManifestInput, z.ZodType>;

export const manifestSchema = z.strictObject(manifestShape);

/** A manifest that passed every check: defaults applied, version `X.Y.Z`, schemas as JSON Schema (null when absent). */
export type PluginManifest = z.output<typeof manifestSchema>;

/** The keys that each kind of object in a manifest may have, by the path of that object (list positions as `*`). */
export const knownKeys: Readonly<Record<string, readonly string[]>> = {
  '': Object.keys(manifestShape),
  'features.*': Object.keys(featureShape),
  compute_profile: Object.keys(computeProfileShape),
  serve_config: Object.keys(serveConfigShape),
  'cost_rates.*': Object.keys(costRateShape),
};
