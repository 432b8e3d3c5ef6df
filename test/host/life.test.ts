/** Starting, stopping, and running out of room. */
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, readdirSync, rmSync, statfsSync, writeFileSync } from 'node:fs';
import { request as https } from 'node:https';
import { connect } from 'node:net';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { startHost } from '../../src/host/index.js';
import { Store } from '../../src/host/store/index.js';
import { childHost, removeChildHosts } from './deployments/child.js';
import { publish, pythonPlugin, request, tempFolder, testHost } from './support.js';

afterAll(removeChildHosts);

describe('starting', () => {
  it('refuses a folder that another host has, and names it', async () => {
    const first = await testHost();
    await expect(startHost({ folder: first.folder })).rejects.toMatchObject({ code: 'host-running', exitCode: 2, details: { pid: process.pid, url: first.host.url, port: Number(new URL(first.host.url).port) } });
    await first.host.close();
    await (await startHost({ folder: first.folder, sandbox: 'off' })).close();
  });

  it('takes a folder over whose host was killed', async () => {
    const folder = join(tempFolder(), 'state');
    const child = await childHost({ folder, sandbox: 'off' });
    await expect(startHost({ folder })).rejects.toMatchObject({ code: 'host-running', details: { pid: child.process.pid } });
    child.process.kill('SIGKILL');
    await child.ended;
    const next = await testHost({ folder }, child.key);
    expect((await next.call('GET', '/v1/plugins')).status).toBe(200);
  });

  it('refuses a database of a newer version, and says so', async () => {
    const host = await testHost();
    await host.host.close();
    const store = await Store.open(join(host.folder, 'host.db'));
    store.exec('PRAGMA user_version = 999');
    store.close();
    await expect(startHost({ folder: host.folder })).rejects.toMatchObject({ code: 'host-state-newer' });
  });

  it('refuses a file that is no database, and a lost key file', async () => {
    const folder = join(tempFolder(), 'state');
    mkdirSync(folder);
    writeFileSync(join(folder, 'host.db'), 'not a database'.repeat(100));
    await expect(startHost({ folder })).rejects.toMatchObject({ code: 'host-state' });
    const host = await testHost();
    await host.call('POST', '/v1/organizations/secrets', { body: { secret_name: 'A', secret_value: 'x' } });
    await host.host.close();
    rmSync(join(host.folder, 'keys', 'secrets.key'));
    await expect(startHost({ folder: host.folder })).rejects.toMatchObject({ code: 'host-keys' });
  });

  it.each([
    [{ bind: '0.0.0.0' }, 'host-insecure'],
    [{ bind: '0.0.0.0', insecure: true, noAuth: true }, 'host-insecure'],
    [{ bind: '203.0.113.1', insecure: true, sandbox: 'off' as const }, /host-address|no-sandbox/],
  ])('refuses %j', async (options, code) => {
    await expect(startHost({ folder: join(tempFolder(), 'state'), ...options })).rejects.toMatchObject({ code: expect.stringMatching(code) });
  });

  it('refuses a folder that is a file', async () => {
    const file = join(tempFolder(), 'state');
    writeFileSync(file, 'x');
    await expect(startHost({ folder: file })).rejects.toMatchObject({ code: 'host-disk', exitCode: 2 });
  });

  it.runIf(process.platform === 'linux')('refuses a place where no folder can be made', async () => {
    await expect(startHost({ folder: '/proc/none/state' })).rejects.toMatchObject({ code: 'host-disk', exitCode: 2 });
  });

  it('names a port that is taken', async () => {
    const first = await testHost();
    await expect(startHost({ folder: join(tempFolder(), 'state'), sandbox: 'off', port: Number(new URL(first.host.url).port) })).rejects.toMatchObject({ code: 'host-address' });
  });
});

describe('behind a proxy', () => {
  const headers = { 'x-forwarded-proto': 'https', 'x-forwarded-host': 'evil.example.com', forwarded: 'host=evil.example.com;proto=https' };
  const uploads = '/v1/namespaces/default/plugins/uploads';

  it('signs URLs of its public address, which are good at its own', async () => {
    const host = await testHost({ publicUrl: 'https://plugins.example.com/host/' });
    const { body } = await host.call('POST', uploads, { body: { name: 'my_extractor' }, headers });
    expect(body.presigned_url).toMatch(/^https:\/\/plugins\.example\.com\/host\/v1\/uploads\//);
    expect((await request(body.presigned_url.replace('https://plugins.example.com/host', host.host.url), { method: 'PUT', body: new Uint8Array(pythonPlugin()) })).status).toBe(200);
    await host.call('POST', `${uploads}/${body.upload_id}/confirm`);
    expect((await host.call('GET', '/v1/namespaces/default/plugins/my_extractor_1_0_0/download')).body.download_url).toMatch(/^https:\/\/plugins\.example\.com\/host\/v1\/downloads\//);
  });

  it('believes nobody who says where it is', async () => {
    const host = await testHost();
    expect((await host.call('POST', uploads, { body: { name: 'my_extractor' }, headers })).body.presigned_url).toMatch(new RegExp(`^${host.host.url}/v1/uploads/`));
  });

  it.each(['plugins.example.com', 'ftp://x', 'https://user:pw@x', 'https://x?a=b', ''])('refuses %j as its address', async (publicUrl) => {
    await expect(startHost({ folder: join(tempFolder(), 'state'), publicUrl })).rejects.toMatchObject({ code: 'host-public-url', exitCode: 2 });
  });
});

it('an installation that lacks a file is no fault of the archive: nothing is decided', async () => {
  const folder = join(tempFolder(), 'state');
  // A bundle of the host alone, without the parser's files beside it.
  const child = await childHost({ folder, sandbox: 'off', noAuth: true });
  const { body: created } = await child.call('POST', '/v1/namespaces/default/plugins/uploads', { body: { name: 'my_extractor' } });
  await request(created.presigned_url, { method: 'PUT', body: new Uint8Array(pythonPlugin()) });
  const confirm = `/v1/namespaces/default/plugins/uploads/${created.upload_id}/confirm`;
  expect(await child.call('POST', confirm, { headers: { 'idempotency-key': 'one' } })).toMatchObject({ status: 500, body: { error: { type: 'InternalServerError' } } });
  expect(readdirSync(join(folder, 'staging'))).toEqual([]);
  child.process.kill('SIGTERM');
  await child.ended;
  const whole = await testHost({ folder, noAuth: true });
  expect(await whole.call('POST', confirm, { headers: { 'idempotency-key': 'one' } })).toMatchObject({ status: 200, body: { validation_status: 'passed' } });
});

const hasOpenssl = spawnSync('openssl', ['version']).status === 0;

it.skipIf(!hasOpenssl)('serves over TLS, also in the URLs that it signs (needs openssl)', async () => {
  const folder = tempFolder();
  execFileSync('openssl', ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-keyout', 'key.pem', '-out', 'cert.pem', '-days', '2', '-subj', '/CN=localhost', '-addext', 'subjectAltName=IP:127.0.0.1'], { cwd: folder, stdio: 'ignore' });
  const [cert, key] = ['cert.pem', 'key.pem'].map((name) => readFileSync(join(folder, name), 'utf8')) as [string, string];
  const host = await testHost({ tls: { cert, key } });
  expect(host.host.url).toMatch(/^https:/);
  const answer = await new Promise<any>((done, fail) => {
    const sent = https({ host: '127.0.0.1', port: new URL(host.host.url).port, path: '/v1/namespaces/default/plugins/uploads', method: 'POST', ca: cert, headers: { authorization: `Bearer ${host.key}` } }, (reply) => {
      let text = '';
      reply.on('data', (chunk: Buffer) => (text += chunk.toString())).on('end', () => done(JSON.parse(text)));
    });
    sent.on('error', fail).end('{"name": "over_tls"}');
  });
  expect(answer.presigned_url).toMatch(new RegExp(`^${host.host.url}/v1/uploads/`));
});

describe('stopping', () => {
  it('lets a request finish, turns new ones away, and ends with 0', async () => {
    const folder = join(tempFolder(), 'state');
    const child = await childHost({ folder, sandbox: 'off' });
    const archive = pythonPlugin();
    const { body: created } = await child.call('POST', '/v1/namespaces/default/plugins/uploads', { body: { name: 'my_extractor' } });
    const url = new URL(created.presigned_url);
    const socket = connect(Number(url.port), url.hostname);
    let answer = '';
    socket.on('data', (chunk) => (answer += chunk.toString()));
    await new Promise<void>((done) => socket.write(`PUT ${url.pathname}${url.search} HTTP/1.1\r\nHost: x\r\nContent-Length: ${archive.length}\r\n\r\n`, () => done()));
    await expect.poll(() => readdirSync(join(folder, 'staging'))).toHaveLength(1);
    child.process.kill('SIGTERM');
    await expect.poll(() => request(`${child.url}/v1/health`, {}).then(({ status }) => status, () => 'closed')).not.toBe(200);
    socket.write(archive);
    expect(await child.ended).toBe(0);
    expect(answer).toMatch(/^HTTP\/1.1 200 /);
    expect(readdirSync(join(folder, 'blobs'))).toHaveLength(1);
  });

  it('ends at once when asked twice', async () => {
    const host = await testHost();
    const { body: created } = await host.call('POST', '/v1/namespaces/default/plugins/uploads', { body: { name: 'my_extractor' } });
    const url = new URL(created.presigned_url);
    const socket = connect(Number(url.port), url.hostname);
    socket.on('error', () => undefined);
    socket.write(`PUT ${url.pathname}${url.search} HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\nPK`);
    await expect.poll(() => readdirSync(join(host.folder, 'staging'))).toHaveLength(1);
    const first = host.host.close();
    await host.host.close();
    await first;
    expect(await host.host.stopped).toBeNull();
    await expect.poll(() => readdirSync(join(host.folder, 'staging'))).toEqual([]);
  });
});

function mounted(): { folder: string; unmount: () => void } | null {
  const folder = join(tempFolder(), 'small');
  mkdirSync(folder);
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=16m', 'tmpfs', folder], { stdio: 'ignore' });
    return { folder, unmount: () => execFileSync('umount', ['-l', folder]) };
  } catch {
    // Only root may mount; the test says that it was left out.
    return null;
  }
}

const small = mounted();
afterAll(() => small?.unmount());

it.skipIf(small === null)('a full disk is 507, reading goes on, and room helps (needs the right to mount)', async () => {
  const folder = join(small?.folder ?? '', 'state');
  const host = await testHost({ folder });
  expect((await publish(host, pythonPlugin('small_one'), 'small_one')).status).toBe(200);
  const filler = join(small?.folder ?? '', 'filler');
  const { bavail, bsize } = statfsSync(folder);
  writeFileSync(filler, Buffer.alloc(bavail * bsize - 100 * 1024));
  const large = pythonPlugin('large_one', '1.0.0', [{ name: 'a.bin', data: Buffer.from(Array.from({ length: 1 << 20 }, (_, i) => (i * 2654435761) >>> 11)), method: 0 }]);
  expect(await publish(host, large, 'large_one')).toMatchObject({ status: 507, body: { error: { type: 'InsufficientStorageError' } } });
  expect(readdirSync(join(folder, 'staging'))).toEqual([]);
  expect((await host.call('GET', '/v1/namespaces/default/plugins/small_one_1_0_0')).status).toBe(200);
  rmSync(filler);
  expect((await publish(host, large, 'large_one')).status).toBe(200);
  expect(readFileSync(join(folder, 'host.json'), 'utf8')).toContain(host.host.url);
  await host.host.close();
});
