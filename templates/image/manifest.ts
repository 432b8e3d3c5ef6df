import { defineManifest, z } from 'plugsmith/manifest';

export default defineManifest({
  feature_extractor_name: 'image_embedder',
  version: '1.0.0',
  description: 'Turns pictures into vectors, so that pictures with like colours and shapes are found.',
  category: 'image',
  supported_input_types: ['image'],

  // What a row carries. The pipeline reads it from the column `data`.
  input_schema: z.object({
    image: z.string().describe('Where the picture is: an address, or a path that starts at the folder of the input file.'),
  }),

  // What the pipeline writes: one key for each column it adds.
  output_schema: z.object({
    image_embedding: z.array(z.number()).length(256).describe('The picture as a vector of length 1.'),
    mean_colour: z.string().describe('The average colour, as #rrggbb.'),
  }),

  // What a user can set when running or deploying the plugin.
  parameter_schema: z.object({
    greyscale: z.boolean().default(false).describe('Look at shapes only: colours are taken away first.'),
  }),

  // Each feature becomes a vector index of the same name.
  features: [
    { feature_type: 'embedding', feature_name: 'image_embedding', embedding_dim: 256, distance_metric: 'cosine' },
  ],
  feature_uri: 'mixpeek://image_embedder@1.0.0/image_embedding',

  compute_profile: { resource_type: 'cpu', batch_size: 64, max_concurrency: 2 },
});
