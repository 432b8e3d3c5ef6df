import { manifest, table } from './MAN.helpers.js';

const named = (source: string) => manifest({ feature_extractor_name: source });

table('MAN-NAME', {
  valid: {
    'three characters': named(`'abc'`),
    '64 characters': named(`'${'a'.repeat(64)}'`),
    'capitals and digits': named(`'MyPlugin_2'`),
    'a constant': manifest().replace('export default', `const id = 'abc';\nexport default`).replace(`'my_extractor'`, 'id'),
    'a template without expressions': named('`abc`'),
    'what is not known': named('process.env.NAME'),
  },
  invalid: {
    'two characters': { code: named(`'ab'`), at: ['3:27'] },
    '65 characters': { code: named(`'${'a'.repeat(65)}'`), at: ['3:27'] },
    'a hyphen': { code: named(`'my-plugin'`), at: ['3:27'] },
    'a leading digit': { code: named(`'2fast'`), at: ['3:27'] },
    'a leading underscore': { code: named(`'_abc'`), at: ['3:27'] },
    'a space': { code: named(`'my plugin'`), at: ['3:27'] },
    'a line break at the end': { code: named(`'abc\\n'`), at: ['3:27'] },
    'a letter outside ASCII': { code: named(`'größe'`), at: ['3:27'] },
    'a number': { code: named('12345'), at: ['3:27'] },
    'an empty name': { code: named(`''`), at: ['3:27'] },
  },
});
