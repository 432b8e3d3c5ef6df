/**
 * The machine's clock jumps by an hour while a host is at work. Ends of keys and signed URLs follow it; whatever is
 * measured, and whatever is on its way, does not notice.
 */
import { connect } from 'node:net';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { infer, plugins, quick, reach, until, up } from './deployments/support.js';
import { pythonPlugin, request, testHost, type TestHost } from './support.js';

const hour = 3600_000;
const real = Date.now;
let offset = 0;
Date.now = () => real() + offset;
afterEach(() => void (offset = 0));

const newUpload = (host: TestHost, name: string, seconds = 1800): Promise<any> => host.call('POST', `${plugins}/uploads`, { body: { name, version: '1.0.0', presigned_url_expiration: seconds } }).then(({ body }) => body);
const put = (url: string, name: string): Promise<number> => request(url, { method: 'PUT', body: new Uint8Array(pythonPlugin(name)) }).then(({ status }) => status);

describe.each([['forward', hour], ['back', -hour]])('an hour %s', (_, jump) => {
  it('leaves alone what is on its way: an upload, a call, a deploy, a followed log', async () => {
    const host = await testHost({ deployments: quick });
    const id = await up(host);
    const archive = pythonPlugin('on_its_way');
    const created = await newUpload(host, 'on_its_way', 60);
    const url = new URL(created.presigned_url);
    const socket = connect(Number(url.port), url.hostname);
    let answer = '';
    socket.on('data', (chunk) => (answer += chunk.toString()));
    await new Promise<void>((sent) => socket.write(`PUT ${url.pathname}${url.search} HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: ${archive.length}\r\n\r\n`, () => sent()));
    await expect.poll(() => readdirSync(join(host.folder, 'staging'))).toHaveLength(1);
    const call = infer(host, id, { do: 'sleep', ms: 300 });
    await host.call('POST', `${plugins}/${id}/deploy`);

    offset = jump;
    socket.write(archive);
    expect((await call).status).toBe(200);
    await until(async () => answer, (text) => text !== '');
    expect(answer).toMatch(/^HTTP\/1.1 200 /);
    expect((await host.call('POST', `${plugins}/uploads/${created.upload_id}/confirm`)).body).toMatchObject({ validation_status: 'passed' });
    expect(await reach(host, id, 'DEPLOYED')).toMatchObject({ generation: 2 });
    // The log tells the new time, and its order is that of its numbers.
    await infer(host, id, { do: 'log', text: 'after the jump' });
    const text = await until(() => fetch(`${host.host.url}${plugins}/${id}/logs`, { headers: { authorization: `Bearer ${host.key}` } }).then((reply) => reply.text()), (log) => log.includes('after the jump'));
    const entries = text.trim().split('\n').map((line) => JSON.parse(line) as { seq: number; time: string; message: string });
    expect(entries.map(({ seq }) => seq)).toEqual(entries.map((__, i) => i + 1));
    expect(Math.abs(Date.parse(entries.find(({ message }) => message === 'after the jump')?.time ?? '') - real() - jump)).toBeLessThan(60_000);
  });

  it('does not move deadlines, pauses, idle times and budgets', async () => {
    const host = await testHost({ deployments: { ...quick, idleAfter: 1500 }, limits: { requestsPerMinute: 120 } });
    const id = await up(host);
    const late = infer(host, id, { do: 'sleep', ms: 60_000 }, { timeout_seconds: 1 });
    offset = jump;
    const begun = performance.now();
    expect(await late).toMatchObject({ status: 503, body: { error: { details: { code: 'timeout' } } } });
    expect(performance.now() - begun).toBeLessThan(20_000);
    expect((await infer(host, id)).status).toBe(200);
    const workers = async (): Promise<string> => /^plugsmith_workers\S* (\d+)$/m.exec((await request(`${host.host.url}/metrics`, { headers: { authorization: `Bearer ${host.key}` } })).body)?.[1] ?? 'none';
    // The worker is there after the jump, and goes when it was idle for its time.
    expect(await workers()).toBe('1');
    await until(workers, (count) => count === '0');
    let last = await host.call('GET', plugins);
    for (let i = 0; i < 500 && last.status === 200; i += 1) last = await host.call('GET', plugins);
    expect(last.status).toBe(429);
    offset += jump;
    const after = await host.call('GET', plugins);
    expect(Number(after.headers.get('retry-after') ?? 1)).toBeLessThanOrEqual(60);
  });

  it('is what keys and URLs go by', async () => {
    const host = await testHost();
    const [soon, later] = [await newUpload(host, 'ends_soon'), await newUpload(host, 'ends_later', 3 * 3600)];
    offset = jump;
    const forward = jump > 0;
    expect(await put(soon.presigned_url, 'ends_soon')).toBe(forward ? 403 : 200);
    expect(await put(later.presigned_url, 'ends_later')).toBe(200);
    expect((await host.call('GET', '/v1/keys/current')).status).toBe(200);
    // What was stored before the jump is still the answer, and nothing was forgotten.
    expect((await host.call('POST', `${plugins}/uploads/${later.upload_id}/confirm`)).body.validation_status).toBe('passed');
    offset = 31 * 24 * hour;
    expect((await host.call('GET', '/v1/keys/current')).status).toBe(401);
    offset = 0;
    expect((await host.call('GET', '/v1/keys/current')).status).toBe(200);
    expect(await put(soon.presigned_url, 'ends_soon')).toBe(200);
  });
});
