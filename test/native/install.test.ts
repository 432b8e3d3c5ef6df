import { existsSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { Installation, Registry, pins, tempFolder, write } from './installation.js';

let folder: ReturnType<typeof tempFolder>;
let installation: Installation;
let registry: Registry;

beforeEach(async () => {
  folder = tempFolder();
  installation = new Installation(folder.path);
  registry = new Registry();
  await registry.start(folder.path);
});

afterEach(async () => {
  await registry.stop();
  folder.remove();
});

const install = `native.installNative('onnxruntime-node')`;
const status = `native.nativeStatus('onnxruntime-node')`;
const online = (): Record<string, string> => ({ npm_config_registry: registry.url });
const home = (): string => join(installation.cache, 'native', `onnxruntime-node-${pins['onnxruntime-node']}-${process.platform}-${process.arch}`);
const inCache = (): string[] => readdirSync(join(installation.cache, 'native'));

it('names what is missing, and the command that installs it', async () => {
  expect(await installation.run(status)).toEqual({ state: 'absent' });
  expect(await installation.run(`native.resolveNative('onnxruntime-node')`)).toBeNull();
  const failure = await installation.run(`native.loadNative('onnxruntime-node')`);
  expect(failure).toMatchObject({ name: 'Failure', code: 'native-missing', next: 'Run: plugin setup onnx' });
});

it('installs without scripts, for this platform only, and loads with telemetry off', async () => {
  const result = await installation.run(install, online());
  expect(result).toMatchObject({ name: 'onnxruntime-node', version: '0.0.7', installed: true });
  expect(result.path).toBe(join(home(), 'node_modules', 'onnxruntime-node', 'index.js'));
  const root = join(home(), 'node_modules', 'onnxruntime-node');
  expect(existsSync(join(root, 'script-ran'))).toBe(false);
  expect(readdirSync(join(root, 'bin', 'napi-v6', process.platform))).toEqual([process.arch]);
  expect(existsSync(join(root, 'bin', 'napi-v6', 'plan9', 'mips'))).toBe(false);
  expect(inCache()).toHaveLength(1);
  expect(await installation.run(status)).toMatchObject({ state: 'ok', version: '0.0.7', path: result.path });
  expect(await installation.run(`native.loadNative('onnxruntime-node')`)).toEqual({ telemetry: '1' });
});

it('hands on what npm prints, and does nothing where a working copy exists', async () => {
  const lines = await installation.run(
    `(async () => { const lines = []; await native.installNative('onnxruntime-node', { onLine: (line) => lines.push(line) }); return lines })()`,
    online(),
  );
  expect(lines.join('\n')).toContain('added 1 package');
  const before = registry.asked.length;
  expect(await installation.run(install, online())).toMatchObject({ installed: false });
  expect(registry.asked).toHaveLength(before);
});

it.each([
  ['does not parse', 'broken', (root: string) => writeFileSync(join(root, 'index.js'), '}{'), /Unexpected token|SyntaxError|index\.js/],
  ['ends the process', 'broken', (root: string) => writeFileSync(join(root, 'index.js'), 'process.kill(process.pid, "SIGSEGV"); for (;;);'), /SIGSEGV/],
  ['is another version', 'absent', (root: string) => write(root, { 'package.json': '{"name":"onnxruntime-node","version":"9.9.9","main":"index.js"}' }), null],
] as const)('says of a copy that %s: %s, and replaces it', async (_what, state, damage, reason) => {
  await installation.run(install, online());
  damage(join(home(), 'node_modules', 'onnxruntime-node'));
  const found = await installation.run(status);
  expect(found.state).toBe(state);
  if (reason) {
    expect(found.reason).toMatch(reason);
    expect(found.reason).not.toContain('\n');
  }
  expect(await installation.run(install, online())).toMatchObject({ installed: true });
  expect(await installation.run(status)).toMatchObject({ state: 'ok' });
  expect(inCache()).toHaveLength(1);
});

it('does not keep a copy that does not load', async () => {
  expect(await installation.run(`native.installNative('sharp')`, online())).toMatchObject({ code: 'native-broken', next: 'Run: plugin setup sharp' });
  expect(inCache()).toEqual([]);
});

it('lets one of several installers download; the others wait and use its copy', async () => {
  const all = [1, 2, 3].map(() => installation.run(install, online()));
  const results = await Promise.all(all);
  expect(results.map((result) => result.installed).sort()).toEqual([false, false, true]);
  expect(registry.asked.filter((path) => path.endsWith('.tgz'))).toHaveLength(1);
  expect(inCache()).toHaveLength(1);
});

it('counts nothing of an install that was killed, and cleans up at the next one', async () => {
  const asked = new Promise<void>((resolve) => (registry.stall = resolve));
  const victim = installation.start(install, online());
  await asked;
  process.kill(-victim.pid, 'SIGKILL');
  expect((await victim.done).signal).toBe('SIGKILL');
  expect(inCache().some((entry) => entry.includes('.tmp-'))).toBe(true);
  expect(await installation.run(status)).toEqual({ state: 'absent' });

  registry.stall = undefined;
  expect(await installation.run(install, online())).toMatchObject({ installed: true });
  expect(inCache()).toHaveLength(1);
});

it('says that the registry cannot be reached', async () => {
  const failure = await installation.run(install, { npm_config_registry: 'http://127.0.0.1:9' });
  expect(failure).toMatchObject({ name: 'Failure', code: 'native-install' });
  expect(failure.message).toContain('ECONNREFUSED');
  expect(failure.next).toMatch(/registry could not be reached.*plugin setup onnx/);
  expect(inCache()).toEqual([]);
});

it('says that the cache folder cannot be written', async () => {
  writeFileSync(installation.cache, 'a file where the folder should be');
  const failure = await installation.run(install, online());
  expect(failure).toMatchObject({ name: 'Failure', code: 'native-install' });
  expect(failure.next).toContain('PLUGSMITH_CACHE_DIR');
});

it('is not misled by the npm that runs it', async () => {
  const env = { ...online(), npm_config_global: 'true', npm_config_omit: 'optional', npm_config_dry_run: 'true', npm_config_workspaces: 'true' };
  expect(await installation.run(install, env)).toMatchObject({ installed: true });
});
