import { manifest, table } from './MAN.helpers.js';

table('MAN-REQUIRED', {
  valid: {
    'a manifest with both': manifest(),
    'keys that may come from a spread': `import { defineManifest } from 'plugsmith/manifest';\nimport { base } from './base.js';\nexport default defineManifest({ ...base, version: '1.0.0' });`,
    'keys that come from a known spread': `import { defineManifest } from 'plugsmith/manifest';\nconst base = { feature_extractor_name: 'abc' };\nexport default defineManifest({ ...base, version: '1.0.0' });`,
    'computed keys': `import { defineManifest } from 'plugsmith/manifest';\nexport default defineManifest({ [key()]: 'abc', version: '1.0.0' });`,
  },
  invalid: {
    'no name': { code: manifest({ feature_extractor_name: null }), at: ['2:31'] },
    'no version': { code: manifest({ version: null }), at: ['2:31'] },
    'an empty manifest': { code: `import { defineManifest } from 'plugsmith/manifest';\nexport default defineManifest({});`, at: ['2:31', '2:31'] },
    'a version of null': { code: manifest({ version: 'null' }), at: ['2:31'] },
  },
});
