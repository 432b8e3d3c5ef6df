import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { beforeAll, describe, expect, it } from 'vitest';
import { pipeline, publish, pythonPlugin, request, tempFolder, testHost, type TestHost } from './support.js';

let host: TestHost;
beforeAll(async () => {
  host = await testHost({ limits: { pluginsPerNamespace: 100 } });
});

const sha256 = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex');
const uploads = '/v1/namespaces/default/plugins/uploads';

describe('the curl lines of the guide', () => {
  it('create, upload, confirm', async () => {
    const folder = tempFolder();
    mkdirSync(join(folder, 'my_extractor'));
    writeFileSync(join(folder, 'my_extractor', 'manifest.py'), 'metadata = {"feature_extractor_name": "my_extractor", "version": "1.0.0"}\n');
    writeFileSync(join(folder, 'my_extractor', 'pipeline.py'), pipeline);
    const sh = async (line: string): Promise<any> => {
      const { stdout } = await promisify(execFile)('sh', ['-ec', line], { cwd: folder, env: { ...process.env, API_KEY: host.key, NS_ID: 'default', URL: host.host.url } });
      return stdout.startsWith('{') ? JSON.parse(stdout) : stdout;
    };
    await sh('zip -qr my_extractor.zip my_extractor/');
    const created = await sh(`curl -sS -X POST "$URL/v1/namespaces/$NS_ID/plugins/uploads" \\
  -H "Authorization: Bearer $API_KEY" \\
  -d '{"name": "my_extractor", "version": "1.0.0"}'`);
    expect(created).toMatchObject({ upload_id: expect.stringMatching(/^plu_/), namespace_id: 'default', name: 'my_extractor', version: '1.0.0' });
    expect(created.s3_key).toBe(`default/plugins/${created.upload_id}/my_extractor_1_0_0.zip`);
    expect(await sh(`curl -sS -X PUT "${created.presigned_url}" --data-binary @my_extractor.zip`)).toBe('');
    const confirmed = await sh(`curl -sS -X POST "$URL/v1/namespaces/$NS_ID/plugins/uploads/${created.upload_id}/confirm" \\
  -H "Authorization: Bearer $API_KEY"`);
    expect(confirmed).toMatchObject({ success: true, plugin_id: 'my_extractor_1_0_0', validation_status: 'passed', deployment_status: 'pending', feature_uri: 'mixpeek://my_extractor@1.0.0' });
    const digest = sha256(readFileSync(join(folder, 'my_extractor.zip')));
    expect(confirmed.code_hash).toBe(digest);
    const got = await sh('curl -sS "$URL/v1/namespaces/$NS_ID/plugins/my_extractor_1_0_0" -H "Authorization: Bearer $API_KEY"');
    expect(got.plugin).toMatchObject({ code_hash: digest, language: 'python', security_scan_passed: true, manifest: { feature_extractor_name: 'my_extractor', version: '1.0.0' } });
    expect(readdirSync(join(host.folder, 'trees', digest, 'my_extractor')).sort()).toEqual(['manifest.py', 'pipeline.py']);
  });
});

describe('the signed URL', () => {
  const archive = pythonPlugin('signed_one');
  const create = async (more: object = {}): Promise<any> => (await host.call('POST', uploads, { body: { name: 'signed_one', version: '1.0.0', ...more } })).body;
  const put = (url: string, body: Buffer = archive) => request(url, { method: 'PUT', body: new Uint8Array(body) });

  it('answers the same bytes again in the same way, and refuses others', async () => {
    const { presigned_url: url } = await create();
    const first = await put(url);
    expect(first).toMatchObject({ status: 200, body: '' });
    expect(first.headers.get('etag')).toBe(`"${sha256(archive)}"`);
    expect((await put(url)).status).toBe(200);
    expect(await put(url, pythonPlugin('signed_two'))).toMatchObject({ status: 409, body: { error: { details: { code: 'other-bytes' } } } });
  });

  it.each(['owner', 'expires', 'limit', 'length', 'sha256', 'key', 'signature'])('is void with another %s', async (field) => {
    const { presigned_url: text } = await create({ file_size_bytes: archive.length, sha256: sha256(archive) });
    const url = new URL(text);
    const value = url.searchParams.get(field) as string;
    url.searchParams.set(field, value.replace(/.$/, (last) => (last === '0' ? '1' : '0')));
    expect(await put(url.href)).toMatchObject({ status: 403, body: { error: { details: { code: 'signature' } } } });
  });

  it.each(['length', 'sha256', 'expires', 'signature'])('is void without its %s', async (field) => {
    const { presigned_url: text } = await create({ file_size_bytes: archive.length, sha256: sha256(archive) });
    const url = new URL(text);
    url.searchParams.delete(field);
    expect((await put(url.href)).status).toBe(403);
  });

  it('is void for another upload', async () => {
    const [one, two] = [await create(), await create()];
    expect((await put(one.presigned_url.replace(one.upload_id, two.upload_id))).status).toBe(403);
  });

  it('binds length and digest that were given', async () => {
    const short = await create({ file_size_bytes: archive.length - 1 });
    expect(await put(short.presigned_url)).toMatchObject({ status: 400, body: { error: { details: { code: 'length-differs' } } } });
    const other = await create({ sha256: sha256(Buffer.from('other')) });
    expect(await put(other.presigned_url)).toMatchObject({ status: 400, body: { error: { details: { code: 'digest-differs' } } } });
    expect(readdirSync(join(host.folder, 'staging'))).toEqual([]);
  });

  it('leaves nothing behind when the transfer is cut, and takes the archive afterwards', async () => {
    const { presigned_url: text } = await create();
    const url = new URL(text);
    await new Promise<void>((done) => {
      const socket = connect(Number(url.port), url.hostname, () => {
        socket.write(`PUT ${url.pathname}${url.search} HTTP/1.1\r\nHost: x\r\nContent-Length: ${archive.length}\r\n\r\n`);
        socket.write(archive.subarray(0, 100), () => socket.destroy());
      });
      socket.on('close', () => done());
    });
    await expect.poll(() => readdirSync(join(host.folder, 'staging'))).toEqual([]);
    expect((await put(text)).status).toBe(200);
  });

  it('refuses what is larger than allowed, whatever Content-Length says', async () => {
    const small = await testHost({ limits: { archiveBytes: 1000 } });
    const { body } = await small.call('POST', uploads, { body: { name: 'large_one' } });
    expect((await put(body.presigned_url, Buffer.alloc(1001))).status).toBe(413);
    const stream = new ReadableStream({ pull: (controller) => controller.enqueue(new Uint8Array(600)) });
    const reply = await fetch(body.presigned_url, { method: 'PUT', body: stream, duplex: 'half' } as RequestInit).catch(() => null);
    expect(reply === null || reply.status === 413).toBe(true);
    expect(readdirSync(join(small.folder, 'staging'))).toEqual([]);
  });
});

describe('confirm', () => {
  it('answers the same again, and in parallel', async () => {
    const { body: created } = await host.call('POST', uploads, { body: { name: 'confirm_twice', version: '1.0.0' } });
    await request(created.presigned_url, { method: 'PUT', body: new Uint8Array(pythonPlugin('confirm_twice')) });
    const path = `${uploads}/${created.upload_id}/confirm`;
    const answers = await Promise.all([1, 2, 3, 4].map(() => host.call('POST', path)));
    const again = await host.call('POST', path, { body: { etag: `"${created.sha256}"` } });
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200]);
    expect(new Set(answers.map(({ body }) => JSON.stringify(body))).size).toBe(1);
    expect(again.status).toBe(400);
    expect((await host.call('POST', path, { body: { etag: null, file_size_bytes: null } })).body).toEqual(answers[0]?.body);
  });

  it('names what is forbidden, with its place', async () => {
    const archive = pythonPlugin('evil_one', '1.0.0', [{ name: 'processors/core.py', data: 'import os\n\n\ndef run():\n    os.system("x")\n' }, { name: 'build/dist/hidden.py', data: 'import subprocess\n' }]);
    const { status, body } = await publish(host, archive, 'evil_one');
    expect(status).toBe(400);
    expect(body.error.details.validation_errors).toEqual([
      expect.stringMatching(/^build\/dist\/hidden\.py:1:\d+: .*subprocess/),
      expect.stringMatching(/^processors\/core\.py:5:\d+: .*os\.system/),
    ]);
    expect((await host.call('GET', '/v1/namespaces/default/plugins/evil_one_1_0_0')).status).toBe(404);
    expect((await publish(host, pythonPlugin('evil_one'), 'evil_one')).status).toBe(200);
  });

  it.each([
    ['another name', 'other_name', '1.0.0', /named "my_extractor"/],
    ['another version', 'my_extractor', '3.0.0', /version "1.0.0"/],
  ])('refuses a manifest with %s', async (_what, name, version, message) => {
    const { status, body } = await publish(host, pythonPlugin(), name, version);
    expect(status).toBe(400);
    expect(body.error.details.validation_errors[0]).toMatch(message);
  });

  it('says that nothing arrived, and that an upload is unknown', async () => {
    const { body } = await host.call('POST', uploads, { body: { name: 'nothing_here' } });
    expect((await host.call('POST', `${uploads}/${body.upload_id}/confirm`)).status).toBe(404);
    expect((await host.call('POST', `${uploads}/plu_unknown/confirm`)).status).toBe(404);
  });
});

describe('versions', () => {
  it('takes the next free patch, keeps deleted ones, and takes back the same bytes only', async () => {
    const first = pythonPlugin('versioned', '1.0.0');
    expect((await publish(host, first, 'versioned', undefined)).body.plugin_id).toBe('versioned_1_0_0');
    const next = await host.call('POST', uploads, { body: { name: 'versioned' } });
    expect(next.body.version).toBe('1.0.1');
    const taken = await host.call('POST', uploads, { body: { name: 'versioned', version: 'v1' } });
    expect(taken).toMatchObject({ status: 409, body: { error: { type: 'AlreadyExistsError', details: { code_hash: sha256(first), next_version: '1.0.1' } } } });
    expect((await host.call('DELETE', '/v1/namespaces/default/plugins/versioned_1_0_0')).body).toMatchObject({ success: true, deployment_removed: false });
    expect((await host.call('DELETE', '/v1/namespaces/default/plugins/versioned_1_0_0')).status).toBe(404);
    expect(readdirSync(join(host.folder, 'blobs'))).not.toContain(sha256(first));
    const other = pythonPlugin('versioned', '1.0.0', [{ name: 'more.txt', data: 'x' }]);
    expect((await publish(host, other, 'versioned')).status).toBe(409);
    expect((await publish(host, first, 'versioned')).status).toBe(200);
    expect(readdirSync(join(host.folder, 'trees'))).toContain(sha256(first));
  });

  it('refuses names that are easily mistaken, and more plugins than the quota', async () => {
    expect((await publish(host, pythonPlugin('text_tool'), 'text_tool')).status).toBe(200);
    const statuses = await Promise.all(['TextTool', 'text_too1', 'text_tooI', 'text_tooi', 'text_tool2'].map(async (name) => (await host.call('POST', uploads, { body: { name } })).status));
    expect(statuses).toEqual([409, 409, 409, 200, 200]);
    const small = await testHost({ limits: { pluginsPerNamespace: 1 } });
    await publish(small, pythonPlugin('first_one'), 'first_one');
    expect(await small.call('POST', uploads, { body: { name: 'second' } })).toMatchObject({ status: 403, body: { error: { type: 'QuotaExceededError', details: { current_count: 1, max_allowed: 1 } } } });
    expect((await publish(small, pythonPlugin('first_one', '1.0.1'), 'first_one', '1.0.1')).status).toBe(200);
  });

  it('gives the archive back, as it was', async () => {
    const archive = pythonPlugin('downloaded');
    await publish(host, archive, 'downloaded');
    const { body } = await host.call('GET', '/v1/namespaces/default/plugins/downloaded_1_0_0/download');
    const response = await fetch(body.download_url);
    expect(Buffer.from(await response.arrayBuffer()).equals(archive)).toBe(true);
    expect(response.headers.get('etag')).toBe(`"${sha256(archive)}"`);
    expect((await fetch(body.download_url.replace(/expires=\d/, 'expires=9'))).status).toBe(403);
  });
});

it.each([
  ['no name', {}],
  ['a short name', { name: 'ab' }],
  ['a bad version', { name: 'good_name', version: '1.0.0-beta' }],
  ['a long life', { name: 'good_name', presigned_url_expiration: 86_401 }],
  ['a large file', { name: 'good_name', file_size_bytes: 524_288_001 }],
])('answers 422 to %s', async (_what, body) => {
  const reply = await host.call('POST', uploads, { body });
  expect(reply).toMatchObject({ status: 422, body: { success: false, status: 422, error: { type: 'ValidationError', details: { validation_errors: [{ type: expect.any(String), location: ['body', expect.any(String)], message: expect.any(String) }] } } } });
});

describe('the form', () => {
  const path = '/v1/namespaces/default/plugins';
  const send = async (order: string[], archive: Buffer, name: string, headers: Record<string, string> = {}): Promise<any> => {
    const form = new FormData();
    const fields: Record<string, () => void> = {
      file: () => form.append('file', new Blob([new Uint8Array(archive)]), 'x.zip'),
      name: () => form.append('name', name),
      version: () => form.append('version', '1.0.0'),
      description: () => form.append('description', 'By form'),
    };
    for (const field of order) fields[field]?.();
    return request(`${host.host.url}${path}`, { method: 'POST', body: form, headers: { authorization: `Bearer ${host.key}`, ...headers } });
  };

  it.each([['before', ['name', 'version', 'description', 'file']], ['after', ['file', 'name', 'version', 'description']]])('takes fields %s the file', async (when, order) => {
    const name = `form_${when}`;
    const reply = await send(order, pythonPlugin(name), name);
    expect(reply).toMatchObject({ status: 200, body: { success: true, plugin_id: `${name}_1_0_0`, validation_status: 'passed', deployment_status: 'pending' } });
    expect((await host.call('GET', `${path}/${name}_1_0_0`)).body.plugin.description).toBe('By form');
  });

  it('refuses what is no form, has no file, or says too little', async () => {
    expect((await host.call('POST', path, { body: { name: 'x' } })).status).toBe(400);
    expect((await send(['name', 'version'], Buffer.alloc(0), 'form_none')).status).toBe(422);
    expect(await send(['file'], pythonPlugin('form_less'), 'form_less')).toMatchObject({ status: 422, body: { error: { details: { validation_errors: [{ location: ['body', 'name'] }] } } } });
    expect((await send(['file', 'file', 'name'], pythonPlugin('form_two'), 'form_two')).status).toBe(422);
    expect((await send(['file', 'name'], pythonPlugin('other_one'), 'form_evil')).status).toBe(400);
    expect(readdirSync(join(host.folder, 'staging'))).toEqual([]);
  });

  it('answers the same to the same Idempotency-Key', async () => {
    const headers = { 'idempotency-key': 'form' };
    const archive = pythonPlugin('form_idem');
    const first = await send(['file', 'name', 'version'], archive, 'form_idem', headers);
    expect(first.status).toBe(200);
    expect((await send(['file', 'name', 'version'], archive, 'form_idem', headers)).body).toEqual(first.body);
    expect((await send(['file', 'name', 'version'], pythonPlugin('form_idem', '1.0.0', [{ name: 'a.txt', data: 'x' }]), 'form_idem', headers)).status).toBe(422);
    expect((await send(['file', 'name', 'version'], archive, 'form_idem')).status).toBe(409);
  });

  it('leaves nothing behind when it is cut', async () => {
    const url = new URL(host.host.url);
    await new Promise<void>((done) => {
      const socket = connect(Number(url.port), url.hostname, () => {
        socket.write(`POST ${path} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${host.key}\r\nContent-Type: multipart/form-data; boundary=b\r\nContent-Length: 100000\r\n\r\n`);
        socket.write('--b\r\nContent-Disposition: form-data; name="file"; filename="x.zip"\r\n\r\nPK', () => socket.end());
      });
      socket.on('close', () => done());
      socket.on('error', () => done());
      socket.resume();
    });
    await expect.poll(() => readdirSync(join(host.folder, 'staging'))).toEqual([]);
  });
});
