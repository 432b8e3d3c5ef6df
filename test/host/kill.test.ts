/**
 * The host is killed at each step of an upload, a check, a deletion, a clean-up and its own start. Started again, what was
 * acknowledged is there, what was not is whole or absent, repeating it succeeds, and nothing is left over.
 */
import { createHash } from 'node:crypto';
import { cpSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { childHost, removeChildHosts, type ChildHost } from './deployments/child.js';
import { tsPlugin } from './deployments/support.js';
import { checkFolder } from './folder.js';
import { request, tempFolder, testHost, type Reply, type TestHost } from './support.js';
import { zipOf } from '../archive/unpack/zip-builder.js';

const started: ChildHost[] = [];
afterAll(() => {
  for (const { process: child } of started) child.kill('SIGKILL');
  removeChildHosts();
});

type Caller = Pick<TestHost, 'call'>;
const uploads = '/v1/namespaces/default/plugins/uploads';
const options = { noAuth: true, sandbox: 'off', limits: { pluginsPerNamespace: 1000 } } as const;

/** Large enough to arrive in several pieces. */
const large = Buffer.from(Array.from({ length: 3 << 20 }, (_, i) => (i * 2654435761) >>> 13));
const archives = new Map<string, Buffer>();
function archiveOf(name: string): Buffer {
  const known = archives.get(name) ?? (name.startsWith('large') ? withLarge(name) : tsPlugin({ name, realtime: false }));
  archives.set(name, known);
  return known;
}

function withLarge(name: string): Buffer {
  const text = (path: string, data: string) => ({ name: `${name}/${path}`, data });
  const manifest = JSON.stringify({ feature_extractor_name: name, version: '1.0.0', category: 'text', supported_input_types: ['text'], input_schema: { type: 'object', properties: { text: { type: 'string' } }, required: ['text'] }, features: [{ feature_type: 'embedding', feature_name: 'vector', embedding_dim: 3, distance_metric: 'cosine' }] });
  const bundle = 'export const actions = {};\n';
  const digest = createHash('sha256').update(bundle).digest('hex');
  return zipOf([text('manifest.ts', `export default ${manifest};\n`), text('manifest.json', manifest), text('dist/plugin.mjs', bundle), text('dist/inputs.json', JSON.stringify({ digest, inputs: [] })), { name: `${name}/models/model.bin`, data: large, method: 0 }]);
}

/** The steps of a release, each with a key of its own, so that it may be repeated. */
async function release(host: Caller, name: string, acknowledged: (step: string) => void = () => undefined): Promise<void> {
  const created = await good(host.call('POST', uploads, { body: { name, version: '1.0.0' }, headers: { 'idempotency-key': `create ${name}` } }));
  acknowledged('created');
  await good(request(created.body.presigned_url.replace(/^http:\/\/[^/]+/, await base(host)), { method: 'PUT', body: new Uint8Array(archiveOf(name)) }));
  acknowledged('received');
  await good(host.call('POST', `${uploads}/${created.body.upload_id}/confirm`));
  acknowledged('confirmed');
}

/** A stored answer names the address of the host that gave it. */
async function base(host: Caller): Promise<string> {
  return 'url' in host ? (host as unknown as ChildHost).url : (host as TestHost).host.url;
}

async function good(reply: Promise<Reply>): Promise<Reply> {
  const { status, body, headers } = await reply;
  if (status !== 200) throw new Error(`${status} ${JSON.stringify(body)}`);
  return { status, body, headers };
}

const names = async (host: Caller): Promise<string[]> => (await good(host.call('GET', '/v1/namespaces/default/plugins'))).body.plugins.map((each: any) => each.name).sort();

let prepared: string;
beforeAll(async () => {
  prepared = join(tempFolder(), 'state');
  const host = await testHost({ folder: prepared, ...options });
  await release(host, 'base_plugin');
  await host.host.close();
});

function copyState(): string {
  const folder = join(tempFolder(), 'state');
  cpSync(prepared, folder, { recursive: true });
  return folder;
}

async function start(folder: string, killAt?: string): Promise<ChildHost> {
  const host = await childHost({ folder, ...options }, killAt);
  started.push(host);
  return host;
}

describe('killed', () => {
  it.each(['upload.row', 'put.middle', 'put.received', 'put.synced', 'put.renamed', 'put.committed', 'confirm.checksum', 'confirm.unpacked', 'confirm.scanned', 'confirm.decided', 'delete.tombstone', 'gc'])('at %s', async (point) => {
    const folder = copyState();
    const host = await start(folder, point);
    const done = new Set<string>();
    const name = 'large_next';
    const work = async (): Promise<void> => {
      await release(host, name, (step) => done.add(step));
      await good(host.call('DELETE', '/v1/namespaces/default/plugins/base_plugin_1_0_0'));
      done.add('deleted');
    };
    await expect(work()).rejects.toThrow();
    expect(await host.ended).toBe('SIGKILL');

    const again = await testHost({ folder, ...options });
    await checkFolder(folder);
    const there = await names(again);
    if (done.has('confirmed')) expect(there).toContain(name);
    expect(['delete.tombstone', 'gc'].includes(point)).toBe(!there.includes('base_plugin'));
    await release(again, name);
    await again.call('DELETE', '/v1/namespaces/default/plugins/base_plugin_1_0_0');
    expect(await names(again)).toEqual([name]);
    await again.host.close();
  });

  it.each(['recovery.staging', 'recovery.records', 'recovery.garbage', 'recovery.checkpoint', 'gc'])('at its start, %s', async (point) => {
    const folder = copyState();
    mkdirSync(join(folder, 'staging', 'left.tree', 'a'), { recursive: true });
    writeFileSync(join(folder, 'staging', 'left.part'), 'x');
    writeFileSync(join(folder, 'blobs', 'f'.repeat(64)), 'x');
    mkdirSync(join(folder, 'trees', 'e'.repeat(64)));
    await expect(start(folder, point)).rejects.toThrow('SIGKILL');
    const again = await testHost({ folder, ...options });
    await checkFolder(folder);
    expect(await names(again)).toEqual(['base_plugin']);
    await again.host.close();
  });

  it('while it makes its database', async () => {
    const folder = join(tempFolder(), 'state');
    await expect(start(folder, 'migration.before-commit')).rejects.toThrow('SIGKILL');
    await expect(start(folder, 'key.rotated')).rejects.toThrow('SIGKILL');
    const again = await testHost({ folder, ...options });
    expect(await names(again)).toEqual([]);
  });
});
