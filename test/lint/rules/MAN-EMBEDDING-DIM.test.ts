import { feature, manifest, table } from './MAN.helpers.js';

const dim = (source: string) => manifest({ features: `[${feature({ embedding_dim: source })}]`, output_schema: null });
const at = ['6:88'];

table('MAN-EMBEDDING-DIM', {
  valid: { '1': dim('1'), '65536': dim('65_536'), 'a constant': `const dim = 768;\n${dim('dim')}`, 'an expression': dim('3 * 128') },
  invalid: {
    zero: { code: dim('0'), at },
    'a negative number': { code: dim('-384'), at },
    'a fraction': { code: dim('384.5'), at },
    'more than an index takes': { code: dim('65537'), at },
    'a number as text': { code: dim(`'384'`), at, fixed: dim('384') },
    'other text': { code: dim(`'large'`), at },
    null: { code: dim('null'), at },
    'a list': { code: dim('[384]'), at },
  },
});
