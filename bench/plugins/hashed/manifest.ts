import { defineManifest, z } from 'plugsmith/manifest';

export default defineManifest({
  feature_extractor_name: 'bench_hashed',
  version: '1.0.0',
  description: 'Hashes text to 384 numbers and runs the model beside it, a bare matrix or a stack of feed-forward blocks.',
  category: 'text',
  supported_input_types: ['text'],
  input_schema: z.object({ text: z.string() }),
  output_schema: z.object({ embedding: z.array(z.number()).length(384) }),
  features: [{ feature_type: 'embedding', feature_name: 'embedding', embedding_dim: 384, distance_metric: 'cosine' }],
  compute_profile: { resource_type: 'cpu', batch_size: 64, max_concurrency: 2 },
});
