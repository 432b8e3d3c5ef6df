import { expect, it } from 'vitest';
import { feature, lintManifest, manifest, places, table } from './MAN.helpers.js';

const features = (...sources: string[]) => manifest({ features: `[${sources.join(', ')}]`, output_schema: null });
const right = features(feature({}));

function renamed(wrong: string, key: string): { code: string; at: string[]; fixed: string } {
  const code = right.replace(`${key}:`, `${wrong}:`);
  const line = code.split('\n')[5] ?? '';
  return { code, at: [`6:${line.indexOf(`${wrong}:`) + 1}`], fixed: right };
}

table('MAN-FEATURE-KEYS', {
  valid: {
    'the four keys': right,
    'no features': manifest({ features: '[]', output_schema: null }),
    'a constant': `const feature = ${feature({})} as const;\n${features('feature')}`,
    'a spread constant': `const base = { feature_type: 'embedding', distance_metric: 'dot' };\n${features(`{ ...base, feature_name: 'a', embedding_dim: 3 }`)}`,
    'an unknown spread': features(`{ ...base(), feature_name: 'a' }`),
    'an unknown list': manifest({ features: 'makeFeatures()', output_schema: null }),
    'an unknown item': features('one()', feature({})),
  },
  invalid: {
    type: renamed('type', 'feature_type'),
    name: renamed('name', 'feature_name'),
    dimensions: renamed('dimensions', 'embedding_dim'),
    dim: renamed('dim', 'embedding_dim'),
    dims: renamed('dims', 'embedding_dim'),
    size: renamed('size', 'embedding_dim'),
    distance: renamed('distance', 'distance_metric'),
    metric: renamed('metric', 'distance_metric'),
    'camelCase': renamed('embeddingDim', 'embedding_dim'),
    'a typing error': renamed('distanc_metric', 'distance_metric'),
    'quoted keys': { code: features(`{ "type": 'embedding', 'feature_name': 'a', embedding_dim: 3, distance_metric: 'dot' }`), at: ['6:16'], fixed: features(`{ "feature_type": 'embedding', 'feature_name': 'a', embedding_dim: 3, distance_metric: 'dot' }`) },
    'all four of the usual mistakes': {
      code: features(`{ type: 'embedding', name: 'a', dimensions: 3, distance: 'dot' }`),
      at: ['6:16', '6:35', '6:46', '6:61'],
      fixed: features(`{ feature_type: 'embedding', feature_name: 'a', embedding_dim: 3, distance_metric: 'dot' }`),
    },
    'two keys for one': { code: features(feature({ embedding_dim: null, dim: '3', dims: '3' })), at: ['6:100', '6:108'], fixed: features(feature({ embedding_dim: null, dim: '3', dims: '3' })).replace('dim:', 'embedding_dim:') },
    'a wrong key beside the right one': { code: features(feature({ dim: '3' })), at: ['6:120'] },
    'an unknown key': { code: features(feature({ colour: '3' })), at: ['6:120'] },
    'a missing key': { code: features(feature({ distance_metric: null })), at: ['6:14'] },
    'an empty feature': { code: features('{}'), at: ['6:14', '6:14', '6:14', '6:14'] },
    'a feature that is text': { code: features(`'my_embedding'`), at: ['6:14'] },
    'an object for the list': { code: manifest({ features: feature({}), output_schema: null }), at: ['6:13'] },
  },
});

it('points at a key where it is written, also in a constant', () => {
  const code = `const base = { type: 'embedding' };\n${features(`{ ...base, feature_name: 'a', embedding_dim: 3, distance_metric: 'dot' }`)}`;
  expect(places(lintManifest(code))).toEqual(['MAN-FEATURE-KEYS 1:16']);
});

it('is silent about constants that other statements change', () => {
  const code = `const features = [{}];\nfeatures.length = 0;\n${manifest({ features: 'features' })}`;
  expect(places(lintManifest(code))).toEqual([]);
});
