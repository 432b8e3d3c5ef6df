import { manifest, table } from './MAN.helpers.js';

const output = (source: string) => manifest({ output_schema: source });

table('MAN-OUTPUT-FEATURE', {
  valid: {
    'the feature is there': manifest(),
    'no schema': manifest({ output_schema: null }),
    'a schema without fields': output(`{ type: 'object' }`),
    'fields that are not known': output('z.object({ ...base.shape })'),
  },
  invalid: {
    'a feature without a key': { code: output('z.object({ embedding: z.array(z.number()) })'), at: ['7:57'] },
  },
});
