/**
 * Schemathesis, from PyPI, sends what the description of the host allows and what it forbids. The host answers all of it:
 * no failure of its own, no answer in another form than described, nothing without a key.
 * `scripts/schemathesis.mjs` runs it for longer.
 */
import { spawn } from 'node:child_process';
import { expect, test } from 'vitest';
import { testPython } from '../../support/python.js';
import { plugins, quick, up } from '../deployments/support.js';
import { pythonPlugin, request, tempFolder, testHost, type TestHost } from '../support.js';

const { python, missing } = testPython('schemathesis', ['schemathesis==4.32.5']);
const seconds = Number(process.env['PLUGSMITH_SCHEMATHESIS_SECONDS'] ?? 0);
const seed = process.env['PLUGSMITH_SCHEMATHESIS_SEED'] ?? '1';

test.skipIf(missing !== null)(`${missing === null ? '' : `${missing}: `}whatever is sent, the host answers as it says it does`, { timeout: 180_000 + seconds * 2000 }, async () => {
  const many = 1_000_000_000;
  const host = await testHost({ limits: { requestsPerMinute: many, failuresPerMinute: many, pluginsPerNamespace: many }, deployments: quick });
  const known = await things(host);
  const args = ['--phases', 'coverage,fuzzing,stateful', '--checks', 'not_a_server_error,response_schema_conformance,ignored_auth', '--seed', seed, '--request-timeout', '20', '--continue-on-failure', '--no-color'];
  const effort = seconds > 0 ? ['--max-time', String(seconds)] : ['--max-examples', '3'];
  const child = spawn(python as string, ['-m', 'schemathesis.cli', 'run', `${host.host.url}/openapi.json`, '-H', `Authorization: Bearer ${host.key}`, ...args, ...effort], {
    // Its caches go with the folder.
    cwd: tempFolder(), stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, SCHEMATHESIS_HOOKS: 'schemathesis_hooks', PYTHONPATH: import.meta.dirname, PYTHONDONTWRITEBYTECODE: '1', PLUGSMITH_KNOWN: JSON.stringify(known) },
  });
  let text = '';
  child.stdout.on('data', (chunk: Buffer) => (text += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (text += chunk.toString()));
  const code = await new Promise((done) => child.once('close', done));
  expect([code, code === 0 ? '' : text]).toEqual([0, '']);
  expect(host.events.filter(({ level }) => level === 'error')).toEqual([]);
  if (seconds > 0) console.log(text);
});

/** Things that exist on the host, for the hooks. */
async function things(host: TestHost): Promise<object> {
  const id = await up(host);
  await host.call('POST', '/v1/organizations/secrets', { body: { secret_name: 'TOKEN', secret_value: 'abc' } });
  const queryOf = (url: string): object => Object.fromEntries(new URL(url).searchParams);
  const uploads = await Promise.all(Array.from({ length: 20 }, async (_, i) => {
    const name = `fuzzed_${i}`;
    const { body } = await host.call('POST', `${plugins}/uploads`, { body: { name, version: '1.0.0' } });
    // Every other one can be confirmed, the rest takes what is put there.
    if (i % 2 === 0) await request(body.presigned_url, { method: 'PUT', body: new Uint8Array(pythonPlugin(name)) });
    return { upload_id: body.upload_id, query: queryOf(body.presigned_url) };
  }));
  const { body: download } = await host.call('GET', `${plugins}/${id}/download`);
  return {
    parameters: { namespace_id: 'default', plugin_id: id, extractor_id: id, slug: 'my_extractor', organization_id: 'org_local', secret_name: 'TOKEN', code_hash: download.code_hash },
    inference_name: 'my_extractor', uploads, download: queryOf(download.download_url),
  };
}
