/** Clients that were made for the service: its Python package, and types made of the description. */
import { execFile } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';
import { testPython } from '../support/python.js';
import { quick, tsPlugin } from './deployments/support.js';
import { tempFolder, testHost } from './support.js';

const { python, missing } = testPython('published-client', ['mixpeek==0.82']);

it.skipIf(python === null)(`every plugin call of the service's Python client${missing === null ? '' : ` (left out: ${missing})`}`, { timeout: 120_000 }, async () => {
  const host = await testHost({ deployments: quick });
  const archive = join(tempFolder(), 'plugin.zip');
  writeFileSync(archive, tsPlugin());
  const { stdout } = await promisify(execFile)(python as string, [join(import.meta.dirname, 'published-client.py'), host.host.url, host.key, archive]);
  expect(stdout.trim().split('\n')).toEqual([
    'create default', 'confirm passed my_extractor_1_0_0 pending', "list ['my_extractor_1_0_0']", 'get passed', 'deploy queued', 'status DEPLOYED True', 'undeploy True', 'delete True', 'form passed',
    'org create org_local', 'org confirm passed', 'org list 1', 'org get my_extractor', 'available [False]', 'enable skipped', 'disable True', 'org delete True',
  ]);
});

it('gives types to TypeScript clients', async () => {
  const { default: openapiTS, astToString } = await import('openapi-typescript');
  const host = await testHost({ noAuth: true });
  const types = astToString(await openapiTS(new URL(`${host.host.url}/openapi.json`)));
  expect(types).toContain('"/v1/namespaces/{namespace_id}/plugins/uploads"');
  expect(types).toMatch(/createPluginUpload: \{/);
});
