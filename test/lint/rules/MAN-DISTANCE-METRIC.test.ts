import { feature, manifest, table } from './MAN.helpers.js';

const metric = (source: string) => manifest({ features: `[${feature({ distance_metric: source })}]` });
const at = ['7:110'];

table('MAN-DISTANCE-METRIC', {
  valid: { cosine: metric(`'cosine'`), euclid: metric(`'euclid'`), dot: metric(`'dot'`) },
  invalid: {
    euclidean: { code: metric(`'euclidean'`), at, fixed: metric(`'euclid'`) },
    l2: { code: metric(`"l2"`), at, fixed: metric(`"euclid"`) },
    capitals: { code: metric(`'COSINE'`), at, fixed: metric(`'cosine'`) },
    dot_product: { code: metric(`'dot_product'`), at, fixed: metric(`'dot'`) },
    manhattan: { code: metric(`'manhattan'`), at },
    'a number': { code: metric('2'), at },
  },
});
