import { manifest, table } from './MAN.helpers.js';

const output = (fields: string) => manifest({ output_schema: `z.object({ my_embedding: z.array(z.number()).length(384), ${fields} })` });
const other = 'other: z.array(z.number()).length(384)';

table('MAN-OUTPUT-VECTOR', {
  valid: {
    'scores without a length': output('scores: z.array(z.number())'),
    'a box': output('box: z.array(z.number()).length(4)'),
    'a list of texts': output('words: z.array(z.string()).length(100)'),
    'features that are not known': output(other).replace(/features: .*/, 'features: [...more],').replace('my_embedding', 'a'),
    'indexes in the other form': output(other).replace('features:', 'required_vector_indexes: [],\n  features:'),
  },
  invalid: {
    'a vector without a feature': { code: output(other), at: ['6:76'] },
    'a vector in a plugin without features': { code: manifest({ features: null }), at: ['6:29'] },
  },
});
