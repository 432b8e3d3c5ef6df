import { feature, manifest, table } from './MAN.helpers.js';

const names = (...sources: string[]) =>
  manifest({ features: `[\n${sources.map((source) => feature({ feature_name: source })).join(',\n')}\n]`, output_schema: null });
const column = feature({}).indexOf(`'my_embedding'`) + 1;

table('MAN-FEATURE-NAME', {
  valid: {
    'two names': names(`'text_embedding'`, `'title_embedding'`),
    'a hyphen': names(`'text-embedding'`),
    'two names that are not known': names('a()', 'a()'),
  },
  invalid: {
    'a name twice': { code: names(`'same'`, `'other'`, `'same'`), at: [`9:${column}`] },
    'a name three times': { code: names(`'same'`, `'same'`, `'same'`), at: [`8:${column}`, `9:${column}`] },
    'a column of the input': { code: names(`'data'`), at: [`7:${column}`] },
    'a space': { code: names(`'my embedding'`), at: [`7:${column}`] },
    'a slash': { code: names(`'a/b'`), at: [`7:${column}`] },
    'an empty name': { code: names(`''`), at: [`7:${column}`] },
    'a leading digit': { code: names(`'1st'`), at: [`7:${column}`] },
  },
});
