/** A Python plugin on a host: an environment from wheels only, workers in bubblewrap. */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { Store } from '../../../src/host/store/index.js';
import { chooseSandbox } from '../../../src/runtime/index.js';
import { pythonPlugin, publish, testHost } from '../support.js';
import { deploy, infer, messages, plugins, quick, status, until } from './support.js';

const hasPython = spawnSync('python3', ['-c', 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 10))']).status === 0;
const missing = !hasPython ? 'there is no Python 3.10 or later' : (await chooseSandbox('auto')).bwrap === null ? 'bubblewrap does not work here' : null;

const realtime = `
from pathlib import Path
from shared.plugins.inference.serve import BaseInferenceService

class InferenceService(BaseInferenceService):
    async def run_inference(self, inputs, parameters):
        return {"embedding": [1.0, 2.0, 3.0], "read": Path(inputs["path"]).read_text()[:4]}
`;

test.skipIf(missing !== null)(`${missing === null ? '' : `${missing}: `}answers calls, and reads its own files only`, { timeout: 400_000 }, async () => {
  const host = await testHost({ sandbox: 'required', deployments: { ...quick, healthyWithin: 60_000, callTimeout: 30_000 } });
  const reply = await publish(host, pythonPlugin('my_extractor', '1.0.0', [{ name: 'realtime.py', data: realtime }]));
  const id = reply.body.plugin_id as string;
  await deploy(host, id);
  // Making the environment takes long where nobody did it before.
  const done = await until(() => status(host, id), ({ status: now }) => now === 'DEPLOYED' || now === 'FAILED', 380_000);
  expect(done).toMatchObject({ status: 'DEPLOYED', error: null });
  expect((await infer(host, 'my_extractor', { path: 'manifest.py' })).body.data).toEqual({ embedding: [1, 2, 3], read: 'feat' });
  expect((await infer(host, id, { path: '/etc/passwd' })).body.error.message).toMatch(/realtime\.py:\d+:\d+: FileNotFoundError/);
  expect((await host.call('POST', `${plugins}/${id}/realtime/test`, { body: { inputs: { path: 'pipeline.py' } } })).body).toMatchObject({ status: 'success', response_type: 'dict' });
  expect((await messages(host, id)).join('\n')).toContain('FileNotFoundError');

  // What it was made of is kept, and is what counts from now on.
  const store = await Store.open(join(host.folder, 'host.db'));
  expect(store.all<{ lock: string }>('SELECT lock FROM python_locks')).toEqual([{ lock: expect.stringMatching(/^pandas==.*\n(.*\n)*? *--hash=sha256:/m) as string }]);
  await deploy(host, id);
  expect(await until(() => status(host, id), ({ status: now }) => now === 'DEPLOYED' || now === 'FAILED', 60_000)).toMatchObject({ status: 'DEPLOYED', generation: 2 });
  store.run('UPDATE python_locks SET lock = ?', `plugsmith-has-no-such-package==1.0.0 --hash=sha256:${'0'.repeat(64)}\n`);
  store.close();
  await deploy(host, id);
  expect(await until(() => status(host, id), ({ status: now }) => now === 'DEPLOYED' || now === 'FAILED', 120_000)).toMatchObject({ status: 'FAILED', error: expect.stringContaining('plugsmith-has-no-such-package') as string });
  expect((await infer(host, id, { path: 'manifest.py' })).status).toBe(200);
});
