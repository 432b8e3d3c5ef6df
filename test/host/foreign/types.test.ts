/** Types that openapi-typescript makes of the description, and a client written with nothing else. */
import { execFile } from 'node:child_process';
import { cpSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import openapiTS, { astToString } from 'openapi-typescript';
import { expect, test } from 'vitest';
import { quick, tsPlugin } from '../deployments/support.js';
import { tempFolder, testHost } from '../support.js';

const checkout = join(import.meta.dirname, '../../..');
const run = promisify(execFile);

test('a client with the types of the description compiles, and works', { timeout: 120_000 }, async () => {
  const host = await testHost({ deployments: quick });
  const folder = tempFolder();
  cpSync(join(checkout, 'test/fixtures/typed-client'), folder, { recursive: true });
  writeFileSync(join(folder, 'host.d.ts'), astToString(await openapiTS(new URL(`${host.host.url}/openapi.json`))));
  writeFileSync(join(folder, 'package.json'), '{"type": "module"}');
  writeFileSync(join(folder, 'plugin.zip'), tsPlugin());
  symlinkSync(join(checkout, 'node_modules'), join(folder, 'node_modules'));

  const options = ['--strict', '--noUncheckedIndexedAccess', '--noUnusedLocals', '--module', 'nodenext', '--target', 'es2023', '--types', 'node'];
  // The compiler tells what is wrong on its standard output.
  await run(process.execPath, [join(checkout, 'node_modules/typescript/bin/tsc'), ...options, 'client.ts'], { cwd: folder }).catch((error: { stdout: string }) => expect(error.stdout).toBe(''));
  const { stdout } = await run(process.execPath, ['client.js', host.host.url, host.key, 'plugin.zip'], { cwd: folder });

  expect(JSON.parse(stdout)).toEqual(['passed', 'my_extractor_1_0_0', 'queued', 'my_extractor_1_0_0', true, 'success', 1, ['my_extractor 1.0.0 true'], 64, 'mixpeek://my_extractor@1.0.0', true]);
});
