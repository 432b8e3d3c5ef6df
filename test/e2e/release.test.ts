/** The life of a release with the installed command: a host of its own, uploads that break, versions, rollback. */
import { existsSync, mkdtempSync, readFileSync, readdirSync, realpathSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { install, plugin, type Result } from './harness.js';
import { breakingProxy, type Running, startPlugin } from './lib-host.js';
import { PATIENCE_MS } from './suite.js';

/** A JSON document; tests look into it by keys, so its values are of any type. */
type Document = Record<string, any>;

const INPUTS = ['--inputs', '{"text": "hello"}'];
let base: string;
let folder: string;
let state: string;
let env: Record<string, string>;
let host: Running;
let url: string;
let key: string;

beforeAll(async () => {
  base = realpathSync(mkdtempSync(join(tmpdir(), 'plugsmith-release-')));
  folder = join(base, 'texts');
  state = join(base, 'state');
  env = { PLUGSMITH_CONFIG_DIR: join(base, 'config'), PLUGSMITH_CACHE_DIR: join(base, 'cache') };
  await install();
  expect(await plugin(['create', 'texts'], { cwd: base, env })).toMatchObject({ code: 0 });
  await start(0);
}, 3 * PATIENCE_MS);
afterAll(async () => {
  await host.kill();
  rmSync(base, { recursive: true, force: true });
});

/** Starts the host on its folder. */
async function start(port: number): Promise<void> {
  host = await startPlugin(['host', 'start', '--folder', state, '--port', String(port)], { cwd: base, env });
  const listening = (await host.event('listening')) as { url: string; admin_key?: string };
  url = listening.url;
  key = listening.admin_key ?? key;
}

const run = (args: string[], options: { input?: string; cwd?: string; env?: Record<string, string> } = {}): Promise<Result> => plugin(args, { cwd: options.cwd ?? folder, env: { ...env, ...options.env }, ...(options.input !== undefined && { input: options.input }) });

/** Runs with `--json`. @returns the document, which must be of the command's shape; the exit code must be the one expected */
async function json(args: string[], code = 0, options: Parameters<typeof run>[1] = {}): Promise<Document> {
  const result = await run([...args, '--json'], options);
  expect(result.code, result.stdout + result.stderr).toBe(code);
  for (const line of result.stderr.trim().split('\n').filter(Boolean)) expect(JSON.parse(line)).toHaveProperty('type');
  return ofShape(code === 0 ? args : ['error'], result.stdout);
}

/** The document, of the shape that is on file for the command: `host start` is `host-start.json`. */
function ofShape([first = '', second = '']: string[], text: string): Document {
  const file = [`${first}-${second}`, first].map((name) => join(import.meta.dirname, 'schemas', `${name}.json`)).find((name) => existsSync(name));
  if (file === undefined) throw new Error(`There is no schema of ${first} ${second}`);
  const document = JSON.parse(text) as Document;
  const { error } = z.fromJSONSchema(JSON.parse(readFileSync(file, 'utf8')) as z.core.JSONSchema.JSONSchema).safeParse(document);
  expect(error === undefined ? '' : z.prettifyError(error), file).toBe('');
  return document;
}

function setVersion(from: string, to: string): void {
  const file = join(folder, 'manifest.ts');
  writeFileSync(file, readFileSync(file, 'utf8').replaceAll(from, to));
}

describe('the life of a release', () => {
  test('login keeps the key to itself', { timeout: PATIENCE_MS }, async () => {
    const wrong = await run(['login', '--base-url', url, '--verbose'], { input: 'psk_wrong_canary\n' });
    expect(wrong).toMatchObject({ code: 3, stderr: expect.stringContaining('plugin login') });
    expect(wrong.stdout + wrong.stderr).not.toContain('canary');
    expect(await run(['list'])).toMatchObject({ code: 2, stderr: expect.stringContaining('plugin login') });
    const right = await run(['login', '--base-url', url, '--verbose'], { input: `${key}\n` });
    expect(right.code, right.stderr).toBe(0);
    expect(right.stdout + right.stderr).not.toContain(key);
    expect(statSync(join(base, 'config/credentials.json')).mode & 0o777).toBe(0o600);
    expect(await json(['whoami'])).toMatchObject({ base_url: url, namespace: 'default', profile: 'default', key_from: 'profile default' });
    expect(await run(['whoami', '--namespace', 'nope'])).toMatchObject({ code: 1, stderr: expect.stringContaining('The key cannot use the namespace nope.') });
    expect(await run(['secrets', 'set', 'a b'], { input: 'x\n' })).toMatchObject({ code: 3, stderr: expect.stringContaining('must not contain spaces or =') });
    expect(await run(['get'], { cwd: base })).toMatchObject({ code: 2, stderr: expect.stringContaining('Name the plugin, such as my_plugin') });
    expect(await run(['list', '--name', 'nope'])).toMatchObject({ code: 0, stdout: 'There is no plugin nope in namespace default.\n' });
    expect(await json(['host', 'status'])).toMatchObject({ status: 'ok', auth: true });
  });

  test('publish --deploy, status, invoke', { timeout: PATIENCE_MS }, async () => {
    expect(await json(['publish', '--dry-run', '--skip-tests'])).toMatchObject({ status: 'dry_run', plugin_id: 'texts_1_0_0' });
    expect(await json(['list'])).toMatchObject({ total: 0 });
    const published = await json(['publish', '--deploy']);
    expect(published).toMatchObject({ status: 'published', plugin_id: 'texts_1_0_0', version: '1.0.0', deployment: { status: 'DEPLOYED', deployment_type: 'realtime' } });
    expect(published['stages'].map((each: { stage: string }) => each.stage)).toEqual(['host', 'lint', 'test', 'package', 'upload', 'deploy']);
    expect(await json(['status', '--watch'])).toMatchObject({ plugin_id: 'texts_1_0_0', status: 'DEPLOYED', version: '1.0.0', error: null });
    expect((await json(['invoke', 'texts', ...INPUTS]))['answer']['embedding']).toHaveLength(384);
    expect(await json(['get', 'texts'])).toMatchObject({ code_hash: published['sha256'], deployed: true });
    expect(await json(['download', 'texts', '--output', 'again.zip'])).toMatchObject({ sha256: published['sha256'], verified: true });
    rmSync(join(folder, 'again.zip'));
  });

  test('the same bytes are unchanged, others are refused, and told which version is free', { timeout: PATIENCE_MS }, async () => {
    expect(await json(['publish', '--skip-tests'])).toMatchObject({ status: 'unchanged' });
    writeFileSync(join(folder, 'NOTES.md'), 'More.\n');
    expect(await json(['publish', '--skip-tests'], 3)).toMatchObject({ error: { code: 'version-exists', details: { next_version: '1.0.1' } }, exit_code: 3 });
    expect(await json(['publish', '--skip-tests', '--dry-run'], 3)).toMatchObject({ error: { code: 'version-exists' } });
    const skipped = await run(['publish', '--skip-tests', '--skip-duplicate']);
    expect(skipped).toMatchObject({ code: 0, stdout: '', stderr: expect.stringMatching(/^warning [^]*^✓ upload .* is skipped$/m) });
  });

  test('1.0.1, rollback', { timeout: PATIENCE_MS }, async () => {
    setVersion('1.0.0', '1.0.1');
    expect(await json(['publish', '--deploy', '--skip-tests'])).toMatchObject({ status: 'published', plugin_id: 'texts_1_0_1', deployment: { status: 'DEPLOYED', active: true } });
    expect((await json(['invoke', 'texts@1.0.0', ...INPUTS]))['answer']['embedding']).toHaveLength(384);
    expect(await json(['rollback', 'texts', '1.0.0'])).toMatchObject({ previous_version: '1.0.1', active_version: '1.0.0' });
    expect(await json(['status', 'texts@1.0.0'])).toMatchObject({ active: true });
    expect(await json(['rollback', 'texts', '9.0.0'], 3)).toMatchObject({ error: { code: 'not-found' } });
  });

  test('logs --follow sees a restart of the host, and every line once', { timeout: PATIENCE_MS }, async () => {
    const logs = await startPlugin(['logs', 'texts_1_0_0', '--follow'], { cwd: folder, env });
    await logs.event('log');
    await host.kill();
    await start(Number(new URL(url).port));
    const before = logs.events.length;
    expect(await json(['deploy', 'texts@1.0.0'])).toMatchObject({ status: 'DEPLOYED' });
    await logs.event('log', (event) => logs.events.indexOf(event) >= before);
    expect(await logs.kill('SIGINT')).toBe(130);
    expect(JSON.parse(logs.stdout)).toMatchObject({ error: { code: 'interrupted', next: expect.stringMatching(/plugin logs texts_1_0_0 --follow --after \d+/) } });
    const numbers = logs.events.filter(({ type }) => type === 'log').map(({ seq }) => seq as number);
    expect(numbers).toEqual([...new Set(numbers)].sort((a, b) => a - b));
  });

  test('secrets come from standard input, and only their names come back', { timeout: PATIENCE_MS }, async () => {
    expect(await json(['secrets', 'set', 'TOKEN'], 0, { input: 'canary-1\n' })).toEqual({ secret_name: 'TOKEN', created: true });
    expect(await json(['secrets', 'set', 'TOKEN'], 0, { input: 'canary-2\n' })).toEqual({ secret_name: 'TOKEN', created: false });
    expect(await json(['secrets', 'set', 'EMPTY'], 2, { input: '' })).toMatchObject({ error: { code: 'no-input' } });
    expect(await json(['secrets', 'list'])).toEqual({ secrets: ['TOKEN'] });
    expect(await json(['secrets', 'delete', 'TOKEN'])).toEqual({ secret_name: 'TOKEN' });
  });

  test('undeploy, delete', { timeout: PATIENCE_MS }, async () => {
    expect(await json(['undeploy', 'texts@1.0.1'])).toMatchObject({ plugin_id: 'texts_1_0_1' });
    expect(await json(['status', 'texts@1.0.1'])).toMatchObject({ status: 'NOT_DEPLOYED' });
    expect(await json(['delete', 'texts', '--yes'], 2)).toMatchObject({ error: { code: 'which-version' } });
    expect(await json(['delete', 'texts@1.0.0'], 2)).toMatchObject({ error: { code: 'needs-answer' } });
    for (const version of ['1.0.0', '1.0.1']) expect(await json(['delete', `texts@${version}`, '--yes'])).toMatchObject({ plugin_id: `texts_${version.replaceAll('.', '_')}` });
    expect(await json(['list'])).toMatchObject({ total: 0 });
    expect(await json(['deploy', 'texts@1.0.0'], 3)).toMatchObject({ error: { code: 'not-found' } });
  });
});

describe('an upload that breaks', () => {
  let archive: string;
  beforeAll(async () => {
    setVersion('1.0.1', '2.0.0');
    archive = join(base, 'texts-2.0.0.zip');
    expect(await run(['package', '--output', archive])).toMatchObject({ code: 0 });
  }, PATIENCE_MS);
  const withKey = () => ({ env: { PLUGSMITH_API_KEY: key } });

  test('because the client is killed leaves nothing, and can be done again', { timeout: PATIENCE_MS }, async () => {
    const proxy = await breakingProxy(Number(new URL(url).port), { bytes: 200_000, times: 1, how: 'stall' });
    const upload = await startPlugin(['upload', archive, '--base-url', proxy.url], { cwd: base, env: { ...env, PLUGSMITH_API_KEY: key } });
    await proxy.full;
    expect(await upload.kill()).toBe('SIGKILL');
    await proxy.close();
    expect(await json(['list'])).toMatchObject({ total: 0 });
    await expect.poll(() => readdirSync(join(state, 'staging')), { timeout: PATIENCE_MS / 4 }).toEqual([]);
    expect(await json(['upload', archive])).toMatchObject({ outcome: 'uploaded', plugin_id: 'texts_2_0_0' });
  });

  test('because the connection is cut is done again by itself', { timeout: PATIENCE_MS }, async () => {
    await json(['delete', 'texts@2.0.0', '--yes']);
    const proxy = await breakingProxy(Number(new URL(url).port), { bytes: 200_000, times: 2, how: 'cut' });
    const uploaded = await json(['upload', archive, '--base-url', proxy.url], 0, withKey());
    expect(uploaded).toMatchObject({ outcome: 'uploaded', plugin_id: 'texts_2_0_0' });
    expect(proxy.connections).toBeGreaterThan(2);
    await proxy.close();
    expect(await json(['get', 'texts@2.0.0'])).toMatchObject({ code_hash: uploaded['sha256'] });
  });

  test('because the archive is one that no host accepts', { timeout: PATIENCE_MS }, async () => {
    writeFileSync(join(base, 'no.zip'), 'no zip');
    for (const none of [join(base, 'none.zip'), base]) expect((await json(['upload', none], 2))['error']).toMatchObject({ code: 'archive-unreadable', next: expect.stringContaining('plugin package') });
    expect((await json(['upload', join(base, 'no.zip')], 2))['error']).toMatchObject({ code: expect.stringMatching(/^archive-/) });
    expect((await json(['upload', join(base, 'no.zip'), '--name', 'texts', '--version', '3.0.0'], 3))['error']).toMatchObject({ details: { status: 400 } });
    expect((await json(['list']))['plugins'].map((each: { version: string }) => each.version)).toEqual(['2.0.0']);
  });
});

describe('a plugin of the organisation', () => {
  const ask = async (method: string, path: string, body?: object): Promise<Document> => {
    const reply = await fetch(`${url}/v1${path}`, { method, headers: { authorization: `Bearer ${key}` }, ...(body && { body: JSON.stringify(body) }) });
    expect(reply.status, path).toBe(200);
    return (await reply.json()) as Document;
  };

  test('is enabled, called, and disabled; an answer that breaks the contract is warned of', { timeout: PATIENCE_MS }, async () => {
    const shared = join(base, 'shared_texts');
    expect(await plugin(['create', 'shared_texts'], { cwd: base, env })).toMatchObject({ code: 0 });
    writeFileSync(join(shared, 'realtime.ts'), 'export class InferenceService {\n  runInference() {\n    return { embedding: Array.from({ length: 2 }, () => 1) };\n  }\n}\n');
    const packed = await json(['package', '--output', join(base, 'shared.zip')], 0, { cwd: shared });
    const upload = await ask('POST', '/plugins/uploads', { name: 'shared_texts', version: packed['plugin_id'].slice(-5).replaceAll('_', '.') });
    await fetch(upload['presigned_url'], { method: 'PUT', body: new Uint8Array(readFileSync(join(base, 'shared.zip'))) });
    await ask('POST', `/plugins/uploads/${upload['upload_id']}/confirm`);

    const id = packed['plugin_id'] as string;
    expect(await json(['deploy', id], 3)).toMatchObject({ error: { code: 'not-found' } });
    expect(await json(['enable', id, '--params', '{"max_tokens": 16}'])).toMatchObject({ plugin_id: id, namespace: 'default', deployment_status: 'pending' });
    expect(await json(['status', id, '--watch'])).toMatchObject({ status: 'DEPLOYED' });
    expect(await json(['invoke', id, ...INPUTS])).toMatchObject({ ok: false, problems: [expect.stringContaining('384')], answer: { embedding: [1, 1] } });
    const shown = await run(['invoke', id, ...INPUTS]);
    expect(shown).toMatchObject({ code: 0, stderr: expect.stringContaining('breaks the realtime contract') });
    const disabled = await run(['disable', id]);
    expect(disabled).toMatchObject({ code: 0, stdout: `${id} can no longer be used in namespace default.\n`, stderr: '' });
    expect(await json(['invoke', id, ...INPUTS], 3)).toMatchObject({ error: { code: 'not-found' } });
    expect(await json(['disable', id], 3)).toMatchObject({ error: { code: 'not-found' } });
    expect(await json(['enable', id, '--no-deploy'])).toMatchObject({ deployment_status: 'skipped' });
    expect(await json(['status', id])).toMatchObject({ status: 'NOT_DEPLOYED' });
    await json(['disable', id]);
    await ask('DELETE', `/plugins/${id}`);
  });
});

describe('a host of others', () => {
  let server: ReturnType<typeof createServer>;
  let other: string;
  const status = { plugin_id: 'other_1_0_0', namespace_id: 'default', status: 'pending' };
  beforeAll(async () => {
    server = createServer((request, response) => {
      const path = (request.url ?? '').replace(/^\/v1\/namespaces\/default/, '');
      const [code, body] = path === '/plugins/other_1_0_0/status' ? [200, status] : path.startsWith('/plugins/other_1_0_0/deploy') ? (path.includes('batch_only') ? [200, { status: 'deployed', deployment_type: 'batch_only', message: 'ok' }] : [403, { detail: 'Realtime requires an Enterprise account.' }]) : [404, { detail: 'Not Found' }];
      response.writeHead(code as number, { 'content-type': 'application/json' }).end(JSON.stringify(body));
    });
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
    other = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  afterAll(() => new Promise((done) => server.close(done)));

  test('that serves no plugins is told as such', { timeout: PATIENCE_MS }, async () => {
    expect(await json(['list', '--base-url', other], 3)).toMatchObject({ error: { code: 'no-plugin-host', message: expect.stringContaining('this host does not serve plugins') } });
    expect(await json(['get', 'texts@1.0.0', '--base-url', other], 3)).toMatchObject({ error: { code: 'no-plugin-host' } });
  });

  test('that refuses a realtime service: --batch-only is named, and not taken', { timeout: PATIENCE_MS }, async () => {
    expect(await json(['deploy', 'other@1.0.0', '--base-url', other], 3)).toMatchObject({ error: { code: 'realtime-refused', next: expect.stringContaining('--batch-only') } });
    expect(await json(['deploy', 'other@1.0.0', '--base-url', other, '--batch-only'])).toMatchObject({ status: 'PENDING' });
  });

  test('that is slow: 4, and the command that goes on; Ctrl+C: 130, and the same command', { timeout: PATIENCE_MS }, async () => {
    const resume = 'plugin status other_1_0_0 --watch';
    expect(await json(['status', 'other@1.0.0', '--base-url', other, '--watch', '--timeout', '1'], 4)).toMatchObject({ error: { code: 'gave-up', next: expect.stringContaining(resume) }, exit_code: 4 });
    const watching = await startPlugin(['status', 'other@1.0.0', '--base-url', other, '--watch'], { cwd: base, env });
    await watching.event('stage', (event) => event['state'] === 'PENDING');
    expect(await watching.kill('SIGINT')).toBe(130);
    expect(JSON.parse(watching.stdout)).toMatchObject({ error: { code: 'interrupted', next: expect.stringContaining(resume) } });
  });
});

describe('the process of a host', () => {
  test('is not started by a slip of the finger', { timeout: PATIENCE_MS }, async () => {
    expect(await json(['host', 'strat'], 2)).toMatchObject({ error: { code: 'unknown-command', next: expect.stringContaining('plugin host start') } });
  });

  test('has its folder to itself', { timeout: PATIENCE_MS }, async () => {
    expect(await json(['host', 'start', '--folder', state, '--port', '0'], 2)).toMatchObject({ error: { code: 'host-running', message: expect.stringContaining(String(host.child.pid)) } });
  });

  test('is not started with a certificate that is none', { timeout: PATIENCE_MS }, async () => {
    const file = join(base, 'none.pem');
    writeFileSync(file, 'none');
    expect(await json(['host', 'start', '--folder', join(base, 'tls'), '--port', '0', '--tls-cert', file, '--tls-key', file], 2)).toMatchObject({ error: { code: 'tls-unusable' } });
    expect(existsSync(join(base, 'tls'))).toBe(false);
  });

  test('can be copied while it runs; its keys are made without it', { timeout: PATIENCE_MS }, async () => {
    const made = await json(['host', 'keys', '--folder', state, '--create', 'reader', '--days', '1']);
    const reader = { env: { PLUGSMITH_API_KEY: made['key'] as string } };
    expect(await json(['whoami', '--base-url', url], 0, reader)).toMatchObject({ scopes: ['read'], profile: null, key_from: 'PLUGSMITH_API_KEY' });
    expect(await json(['delete', 'texts@2.0.0', '--yes', '--base-url', url], 3, reader)).toMatchObject({ error: { code: 'forbidden' } });
    const { key_id: id } = made['keys'][0] as { key_id: string };
    expect((await json(['host', 'keys', '--folder', state, '--revoke', id]))['keys']).toContainEqual(expect.objectContaining({ key_id: id, revoked_at: expect.any(String) }));
    expect(await json(['list', '--base-url', url], 3, reader)).toMatchObject({ error: { code: 'unauthorized' } });
    expect(await json(['host', 'backup', join(base, 'copy'), '--folder', state])).toMatchObject({ plugins: 1, archives: 1 });
    expect(await json(['host', 'restore', join(base, 'copy'), '--folder', join(base, 'second')])).toMatchObject({ plugins: 1 });
    expect(await json(['host', 'restore', join(base, 'copy'), '--folder', state], 2)).toMatchObject({ error: { code: 'host-backup' } });
  });

  test('ends with 0 when it is told to, and is then absent', { timeout: PATIENCE_MS }, async () => {
    expect(await host.kill('SIGTERM')).toBe(0);
    expect(ofShape(['host', 'start'], host.stdout)).toEqual({ url, folder: state });
    expect(await json(['list'], 3)).toMatchObject({ error: { code: 'host-unreachable', next: expect.stringContaining('plugin host start') } });
  });
});
