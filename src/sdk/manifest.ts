/**
 * `plugsmith/manifest`: what a plugin's `manifest.ts` imports. It loads zod and nothing else, so that a manifest can be
 * evaluated quickly and anywhere. Keys are the service's, letter for letter; every field is described in
 * `docs/manifest.md`.
 */
import type { ZodObject, ZodType, output } from 'zod';

export { z } from 'zod';

/** A JSON value: what can be written to `manifest.json` as it stands. */
export type Json = string | number | boolean | null | Json[] | { [key: string]: Json };

/** A schema of named fields: a zod object, or the same thing written as JSON Schema. */
export type FieldsSchema = ZodObject | { type: 'object'; properties: Record<string, unknown>; [keyword: string]: unknown };

/** How two vectors are compared. */
export type DistanceMetric = 'cosine' | 'euclid' | 'dot';

/** A named vector that the plugin writes. It becomes a vector index of the same name. */
export interface Feature {
  feature_type: 'embedding';
  /** Name of the output column, of the vector index, and the last part of the feature's URI. */
  feature_name: string;
  /** Number of components of each vector. */
  embedding_dim: number;
  distance_metric: DistanceMetric;
}

/** What the work of a step waits for. */
export type ResourceType = 'cpu' | 'gpu' | 'api';

/** What the batch pipeline needs. Everything left out has the default named beside it. */
export interface ComputeProfile {
  /** `cpu` (default), `gpu` (needs a GPU node), or `api` (waits for other services most of the time). */
  resource_type?: ResourceType;
  /** Rows in one call of `process`; 64. */
  batch_size?: number;
  /** Workers that process batches at the same time; 2. */
  max_concurrency?: number;
  /** Memory of one worker in GB; 2. */
  actor_memory_gb?: number;
  /** GPU memory of one worker in GB; only with `resource_type: 'gpu'`. */
  gpu_memory_gb?: number | null;
}

/** What the realtime service needs. It wins over `compute_profile` there. */
export interface ServeConfig {
  num_replicas?: number;
  min_replicas?: number;
  max_replicas?: number;
  target_ongoing_requests?: number;
  num_cpus?: number;
  num_gpus?: number;
  memory_gb?: number;
}

/** What processing costs, in credits per unit. */
export interface CostRate {
  unit: 'minute' | 'image' | '1k_tokens' | 'page' | 'face' | 'extraction';
  credits_per_unit: number;
}

/** The trade of a plugin, for catalogues. */
export type Category = 'text' | 'image' | 'video' | 'audio' | 'document' | 'multimodal';
/** What kinds of file a plugin takes. */
export type InputType = 'text' | 'image' | 'video' | 'audio' | 'pdf';

/** What an author writes. The type parameters are the three schemas; they are inferred. */
export interface ManifestInput<
  Input extends FieldsSchema | undefined = FieldsSchema | undefined,
  Output extends FieldsSchema | undefined = FieldsSchema | undefined,
  Parameters extends FieldsSchema | undefined = FieldsSchema | undefined,
> {
  /** Name of the plugin: a letter, then 2 to 63 letters, digits or underscores. */
  feature_extractor_name: string;
  /** `1.0.0`; `v1` and `1.0` are completed. */
  version: string;
  /** At most 500 characters. */
  description?: string;
  category?: Category;
  icon?: string;
  author?: string;
  /** What the realtime service gives, for example `embedding`. */
  inference_type?: string;
  /** What a row carries. The one required key is what the `data` column is read from. */
  input_schema?: Input;
  /** What the pipeline writes: one key per feature, and whatever else. */
  output_schema?: Output;
  /** What a user can set. Every key should have a default. */
  parameter_schema?: Parameters;
  supported_input_types?: InputType[];
  /** The vectors that the plugin writes. Without them no vector index is made. */
  features?: Feature[];
  /** Vector indexes in the service's own form; `features` is the usual way. */
  required_vector_indexes?: Json[];
  /** `mixpeek://name@1.0.0/feature`: announces query-time inference, so it needs a `realtime.ts`. */
  feature_uri?: string;
  /** Packages with versions, such as `lodash@4.17.21`. */
  dependencies?: string[];
  /** Described to the service; never renames a column. */
  input_mappings?: Record<string, Json>;
  /** Cost class, 1 to 5. */
  tier?: number;
  tier_label?: 'SIMPLE' | 'MODERATE' | 'COMPLEX' | 'PREMIUM';
  compute_profile?: ComputeProfile;
  serve_config?: ServeConfig;
  cost_rates?: CostRate[];
  /** An OCI image that holds the plugin. */
  container_image?: string;
  example_input?: Json;
  example_output?: Json;
  /** Carried to `manifest.json` as they stand. */
  actions?: Json;
  hooks?: Json;
  capabilities?: Json;
}

/** What `defineManifest` returns: the same object, its schemas with their exact types. */
export type Manifest<
  Input extends FieldsSchema | undefined = FieldsSchema | undefined,
  Output extends FieldsSchema | undefined = FieldsSchema | undefined,
  Parameters extends FieldsSchema | undefined = FieldsSchema | undefined,
> = ManifestInput<Input, Output, Parameters> & {
  input_schema: Input;
  output_schema: Output;
  parameter_schema: Parameters;
};

/** The parsed parameters of a manifest, defaults applied: `ParametersOf<typeof manifest>`. */
export type ParametersOf<M extends { parameter_schema?: unknown }> = M['parameter_schema'] extends ZodType
  ? output<M['parameter_schema']>
  : Record<string, unknown>;

/** Gives a manifest its types; returns the object it was given. It is checked when the plugin is linted or run. */
export function defineManifest<
  Input extends FieldsSchema | undefined = undefined,
  Output extends FieldsSchema | undefined = undefined,
  Parameters extends FieldsSchema | undefined = undefined,
>(manifest: ManifestInput<Input, Output, Parameters>): Manifest<Input, Output, Parameters> {
  return manifest as Manifest<Input, Output, Parameters>;
}
