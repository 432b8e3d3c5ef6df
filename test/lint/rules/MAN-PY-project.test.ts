/** The files beside a manifest.py. */
import { describe, expect, it } from 'vitest';
import { manifest } from './MAN.helpers.js';
import { four, plugin } from './MAN-PY.helpers.js';
import { projectFindings } from './MAN-project.helpers.js';

const simple = plugin();
const withUri = plugin(`features = [{${four}}]`, 'feature_uri = "mixpeek://my_extractor@1.0.0/my_embedding"');

const cases: [name: string, files: Record<string, string>, expected: string[]][] = [
  ['a whole plugin', { 'manifest.py': simple, 'pipeline.py': '', 'processors/core.py': '' }, []],
  ['feature_uri with realtime.py', { 'manifest.py': withUri, 'pipeline.py': '', 'realtime.py': '' }, []],
  ['feature_uri alone', { 'manifest.py': withUri, 'pipeline.py': '' }, ['MAN-REALTIME manifest.py 4:1']],
  ['feature_uri in metadata', { 'manifest.py': 'metadata = {"feature_extractor_name": "abc", "version": "1.0.0", "feature_uri": "mixpeek://abc@1.0.0"}', 'pipeline.py': '' }, ['MAN-REALTIME manifest.py 1:66']],
  ['feature_uri of None', { 'manifest.py': plugin('feature_uri = None'), 'pipeline.py': '' }, []],
  ['a realtime.ts', { 'manifest.py': withUri, 'pipeline.py': '', 'realtime.ts': '' }, ['MAN-REALTIME manifest.py 4:1']],
  ['no pipeline', { 'manifest.py': simple }, ['MAN-FILES manifest.py file']],
  ['a pipeline in TypeScript', { 'manifest.py': simple, 'pipeline.ts': '' }, ['MAN-FILES manifest.py file']],
  ['two manifests and one pipeline', { 'manifest.py': simple, 'manifest.ts': manifest(), 'pipeline.ts': '' }, ['MAN-FILES manifest.py file']],
  ['two manifests', { 'manifest.py': simple, 'pipeline.py': '', 'manifest.ts': manifest(), 'pipeline.ts': '' }, ['MAN-FILES manifest.py file']],
  ['no manifest', { 'pipeline.py': '', 'processors/core.py': '' }, ['MAN-FILES pipeline.py file']],
  ['a pipeline alone', { 'pipeline.py': '', 'other.py': '' }, []],
  ['a manifest of something else', { 'site/manifest.py': 'name = "x"', 'site/other.py': '' }, []],
  ['a manifest that cannot be parsed', { 'manifest.py': 'version = (' }, []],
  ['a plugin in a deeper folder', { 'a/manifest.py': withUri, 'a/pipeline.py': '', 'realtime.py': '' }, ['MAN-REALTIME a/manifest.py 4:1']],
];

describe('the files of a Python plugin', () => {
  it.each(cases)('%s', async (_name, files, expected) => {
    expect(await projectFindings(files)).toEqual(expected);
  });
});
