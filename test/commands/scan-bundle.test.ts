/** What `plugin package` says of a bundle, beyond what lint says of the sources. */
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { bundleWarnings } from '../../src/commands/shared/scan-bundle.js';
import { bundlePlugin, findProject } from '../../src/runtime/index.js';

let base: string;
beforeAll(() => (base = realpathSync(mkdtempSync(join(tmpdir(), 'scan-bundle-')))));
afterAll(() => rmSync(base, { recursive: true }));

const manifest = "import { defineManifest } from 'plugsmith/manifest';\nexport default defineManifest({ feature_extractor_name: 'abc', version: '1.0.0' });\n";
const holder = 'export const held: any = process;\n';

it.each<[name: string, files: Record<string, string>, refused: string | null]>([
  ['nothing to say', {}, null],
  ['what goes from file to file', { 'pipeline.ts': "import { held } from './lib/held.js';\nexport const buildSteps = () => held.binding('fs');\n", 'lib/held.ts': holder }, 'pipeline.ts:2: `process.binding` is not for plugins.'],
  ['what lint says, with a reason', { 'pipeline.ts': "// plugin-lint-disable-next-line SEC-PROCESS -- ends the run\nexport const buildSteps = () => process.kill(process.pid);\n" }, null],
  ['a file outside of the folder', { 'pipeline.ts': "export { held as buildSteps } from '../outside.js';\n", '../outside.js': 'export const held = () => eval("1");\n' }, '../outside.js:1: `eval` makes code from text, whether it is called here or handed on.'],
])('%s', async (_name, files, refused) => {
  const root = join(base, 'plugin');
  rmSync(root, { recursive: true, force: true });
  for (const [path, text] of Object.entries({ 'manifest.ts': manifest, 'pipeline.ts': 'export const buildSteps = () => ({ steps: [] });\n', ...files })) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  }
  const said = bundleWarnings(await bundlePlugin(findProject(root)), root);
  if (refused === null) expect(await said).toEqual([]);
  else await expect(said).rejects.toMatchObject({ code: 'lint-findings', message: refused });
});
