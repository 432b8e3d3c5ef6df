/** Redirects of a public server, played by undici's own agent: nothing in a test reaches the public Internet. */
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { lookup } from 'node:dns';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { MockAgent } from 'undici';
import { guardedLookup } from '../../../../src/runtime/services/addresses.js';
import { download, type HttpOptions } from '../../../../src/runtime/services/assets/http.js';

const PUBLIC = 'http://93.184.216.34';

let folder: string;
let agent: MockAgent;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'plugsmith-redirects-'));
  agent = new MockAgent();
  agent.disableNetConnect();
});
afterEach(async () => {
  await agent.close();
  await rm(folder, { recursive: true });
});

const options = (profile: HttpOptions['profile']): HttpOptions => ({ profile, maxBytes: 1e6, limits: { totalMs: 5000, silenceMs: 5000 }, sleep: async () => undefined });
const get = (path: string, profile: HttpOptions['profile']) => download(`${PUBLIC}${path}`, join(folder, 'file'), {}, agent, options(profile), new AbortController().signal);

it.each([
  'http://127.0.0.1/secret', 'http://10.0.0.1/', 'http://169.254.169.254/latest/meta-data', 'http://[::1]/', 'http://[::ffff:169.254.169.254]/', 'https://192.168.0.1:8443/', '//127.0.0.1/secret',
])('a public address that redirects to %s is refused to plugins of others', async (location) => {
  agent.get(PUBLIC).intercept({ path: '/x' }).reply(302, '', { headers: { location } });
  await expect(get('/x', 'untrusted')).rejects.toMatchObject({ code: 'asset-address' });
});

it('and followed to other public addresses', async () => {
  agent.get(PUBLIC).intercept({ path: '/x' }).reply(307, '', { headers: { location: 'http://93.184.216.35/y' } });
  agent.get('http://93.184.216.35').intercept({ path: '/y' }).reply(200, 'content');
  await get('/x', 'untrusted');
  expect(await readFile(join(folder, 'file'), 'utf8')).toBe('content');
});

it('one’s own plugin may follow it anywhere', async () => {
  agent.get(PUBLIC).intercept({ path: '/x' }).reply(302, '', { headers: { location: 'http://127.0.0.1/own' } });
  agent.get('http://127.0.0.1').intercept({ path: '/own' }).reply(200, 'own');
  await get('/x', 'trusted');
  expect(await readFile(join(folder, 'file'), 'utf8')).toBe('own');
});

it.each([[true], [false]])('a name that leads to this machine is refused where it is looked up (all: %s)', async (all) => {
  const found = await new Promise((done) => lookup('localhost', { all: true }, (_error, addresses) => done(addresses.length)));
  expect(found).not.toBe(0);
  const error = await new Promise((done) => guardedLookup('localhost', { all }, (failure) => done(failure)));
  expect(error).toMatchObject({ code: 'PLUGSMITH_INNER_ADDRESS' });
});

it('an address that is written out is the one that is connected to', async () => {
  const addresses = await new Promise((done) => guardedLookup('93.184.216.34', { all: true }, (_error, found) => done(found)));
  expect(addresses).toEqual([{ address: '93.184.216.34', family: 4 }]);
});
