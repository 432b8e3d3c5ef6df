import { expect, it } from 'vitest';
import { lintManifest, manifest, places, table } from './MAN.helpers.js';

table('MAN-UNKNOWN-KEY', {
  valid: {
    'every optional field': manifest({
      description: `'Embeds'`, category: `'text'`, icon: `'x'`, author: `'me'`, inference_type: `'embedding'`,
      supported_input_types: `['text', 'pdf']`, parameter_schema: `z.object({})`, required_vector_indexes: `[{ name: 'a' }]`,
      dependencies: `[]`, input_mappings: `{ data: 'text' }`, tier: '2', tier_label: `'SIMPLE'`, compute_profile: '{}',
      serve_config: '{ num_replicas: 1 }', cost_rates: `[{ unit: 'image', credits_per_unit: 0.5 }]`, container_image: `'a/b:1'`,
      example_input: `{ text: 'a' }`, example_output: '[1]', actions: '[]', hooks: '{}', capabilities: '[]',
    }),
  },
  invalid: {
    'a typing error': { code: manifest({ descripton: `'x'` }), at: ['8:3'], fixed: manifest({ descripton: `'x'` }).replace('descripton', 'description') },
    'camelCase': { code: manifest({ computeProfile: '{}' }), at: ['8:3'], fixed: manifest({ compute_profile: '{}' }) },
    'a quoted key': { code: manifest({ '"batch_sise"': '1' }), at: ['8:3'] },
    'a quoted key that can be renamed': { code: manifest({ '"input-types"': `['text']` }), at: ['8:3'], fixed: manifest({ '"supported_input_types"': `['text']` }) },
    'the name under its old key': { code: manifest({ feature_extractor_name: null, name: `'abc'` }), at: ['7:3'], fixed: manifest({ feature_extractor_name: null, name: `'abc'` }).replace('  name:', '  feature_extractor_name:') },
    'a shorthand': {
      code: `import { defineManifest } from 'plugsmith/manifest';\nimport { name } from './n.js';\nexport default defineManifest({ name, version: '1.0.0' });`,
      at: ['3:33'],
      fixed: `import { defineManifest } from 'plugsmith/manifest';\nimport { name } from './n.js';\nexport default defineManifest({ feature_extractor_name: name, version: '1.0.0' });`,
    },
    'a name beside the right key': { code: manifest({ name: `'abc'` }), at: ['8:3'] },
    'something else': { code: manifest({ colour: `'red'` }), at: ['8:3'] },
    'a key of another object': { code: manifest({ serve_config: '{ colour: 1 }' }), at: ['8:19'] },
    'the metadata of the Python style': { code: manifest({ metadata: '{}' }), at: ['8:3'] },
  },
});

it('does not also complain that the meant key is missing', () => {
  expect(places(lintManifest(manifest({ feature_extractor_name: null, name: `'abc'` })))).toEqual(['MAN-UNKNOWN-KEY 7:3']);
});
