import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { publish, pythonPlugin, request, testHost, type TestHost } from './support.js';

let host: TestHost;
let document: any;
beforeAll(async () => {
  host = await testHost({ limits: { failuresPerMinute: 10_000 } });
  document = (await host.call('GET', '/openapi.json', { key: null })).body;
});

async function newKey(scopes: string[], namespaces: string[] | null = null): Promise<string> {
  const { status, body } = await host.call('POST', '/v1/keys', { body: { name: scopes.join(' '), scopes, namespaces } });
  expect(status).toBe(200);
  return body.key;
}

interface Operation {
  method: string;
  path: string;
  scope: string;
}

const operations = (): Operation[] =>
  Object.entries<Record<string, any>>(document.paths).flatMap(([path, item]) => Object.entries(item).map(([method, operation]) => ({ method: method.toUpperCase(), path, scope: operation['x-scope'] })));

const filled = (path: string, namespace: string): string => path.replace('{namespace_id}', namespace).replace('{code_hash}', 'a'.repeat(64)).replace(/\{\w+\}/g, 'unknown_1_0_0');

describe('every route times every scope', () => {
  it('lets in whoever has the scope, and nobody else', async () => {
    expect(operations().length).toBeGreaterThan(35);
    const keys = { none: null, read: await newKey(['read']), upload: await newKey(['upload']), deploy: await newKey(['deploy']), admin: await newKey(['admin']) };
    const wrong: string[] = [];
    for (const { method, path, scope } of operations()) {
      for (const [name, key] of Object.entries(keys)) {
        const { status, body } = await host.call(method, filled(path, 'default'), { key });
        const isOpen = scope === 'open' || scope === 'signed';
        const isLetIn = status !== 401 && !(status === 403 && body.error?.details?.needs !== undefined);
        const should = isOpen || name === scope || name === 'admin';
        if (isLetIn !== should || (name === 'none' && !isOpen && status !== 401) || status >= 500) wrong.push(`${method} ${path} with ${name}: ${status}`);
      }
    }
    expect(wrong).toEqual([]);
  });

  it('hides foreign namespaces as if they were not there', async () => {
    await host.call('POST', '/v1/namespaces', { body: { namespace_name: 'other_space' } });
    const bound = await newKey(['admin'], ['default']);
    for (const { method, path } of operations().filter(({ path: each }) => each.includes('{namespace_id}'))) {
      const [foreign, unknown] = [await host.call(method, filled(path, 'other_space'), { key: bound }), await host.call(method, filled(path, 'no_such_space'), { key: bound })];
      expect([path, foreign.status, JSON.stringify(foreign.body).replaceAll('other_space', 'X')]).toEqual([path, 404, JSON.stringify(unknown.body).replaceAll('no_such_space', 'X')]);
    }
    expect((await host.call('GET', '/v1/namespaces', { key: bound })).body.results.map((each: any) => each.namespace_name)).toEqual(['default']);
    expect((await host.call('GET', '/v1/plugins', { key: bound })).status).toBe(403);
    // Nothing that reaches into other namespaces: secrets are for all of them, the log and the numbers tell of all.
    await host.call('POST', '/v1/organizations/secrets', { body: { secret_name: 'FOR_ALL', secret_value: 'theirs' } });
    for (const [method, path, body] of [['GET', ''], ['POST', '', { secret_name: 'OTHER', secret_value: 'x' }], ['PUT', '/FOR_ALL', { secret_value: 'mine' }], ['DELETE', '/FOR_ALL']] as const) {
      expect([method, (await host.call(method, `/v1/organizations/secrets${path}`, { key: bound, body })).status]).toEqual([method, 403]);
    }
    await host.call('DELETE', '/v1/organizations/secrets/FOR_ALL');
    for (const path of ['/v1/audit', '/metrics']) expect([path, (await host.call('GET', path, { key: bound })).status]).toEqual([path, 403]);
    expect((await host.call('POST', '/v1/inference', { key: bound, headers: { 'x-namespace': 'other_space' }, body: { inference_name: 'any', inputs: {} } })).body.error.message).toBe('Namespace not found: other_space');
    expect((await host.call('POST', '/v1/keys', { key: bound, body: { name: 'x', scopes: ['read'] } })).body.namespaces).toEqual(['default']);
  });
});

describe('keys', () => {
  it('are shown once, kept as hashes, and worthless when revoked', async () => {
    const made = (await host.call('POST', '/v1/keys', { body: { name: 'short-lived', scopes: ['read'] } })).body;
    expect(made.key).toMatch(/^psk_[0-9A-Za-z]{50}$/);
    expect((await host.call('GET', '/v1/keys/current', { key: made.key })).body).toMatchObject({ key_id: made.key_id, scopes: ['read'] });
    const list = (await host.call('GET', '/v1/keys')).body.keys;
    expect(JSON.stringify(list)).not.toContain(made.key);
    expect(Date.parse(made.expires_at) - Date.parse(made.created_at)).toBe(30 * 24 * 3600_000);
    expect((await host.call('DELETE', `/v1/keys/${made.key_id}`)).status).toBe(200);
    expect((await host.call('GET', '/v1/keys/current', { key: made.key })).status).toBe(401);
    expect((await host.call('DELETE', `/v1/keys/${made.key_id}`)).status).toBe(404);
  });

  it('are not guessed without end', async () => {
    const strict = await testHost({ limits: { failuresPerMinute: 3 } });
    const statuses = [];
    for (let i = 0; i < 5; i += 1) statuses.push((await strict.call('GET', '/v1/plugins', { key: 'psk_wrong' })).status);
    expect(statuses).toEqual([401, 401, 401, 429, 429]);
    // Whoever has a key is not kept out by those who guess: behind a proxy they share an address.
    expect((await strict.call('GET', '/v1/plugins')).status).toBe(200);
  });

  it('have a budget of requests', async () => {
    const strict = await testHost({ limits: { requestsPerMinute: 2 } });
    await strict.call('GET', '/v1/plugins');
    await strict.call('GET', '/v1/plugins');
    const third = await strict.call('GET', '/v1/plugins');
    expect(third).toMatchObject({ status: 429, body: { error: { type: 'TooManyRequestsError' } } });
    expect(Number(third.headers.get('retry-after'))).toBeGreaterThan(0);
    expect((await strict.call('POST', '/v1/inference', { body: { inference_name: 'none', inputs: {} } })).status).toBe(404);
  });
});

describe('secrets', () => {
  const path = '/v1/organizations/secrets';
  it('are set, named and deleted, and never shown or written as they are', async () => {
    const value = 'canary-4711-value';
    for (const name of ['a b', 'A=B', '']) expect([name, (await host.call('POST', path, { body: { secret_name: name, secret_value: value } })).status]).toEqual([name, 422]);
    expect((await host.call('POST', path, { body: { secret_name: 'HUB', secret_value: value } })).body).toEqual({ secret_name: 'HUB', created: true });
    expect((await host.call('POST', path, { body: { secret_name: 'HUB', secret_value: value } })).status).toBe(409);
    expect((await host.call('PUT', `${path}/HUB`, { body: { secret_value: `${value}2` } })).body).toEqual({ secret_name: 'HUB', created: false, updated: true });
    expect((await host.call('GET', path)).body).toEqual({ secrets: ['HUB'], count: 1 });
    const everything = readdirSync(host.folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile()).map((entry) => readFileSync(join(entry.parentPath, entry.name)));
    expect(everything.some((bytes) => bytes.includes(value))).toBe(false);
    expect(everything.some((bytes) => bytes.includes(host.key))).toBe(false);
    expect((await host.call('DELETE', `${path}/HUB`)).status).toBe(200);
    expect((await host.call('DELETE', `${path}/HUB`)).status).toBe(404);
    expect(statSync(join(host.folder, 'keys', 'secrets.key')).mode & 0o777).toBe(0o600);
  });
});

describe('Idempotency-Key', () => {
  const path = '/v1/namespaces/default/plugins/uploads';
  it('gives the stored answer for the same request, and refuses another', async () => {
    const headers = { 'idempotency-key': 'one' };
    const first = await host.call('POST', path, { body: { name: 'idem_one' }, headers });
    const again = await host.call('POST', path, { body: { name: 'idem_one' }, headers });
    expect(again.body).toEqual(first.body);
    expect(again.headers.get('idempotent-replayed')).toBe('true');
    expect((await host.call('POST', path, { body: { name: 'idem_two' }, headers })).status).toBe(422);
    const other = await host.call('POST', path, { body: { name: 'idem_one' }, headers, key: await newKey(['upload']) });
    expect(other.body.upload_id).not.toBe(first.body.upload_id);
  });

  it('has one effect for requests at the same time, and holds over a restart', async () => {
    const own = await testHost();
    const headers = { 'idempotency-key': 'two' };
    const all = await Promise.all([1, 2, 3, 4, 5].map(() => own.call('POST', '/v1/namespaces', { body: { namespace_name: 'made_once' }, headers })));
    const good = all.filter(({ status }) => status === 200);
    expect(all.every(({ status }) => status === 200 || status === 409)).toBe(true);
    expect(new Set(good.map(({ body }) => body.namespace_id)).size).toBe(1);
    await own.host.close();
    const next = await testHost({ folder: own.folder }, own.key);
    expect(next.host.adminKey).toBeNull();
    expect((await next.call('POST', '/v1/namespaces', { body: { namespace_name: 'made_once' }, headers })).body.namespace_id).toBe(good[0]?.body.namespace_id);
  });
});

describe('the organization', () => {
  it('gives namespaces its plugins, by the path of the guide too', async () => {
    await publish(host, pythonPlugin('org_tool'), 'org_tool', '1.0.0', '/v1');
    expect((await host.call('GET', '/v1/plugins')).body).toMatchObject({ total: 1, organization_id: 'org_local' });
    expect((await host.call('GET', '/v1/namespaces/default/plugins')).body.plugins.map((each: any) => each.plugin_id)).not.toContain('org_tool_1_0_0');
    const enabled = await host.call('POST', '/v1/organizations/org_local/plugins/org_tool_1_0_0/enable', { body: { params: { a: 1 }, deploy: false } });
    expect(enabled.body).toMatchObject({ success: true, namespace_id: 'default', deployment_status: 'skipped', feature_uri: 'mixpeek://org_tool@1.0.0' });
    expect((await host.call('GET', '/v1/namespaces/default/plugins/available')).body.plugins).toMatchObject([{ plugin_id: 'org_tool_1_0_0', enabled_in_namespace: true }]);
    expect((await host.call('DELETE', '/v1/plugins/org_tool_1_0_0')).status).toBe(409);
    const extractors = (await host.call('GET', '/v1/namespaces/default/extractors?source=custom')).body.extractors;
    expect(extractors.find((each: any) => each.plugin_id === 'org_tool_1_0_0')).toMatchObject({ description: 'A test', input_schema: {}, required_vector_indexes: [{ name: 'org_tool_vector', index: { dimensions: 3 } }] });
    expect((await host.call('POST', '/v1/namespaces/default/plugins/org/org_tool_1_0_0/disable')).status).toBe(200);
    expect((await host.call('DELETE', '/v1/plugins/org_tool_1_0_0')).status).toBe(200);
  });
});

describe('the wire', () => {
  it('answers unknown routes, broken JSON and odd methods', async () => {
    expect(await host.call('GET', '/v1/nothing')).toMatchObject({ status: 404, body: { detail: 'Not Found' } });
    expect(await host.call('POST', '/v1/namespaces', { body: '{"a":' })).toMatchObject({ status: 400, body: { error: { type: 'BadRequestError' } } });
    expect((await host.call('POST', '/v1/namespaces', { body: '' })).status).toBe(422);
    expect((await host.call('POST', '/v1/namespaces', { body: `{"namespace_name":"${'x'.repeat(2 << 20)}"}` })).status).toBe(413);
  });

  it('describes itself as OpenAPI 3.1', () => {
    expect(document.openapi).toBe('3.1.0');
    const ids = Object.values<Record<string, any>>(document.paths).flatMap((item) => Object.values(item).map((operation: any) => operation.operationId));
    expect(new Set(ids).size).toBe(ids.length);
  });

  it('shows numbers and health', async () => {
    expect((await host.call('GET', '/metrics')).body).toMatch(/^plugsmith_plugins \d+$/m);
    expect((await request(`${host.host.url}/v1/health`, {})).body).toMatchObject({ status: 'ok', auth: true });
  });
});

it('keeps an audit log whose changes show', async () => {
  const { entries } = (await host.call('GET', '/v1/audit?limit=1000')).body;
  expect(entries[0]).toMatchObject({ seq: 1, actor: 'host', action: 'key.create' });
  expect(entries.some((entry: any) => entry.action === 'upload.confirm' && entry.outcome === 'done')).toBe(true);
  expect(JSON.stringify(entries)).not.toContain(host.key);
});
