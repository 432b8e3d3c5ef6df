import { existsSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { backupHost, openHostKeys, restoreHost } from '../../src/host/index.js';
import { publish, pythonPlugin, tempFolder, testHost } from './support.js';

it('copies a running host, and makes one of the copy', async () => {
  const host = await testHost();
  await publish(host, pythonPlugin('copied_one'), 'copied_one');
  await host.call('POST', '/v1/organizations/secrets', { body: { secret_name: 'HUB', secret_value: 'x' } });
  const folder = tempFolder();
  const copy = await backupHost(host.folder, join(folder, 'copy'));
  expect(copy).toMatchObject({ plugins: 1, archives: 1 });
  await publish(host, pythonPlugin('later_one'), 'later_one');
  await expect(backupHost(host.folder, join(folder, 'copy'))).rejects.toMatchObject({ code: 'host-backup' });
  await restoreHost(join(folder, 'copy'), join(folder, 'state'));
  const second = await testHost({ folder: join(folder, 'state') }, host.key);
  expect((await second.call('GET', '/v1/namespaces/default/plugins')).body.plugins.map((each: any) => each.plugin_id)).toEqual(['copied_one_1_0_0']);
  expect((await second.call('GET', '/v1/organizations/secrets')).body.secrets).toEqual(['HUB']);
  expect(readdirSync(folder).sort()).toEqual(['copy', 'state']);
  await expect(restoreHost(join(folder, 'copy'), join(folder, 'state'))).rejects.toMatchObject({ code: 'host-backup' });
  expect(existsSync(join(folder, 'state', 'host.db'))).toBe(true);
});

it('refuses a damaged copy, and leaves nothing', async () => {
  const host = await testHost();
  const { body } = await publish(host, pythonPlugin('copied_one'), 'copied_one');
  const folder = tempFolder();
  await backupHost(host.folder, join(folder, 'copy'));
  writeFileSync(join(folder, 'copy', 'blobs', body.code_hash), 'other');
  await expect(restoreHost(join(folder, 'copy'), join(folder, 'state'))).rejects.toMatchObject({ code: 'host-backup', message: expect.stringContaining('damaged') });
  expect(readdirSync(folder)).toEqual(['copy']);
});

it('makes and revokes keys beside a running host', async () => {
  const host = await testHost();
  const keys = await openHostKeys(host.folder);
  const { token, record } = keys.create({ name: 'lost the first', scopes: ['read'], namespaces: null });
  expect((await host.call('GET', '/v1/keys/current', { key: token })).body).toMatchObject({ key_id: record.id, scopes: ['read'] });
  expect(keys.list()).toHaveLength(2);
  expect([keys.revoke(record.id), keys.revoke(record.id)]).toEqual([true, false]);
  keys.close();
  expect((await host.call('GET', '/v1/keys/current', { key: token })).status).toBe(401);
  await expect(openHostKeys(tempFolder())).rejects.toMatchObject({ code: 'host-no-state' });
  expect(statSync(join(host.folder, 'keys')).mode & 0o777).toBe(0o700);
});
