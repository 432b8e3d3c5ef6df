/** Compiled, never run, by manifest.test.ts: what the compiler must accept and refuse in a manifest. */
import { defineManifest, z, type ParametersOf } from '../../src/sdk/manifest.js';

const feature = { feature_type: 'embedding', feature_name: 'my_embedding', embedding_dim: 384, distance_metric: 'cosine' } as const;

const manifest = defineManifest({
  feature_extractor_name: 'my_extractor',
  version: '1.0.0',
  input_schema: z.object({ text: z.string() }),
  output_schema: { type: 'object', properties: {} },
  parameter_schema: z.object({ threshold: z.number().default(0.5) }),
  features: [feature],
  compute_profile: { resource_type: 'gpu', gpu_memory_gb: 8 },
});

export const parameters: ParametersOf<typeof manifest> = { threshold: 1 };
// @ts-expect-error parameters have the types of their schema
export const wrongParameters: ParametersOf<typeof manifest> = { threshold: '1' };
export const untyped: ParametersOf<{ parameter_schema: undefined }> = { anything: 1 };
export const text: string = manifest.input_schema.parse({ text: 'a' }).text;

// @ts-expect-error the version is missing
defineManifest({ feature_extractor_name: 'my_extractor' });
// @ts-expect-error an unknown key
defineManifest({ feature_extractor_name: 'my_extractor', version: '1.0.0', name: 'x' });
// @ts-expect-error an unknown category
defineManifest({ feature_extractor_name: 'my_extractor', version: '1.0.0', category: 'texts' });
// @ts-expect-error a feature with another metric
defineManifest({ feature_extractor_name: 'my_extractor', version: '1.0.0', features: [{ ...feature, distance_metric: 'euclidean' }] });
defineManifest({
  feature_extractor_name: 'my_extractor',
  version: '1.0.0',
  // @ts-expect-error a feature with a wrong key
  features: [{ feature_type: 'embedding', feature_name: 'a', embedding_dim: 3, distance_metric: 'dot', dim: 3 }],
});
// @ts-expect-error a schema that has no fields
defineManifest({ feature_extractor_name: 'my_extractor', version: '1.0.0', input_schema: z.string() });
