import { createHash, randomBytes } from 'node:crypto';
import { appendFileSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { downloadArchive, uploadArchive } from '../../src/client/index.js';
import { type Cloud, cloud, cut, dropped, type Reply, type Routes } from './cloud.js';

let folder: string;
let file: string;
const bytes = randomBytes(1_500_000);
const sha256 = createHash('sha256').update(bytes).digest('hex');
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'plugsmith-upload-'));
  file = join(folder, 'p-1.0.0.zip');
  writeFileSync(file, bytes);
});
afterAll(() => rmSync(folder, { recursive: true }));

let server: Cloud | undefined;
const start = async (routes: Routes): Promise<Cloud> => (server = await cloud(routes));
afterEach(async () => {
  await server?.close();
  server = undefined;
});

const PLUGINS = '/namespaces/ns_1/plugins';
const ABSENT: Reply = [404, { detail: 'Plugin not found: p_1_0_0' }];
const known = (hash: string, extra: object = {}): Reply => [200, { success: true, plugin: { plugin_id: 'p_1_0_0', name: 'p', version: '1.0.0', code_hash: hash, validation_status: 'passed', ...extra } }];
const PASSED: Reply = [200, { success: true, upload_id: 'plu_1', plugin_id: 'p_1_0_0', validation_status: 'passed', deployment_status: 'pending', feature_uri: 'mixpeek://p@1.0.0' }];
const STORED: Reply = [200, '', { etag: '"0123456789abcdef0123456789abcdef"' }];
const created: Reply = (response) => {
  response.writeHead(200, { 'content-type': 'application/json' });
  response.end(JSON.stringify({ upload_id: 'plu_1', presigned_url: `${server?.url}/signed?signature=canary`, s3_key: 'k', expires_at: new Date(Date.now() + 3600_000).toISOString(), namespace_id: 'ns_1', name: 'p', version: '1.0.0' }));
};
/** A host on which everything goes well. */
const good = (): Routes => ({
  [`GET ${PLUGINS}`]: [200, { success: true, plugins: [{ plugin_id: 'p_1_0_3', name: 'p', version: '1.0.3', deployed: false, validation_status: 'passed', feature_uri: 'u' }], total: 1, namespace_id: 'ns_1' }],
  [`GET ${PLUGINS}/p_1_0_0`]: ABSENT, [`POST ${PLUGINS}/uploads`]: created, 'PUT /signed': STORED, [`POST ${PLUGINS}/uploads/plu_1/confirm`]: PASSED,
});
const upload = (options: Partial<Parameters<typeof uploadArchive>[1]> = {}) => {
  if (server === undefined) throw new Error('no server');
  return uploadArchive(server.host, { file, name: 'p', version: '1.0.0', ...options });
};
const puts = () => (server?.seen ?? []).filter(({ method }) => method === 'PUT');

test('an upload says size and digest, sends the bytes without the key, and confirms with the ETag', async () => {
  await start(good());
  const progress: number[] = [];
  const stages: string[] = [];
  expect(await upload({ description: 'd', onProgress: (done) => progress.push(done), onStage: (stage) => stages.push(stage) })).toMatchObject({ outcome: 'uploaded', plugin_id: 'p_1_0_0', sha256, bytes: bytes.length, feature_uri: 'mixpeek://p@1.0.0' });
  const [, create, put, confirm] = server?.seen ?? [];
  expect(JSON.parse(String(create?.body))).toEqual({ name: 'p', version: '1.0.0', description: 'd', file_size_bytes: bytes.length, sha256 });
  expect(put?.body.equals(bytes)).toBe(true);
  expect(put?.headers).toMatchObject({ 'content-type': 'application/zip', 'content-length': String(bytes.length) });
  expect(put?.headers.authorization).toBeUndefined();
  expect(JSON.parse(String(confirm?.body))).toEqual({ etag: '"0123456789abcdef0123456789abcdef"', file_size_bytes: bytes.length });
  expect(progress.at(-1)).toBe(bytes.length);
  expect(stages).toEqual(['check', 'transfer', 'confirm']);
  expect(server?.trace.join()).not.toContain('canary');
});

describe('a version that the host has', () => {
  test('with these bytes: nothing to do', async () => {
    await start({ ...good(), [`GET ${PLUGINS}/p_1_0_0`]: known(sha256) });
    expect(await upload()).toMatchObject({ outcome: 'unchanged', plugin_id: 'p_1_0_0' });
    expect(server?.seen).toHaveLength(1);
  });

  test('with others: the next free version is named', async () => {
    await start({ ...good(), [`GET ${PLUGINS}/p_1_0_0`]: known('f'.repeat(64)) });
    await expect(upload()).rejects.toMatchObject({ code: 'version-exists', exitCode: 3, details: { next_version: '1.0.4' }, next: expect.stringContaining('1.0.4') });
  });

  test('told at the creation, because somebody else was quicker', async () => {
    await start({ ...good(), [`GET ${PLUGINS}/p_1_0_0`]: [ABSENT, known(sha256)], [`POST ${PLUGINS}/uploads`]: [409, { detail: 'exists' }] });
    expect(await upload()).toMatchObject({ outcome: 'unchanged' });
  });

  test('that was deleted, with other bytes', async () => {
    await start({ ...good(), [`POST ${PLUGINS}/uploads`]: [409, { error: { message: 'p 1.0.0 was deleted.', type: 'AlreadyExistsError' } }] });
    await expect(upload()).rejects.toMatchObject({ code: 'version-exists', message: 'p 1.0.0 was deleted.', details: { next_version: '1.0.4' } });
  });

  test('and refused', async () => {
    await start({ ...good(), [`GET ${PLUGINS}/p_1_0_0`]: known(sha256, { validation_status: 'failed', validation_errors: ['pipeline.py:1:1: import of subprocess'] }) });
    await expect(upload()).rejects.toMatchObject({ code: 'validation-failed' });
  });
});

describe('nothing is a success that is none', () => {
  test.each<[string, Reply]>([
    ['success: false', [200, { success: false, upload_id: 'plu_1', validation_status: 'failed', validation_errors: [{ file: 'pipeline.py', line: 3, message: 'import of subprocess' }], deployment_status: 'not_deployed' }]],
    ['success: true, and yet failed', [200, { success: true, upload_id: 'plu_1', validation_status: 'FAILED', validation_errors: ['pipeline.py:3: import of subprocess'], deployment_status: 'failed' }]],
  ])('%s', async (_name, reply) => {
    await start({ ...good(), [`POST ${PLUGINS}/uploads/plu_1/confirm`]: reply });
    await expect(upload()).rejects.toMatchObject({ code: 'validation-failed', exitCode: 3, message: expect.stringContaining('pipeline.py:3: import of subprocess'), details: { validation_errors: ['pipeline.py:3: import of subprocess'] } });
  });

  test('400 with violations', async () => {
    await start({ ...good(), [`POST ${PLUGINS}/uploads/plu_1/confirm`]: [400, { detail: { message: 'Validation failed', type: 'BadRequestError', details: { validation_errors: ['a.py:1:1: eval'] } } }] });
    await expect(upload()).rejects.toMatchObject({ exitCode: 3, message: 'Validation failed\na.py:1:1: eval' });
  });

  test('judged later: waited for', async () => {
    const pending: Reply = [200, { success: true, plugin_id: 'p_1_0_0', validation_status: 'pending', deployment_status: 'pending' }];
    await start({ ...good(), [`POST ${PLUGINS}/uploads/plu_1/confirm`]: pending, [`GET ${PLUGINS}/p_1_0_0`]: [ABSENT, known(sha256, { validation_status: 'pending' }), known(sha256)] });
    expect(await upload()).toMatchObject({ outcome: 'uploaded' });
    await server?.close();
    await start({ ...good(), [`POST ${PLUGINS}/uploads/plu_1/confirm`]: pending, [`GET ${PLUGINS}/p_1_0_0`]: [ABSENT, known(sha256, { validation_status: 'failed', validation_errors: ['x'] })] });
    await expect(upload()).rejects.toMatchObject({ code: 'validation-failed' });
    await server?.close();
    await start({ ...good(), [`POST ${PLUGINS}/uploads/plu_1/confirm`]: pending, [`GET ${PLUGINS}/p_1_0_0`]: [ABSENT, known(sha256, { validation_status: 'pending' })] });
    await expect(upload()).rejects.toMatchObject({ code: 'gave-up', exitCode: 4 });
  });

  test('a quota', async () => {
    await start({ ...good(), [`POST ${PLUGINS}/uploads`]: [403, { detail: { message: 'Quota exceeded', type: 'QuotaExceededError', details: { current_count: 10, max_allowed: 10 } } }] });
    await expect(upload()).rejects.toMatchObject({ code: 'quota-exceeded', exitCode: 3 });
  });

  test('other bytes than were sent, by the ETag', async () => {
    await start({ ...good(), 'PUT /signed': [200, '', { etag: `"${'0'.repeat(64)}"` }] });
    await expect(upload()).rejects.toMatchObject({ code: 'upload-mismatch', exitCode: 3 });
  });

  test('a file that is written to meanwhile', async () => {
    const changing = join(folder, 'changing.zip');
    writeFileSync(changing, bytes);
    await start({ ...good(), 'PUT /signed': (response) => (appendFileSync(changing, 'x'), void response.writeHead(200).end()) });
    await expect(upload({ file: changing })).rejects.toMatchObject({ code: 'archive-changed', exitCode: 2 });
  });

  test('a file that is not there', async () => {
    await start(good());
    await expect(upload({ file: join(folder, 'none.zip') })).rejects.toMatchObject({ code: 'archive-unreadable', exitCode: 2 });
    expect(server?.seen).toEqual([]);
  });
});

describe('the transfer', () => {
  const half: Reply = (response) => response.destroy();
  test.each<[string, Reply]>([
    ['a cut connection', half],
    ['503', [503, '<Error><Message>Slow down</Message></Error>']],
  ])('is repeated after %s, with the same bytes', async (_name, reply) => {
    await start({ ...good(), 'PUT /signed': [reply, reply, STORED] });
    expect(await upload()).toMatchObject({ outcome: 'uploaded' });
    expect(puts().map(({ body }) => body.equals(bytes))).toEqual([true, true, true]);
  });

  test('keeps Retry-After', async () => {
    await start({ ...good(), 'PUT /signed': [[503, '', { 'retry-after': '4' }], STORED] });
    await upload();
    expect(server?.waits).toEqual([4000]);
  });

  test.each<[string, Reply]>([
    ['S3', [403, '<Error><Code>AccessDenied</Code><Message>Request has expired</Message></Error>']],
    ['ours', [400, { error: { message: 'The upload has expired.', type: 'BadRequestError' } }]],
  ])('asks for a new address when %s says that it expired', async (_name, reply) => {
    await start({ ...good(), 'PUT /signed': [reply, STORED] });
    expect(await upload()).toMatchObject({ outcome: 'uploaded' });
    expect(server?.seen.filter(({ path }) => path.endsWith('/uploads'))).toHaveLength(2);
    await server?.close();
    await start({ ...good(), 'PUT /signed': reply });
    await expect(upload()).rejects.toMatchObject({ code: 'upload-expired', exitCode: 3 });
  });

  test('asks for a new address when the host does not take it for its own, and says so in the end', async () => {
    const reply: Reply = [403, { error: { message: 'The URL is not one that this host signed.', type: 'ForbiddenError', details: { code: 'signature' } } }];
    await start({ ...good(), 'PUT /signed': [reply, STORED] });
    expect(await upload()).toMatchObject({ outcome: 'uploaded' });
    await server?.close();
    await start({ ...good(), 'PUT /signed': reply });
    await expect(upload()).rejects.toMatchObject({ code: 'upload-refused', message: 'The URL is not one that this host signed.', exitCode: 3 });
    expect(puts()).toHaveLength(3);
  });

  test('is not repeated after a refusal', async () => {
    await start({ ...good(), 'PUT /signed': [413, '<Error><Message>Too large</Message></Error>'] });
    await expect(upload()).rejects.toMatchObject({ code: 'upload-refused', message: 'Too large', exitCode: 3 });
    expect(puts()).toHaveLength(1);
  });

  test('that is always cut ends, and shows no signature', async () => {
    await start({ ...good(), 'PUT /signed': half });
    const error: Error = await upload().then(() => Promise.reject(new Error('uploaded')), (reason: Error) => reason);
    expect(error).toMatchObject({ code: 'connection-cut', exitCode: 3 });
    expect(JSON.stringify({ ...error, message: error.message })).not.toContain('canary');
    expect(puts()).toHaveLength(6);
  });
});

test('a confirmation whose answer was lost is looked up', async () => {
  await start({ ...good(), [`POST ${PLUGINS}/uploads/plu_1/confirm`]: cut, [`GET ${PLUGINS}/p_1_0_0`]: [ABSENT, known(sha256)] });
  expect(await upload()).toMatchObject({ outcome: 'unchanged' });
  await server?.close();
  await start({ ...good(), [`POST ${PLUGINS}/uploads/plu_1/confirm`]: dropped });
  await expect(upload()).rejects.toMatchObject({ code: 'connection-cut' });
});

describe('a download', () => {
  const target = () => join(folder, 'down', 'p.zip');
  const routes = (hash: string | null, reply: Reply): Routes => ({
    [`GET ${PLUGINS}/p_1_0_0`]: (response) => {
      response.writeHead(200, { 'content-type': 'application/json' });
      response.end(JSON.stringify({ success: true, plugin: { plugin_id: 'p_1_0_0', name: 'p', version: '1.0.0', code_hash: hash }, presigned_download_url: `${server?.url}/file` }));
    },
    'GET /file': reply,
  });
  const whole: Reply = (response) => void response.writeHead(200, { 'content-length': bytes.length }).end(bytes);
  const download = () => {
    if (server === undefined) throw new Error('no server');
    return downloadArchive(server.host, 'p_1_0_0', { file: target() });
  };
  beforeAll(async () => {
    const { mkdirSync } = await import('node:fs');
    mkdirSync(join(folder, 'down'));
  });

  test('is checked and appears whole', async () => {
    await start(routes(sha256, whole));
    expect(await download()).toEqual({ file: target(), sha256, bytes: bytes.length, verified: true });
    expect(readFileSync(target()).equals(bytes)).toBe(true);
    expect(server?.seen[1]?.headers.authorization).toBeUndefined();
    rmSync(target());
  });

  test.each<[string, string | null, Reply, string]>([
    ['other bytes', '0'.repeat(64), whole, 'download-mismatch'],
    ['a cut one', sha256, (response) => (response.writeHead(200, { 'content-length': bytes.length }), response.write(bytes.subarray(0, 1000), () => response.destroy()), undefined), 'connection-cut'],
    ['an old address', sha256, [403, 'expired'], 'no-download'],
  ])('of %s leaves nothing', async (_name, hash, reply, code) => {
    await start(routes(hash, reply));
    await expect(download()).rejects.toMatchObject({ code, exitCode: 3 });
    expect(readdirSync(join(folder, 'down'))).toEqual([]);
  });

  test('to where nobody may write is told', async () => {
    await start(routes(sha256, whole));
    if (server === undefined) throw new Error('no server');
    await expect(downloadArchive(server.host, 'p_1_0_0', { file: join(folder, 'none', 'p.zip') })).rejects.toMatchObject({ code: 'download-not-written', exitCode: 2 });
  });
});
