import { manifest, table } from './MAN.helpers.js';

const uri = (source: string) => manifest({ feature_uri: source });
const right = uri(`'mixpeek://my_extractor@1.0.0/my_embedding'`);
const at = ['8:16'];

table('MAN-FEATURE-URI', {
  valid: {
    'name, version and feature': right,
    'the plugin alone': uri(`'mixpeek://my_extractor@1.0.0'`),
    'parts that are filled in': `const name = 'my_extractor';\nconst version = '1.0.0';\n${uri('`mixpeek://${name}@${version}/my_embedding`')}`,
    'a feature that may be declared': manifest({ feature_uri: `'mixpeek://my_extractor@1.0.0/other'`, features: '[...more]' }),
    'a name that is not known': manifest({ feature_extractor_name: 'id()', feature_uri: `'mixpeek://other@1.0.0/my_embedding'` }),
  },
  invalid: {
    'another name': { code: uri(`'mixpeek://other@1.0.0/my_embedding'`), at, fixed: right },
    'another version': { code: uri(`'mixpeek://my_extractor@2.0.0/my_embedding'`), at, fixed: right },
    'a version in short': { code: uri(`'mixpeek://my_extractor@v1/my_embedding'`), at, fixed: right },
    'another feature': { code: uri(`'mixpeek://my_extractor@1.0.0/other'`), at },
    'a feature of a plugin without any': { code: manifest({ feature_uri: `'mixpeek://my_extractor@1.0.0/x'`, features: null, output_schema: null }), at: ['6:16'] },
    'another scheme': { code: uri(`'https://my_extractor@1.0.0/my_embedding'`), at },
    'no version': { code: uri(`'mixpeek://my_extractor/my_embedding'`), at },
    'a part too many': { code: uri(`'mixpeek://my_extractor@1.0.0/a/b'`), at },
    'a list': { code: uri('[]'), at },
  },
});
