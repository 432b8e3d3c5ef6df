import { defineManifest, z } from 'plugsmith/manifest';

export default defineManifest({
  feature_extractor_name: 'bench_tokens',
  version: '1.0.0',
  description: 'Hashes words to token ids and runs the small transformer encoder beside it.',
  category: 'text',
  supported_input_types: ['text'],
  input_schema: z.object({ text: z.string() }),
  output_schema: z.object({ embedding: z.array(z.number()).length(128) }),
  features: [{ feature_type: 'embedding', feature_name: 'embedding', embedding_dim: 128, distance_metric: 'cosine' }],
  compute_profile: { resource_type: 'cpu', batch_size: 64, max_concurrency: 2 },
});
