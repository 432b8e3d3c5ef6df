import { manifest, table } from './MAN.helpers.js';

const version = (source: string) => manifest({ version: source });

table('MAN-VERSION', {
  valid: { '1.0.0': version(`'1.0.0'`), 'large numbers': version(`'10.20.301'`), 'what is not known': version('pkg.version') },
  invalid: {
    'four parts': { code: version(`'1.0.0.0'`), at: ['4:12'] },
    'a prerelease': { code: version(`'1.0.0-beta.1'`), at: ['4:12'] },
    'build metadata': { code: version(`'1.0.0+5'`), at: ['4:12'] },
    'an empty text': { code: version(`''`), at: ['4:12'] },
    words: { code: version(`'latest'`), at: ['4:12'] },
    'a leading zero': { code: version(`'01.0.0'`), at: ['4:12'] },
    spaces: { code: version(`' 1.0.0'`), at: ['4:12'] },
    'a lone v': { code: version(`'v'`), at: ['4:12'] },
    'a trailing dot': { code: version(`'1.'`), at: ['4:12'] },
    'a number': { code: version('1'), at: ['4:12'] },
    'a negative number': { code: version('-1'), at: ['4:12'] },
  },
});
