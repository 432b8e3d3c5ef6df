import { defineManifest, z } from 'plugsmith/manifest';

export default defineManifest({
  feature_extractor_name: 'text_embedder',
  version: '1.0.0',
  description: 'Turns short English texts into vectors, so that they can be searched by meaning.',
  category: 'text',
  supported_input_types: ['text'],

  // What a row carries. The pipeline reads it from the column `data`.
  input_schema: z.object({
    text: z.string().describe('The text to embed.'),
  }),

  // What the pipeline writes: one key for each column it adds.
  output_schema: z.object({
    text_embedding: z.array(z.number()).length(384).describe('The text as a vector of length 1.'),
    word_count: z.number().int().min(0).describe('Words in the text, as written.'),
    snippet: z.string().describe('The beginning of the text, for lists of results.'),
  }),

  // What a user can set when running or deploying the plugin.
  parameter_schema: z.object({
    max_tokens: z.number().int().min(8).max(256).default(128).describe('Longer texts are cut to this many tokens.'),
  }),

  // Each feature becomes a vector index of the same name.
  features: [
    { feature_type: 'embedding', feature_name: 'text_embedding', embedding_dim: 384, distance_metric: 'cosine' },
  ],
  feature_uri: 'mixpeek://text_embedder@1.0.0/text_embedding',

  compute_profile: { resource_type: 'cpu', batch_size: 64, max_concurrency: 2 },
});
