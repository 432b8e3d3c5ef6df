import { join } from 'node:path';
import { expect, it } from 'vitest';
import { packPlugin } from '../../src/commands/shared/pack.js';
import { folder } from '../archive/folder.js';

const typescript = {
  'plugin/manifest.ts': "import { defineManifest, z } from 'plugsmith/manifest';\nexport default defineManifest({ feature_extractor_name: 'packed_one', version: '1.0.0', category: 'text', supported_input_types: ['text'], input_schema: z.object({ text: z.string() }), output_schema: z.object({ words: z.number() }) });\n",
  'plugin/pipeline.ts': "import { count } from './lib/count.ts';\nexport const buildSteps = () => ({ steps: [count] });\n",
  'plugin/lib/count.ts': "import type { Batch } from 'plugsmith';\nexport const count = (batch: Batch) => batch;\n",
};
const python = {
  'plugin/manifest.py': "feature_extractor_name = 'packed_one'\nversion = '1.0.0'\ncategory = 'text'\nsupported_input_types = ['text']\n",
  'plugin/pipeline.py': 'def build_steps(extractor_request, container=None, **kwargs):\n    return {"steps": []}\n',
};
const beside = { ...typescript, 'plugin/pipeline.ts': "export { buildSteps } from '../shared.ts';\n", 'shared.ts': 'export const buildSteps = () => ({ steps: [] });\n' };

it.each<[string, Record<string, string>, string[]]>([
  ['all of a plugin', typescript, []],
  ['tests alone left out', { ...typescript, 'plugin/test/a.test.ts': '', 'plugin/.pluginignore': 'test/\n' }, []],
  ['a folder of sources left out', { ...typescript, 'plugin/.pluginignore': '/lib/\n' }, ['lib/count.ts: The archive lacks this file, of which the bundle is made']],
  ['all sources left out', { ...typescript, 'plugin/.pluginignore': '*.ts\n' }, ['lib/count.ts: The archive lacks this file and 2 more (manifest.ts, pipeline.ts), of which the bundle is made']],
  ['a source beside the folder', beside, ['../shared.ts: The archive lacks this file, of which the bundle is made']],
  ['all of a Python plugin', python, []],
  ['a Python pipeline left out', { ...python, 'plugin/.pluginignore': 'pipeline.py\n' }, ['pipeline.py: The archive lacks this file, without which a host cannot run the plugin']],
])('%s: what the archive lacks is told', async (_name, files, expected) => {
  const root = folder(files);
  const { warnings } = await packPlugin(join(root, 'plugin'), () => join(root, 'out.zip'));
  expect(warnings.map(({ file, message }) => `${file}: ${message}`)).toEqual(expected.map((text) => expect.stringContaining(text)));
});
