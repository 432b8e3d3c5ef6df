import { manifest, table } from './MAN.helpers.js';

const version = (source: string) => manifest({ version: source });

table('MAN-VERSION-FORM', {
  valid: { 'three numbers': version(`'1.2.3'`) },
  invalid: {
    v1: { code: version(`'v1'`), at: ['4:12'], fixed: version(`'1.0.0'`) },
    'v1.2.3': { code: version(`"v1.2.3"`), at: ['4:12'], fixed: version(`"1.2.3"`) },
    '1.0': { code: version('`1.0`'), at: ['4:12'], fixed: version('`1.0.0`') },
    '2': { code: version(`'2'`), at: ['4:12'], fixed: version(`'2.0.0'`) },
    'a constant, without a fix': { code: `const v = 'v2.1';\n${version('v')}`, at: ['5:12'] },
  },
});
