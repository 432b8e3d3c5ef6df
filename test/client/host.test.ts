/** Our client against the shapes in which hosts of others answer. */
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, test } from 'vitest';
import { createHttp, Host } from '../../src/client/index.js';
import { type Cloud, cloud, cut, dropped, KEY, NOT_FOUND, type Reply, type Routes } from './cloud.js';

const LIST = 'GET /namespaces/ns_1/plugins';
const ONE = 'GET /namespaces/ns_1/plugins/p_1_0_0';
const PLUGIN = { plugin_id: 'p_1_0_0', name: 'p', version: '1.0.0' };
const EMPTY: Reply = [200, { success: true, plugins: [], total: 0, namespace_id: 'ns_1' }];

let server: Cloud | undefined;
const start = async (routes: Routes): Promise<Cloud> => (server = await cloud(routes));
afterEach(async () => {
  await server?.close();
  server = undefined;
});

describe('a good answer', () => {
  test('carries the key, a User-Agent, and is read with all that it holds', async () => {
    const { host, seen } = await start({ [ONE]: [200, { success: true, plugin: { ...PLUGIN, code_hash: 'abc', validation_status: 'Passed', new_key: 1 } }] });
    expect(await host.findPlugin('p_1_0_0')).toMatchObject({ code_hash: 'abc', validation_status: 'passed', new_key: 1 });
    expect(seen[0]?.headers).toMatchObject({ authorization: `Bearer ${KEY}`, 'user-agent': 'plugsmith/test' });
  });

  test.each(['deployed', 'DEPLOYED', 'Deployed'])('status %j is shown in upper case', async (status) => {
    const { host } = await start({ 'GET /namespaces/ns_1/plugins/p_1_0_0/status': [200, { plugin_id: 'p_1_0_0', namespace_id: 'ns_1', status }] });
    expect(await host.status('p_1_0_0')).toMatchObject({ status: 'DEPLOYED', version: null, error: null });
  });

  test.each([
    [{ status: 'queued', message: 'm', deployment_name: 'custom_plugin_p_1_0_0', queue_position: 1 }, { status: 'queued' }],
    [{ status: 'deployed', deployment_type: 'batch_only', message: 'm' }, { status: 'deployed', deployment_type: 'batch_only' }],
    [{ status: 'batch_only', deployment_type: 'batch_only', message: 'm', realtime_available: false, upgrade_url: 'https://u.example' }, { status: 'batch_only', realtime_available: false, upgrade_url: 'https://u.example' }],
  ])('deploy answers %j', async (body, read) => {
    const { host } = await start({ 'POST /namespaces/ns_1/plugins/p_1_0_0/deploy': [200, body] });
    expect(await host.deploy('p_1_0_0', { type: 'batch_only' })).toMatchObject(read);
    expect(server?.seen[0]?.query.get('deployment_type')).toBe('batch_only');
  });

  test.each([
    [{ results: [{ namespace_id: 'ns_1', namespace_name: 'one' }], pagination: {} }],
    [{ namespaces: [{ namespace_id: 'ns_1', namespace_name: 'one' }] }],
  ])('namespaces as %j', async (body) => {
    const { host } = await start({ 'POST /namespaces/list': [200, body] });
    expect(await host.namespaces()).toMatchObject([{ namespace_id: 'ns_1', namespace_name: 'one' }]);
  });

  test('to a deletion may be empty', async () => {
    const { host } = await start({ 'DELETE /namespaces/ns_1/plugins/p_1_0_0': (response) => void response.writeHead(204).end() });
    expect(await host.remove('p_1_0_0')).toMatchObject({ message: null });
  });
});

describe('who does not serve plugins is told apart from a plugin that is missing', () => {
  const strange: [string, Reply][] = [
    ['405', [405, { detail: 'Method Not Allowed' }]],
    ['a page', [404, '<html>404</html>']],
    ['a bare Not Found', NOT_FOUND],
  ];
  test.each(strange)('%s everywhere: no host of plugins', async (_name, reply) => {
    const { host } = await start({ 'GET /namespaces/ns_1/plugins*': reply, 'POST /namespaces/ns_1/plugins*': reply });
    await expect(host.plugin('p_1_0_0')).rejects.toMatchObject({ code: 'no-plugin-host', exitCode: 3, message: expect.stringContaining('this host does not serve plugins') });
    await expect(host.deploy('p_1_0_0')).rejects.toMatchObject({ code: 'no-plugin-host' });
    await expect(host.plugins()).rejects.toMatchObject({ code: 'no-plugin-host' });
  });

  test.each(strange.slice(1))('%s, and a list of plugins: the plugin is missing', async (_name, reply) => {
    const { host, seen } = await start({ [LIST]: EMPTY, [ONE]: reply });
    await expect(host.plugin('p_1_0_0')).rejects.toMatchObject({ code: 'not-found', message: expect.stringContaining('p_1_0_0') });
    expect(await host.findPlugin('p_1_0_0')).toBeNull();
    expect(seen).toHaveLength(4);
  });

  test('405, and a list of plugins: the host cannot do this', async () => {
    const { host } = await start({ [LIST]: EMPTY, 'POST /namespaces/ns_1/plugins/by-name/p/rollback': [405, {}] });
    await expect(host.rollback('p', '1.0.0')).rejects.toMatchObject({ code: 'not-supported' });
  });

  test('a wrong key is a wrong key', async () => {
    const { host } = await start({ [LIST]: [401, { detail: 'Unauthorized' }], [ONE]: NOT_FOUND });
    await expect(host.plugin('p_1_0_0')).rejects.toMatchObject({ code: 'unauthorized' });
  });

  test("Cloudflare's page is no missing plugin", async () => {
    const { host } = await start({ [ONE]: [403, '<html>error code: 1010</html>'] });
    await expect(host.plugin('p_1_0_0')).rejects.toMatchObject({ code: 'blocked' });
  });

  test('a plugin that a host of plugins does not have is null', async () => {
    const { host, seen } = await start({ [ONE]: [404, { detail: 'Plugin not found: p_1_0_0' }] });
    expect(await host.findPlugin('p_1_0_0')).toBeNull();
    expect(seen).toHaveLength(1);
  });
});

describe('answers that are none', () => {
  test.each<[string, Reply]>([
    ['a page with 200', [200, '<html>Welcome</html>']],
    ['JSON of something else', [200, { hello: 'world' }]],
    ['a list', [200, []]],
    ['torn JSON', [200, '{"plugins": [']],
    ['nothing', [200, '']],
  ])('%s', async (_name, reply) => {
    const { host } = await start({ [LIST]: reply });
    await expect(host.plugins()).rejects.toMatchObject({ code: 'bad-answer', exitCode: 3 });
  });

  test('success: false is a failure, whatever the status', async () => {
    const { host } = await start({ 'POST /namespaces/ns_1/plugins/p_1_0_0/undeploy': [200, { success: false, error: { message: 'Not deployed.', type: 'BadRequestError' } }] });
    await expect(host.undeploy('p_1_0_0')).rejects.toMatchObject({ code: 'refused', message: 'Not deployed.', exitCode: 3 });
  });
});

describe('repeating', () => {
  test.each<[string, Reply]>([
    ['cut in the middle', cut],
    ['dropped', dropped],
    ['503', [503, { detail: 'busy' }]],
    ['502 as a page', [502, '<html>Bad gateway</html>']],
  ])('%s, then good', async (_name, reply) => {
    const { host, seen } = await start({ [LIST]: [reply, reply, EMPTY] });
    expect(await host.plugins()).toEqual([]);
    expect(seen).toHaveLength(3);
  });

  test('a POST keeps its Idempotency-Key, and another has another', async () => {
    const created = { upload_id: 'plu_1', presigned_url: 'http://x', s3_key: 'k', expires_at: 'soon', namespace_id: 'ns_1', name: 'p', version: '1.0.0' };
    const { host, seen } = await start({ 'POST /namespaces/ns_1/plugins/uploads': [dropped, [200, created]] });
    const request = { name: 'p', version: '1.0.0', bytes: 1, sha256: 'a'.repeat(64) };
    await host.createUpload(request);
    await host.createUpload(request);
    const keys = seen.map(({ headers }) => headers['idempotency-key']);
    expect(keys[0]).toMatch(/^[0-9a-f-]{36}$/);
    expect(keys[1]).toBe(keys[0]);
    expect(keys[2]).not.toBe(keys[0]);
  });

  test('Retry-After is kept', async () => {
    const { host, waits } = await start({ [LIST]: [[429, {}, { 'retry-after': '7' }], EMPTY] });
    await host.plugins();
    expect(waits).toEqual([7000]);
  });

  test('a long Retry-After is told, not waited for', async () => {
    const { host, seen } = await start({ [LIST]: [429, { detail: 'Slow down.' }, { 'retry-after': '3600' }] });
    await expect(host.plugins()).rejects.toMatchObject({ code: 'rate-limited', next: expect.stringContaining('3600 s') });
    expect(seen).toHaveLength(1);
  });

  test('it ends', async () => {
    const { host, seen } = await start({ [LIST]: dropped });
    await expect(host.plugins()).rejects.toMatchObject({ code: 'connection-cut', exitCode: 3 });
    expect(seen).toHaveLength(4);
  });

  test('a realtime call is sent once', async () => {
    const { host, seen } = await start({ 'POST /inference': dropped });
    await expect(host.infer({ inference_name: 'p' }, {}, {}, 1000)).rejects.toMatchObject({ code: 'connection-cut' });
    expect(seen).toHaveLength(1);
  });

  test('what is gone when a deletion is repeated was deleted by it', async () => {
    const { host } = await start({ 'DELETE /namespaces/ns_1/plugins/p_1_0_0': [dropped, [404, { detail: 'Plugin not found' }]] });
    expect(await host.remove('p_1_0_0')).toMatchObject({ plugin_id: 'p_1_0_0' });
  });
});

describe('a host that does not answer', () => {
  test('absent', async () => {
    const free = createServer().listen(0, '127.0.0.1');
    await new Promise((done) => free.once('listening', done));
    const { port } = free.address() as AddressInfo;
    await new Promise((done) => free.close(done));
    const host = new Host(createHttp({ baseUrl: `http://127.0.0.1:${port}`, apiKey: KEY, userAgent: 'plugsmith/test' }), 'ns_1');
    await expect(host.plugins()).rejects.toMatchObject({ code: 'host-unreachable', exitCode: 3, message: `Nothing answers at http://127.0.0.1:${port}.`, next: expect.stringContaining('plugin host start') });
    await host.close();
  });

  test('with a name that nobody has', async () => {
    const host = new Host(createHttp({ baseUrl: 'http://host.invalid', apiKey: null, userAgent: 'plugsmith/test' }), 'ns_1');
    await expect(host.plugins()).rejects.toMatchObject({ code: 'host-unreachable', exitCode: 3 });
    await host.close();
  });

  test('silent for longer than the patience of the request', async () => {
    const { host } = await start({ 'POST /inference': () => undefined });
    await expect(host.infer({ inference_name: 'p' }, {}, {}, 50)).rejects.toMatchObject({ code: 'host-timeout', exitCode: 3 });
  });
});

test('a key that a host repeats is not shown, nor are keys and bodies traced', async () => {
  const { host, trace } = await start({ [LIST]: [403, { detail: `The key ${KEY} may not do this` }], 'POST /organizations/secrets': [200, { secret_name: 'N', created: true }] });
  await expect(host.plugins()).rejects.toMatchObject({ message: 'The key *** may not do this' });
  await host.setSecret('N', 'secret-canary');
  expect(trace).toHaveLength(2);
  expect(trace.join('\n')).not.toMatch(/canary/);
});

test('a secret that exists gets a new value', async () => {
  const { host, seen } = await start({ 'POST /organizations/secrets': [409, { detail: 'exists' }], 'PUT /organizations/secrets/N': [200, { secret_name: 'N' }] });
  expect(await host.setSecret('N', 'v')).toBe(false);
  expect(JSON.parse(String(seen[1]?.body))).toMatchObject({ secret_value: 'v' });
});
