/** "Upload and Deploy" of the service's plugin guide, line by line with the real curl. Only the address is another. */
import { execFile } from 'node:child_process';
import { cpSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { testPython } from '../../support/python.js';
import { quick, status, until } from '../deployments/support.js';
import { tempFolder, testHost } from '../support.js';

const { missing } = testPython('plain', []);

/** The guide's blocks, letter for letter; between them it leaves it to the reader to copy ids from the answers. */
const lines = {
  pack: 'zip -r my_extractor.zip my_extractor/',
  create: `curl -X POST "https://api.mixpeek.com/v1/namespaces/$NS_ID/plugins/uploads" \\
  -H "Authorization: Bearer $API_KEY" \\
  -d '{"name": "my_extractor", "version": "1.0.0"}'`,
  upload: 'curl -X PUT "$PRESIGNED_URL" --data-binary @my_extractor.zip',
  confirm: `curl -X POST "https://api.mixpeek.com/v1/namespaces/$NS_ID/plugins/uploads/$UPLOAD_ID/confirm" \\
  -H "Authorization: Bearer $API_KEY"`,
  batchOnly: `curl -X POST "https://api.mixpeek.com/v1/namespaces/$NS_ID/plugins/$PLUGIN_ID/deploy?deployment_type=batch_only" \\
  -H "Authorization: Bearer $API_KEY"`,
  realtime: `curl -X POST "https://api.mixpeek.com/v1/namespaces/$NS_ID/plugins/$PLUGIN_ID/deploy" \\
  -H "Authorization: Bearer $API_KEY"`,
};

test.skipIf(missing !== null)(`${missing === null ? '' : `${missing}: `}the guide's plugin is uploaded and deployed by the guide's lines`, { timeout: 400_000 }, async () => {
  const host = await testHost({ deployments: { ...quick, healthyWithin: 60_000 } });
  const folder = tempFolder();
  cpSync(join(import.meta.dirname, '../../fixtures/seed/my_extractor'), join(folder, 'my_extractor'), { recursive: true });
  const env: NodeJS.ProcessEnv = { ...process.env, API_KEY: host.key, NS_ID: 'default' };
  const sh = async (line: string): Promise<string> => (await promisify(execFile)('sh', ['-ec', line.replace('https://api.mixpeek.com', host.host.url)], { cwd: folder, env })).stdout;

  await sh(lines.pack);
  const created = JSON.parse(await sh(lines.create));
  env['PRESIGNED_URL'] = created.presigned_url;
  env['UPLOAD_ID'] = created.upload_id;
  expect(await sh(lines.upload)).toBe('');
  const confirmed = JSON.parse(await sh(lines.confirm));
  expect(confirmed).toMatchObject({ success: true, validation_status: 'passed', validation_errors: null, plugin_id: 'my_extractor_1_0_0' });
  env['PLUGIN_ID'] = confirmed.plugin_id;

  // An environment of the plugin's own is made first, which takes long where nobody made it before.
  const settled = (): Promise<any> => until(() => status(host, confirmed.plugin_id), ({ status: now }) => ['NOT_DEPLOYED', 'DEPLOYED', 'FAILED'].includes(now), 190_000);
  expect(JSON.parse(await sh(lines.batchOnly))).toMatchObject({ deployment_type: 'batch_only' });
  expect(await settled()).toMatchObject({ status: 'NOT_DEPLOYED', deployed: true, error: null });
  expect(JSON.parse(await sh(lines.realtime))).toMatchObject({ status: 'queued', deployment_name: 'custom_plugin_my_extractor_1_0_0' });
  expect(await settled()).toMatchObject({ status: 'DEPLOYED', deployed: true, realtime_enabled: true, error: null });
});
