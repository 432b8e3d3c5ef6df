import { afterEach, describe, expect, test } from 'vitest';
import { followLogs, lastLogs, waitForDeployment } from '../../src/client/index.js';
import { pause } from '../../src/client/wait.js';
import { type Cloud, cloud, cut, dropped, type Reply, type Routes } from './cloud.js';

const STATUS = 'GET /namespaces/ns_1/plugins/p_1_0_0/status';
const LOGS = 'GET /namespaces/ns_1/plugins/p_1_0_0/logs';
const is = (status: string, extra: object = {}): Reply => [200, { plugin_id: 'p_1_0_0', status, ...extra }];

let server: Cloud | undefined;
const start = async (routes: Routes): Promise<Cloud> => (server = await cloud(routes));
afterEach(async () => {
  await server?.close();
  server = undefined;
});
const wait = (cloudy: Cloud, options: Partial<Parameters<typeof waitForDeployment>[2]> = {}) => waitForDeployment(cloudy.host, 'p_1_0_0', { timeoutMs: 600_000, before: null, resume: 'plugin status p_1_0_0 --watch', ...options });

describe('waiting', () => {
  test('tells every change once and ends with the final status', async () => {
    const changes: string[] = [];
    const cloudy = await start({ [STATUS]: [is('queued'), is('QUEUED'), is('PENDING'), is('in_progress'), is('deployed')] });
    expect(await wait(cloudy, { onChange: ({ status }) => changes.push(status) })).toMatchObject({ status: 'DEPLOYED' });
    expect(changes).toEqual(['QUEUED', 'PENDING', 'IN_PROGRESS', 'DEPLOYED']);
    expect(cloudy.waits).toEqual([1000, 1500, 2250, 3375]);
  });

  test.each(['FAILED', 'NOT_DEPLOYED'])('%s is final', async (status) => {
    expect(await wait(await start({ [STATUS]: is(status, { error: 'no' }) }))).toMatchObject({ status, error: 'no' });
  });

  test.each<[string, Reply]>([['503', [503, 'x']], ['a page', [200, '<html>']], ['cut', cut], ['dropped', dropped], ['429', [429, {}]]])('survives ten times %s in a row, and no more', async (_name, bad) => {
    const ten = Array.from({ length: 10 }, () => bad);
    const cloudy = await start({ [STATUS]: [...ten, is('PENDING'), ...ten, is('DEPLOYED')] });
    expect(await wait(cloudy)).toMatchObject({ status: 'DEPLOYED' });
    await cloudy.close();
    const worse = await start({ [STATUS]: [...ten, bad, is('DEPLOYED')] });
    await expect(wait(worse)).rejects.toMatchObject({ exitCode: 3 });
    expect(worse.seen).toHaveLength(11);
  });

  test('keeps Retry-After', async () => {
    const cloudy = await start({ [STATUS]: [[429, {}, { 'retry-after': '40' }], is('DEPLOYED')] });
    await wait(cloudy);
    expect(cloudy.waits).toEqual([40_000]);
  });

  test('ends at once where the plugin is gone', async () => {
    const cloudy = await start({ [STATUS]: [404, { detail: 'Plugin not found: p_1_0_0' }] });
    await expect(wait(cloudy)).rejects.toMatchObject({ code: 'not-found' });
    expect(cloudy.seen).toHaveLength(1);
  });

  test('gives up with 4 and the command that resumes', async () => {
    const cloudy = await start({ [STATUS]: is('PENDING') });
    await expect(wait(cloudy, { timeoutMs: 60_000 })).rejects.toMatchObject({ code: 'gave-up', exitCode: 4, next: expect.stringContaining('plugin status p_1_0_0 --watch'), details: { status: 'PENDING' } });
    expect(cloudy.waits.reduce((sum, ms) => sum + ms, 0)).toBe(60_000);
  });

  test('does not take the status of the time before for the answer', async () => {
    const before = { plugin_id: 'p_1_0_0', status: 'FAILED', error: 'old', queued_at: null, deployed_at: null } as never;
    const cloudy = await start({ [STATUS]: [is('FAILED', { error: 'old' }), is('QUEUED'), is('DEPLOYED')] });
    expect(await wait(cloudy, { before })).toMatchObject({ status: 'DEPLOYED' });
    await cloudy.close();
    expect(await wait(await start({ [STATUS]: [is('FAILED', { error: 'old' }), is('FAILED', { error: 'new' })] }), { before })).toMatchObject({ error: 'new' });
    await server?.close();
    expect(await wait(await start({ [STATUS]: is('FAILED', { error: 'old' }) }), { before })).toMatchObject({ error: 'old' });
  });

  test('pauses are 1 to 15 s, never less nor more', () => {
    for (let step = 0; step < 30; step += 1) for (const random of [0, 0.3, 0.999]) expect(pause(step, random)).toSatisfy((ms: number) => ms >= 1000 && ms <= 15_000);
    expect(pause(29, 0)).toBe(12_000);
  });
});

describe('logs', () => {
  const line = (seq: number): string => `${JSON.stringify({ seq, time: '2026-01-01T00:00:00Z', level: 'info', source: 'worker', message: `line ${seq}` })}\n`;
  const lines = (from: number, to: number): string => Array.from({ length: to - from + 1 }, (_, i) => line(from + i)).join('');

  test('the last ones', async () => {
    const { host } = await start({ [LOGS]: [200, lines(1, 9)] });
    expect((await lastLogs(host, 'p_1_0_0', 3)).map(({ seq }) => seq)).toEqual([7, 8, 9]);
  });

  test('followed through cut connections: every line once', async () => {
    const torn: Reply = (response) => {
      response.writeHead(200, { 'content-length': '100000' });
      response.write(`${lines(1, 3)}{"seq":4,"mess`, () => response.destroy());
    };
    const stop = new AbortController();
    const { host, seen } = await start({ [LOGS]: [torn, [503, 'x'], dropped, [200, lines(3, 6)], [200, lines(7, 7)]] });
    const got: number[] = [];
    for await (const { seq } of followLogs(host, 'p_1_0_0', { signal: stop.signal })) {
      got.push(seq);
      if (seq === 7) stop.abort();
    }
    expect(got).toEqual([1, 2, 3, 4, 5, 6, 7]);
    expect(seen.map(({ query }) => query.get('after'))).toEqual(['0', '3', '3', '3', '6']);
  });

  test('that cannot be had end', async () => {
    const { host, seen } = await start({ [LOGS]: dropped });
    await expect(followLogs(host, 'p_1_0_0', {}).next()).rejects.toMatchObject({ exitCode: 3 });
    expect(seen).toHaveLength(11);
    await server?.close();
    const other = await start({ [LOGS]: [404, { detail: 'Plugin not found' }] });
    await expect(followLogs(other.host, 'p_1_0_0', {}).next()).rejects.toMatchObject({ code: 'not-found' });
  });
});
