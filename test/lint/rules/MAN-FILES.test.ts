import { expect, it } from 'vitest';
import { manifest } from './MAN.helpers.js';
import { projectFindings } from './MAN-project.helpers.js';

const cases: [name: string, files: Record<string, string>, expected: string[]][] = [
  ['a whole plugin', { 'manifest.ts': manifest(), 'pipeline.ts': '', 'processors/core.ts': '' }, []],
  ['a plugin in JavaScript', { 'manifest.mjs': manifest(), 'pipeline.mjs': '' }, []],
  ['loose files', { 'core.ts': '', 'pipeline.ts': '' }, []],
  ['a manifest of something else', { 'site/manifest.ts': `export default { name: 'x' };` }, []],
  ['a manifest that cannot be parsed', { 'manifest.ts': 'export default {' }, []],
  ['a plugin in Python', { 'manifest.py': '', 'pipeline.ts': '', 'processors/core.py': '' }, []],
  ['no pipeline', { 'manifest.ts': manifest() }, ['MAN-FILES manifest.ts file']],
  ['a pipeline elsewhere', { 'manifest.ts': manifest(), 'src/pipeline.ts': '' }, ['MAN-FILES manifest.ts file']],
  ['no manifest', { 'pipeline.ts': '', 'processors/core.ts': '' }, ['MAN-FILES pipeline.ts file']],
  ['no manifest, with a realtime service', { 'pipeline.ts': '', 'realtime.ts': '' }, ['MAN-FILES pipeline.ts file']],
];

it.each(cases)('MAN-FILES: %s', async (_name, files, expected) => {
  expect(await projectFindings(files)).toEqual(expected);
});
