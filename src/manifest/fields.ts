/** What a checked manifest says. A door of its own, which loads no zod: for those who are handed a manifest and need not check it. */
import type { PluginManifest } from './schema.js';
import { isTreeObject } from './tree.js';

export { pluginId } from './identity.js';

/** The named fields of an object schema; empty when there are none to be known. */
export function fieldsOf(schema: unknown): Record<string, unknown> {
  const properties = isTreeObject(schema) ? schema['properties'] : undefined;
  return isTreeObject(properties) ? properties : {};
}

/** The names of the required fields of an object schema. */
export function requiredOf(schema: unknown): string[] {
  const required = isTreeObject(schema) ? schema['required'] : undefined;
  return Array.isArray(required) ? required.filter((name): name is string => typeof name === 'string') : [];
}

/** The vectors that the plugin writes. */
export function vectorFeatures(manifest: PluginManifest): { name: string; dim: number; metric: 'cosine' | 'euclid' | 'dot' }[] {
  return manifest.features.map((feature) => ({
    name: feature.feature_name,
    dim: feature.embedding_dim,
    metric: feature.distance_metric,
  }));
}

/** The keys of `input_schema`, in order, which of them a row must have, and their types where there is one. Empty without a schema. */
export function inputColumns(manifest: Pick<PluginManifest, 'input_schema'>): { name: string; required: boolean; type: string | null }[] {
  const required = requiredOf(manifest.input_schema);
  return Object.entries(fieldsOf(manifest.input_schema)).map(([name, field]) => ({ name, required: required.includes(name), type: typeOf(field) }));
}

function typeOf(field: unknown): string | null {
  const type = typeof field === 'object' && field !== null ? (field as { type?: unknown }).type : undefined;
  return typeof type === 'string' ? type : null;
}
