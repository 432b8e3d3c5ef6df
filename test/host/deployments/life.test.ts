/** The states of a deployment, and where a plugin's name points. Real workers, in the sandbox that this machine offers. */
import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { testHost } from '../support.js';
import { deploy, give, infer, messages, plugins, quick, reach, status, until, up, versionOf } from './support.js';

const options = { sandbox: 'auto' as const, deployments: quick };

/** A service that hangs, throws or dies when it is made. */
const broken = { hangs: 'while (true) {}', throws: "throw new Error('no model')", dies: "setTimeout(() => { throw new Error('dead'); }); const end = Date.now() + 500; while (Date.now() < end);" };

describe('a version', () => {
  test('is deployed, answers by name, id and URI, and is taken away', async () => {
    const host = await testHost(options);
    const id = await give(host);
    expect(await status(host, id)).toMatchObject({ status: 'NOT_DEPLOYED', deployed: false, active: false, deployment_type: null });
    expect((await infer(host, id)).status).toBe(404);
    const accepted = await deploy(host, id);
    expect(accepted.body).toMatchObject({ status: 'queued', deployment_name: `custom_plugin_${id}`, status_endpoint: `/namespaces/default/plugins/${id}/status` });
    expect(await reach(host, id, 'DEPLOYED')).toMatchObject({ deployed: true, realtime_enabled: true, active: true, error: null, deployment_type: 'realtime', generation: 1 });
    for (const name of ['my_extractor', id, `custom_plugin_${id}`]) expect((await infer(host, name)).body.data.version).toBe('1.0.0');
    const byUri = await host.call('POST', '/v1/inference', { body: { feature_uri: 'mixpeek://my_extractor@1.0.0/vector', inputs: { text: 'x' } } });
    expect(byUri.body).toMatchObject({ data: { embedding: [1, 2, 3] }, provider: 'custom_plugin', model: id, cached: false, warnings: [] });
    expect((await host.call('POST', `${plugins}/${id}/undeploy`)).body).toMatchObject({ status: 'not_deployed', plugin_id: id });
    expect(await status(host, id)).toMatchObject({ status: 'NOT_DEPLOYED', deployed: false, active: false });
    expect(await versionOf(host)).toBe(404);
    expect((await host.call('POST', `${plugins}/${id}/undeploy`)).body.error).toMatchObject({ type: 'ConflictError', details: { state: 'NOT_DEPLOYED' } });
  });

  test('for batches only is checked once and answers no calls', async () => {
    const host = await testHost(options);
    const id = await give(host);
    expect((await deploy(host, id, '?deployment_type=batch_only')).body).toMatchObject({ status: 'deployed', deployment_type: 'batch_only' });
    expect(await status(host, id)).toMatchObject({ status: 'NOT_DEPLOYED', deployed: true, deployment_type: 'batch_only', realtime_enabled: false });
    expect((await infer(host, id)).body.error.message).toContain('for batches only');
    const silent = await give(host, { version: '1.0.1', realtime: false });
    expect((await deploy(host, silent)).body).toMatchObject({ status: 'batch_only', realtime_available: false, upgrade_url: null });
    const bad = await give(host, { version: '1.0.2', realtime: false, load: "throw new Error('no table')" });
    expect((await deploy(host, bad)).body).toMatchObject({ status: 'failed', error: expect.stringContaining('no table') });
    expect(await status(host, bad)).toMatchObject({ status: 'FAILED', deployed: false });
  });

  test.each(Object.entries(broken))('whose service %s is never healthy, and the one before goes on', async (_, more) => {
    const host = await testHost({ ...options, deployments: { ...quick, healthyWithin: 1500 } });
    await up(host);
    const id = await give(host, { version: '1.0.1', more });
    await deploy(host, id);
    const failed = await reach(host, id, 'FAILED');
    expect(failed).toMatchObject({ deployed: false, active: false, error: expect.stringMatching(/no model|healthy|dead/) });
    expect(await versionOf(host)).toBe('1.0.0');
    expect((await infer(host, id)).status).toBe(503);
  });

  test('that crashes after the switch is turned back', async () => {
    const host = await testHost(options);
    await up(host);
    const id = await up(host, { version: '1.0.1' });
    expect(await versionOf(host)).toBe('1.0.1');
    await until(async () => ((await infer(host, id, { do: 'crash' })).status, status(host, id)), (now) => now.status === 'FAILED');
    expect(await status(host, id)).toMatchObject({ active: false, deployed: false, error: expect.stringContaining('crashed 3 times within 30 s') });
    expect(await versionOf(host)).toBe('1.0.0');
    expect(await versionOf(host, id)).toBe(503);
  });

  test('whose workers do not start five times in a row is given up', async () => {
    const host = await testHost({ ...options, deployments: { ...quick, probation: 0, unhealthyStarts: 5 } });
    const id = await up(host);
    await until(async () => ((await infer(host, id, { do: 'crash' })).status, status(host, id)), (now) => now.status === 'FAILED');
    expect((await status(host, id)).error).toContain('5 times in a row');
    expect(await versionOf(host)).toBe(404);
  });

  test('gives its workers back when it is idle, and starts them on a call', async () => {
    const host = await testHost({ ...options, deployments: { ...quick, idleAfter: 100 } });
    const id = await up(host);
    await until(() => messages(host, id), (said) => said.some((line) => line.startsWith('idle')));
    expect(await status(host, id)).toMatchObject({ status: 'DEPLOYED', active: true });
    expect(await versionOf(host, id)).toBe('1.0.0');
  });
});

describe('deploy during deploy', () => {
  test('of the same version: the later one wins, the earlier one is superseded', async () => {
    const host = await testHost(options);
    const id = await give(host, { more: 'const end = Date.now() + 700; while (Date.now() < end);' });
    await deploy(host, id);
    await until(() => status(host, id), ({ status: now }) => now === 'IN_PROGRESS');
    await deploy(host, id);
    expect(await reach(host, id, 'DEPLOYED')).toMatchObject({ generation: 2 });
    expect((await messages(host, id)).filter((line) => line.startsWith('deployed after'))).toHaveLength(1);
  });

  test('of another version: the name points to the one that was accepted last, whichever is ready first', async () => {
    const host = await testHost(options);
    const slow = await give(host, { version: '1.0.0', more: 'const end = Date.now() + 1000; while (Date.now() < end);' });
    const fast = await give(host, { version: '1.0.1' });
    await deploy(host, slow);
    await deploy(host, fast);
    await Promise.all([reach(host, slow, 'DEPLOYED'), reach(host, fast, 'DEPLOYED')]);
    expect(await versionOf(host)).toBe('1.0.1');
    expect(await versionOf(host, slow)).toBe('1.0.0');
  });

  test('undeploy takes a deploy back that is on its way; delete refuses and names the state', async () => {
    const host = await testHost(options);
    const id = await give(host, { more: broken.hangs });
    await deploy(host, id);
    await until(() => status(host, id), ({ status: now }) => now === 'IN_PROGRESS');
    expect(await host.call('DELETE', `${plugins}/${id}`)).toMatchObject({ status: 409, body: { error: { message: expect.stringContaining('IN_PROGRESS') } } });
    expect((await host.call('POST', `${plugins}/${id}/undeploy`)).status).toBe(200);
    expect(await status(host, id)).toMatchObject({ status: 'NOT_DEPLOYED' });
    expect((await host.call('DELETE', `${plugins}/${id}`)).status).toBe(200);
  });
});

describe('rollback', () => {
  const rollback = (host: Awaited<ReturnType<typeof testHost>>, version: string): ReturnType<typeof host.call> => host.call('POST', `${plugins}/by-name/my_extractor/rollback`, { body: { version } });

  test('points the name to an earlier version; unknown is 404, deleted is 409', async () => {
    const host = await testHost(options);
    await up(host);
    const second = await up(host, { version: '1.0.1' });
    expect((await rollback(host, 'v1.0.0')).body).toEqual({ slug: 'my_extractor', previous_version: '1.0.1', active_version: '1.0.0', message: 'my_extractor is at 1.0.0 now.' });
    expect(await versionOf(host)).toBe('1.0.0');
    expect(await versionOf(host, second)).toBe('1.0.1');
    expect((await rollback(host, '9.0.0')).status).toBe(404);
    expect((await host.call('DELETE', `${plugins}/${second}`)).body).toMatchObject({ deployment_removed: true });
    expect((await rollback(host, '1.0.1')).body.error).toMatchObject({ type: 'ConflictError', message: expect.stringContaining('was deleted') });
    expect(await versionOf(host)).toBe('1.0.0');
  });

  test('starts a version that is not deployed, and stays where it is when that is not healthy', async () => {
    const host = await testHost({ ...options, deployments: { ...quick, healthyWithin: 1500 } });
    await give(host);
    await give(host, { version: '0.9.0', more: broken.throws });
    await up(host, { version: '1.0.1' });
    expect((await rollback(host, '1.0.0')).status).toBe(200);
    expect(await versionOf(host)).toBe('1.0.0');
    expect((await rollback(host, '0.9.0')).body.error).toMatchObject({ message: expect.stringContaining('no model') });
    expect(await versionOf(host)).toBe('1.0.0');
  });
});

describe('calls', () => {
  test('that throw, take too long, crash or are too many', async () => {
    const host = await testHost({ ...options, deployments: { ...quick, queue: 4 } });
    const id = await up(host);
    expect((await infer(host, id, { do: 'throw', text: 'mud' })).body).toMatchObject({ status: 400, error: { message: expect.stringContaining('does not like mud') } });
    const stuck = infer(host, id, { do: 'spin' }, { timeout_seconds: 0.4 });
    const others = Promise.all(Array.from({ length: 3 }, () => infer(host, id)));
    expect(await stuck).toMatchObject({ status: 503, body: { error: { message: expect.stringContaining('no answer for 0.4 s') as string, details: { code: 'timeout' } } } });
    expect((await others).map((reply) => reply.status)).toEqual([200, 200, 200]);
    const many = await Promise.all(Array.from({ length: 12 }, () => infer(host, id, { do: 'sleep', ms: 300 })));
    const refused = many.filter((reply) => reply.status === 429);
    expect(refused.length).toBeGreaterThan(0);
    expect(refused[0]?.headers.get('retry-after')).toBe('1');
    expect(many.every((reply) => [200, 429].includes(reply.status))).toBe(true);
    // Once more on another worker, then the client is told.
    expect((await infer(host, id, { do: 'crash' })).body.error.details.code).toBe('realtime-crash');
    expect(await versionOf(host, id)).toBe('1.0.0');
  });

  test('with a bad body, of nothing, and of a foreign namespace', async () => {
    const host = await testHost(options);
    const ask = (body: unknown, headers = {}): ReturnType<typeof host.call> => host.call('POST', '/v1/inference', { body, headers });
    expect((await ask({ inputs: {} })).status).toBe(400);
    expect((await ask({ feature_uri: 'mixpeek://x', inputs: {} })).status).toBe(400);
    expect((await ask({ inference_name: 'nobody', inputs: {} })).status).toBe(404);
    expect((await ask({ inference_name: 'x' })).status).toBe(422);
    expect((await ask({ inference_name: 'x', inputs: {} }, { 'x-namespace': 'elsewhere' })).status).toBe(404);
  });

  test('of realtime/test say what came back, and what is wrong with it', async () => {
    const host = await testHost(options);
    const id = await up(host);
    const run = (body?: unknown): ReturnType<typeof host.call> => host.call('POST', `${plugins}/${id}/realtime/test`, { body });
    expect((await run({ inputs: { text: 'x' } })).body).toMatchObject({ status: 'success', inference_name: `custom_plugin_${id}`, response_type: 'dict', response_keys: ['embedding', 'version', 'pid', 'secret'], error: null });
    expect((await run({ inputs: { do: 'throw', text: 'x' } })).body).toMatchObject({ status: 'error', error: expect.stringContaining('does not like'), raw_response: null });
    expect((await run()).body.status).toBe('success');
  });

  test('have the shape that the host describes, and are kept for an Idempotency-Key as they were', async () => {
    const host = await testHost(options);
    const id = await up(host);
    const ask = (): ReturnType<typeof host.call> => host.call('POST', '/v1/inference', { body: { inference_name: id, inputs: { text: 'x' } }, headers: { 'idempotency-key': 'one' } });
    const first = await ask();
    expect(first.headers.get('content-type')).toBe('application/json; charset=utf-8');
    expect(first.body).toEqual({
      data: { embedding: [1, 2, 3], version: '1.0.0', pid: expect.any(Number) as number, secret: null }, provider: 'custom_plugin', model: id,
      tokens_used: null, latency_ms: expect.any(Number) as number, cached: false, warnings: [],
    });
    const again = await ask();
    expect(again.headers.get('idempotent-replayed')).toBe('true');
    expect(again.body).toEqual(first.body);
  });

  test('ask no language model, and are told what to do instead', async () => {
    const host = await testHost(options);
    const id = await up(host, { more: "this.runInference = () => this.context.llm.generate({ prompt: 'hello' });" });
    expect(await infer(host, id)).toMatchObject({ status: 400, body: { error: { message: expect.stringMatching(/calls no language models.*network=full.*plugin secrets set/) as string } } });
  });

  test('reach secrets by name, and the log hides them', async () => {
    const host = await testHost(options);
    const id = await up(host);
    await host.call('POST', '/v1/organizations/secrets', { body: { secret_name: 'TOKEN', secret_value: 'hunter-two' } });
    const asked = await infer(host, id, { do: 'secret', text: 'TOKEN' });
    expect(asked.body.data.secret).toBe('hunter-two');
    const said = await messages(host, id);
    expect(said).toContain('the secret is ***');
    expect(said.join()).not.toContain('hunter-two');
    expect((await infer(host, id, { do: 'secret', text: 'OTHER' })).status).toBe(400);
  });
});

test('network full needs an admin key', async () => {
  const host = await testHost(options);
  const id = await give(host);
  const { body: made } = await host.call('POST', '/v1/keys', { body: { name: 'ci', scopes: ['deploy'] } });
  const reply = await host.call('POST', `${plugins}/${id}/deploy?network=full`, { key: made.key as string });
  expect(reply).toMatchObject({ status: 403, body: { error: { details: { needs: 'admin' } } } });
});

test('a file that was changed after its check does not run', async () => {
  const host = await testHost(options);
  const id = await give(host);
  const [tree] = readdirSync(join(host.folder, 'trees'));
  writeFileSync(join(host.folder, 'trees', tree as string, 'my_extractor', 'dist', 'plugin.mjs'), 'export const evil = 1;');
  await deploy(host, id);
  await reach(host, id, 'DEPLOYED');
  // The archive is unpacked anew.
  expect(await versionOf(host)).toBe('1.0.0');
});

test('a version that is deployed again for batches only gives its workers and its name back', async () => {
  const host = await testHost(options);
  const id = await up(host);
  await deploy(host, id, '?deployment_type=batch_only');
  expect(await status(host, id)).toMatchObject({ status: 'NOT_DEPLOYED', deployed: true, active: false, deployment_type: 'batch_only' });
  expect(await versionOf(host)).toBe(404);
  expect((await infer(host, id)).status).toBe(503);
});
