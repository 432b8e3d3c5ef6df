/** A host on a free port with a folder of its own, and plugins to give it. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll } from 'vitest';
import { startHost, type HostEvent, type HostOptions, type RunningHost } from '../../src/host/index.js';
import { zipOf, type ZipItem } from '../archive/unpack/zip-builder.js';

export interface TestHost {
  host: RunningHost;
  folder: string;
  key: string;
  events: HostEvent[];
  /** One request; JSON in, JSON out. `key: null` sends none. */
  call(method: string, path: string, options?: { body?: unknown; key?: string | null; headers?: Record<string, string> }): Promise<Reply>;
}

export interface Reply {
  status: number;
  // Tests read what they expect, and fail where it is not there.
  body: any;
  headers: Headers;
}

const folders: string[] = [];
const running: RunningHost[] = [];

afterAll(async () => {
  await Promise.all(running.splice(0).map((host) => host.close()));
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

export function tempFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'plugsmith-host-'));
  folders.push(folder);
  return folder;
}

/** Ended after the tests of the file. */
export async function testHost(options: Partial<HostOptions> = {}, key?: string): Promise<TestHost> {
  const folder = options.folder ?? join(tempFolder(), 'state');
  const events: HostEvent[] = [];
  const host = await startHost({ folder, sandbox: 'off', ...options, onEvent: (event) => events.push(event) });
  running.push(host);
  const own = key ?? host.adminKey ?? '';
  return {
    host, folder, key: own, events,
    call: (method, path, { body, key: other = own, headers = {} } = {}) =>
      request(`${host.url}${path}`, { method, headers: { ...(other === null ? {} : { authorization: `Bearer ${other}` }), ...headers }, ...(body === undefined ? {} : { body: body instanceof Uint8Array || typeof body === 'string' ? body : JSON.stringify(body) }) } as RequestInit),
  };
}

export async function request(url: string, init: RequestInit): Promise<Reply> {
  const response = await fetch(url, init);
  const text = await response.text();
  const isJson = (response.headers.get('content-type') ?? '').includes('json');
  return { status: response.status, body: isJson ? JSON.parse(text) : text, headers: response.headers };
}

export const pipeline = 'def build_steps(extractor_request, container=None, **kwargs):\n    return {"steps": []}\n';

/** A small Python plugin as a zip with its top folder. */
export function pythonPlugin(name = 'my_extractor', version = '1.0.0', more: ZipItem[] = []): Buffer {
  const manifest = `feature_extractor_name = "${name}"\nversion = "${version}"\ndescription = "A test"\nfeatures = [{"feature_type": "embedding", "feature_name": "${name}_vector", "embedding_dim": 3, "distance_metric": "cosine"}]\n`;
  return zipOf([{ name: `${name}/manifest.py`, data: manifest }, { name: `${name}/pipeline.py`, data: pipeline }, ...more.map((item) => ({ ...item, name: `${name}/${item.name as string}` }))]);
}

/** Uploads and confirms; the answer of confirm, or of the step that failed. */
export async function publish(host: TestHost, archive: Buffer, name = 'my_extractor', version: string | undefined = '1.0.0', owner = '/v1/namespaces/default'): Promise<Reply> {
  const created = await host.call('POST', `${owner}/plugins/uploads`, { body: { name, version } });
  if (created.status !== 200) return created;
  const put = await request(created.body.presigned_url, { method: 'PUT', body: new Uint8Array(archive) });
  if (put.status !== 200) return put;
  return host.call('POST', `${owner}/plugins/uploads/${created.body.upload_id}/confirm`);
}
