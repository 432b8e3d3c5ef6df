import { defineManifest, z } from 'plugsmith/manifest';

export default defineManifest({
  feature_extractor_name: 'blank_plugin',
  version: '1.0.0',
  description: 'Counts the characters of a text.',
  category: 'text',
  supported_input_types: ['text'],
  input_schema: z.object({ text: z.string() }),
  output_schema: z.object({ characters: z.number().int().min(0) }),
  compute_profile: { resource_type: 'cpu', batch_size: 64 },
});
