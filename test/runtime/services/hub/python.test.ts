/** The hub's own client reads the cache that we write, and we read its. */
import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createHub } from '../../../../src/runtime/services/hub/index.js';
import { testPython } from '../../../support/python.js';
import { COMMITS, startHub } from './server.js';

const { python, missing } = testPython('hub', ['huggingface_hub==2.4.0']);
const files = { 'config.json': Buffer.from('{}'), 'onnx/model.onnx': randomBytes(100_000) };

describe.skipIf(missing !== null)(`huggingface_hub${missing === null ? '' : ` (skipped: ${missing})`}`, () => {
  let server: Awaited<ReturnType<typeof startHub>>;
  let home: string;
  beforeAll(async () => {
    server = await startHub(files);
    home = await mkdtemp(join(tmpdir(), 'plugsmith-hub-'));
  });
  afterAll(async () => {
    await server.close();
    await rm(home, { recursive: true });
  });

  const run = async (script: string, env: Record<string, string> = {}): Promise<string> =>
    (await promisify(execFile)(python as string, ['-c', `from huggingface_hub import *\n${script}`], { env: { PATH: process.env['PATH'], HF_HOME: home, HF_ENDPOINT: server.endpoint, HF_HUB_DISABLE_XET: '1', HF_HUB_DISABLE_TELEMETRY: '1', ...env } })).stdout.trim();
  const ours = async (file: string, offline: boolean): Promise<string | undefined> => {
    const hub = createHub({ profile: 'trusted', env: { HF_HOME: home, HF_ENDPOINT: server.endpoint }, offline });
    try {
      return (await hub.file({ repo: 'org/model', file, revision: 'main' }))?.path;
    } finally {
      await hub.close();
    }
  };

  it('finds offline what we have downloaded, and counts it', async () => {
    const path = await ours('onnx/model.onnx', false);
    expect(await run('print(hf_hub_download("org/model", "onnx/model.onnx"))', { HF_HUB_OFFLINE: '1' })).toBe(path);
    const seen = 'info = scan_cache_dir(); print(info.size_on_disk, [(r.repo_id, [(v.commit_hash, sorted(v.refs), [f.file_name for f in v.files]) for v in r.revisions]) for r in info.repos], info.warnings)';
    expect(await run(seen)).toBe(`100000 [('org/model', [('${COMMITS[0]}', ['main'], ['model.onnx'])])] []`);
  });

  it('has downloaded what we find offline', async () => {
    const path = await run('print(hf_hub_download("org/model", "config.json"))');
    expect(await ours('config.json', true)).toBe(path);
    expect(readFileSync(path, 'utf8')).toBe('{}');
    expect(existsSync(join(home, 'hub/models--org--model/refs/main'))).toBe(true);
  });
});
