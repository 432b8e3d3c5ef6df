/** s3: addresses against a store that speaks like S3, moto from PyPI. */
import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { CreateBucketCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createAssets, type Assets } from '../../../src/runtime/services/assets/index.js';
import { testPython } from '../../support/python.js';

const { python, missing } = testPython('moto', ['moto[s3,server]==5.1.21']);
const keys = { AWS_ACCESS_KEY_ID: 'test', AWS_SECRET_ACCESS_KEY: 'test' };
let server: ChildProcess | undefined;
let endpoint = '';
let cache = '';
const open: Assets[] = [];

describe.skipIf(missing !== null)(`s3: addresses${missing === null ? '' : ` (skipped: ${missing})`}`, () => {
  beforeAll(async () => {
    process.env['AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED'] = 'true';
    cache = mkdtempSync(join(tmpdir(), 'plugsmith-s3-'));
    server = spawn(python as string, ['-m', 'moto.server', '-H', '127.0.0.1', '-p', '0'], { stdio: ['ignore', 'pipe', 'pipe'] });
    endpoint = await new Promise<string>((resolve, reject) => {
      createInterface({ input: server?.stderr as NodeJS.ReadableStream }).on('line', (line) => {
        const found = /http:\/\/127\.0\.0\.1:\d+/.exec(line)?.[0];
        if (found !== undefined) resolve(found);
      });
      server?.once('exit', (code) => reject(new Error(`moto ended with ${code}`)));
    });
    const client = new S3Client({ endpoint, forcePathStyle: true, region: 'us-east-1', credentials: { accessKeyId: 'test', secretAccessKey: 'test' } });
    await client.send(new CreateBucketCommand({ Bucket: 'pictures' }));
    for (const [Key, Body] of [['a/red circle+1.png', 'red'], ['größe?#1.txt', 'odd'], ['large.bin', 'x'.repeat(4096)], ['larger.bin', 'x'.repeat(4096)]] as const) await client.send(new PutObjectCommand({ Bucket: 'pictures', Key, Body }));
    client.destroy();
  });

  afterAll(async () => {
    await Promise.all(open.map((assets) => assets.close()));
    server?.kill('SIGKILL');
    rmSync(cache, { recursive: true, force: true });
  });

  const assets = (variables: Record<string, string> = keys, more: object = {}): Assets => {
    const made = createAssets({ profile: 'trusted', cache, variable: (name) => ({ AWS_ENDPOINT_URL: endpoint, ...variables })[name], ...more });
    open.push(made);
    return made;
  };
  const content = async (url: string, from = assets()): Promise<string> => readFileSync((await from.fetch(url, '.png')).path, 'utf8');

  it.each([
    ['s3://pictures/a/red circle+1.png', 'red'],
    ['s3://pictures/größe?#1.txt', 'odd'],
  ])('brings %s', async (url, expected) => {
    expect(await content(url)).toBe(expected);
  });

  it('asks a later run only whether the content still holds', async () => {
    const [first, second] = [assets(), assets()];
    expect(await content('s3://pictures/large.bin', first)).toHaveLength(4096);
    expect(await content('s3://pictures/large.bin', second)).toHaveLength(4096);
    expect(second.stats).toMatchObject({ downloads: 0, unchanged: 1 });
  });

  it.each([
    ['s3://pictures/none.png', 'asset-status', '404'],
    ['s3://no-such-bucket/a.png', 'asset-status', '404'],
    ['s3://pictures', 'asset-scheme', 's3:'],
  ])('names what is wrong with %s', async (url, code, words) => {
    await expect(assets().fetch(url, '')).rejects.toMatchObject({ code, message: expect.stringContaining(words) });
  });

  it('refuses what is too large, and leaves nothing of it', async () => {
    await expect(assets(keys, { maxBytes: 1000 }).fetch('s3://pictures/larger.bin', '')).rejects.toMatchObject({ code: 'asset-too-large' });
  });

  it('names a store that is not there', async () => {
    const away = createAssets({ profile: 'trusted', cache, variable: (name) => ({ ...keys, AWS_ENDPOINT_URL_S3: 'http://127.0.0.1:9' })[name] });
    open.push(away);
    await expect(away.fetch('s3://pictures/large.bin', '')).rejects.toMatchObject({ code: 'asset-failed', message: expect.stringContaining('ECONNREFUSED') });
  });

  it('lends the keys of this machine to no plugin of others', async () => {
    const made = createAssets({ profile: 'untrusted', cache, variable: () => 'x' });
    open.push(made);
    await expect(made.fetch('s3://pictures/large.bin', '')).rejects.toMatchObject({ code: 'asset-scheme' });
  });
});
