import { manifest, table } from './MAN.helpers.js';

const one = (key: string, source: string) => manifest({ [key]: source });

table('MAN-FIELD', {
  valid: {
    'a category': one('category', `'multimodal'`),
    'a description of 500 characters': one('description', `'${'a'.repeat(500)}'`),
    'what is not known': manifest({ category: 'kind', tier: 'Number(x)', example_input: '{ a: make(), b: 1 }', cost_rates: 'rates', serve_config: '{ num_cpus: cpus() }' }),
    'a JSON Schema': one('output_schema', `{ type: 'object', properties: { my_embedding: { type: 'array' } } }`),
    'a table of fields': one('output_schema', `{ my_embedding: { type: 'array', items: { type: 'number' } } }`),
    'a schema that is not known': one('input_schema', 'z.object({ a: z.date() }).strict()'),
    'a shape of its own': one('input_schema', 'z.object(shape)').replace('export', 'const shape = { text: z.string() };\nexport'),
    'fields set to undefined': manifest({ description: 'undefined', tier: 'undefined' }),
  },
  invalid: {
    'another category': { code: one('category', `'texts'`), at: ['8:13'], fixed: one('category', `'text'`) },
    'a category with no near one': { code: one('category', `'genomics'`), at: ['8:13'] },
    'a long description': { code: one('description', `'${'a'.repeat(501)}'`), at: ['8:16'] },
    'a description that is a number': { code: one('description', '5'), at: ['8:16'] },
    'a tier of 0': { code: one('tier', '0'), at: ['8:9'] },
    'a tier of 6': { code: one('tier', '6'), at: ['8:9'] },
    'another tier label': { code: one('tier_label', `'simple'`), at: ['8:15'], fixed: one('tier_label', `'SIMPLE'`) },
    'a cost unit': { code: one('cost_rates', `[{ unit: 'images', credits_per_unit: 1 }]`), at: ['8:24'], fixed: one('cost_rates', `[{ unit: 'image', credits_per_unit: 1 }]`) },
    'a cost below zero': { code: one('cost_rates', `[{ unit: 'image', credits_per_unit: -1 }]`), at: ['8:51'] },
    'a cost without a unit': { code: one('cost_rates', `[{ credits_per_unit: 1 }]`), at: ['8:16'] },
    'more replicas at least than at most': { code: one('serve_config', '{ min_replicas: 3, max_replicas: 2 }'), at: ['8:33'] },
    'half a replica': { code: one('serve_config', '{ num_replicas: 0.5 }'), at: ['8:33'] },
    'a schema of text': { code: one('parameter_schema', 'z.string()'), at: ['8:21'] },
    'a schema that is text': { code: one('parameter_schema', `'none'`), at: ['8:21'] },
    'a table of zod\'s fields': { code: one('input_schema', '{ text: z.string() }'), at: ['5:17'] },
    'a shape in place of a schema': { code: one('input_schema', 'shape').replace('export', 'const shape = { text: z.string(), n: z.number().optional() };\nexport'), at: ['6:17'] },
    'input mappings that are a list': { code: one('input_mappings', '[]'), at: ['8:19'] },
    'vector indexes that are an object': { code: one('required_vector_indexes', '{}'), at: ['8:28'] },
    'an empty image': { code: one('container_image', `''`), at: ['8:20'] },
  },
});
