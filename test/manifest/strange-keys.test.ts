/** Keys that are none of a manifest's: plugins of the service may have some in `metadata`, and they run there. */
import { expect, it } from 'vitest';
import { checkManifest, parseManifest, python } from '../../src/manifest/index.js';

const smallest = { feature_extractor_name: 'my_extractor', version: '1.0.0' };

it.each<[string, Record<string, unknown>, 'warn' | 'error']>([
  ['like nothing', { tags: ['a'] }, 'warn'],
  ['nearly that of a field', { descripton: 'x' }, 'error'],
  ['nearly that of a field that is there', { descripton: 'x', description: 'y' }, 'warn'],
])('in Python, a key that is %s', (_, keys, severity) => {
  const manifest = { ...smallest, ...keys };
  expect(checkManifest(manifest, python)).toMatchObject([{ rule: 'MAN-UNKNOWN-KEY', severity }]);
  expect(checkManifest(manifest)).toMatchObject([{ severity: 'error' }]);
  if (severity === 'error') expect(() => parseManifest(manifest, undefined, python)).toThrow(expect.objectContaining({ next: "Did you mean 'description'?" }) as Error);
  else expect(Object.keys(parseManifest(manifest, undefined, python))).not.toEqual(expect.arrayContaining([Object.keys(keys)[0]]));
});
