import { expect, it } from 'vitest';
import { lintManifest, manifest, places, table } from './MAN.helpers.js';

table('MAN-DEFINE', {
  valid: { 'a call of defineManifest': manifest() },
  invalid: {
    'a plain object': { code: `export default { feature_extractor_name: 'abc', version: '1.0.0' };`, at: ['1:16'] },
    'a typed object': { code: `import type { Manifest } from 'plugsmith/manifest';\nexport default { feature_extractor_name: 'abc', version: '1.0.0' } satisfies Manifest;`, at: ['2:16'] },
    'an object behind a name': { code: `const m = { feature_extractor_name: 'abc', version: '1.0.0' } as const;\nexport default m;`, at: ['1:11'] },
  },
});

it('does not ask for defineManifest around what is no manifest', () => {
  expect(places(lintManifest(`export default ['abc', '1.0.0'];`))).toEqual(['MAN-DEFAULT-EXPORT 1:16']);
});
