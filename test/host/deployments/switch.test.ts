/** 200 clients who call all the time, while versions come and go under the name: none of them may see a failure. */
import { expect, test } from 'vitest';
import { testHost } from '../support.js';
import { deploy, give, infer, plugins, quick, reach, status, until, up } from './support.js';

const CLIENTS = 200;

test('no call fails through deploy, redeploy and rollback', { timeout: 120_000 }, async () => {
  const host = await testHost({ sandbox: 'auto', limits: { requestsPerMinute: 1e9 }, deployments: { ...quick, healthyWithin: 60_000, callTimeout: 30_000, drain: 30_000 } });
  const first = await up(host);
  const second = await give(host, { version: '1.0.1' });
  let over = false;
  let done = 0;
  const failures: unknown[] = [];
  const seen = new Set<string>();
  const clients = Array.from({ length: CLIENTS }, async (_, i) => {
    const name = i % 2 === 0 ? 'my_extractor' : first;
    while (!over) {
      const { status: code, body } = await infer(host, name, i % 10 === 0 ? { do: 'sleep', ms: 20 } : { text: 'x' });
      done += 1;
      if (code !== 200) failures.push(body);
      else if (i % 2 === 0) seen.add(body.data.version as string);
      else if (body.data.version !== '1.0.0') failures.push(`${first} answered as ${body.data.version}`);
    }
  });
  const served = async (): Promise<number> => {
    const before = done;
    return until(async () => done - before, (count) => count > CLIENTS, 60_000);
  };
  try {
    await served();
    await deploy(host, second);
    await until(() => status(host, second), (now) => now.status === 'DEPLOYED', 60_000);
    await served();
    await deploy(host, first);
    await until(() => status(host, first), (now) => now.status === 'DEPLOYED' && now.generation === 2, 60_000);
    await served();
    for (const version of ['1.0.1', '1.0.0']) {
      expect((await host.call('POST', `${plugins}/by-name/my_extractor/rollback`, { body: { version } })).status).toBe(200);
      await served();
    }
    await reach(host, first, 'DEPLOYED');
  } finally {
    over = true;
    await Promise.all(clients);
  }
  expect(failures.slice(0, 3)).toEqual([]);
  expect(seen).toEqual(new Set(['1.0.0', '1.0.1']));
  expect(done).toBeGreaterThan(5 * CLIENTS);
});
