/** What only the packed command can show: libraries that are bundled into it, and load parts of themselves by name. */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { CreateBucketCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { testPython } from '../support/python.js';
import { install, plugin } from './harness.js';
import { startPlugin } from './lib-host.js';
import { PATIENCE_MS } from './suite.js';

const moto = testPython('moto', ['moto[s3,server]==5.1.21']);
let base: string;

beforeAll(async () => {
  base = realpathSync(mkdtempSync(join(tmpdir(), 'plugsmith-bundled-')));
  await install();
}, 3 * PATIENCE_MS);
afterAll(() => rmSync(base, { recursive: true, force: true }));

const call = (env: Record<string, string> = {}) => ({ cwd: base, env: { PLUGSMITH_CACHE_DIR: join(base, 'cache'), PLUGSMITH_CONFIG_DIR: join(base, 'config'), TMPDIR: base, ...env } });

describe.skipIf(moto.python === null)(`the packed command${moto.missing === null ? '' : ` (skipped: ${moto.missing})`}`, () => {
  let server: ChildProcess;
  afterAll(() => void server.kill('SIGKILL'));

  test('fetches pictures from s3: addresses', { timeout: PATIENCE_MS }, async () => {
    process.env['AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED'] = 'true';
    server = spawn(moto.python as string, ['-m', 'moto.server', '-H', '127.0.0.1', '-p', '0'], { stdio: ['ignore', 'ignore', 'pipe'] });
    const endpoint = await new Promise<string>((found, failed) => {
      createInterface({ input: server.stderr as NodeJS.ReadableStream }).on('line', (line) => {
        const address = /http:\/\/127\.0\.0\.1:\d+/.exec(line)?.[0];
        if (address !== undefined) found(address);
      });
      server.once('exit', (code) => failed(new Error(`moto ended with ${code}`)));
    });
    const keys = { accessKeyId: 'test', secretAccessKey: 'test' };
    const client = new S3Client({ endpoint, forcePathStyle: true, region: 'us-east-1', credentials: keys });
    await client.send(new CreateBucketCommand({ Bucket: 'pictures' }));
    await client.send(new PutObjectCommand({ Bucket: 'pictures', Key: 'a/red.png', Body: readFileSync(resolve(import.meta.dirname, '../../templates/image/samples/query.png')) }));
    client.destroy();
    expect((await plugin(['create', 'pictures', '--template', 'image'], call())).code).toBe(0);
    writeFileSync(join(base, 'rows.jsonl'), ['a/red.png', 'none.png'].map((name) => `${JSON.stringify({ image: `s3://pictures/${name}` })}\n`).join(''));
    const { code, stdout, stderr } = await plugin(['run', '--plugin', 'pictures', '--input', 'rows.jsonl', '--json'], call({ AWS_ENDPOINT_URL: endpoint, AWS_ACCESS_KEY_ID: keys.accessKeyId, AWS_SECRET_ACCESS_KEY: keys.secretAccessKey, AWS_REGION: 'us-east-1' }));
    expect(code, stderr).toBe(1);
    const document = JSON.parse(stdout) as { rows: object; failures: string };
    expect(document.rows).toMatchObject({ in: 2, out: 1, failed: 1 });
    expect(readFileSync(resolve(base, document.failures), 'utf8')).toContain('s3://pictures/none.png was answered with status 404');
  });
});

test('the packed host takes an archive as a form', { timeout: PATIENCE_MS }, async () => {
  expect((await plugin(['create', 'texts'], call())).code).toBe(0);
  expect((await plugin(['package', '--plugin', 'texts', '--output', 'texts.zip'], call())).code).toBe(0);
  const host = await startPlugin(['host', 'start', '--folder', 'state', '--port', '0'], call());
  try {
    const { url, admin_key: key } = (await host.event('listening')) as { url: string; admin_key: string };
    const form = new FormData();
    form.set('name', 'texts');
    form.set('version', '1.0.0');
    form.set('file', new Blob([readFileSync(join(base, 'texts.zip'))], { type: 'application/zip' }), 'texts.zip');
    const answer = await fetch(`${url}/v1/namespaces/default/plugins`, { method: 'POST', body: form, headers: { authorization: `Bearer ${key}` } });
    expect([answer.status, await answer.json()]).toMatchObject([200, { success: true, plugin_id: 'texts_1_0_0', validation_status: 'passed' }]);
  } finally {
    await host.kill();
  }
});
