import { feature, manifest, table } from './MAN.helpers.js';

const type = (source: string) => manifest({ features: `[${feature({ feature_type: source })}]` });

table('MAN-FEATURE-TYPE', {
  valid: { embedding: type(`'embedding'`), 'what is not known': type('kind') },
  invalid: {
    vector: { code: type(`'vector'`), at: ['7:30'], fixed: type(`'embedding'`) },
    'another case': { code: type(`'Embedding'`), at: ['7:30'], fixed: type(`'embedding'`) },
    'a typing error': { code: type(`'embeding'`), at: ['7:30'], fixed: type(`'embedding'`) },
    scalar: { code: type(`'scalar'`), at: ['7:30'] },
    'a number': { code: type('1'), at: ['7:30'] },
  },
});
