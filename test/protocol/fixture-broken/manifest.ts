import { defineManifest, z } from 'plugsmith/manifest';

export default defineManifest({
  feature_extractor_name: 'protocol_fixture',
  version: '1.0.0',
  category: 'text',
  supported_input_types: ['text', 'image'],
  input_schema: z.object({ text: z.string() }),
  output_schema: z.object({ embedding: z.array(z.number()).length(3) }),
  parameter_schema: z.object({ scale: z.number().default(1) }),
  features: [{ feature_type: 'embedding', feature_name: 'embedding', embedding_dim: 3, distance_metric: 'cosine' }],
  compute_profile: { resource_type: 'cpu', batch_size: 4, max_concurrency: 1 },
});
