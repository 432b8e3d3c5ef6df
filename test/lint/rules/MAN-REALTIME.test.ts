import { expect, it } from 'vitest';
import { manifest } from './MAN.helpers.js';
import { projectFindings } from './MAN-project.helpers.js';

const withUri = manifest({ feature_uri: `'mixpeek://my_extractor@1.0.0/my_embedding'` });

const cases: [name: string, files: Record<string, string>, expected: string[]][] = [
  ['feature_uri with realtime.ts', { 'manifest.ts': withUri, 'pipeline.ts': '', 'realtime.ts': '' }, []],
  ['feature_uri with realtime.mjs', { 'manifest.ts': withUri, 'pipeline.ts': '', 'realtime.mjs': '' }, []],
  ['neither', { 'manifest.ts': manifest(), 'pipeline.ts': '' }, []],
  ['realtime.ts without feature_uri', { 'manifest.ts': manifest(), 'pipeline.ts': '', 'realtime.ts': '' }, []],
  ['a feature_uri that is not known', { 'manifest.ts': manifest({ feature_uri: 'uri()' }), 'pipeline.ts': '' }, []],
  ['feature_uri alone', { 'manifest.ts': withUri, 'pipeline.ts': '' }, ['MAN-REALTIME manifest.ts 8:3']],
  ['a realtime file elsewhere', { 'manifest.ts': withUri, 'pipeline.ts': '', 'test/realtime.ts': '' }, ['MAN-REALTIME manifest.ts 8:3']],
  ['a realtime test', { 'manifest.ts': withUri, 'pipeline.ts': '', 'realtime.test.ts': '' }, ['MAN-REALTIME manifest.ts 8:3']],
  ['a plugin in a deeper folder', { 'a/manifest.ts': withUri, 'a/pipeline.ts': '', 'realtime.ts': '' }, ['MAN-REALTIME a/manifest.ts 8:3']],
];

it.each(cases)('MAN-REALTIME: %s', async (_name, files, expected) => {
  expect(await projectFindings(files)).toEqual(expected);
});
