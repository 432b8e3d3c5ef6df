import { expect, it } from 'vitest';
import { lintManifest, manifest, places, table } from './MAN.helpers.js';

const head = `import { defineManifest, z } from 'plugsmith/manifest';\n`;

table('MAN-DEFAULT-EXPORT', {
  valid: {
    'a call of defineManifest': manifest(),
    'a constant exported by name': `${head}const m = defineManifest({ feature_extractor_name: 'abc', version: '1.0.0' });\nexport { m as default };`,
    'a constant exported as it is': `${head}const m = defineManifest({ feature_extractor_name: 'abc', version: '1.0.0' });\nexport default m;`,
    'a namespace import': `import * as plugsmith from 'plugsmith/manifest';\nexport default plugsmith.defineManifest({ feature_extractor_name: 'abc', version: '1.0.0' });`,
    'what only running can tell': `${head}import { make } from './make.js';\nexport default make();`,
    'a default export of another file': `${head}export { default } from './other.js';`,
    'an unknown manifest': `${head}import { base } from './base.js';\nexport default defineManifest(base);`,
  },
  invalid: {
    'a file without one': { code: `export const feature_extractor_name = 'abc';\n`, at: ['file'] },
    'an empty file': { code: '', at: ['file'] },
    'a function': { code: `export default function manifest() {}`, at: ['1:16'] },
    'an arrow function behind a name': { code: `const make = () => ({});\nexport default make;`, at: ['1:14'] },
    'a class': { code: `export default class Manifest {}`, at: ['1:16'] },
    text: { code: `export default 'my_extractor';`, at: ['1:16'] },
    'a list': { code: `export default [];`, at: ['1:16'] },
    'defineManifest without a manifest': { code: `${head}export default defineManifest();`, at: ['2:16'] },
  },
});

it('takes a manifest.ts in a deeper folder for a manifest only when it looks like one', () => {
  const web = `export default { name: 'My site', icons: [], version: '1' };`;
  expect(lintManifest(web, 'site/manifest.ts')).toEqual([]);
  expect(lintManifest('export const routes = [];', 'site/manifest.ts')).toEqual([]);
  expect(lintManifest(`export default { features: ['dark mode'] };`, 'site/manifest.ts')).toEqual([]);
  expect(places(lintManifest(`export default { name: 'a', features: [{ type: 'embedding' }] };`, 'my_plugin/manifest.ts'))).toContain('MAN-FEATURE-KEYS 1:42');
  expect(places(lintManifest(`export const compute_profile = {};`, 'my_plugin/manifest.ts'))).toEqual(['MAN-DEFAULT-EXPORT file']);
  expect(places(lintManifest(manifest({ version: `'x'` }), 'a/b/manifest.mts'))).toEqual(['MAN-VERSION 4:12']);
});

it('leaves files of other names alone', () => {
  for (const path of ['pipeline.ts', 'manifest.test.ts', 'my-manifest.ts', 'manifest.json']) expect(lintManifest('', path)).toEqual([]);
});
