/** A plugin whose model is on the hub, with the installed command and a hub on this machine. */
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, readdirSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { sha256, startHub } from '../runtime/services/hub/server.js';
import { environment, install, plugin, type Result } from './harness.js';
import { PATIENCE_MS } from './suite.js';

const models = resolve(import.meta.dirname, '../../templates/text/models');
const encoder = readFileSync(join(models, 'encoder.onnx'));

let hub: Awaited<ReturnType<typeof startHub>>;
let base: string;
const call = () => ({ cwd: join(base, 'texts'), env: { PLUGSMITH_CACHE_DIR: join(base, 'cache'), HF_HOME: join(base, 'hf'), HF_ENDPOINT: hub.endpoint, HF_TOKEN: undefined, HF_HUB_OFFLINE: undefined } });
const blobs = (): string => join(base, 'hf/hub/models--org--model/blobs');
const run = (...flags: string[]): Promise<Result> => plugin(['run', '--input', 'samples/texts.jsonl', ...flags], call());
const use = (repo: string): void => {
  const file = join(base, 'texts/processors/core.ts');
  writeFileSync(file, readFileSync(file, 'utf8').replace(/tokenizer\('[^']+'\)/, `tokenizer('${repo}')`).replace(/onnx\('[^']+'\)/, `onnx('${repo}')`));
};

beforeAll(async () => {
  await install();
  hub = await startHub({ 'onnx/model.onnx': encoder, 'tokenizer.json': readFileSync(join(models, 'tokenizer.json')), 'config.json': Buffer.from('{}') });
  base = realpathSync(mkdtempSync(join(tmpdir(), 'plugsmith-hub-')));
  expect((await plugin(['create', 'texts'], { ...call(), cwd: base })).code).toBe(0);
  rmSync(join(base, 'texts/models'), { recursive: true });
  use('org/model');
}, 3 * PATIENCE_MS);
afterAll(async () => {
  await hub.close();
  rmSync(base, { recursive: true, force: true });
});

test('offline, the model that is not there is named', { timeout: PATIENCE_MS }, async () => {
  const { code, stdout } = await run('--offline');
  expect(code).not.toBe(0);
  expect(stdout).toContain('org/model/tokenizer.json (main) is not in the cache, and nothing is downloaded offline.');
  expect(hub.asked).toEqual([]);
});

test('a command that is killed while it downloads is continued by the next one', { timeout: PATIENCE_MS }, async () => {
  const partial = join(blobs(), `${sha256(encoder)}.plugsmith.incomplete`);
  // The first half comes, then the connection stands still.
  hub.troubles.holdAfter = { etag: sha256(encoder), bytes: 200_000 };
  const child = spawn('plugin', ['run', '--input', 'samples/texts.jsonl'], { cwd: join(base, 'texts'), env: await environment(call()), stdio: 'ignore' });
  const gone = new Promise((done) => child.once('close', done));
  await vi.waitFor(() => expect(existsSync(partial) && readFileSync(partial).length).toBeGreaterThan(0), { timeout: PATIENCE_MS, interval: 20 });
  child.kill('SIGKILL');
  await gone;
  hub.troubles.holdAfter = undefined;
  hub.asked.length = 0;
  const { code, stdout } = await run();
  expect([code, stdout]).toEqual([0, expect.stringContaining('text_embedding: 85 written, coverage 100%')]);
  expect(hub.asked.find(({ range }) => range !== undefined)?.range).toMatch(/^bytes=[1-9]\d*-$/);
  expect(readFileSync(join(blobs(), sha256(encoder))).equals(encoder)).toBe(true);
  expect(readdirSync(blobs()).filter((name) => name.includes('incomplete'))).toEqual([]);
});

test('what is there serves offline, in a sandbox, and for queries', { timeout: PATIENCE_MS }, async () => {
  hub.asked.length = 0;
  expect((await run('--offline')).code).toBe(0);
  expect((await plugin(['search', 'machine learning', '--offline'], call())).code).toBe(0);
  expect(hub.asked).toEqual([]);
  expect((await run('--as-host')).code).toBe(0);
});

test('a hub that is away is told of once, and the cache used', { timeout: PATIENCE_MS }, async () => {
  const { code, stderr } = await plugin(['run', '--input', 'samples/texts.jsonl'], { ...call(), env: { ...call().env, HF_ENDPOINT: 'http://127.0.0.1:9' } });
  expect(code).toBe(0);
  expect(stderr.match(/cannot be reached/g)).toHaveLength(1);
});

test('terms that were not accepted are told, and the token is not', { timeout: PATIENCE_MS }, async () => {
  use('org/gated');
  const { code, stdout, stderr } = await plugin(['run', '--input', 'samples/texts.jsonl'], { ...call(), env: { ...call().env, HF_TOKEN: 'hf_wrongwrongwrong' } });
  expect(code).not.toBe(0);
  expect(stdout).toContain('org/gated is open only to those who accepted its terms.');
  expect(stdout + stderr).not.toContain('hf_wrong');
});
