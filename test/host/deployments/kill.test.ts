/**
 * The host is killed at each step of a deployment. Started again, what was acknowledged holds, the name points to one
 * version that answers, what was on its way goes on, and no worker of the killed host is left.
 */
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { tempFolder, type TestHost } from '../support.js';
import { childHost, removeChildHosts, workersOf, type ChildHost } from './child.js';
import { deploy, give, infer, plugins, quick, reach, status, until, up, versionOf } from './support.js';

const started: ChildHost[] = [];
afterAll(() => {
  for (const { process: child } of started) child.kill('SIGKILL');
  removeChildHosts();
});

const asTest = (host: ChildHost): TestHost => host as unknown as TestHost;

async function start(folder: string, killAt?: string, key?: string): Promise<ChildHost> {
  const host = await childHost({ folder, sandbox: 'auto', deployments: quick, noAuth: true }, killAt, key);
  started.push(host);
  return host;
}

/** @param expected which version may answer to the name after the restart */
const points: [string, { rollback?: boolean; after: string }][] = [
  ['deploy.queued:2', { after: '1.0.1' }],
  ['deploy.pending:2', { after: '1.0.1' }],
  ['deploy.in-progress:2', { after: '1.0.1' }],
  ['deploy.healthy:2', { after: '1.0.1' }],
  ['deploy.switched:2', { after: '1.0.1' }],
  ['deploy.draining:2', { after: '1.0.1' }],
  ['rollback.checked', { rollback: true, after: '1.0.1' }],
];

describe.skipIf(process.platform !== 'linux')('killed', () => {
  test.each(points)('at %s', { timeout: 60_000 }, async (point, { rollback, after }) => {
    const folder = join(tempFolder(), 'state');
    const host = await start(folder, point);
    await up(asTest(host));
    const second = await give(asTest(host), { version: '1.0.1' });
    const kill = async (): Promise<unknown> => {
      await deploy(asTest(host), second);
      if (rollback) {
        await reach(asTest(host), second, 'DEPLOYED');
        await host.call('POST', `${plugins}/by-name/my_extractor/rollback`, { body: { version: '1.0.0' } });
      }
      return undefined;
    };
    // The answer may be cut off: the client does not know then, and both outcomes are right.
    await kill().catch(() => undefined);
    expect(await host.ended).toBe('SIGKILL');
    await until(() => workersOf(folder), (left) => left.length === 0);

    const again = asTest(await start(folder));
    await until(() => status(again, second), ({ status: now }) => now === 'DEPLOYED');
    const answers = await until(() => versionOf(again), (version) => version !== 503);
    expect(answers).toBe(after);
    expect(await until(() => versionOf(again, 'my_extractor_1_0_0'), (version) => version !== 503)).toBe('1.0.0');
    const actives = await Promise.all(['my_extractor_1_0_0', second].map((id) => status(again, id)));
    expect(actives.filter(({ active }) => active)).toHaveLength(1);
  });

  test('while it is starting again', { timeout: 60_000 }, async () => {
    const folder = join(tempFolder(), 'state');
    const host = await start(folder);
    await up(asTest(host), { more: 'const end = Date.now() + 500; while (Date.now() < end);' });
    host.process.kill('SIGKILL');
    await host.ended;
    const second = await start(folder);
    // Not back yet: said so, and not refused for good.
    expect((await infer(asTest(second), 'my_extractor')).body.error).toMatchObject({ message: expect.stringContaining('starting again') });
    second.process.kill('SIGKILL');
    await second.ended;
    const third = asTest(await start(folder));
    expect(await until(() => versionOf(third), (version) => version !== 503)).toBe('1.0.0');
  });
});

test('SIGTERM lets calls finish and leaves no worker', { timeout: 60_000 }, async () => {
  const folder = join(tempFolder(), 'state');
  const host = await start(folder);
  const id = await up(asTest(host));
  const call = infer(asTest(host), id, { do: 'sleep', ms: 700 });
  const log = fetch(`${host.url}${plugins}/${id}/logs?follow=true`).then((response) => response.text());
  await until(async () => (await fetch(`${host.url}/metrics`).catch(() => null))?.status ?? 0, () => true);
  await new Promise((done) => setTimeout(done, 200));
  host.process.kill('SIGTERM');
  expect((await call).status).toBe(200);
  await log;
  expect(await host.ended).toBe(0);
  await until(() => workersOf(folder), (left) => left.length === 0);
});
