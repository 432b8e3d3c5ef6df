import { manifest, table } from './MAN.helpers.js';

const one = (name: string) => manifest({ dependencies: `['${name}']` });
const valid = [
  'lodash', 'lodash@4.17.21', 'lodash@^4', 'lodash@~4.17', '@scope/name', '@scope/name@1.2.3', '@scope/name@^1 || ^2', 'p-limit@7.x',
  'torch', 'torch==2.3.1', 'torch>=2.0,<3', 'pillow ~= 10.0', 'uvicorn[standard]>=0.30', 'zope.interface', 'name@v1.2.3', 'name@*',
  'torch; python_version < "3.11"', 'numpy (>=1.20,<3)', 'tomli; (python_version < "3.11") and sys_platform == "linux"', 'torch>=2; sys_platform == "linux"',
];
const invalid = [
  'https://example.org/a.tgz', 'lodash@https://example.org/a.tgz', 'torch @ https://example.org/t.whl', 'git+ssh://git@example.org/a.git',
  'git@example.org:a/b.git', 'github:user/repo', 'user/repo', 'lodash@user/repo', 'file:../a', './a', '../a', '/opt/a', '~/a', 'C:\\\\a',
  'a@npm:b@1', 'a@workspace:*', '-r requirements.txt', '--index-url', 'lodash@latest', 'torch; file:/a', '', ' lodash', 'a b',
];

table('MAN-DEPENDENCIES', {
  valid: { ...Object.fromEntries(valid.map((name) => [name, one(name)])), 'what is not known': manifest({ dependencies: '[...shared]' }) },
  invalid: {
    ...Object.fromEntries(invalid.map((name) => [`'${name}'`, { code: one(name), at: ['8:18'] }])),
    'an object': { code: manifest({ dependencies: `{ lodash: '4' }` }), at: ['8:17'] },
    'a text': { code: manifest({ dependencies: `'lodash'` }), at: ['8:17'] },
  },
});
