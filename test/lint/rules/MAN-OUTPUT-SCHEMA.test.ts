import { manifest, table } from './MAN.helpers.js';

const output = (source: string) => manifest({ output_schema: source });

table('MAN-OUTPUT-SCHEMA', {
  valid: {
    'the same length': manifest(),
    'no length': output('z.object({ my_embedding: z.array(z.number()) })'),
    'a range that includes it': output('z.object({ my_embedding: z.array(z.number()).min(1).max(384) })'),
    'no schema': manifest({ output_schema: null }),
    'a schema without fields': output(`{ type: 'object' }`),
    'a field that is not known': output('z.object({ my_embedding: vector(12) })'),
    'fields that are not known': output('z.object({ ...base.shape })'),
    'a length from a constant': `const dim = 384;\n${output('z.object({ my_embedding: z.array(z.number()).length(dim) })')}`,
  },
  invalid: {
    'another length': { code: output('z.object({ my_embedding: z.array(z.number()).length(768) })'), at: ['6:43'] },
    'another length, min and max': { code: output('z.object({ my_embedding: z.array(z.number()).min(3).max(3) })'), at: ['6:43'] },
    'another length in JSON Schema': { code: output(`{ type: 'object', properties: { my_embedding: { type: 'array', minItems: 3, maxItems: 3 } } }`), at: ['6:64'] },
    'another length in a schema declared before': {
      code: `import { z as schema } from 'zod';\nconst out = schema.object({ my_embedding: schema.array(schema.number()).length(3) });\n${output('out')}`,
      at: ['2:43'],
    },
  },
});
