import { spawnSync } from 'node:child_process';
import { mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { isolate } from '../../../../src/runtime/launch/isolation.js';
import { cageArguments } from '../../../../src/runtime/launch/sandbox/bubblewrap.js';
import { chooseSandbox } from '../../../../src/runtime/launch/sandbox/choose.js';
import { confinedEnvironment } from '../../../../src/runtime/launch/sandbox/places.js';
import { defaultLimits, type Confinement, type Sandbox } from '../../../../src/runtime/launch/sandbox/types.js';
import { usageOf } from '../../../../src/runtime/launch/sandbox/usage.js';

let root: string;
beforeAll(() => void (root = realpathSync(mkdtempSync(join(tmpdir(), 'plugsmith-isolate-')))));
afterAll(() => rmSync(root, { recursive: true, force: true }));

const full: Sandbox = { mode: 'auto', bwrap: '/usr/bin/bwrap', flags: true, prlimit: '/usr/bin/prlimit', setpriv: '/usr/bin/setpriv', warning: null };
const confinement = (sandbox: Sandbox, network: 'none' | 'full' = 'none'): Confinement => ({ sandbox, network, readable: [], limits: defaultLimits });
const command = { file: process.execPath, args: ['worker.js'] };

describe('isolate', () => {
  test('a trusted worker is started as it is, and can watch its supervisor', () => {
    const { file, args, env } = isolate(command, { profile: 'trusted', root, memoryGb: 1, env: { TOKEN: 'x' } });
    expect([file, ...args]).toEqual([process.execPath, 'worker.js']);
    expect(env).toMatchObject({ TOKEN: 'x', PLUGSMITH_SUPERVISOR: String(process.pid) });
  });

  test('nothing untrusted starts without a sandbox', () => {
    expect(() => isolate(command, { profile: 'untrusted', root, memoryGb: 1 })).toThrow(expect.objectContaining({ code: 'no-sandbox' }));
  });

  test('limits, then bubblewrap with an empty environment, then the process limit, then Node with its flags', () => {
    const { file, args, env } = isolate(command, { profile: 'untrusted', confinement: confinement(full), root, memoryGb: 1 });
    const line = [file, ...args].join(' ');
    expect(line).toMatch(/^\/bin\/sh -c ulimit -c 0 .*ulimit -d 2097152 .*exec "\$@" sh \/usr\/bin\/bwrap --unshare-all .* -- \/usr\/bin\/prlimit --nproc=128 -- \S+ --(?:experimental-)?permission .*worker\.js$/);
    expect(env).toEqual({});
    expect(line).not.toContain('--share-net');
  });

  test.each<[string, Partial<Sandbox>, RegExp]>([
    ['without bubblewrap: flags, and an end with the supervisor', { bwrap: null }, /sh \/usr\/bin\/setpriv --pdeathsig KILL -- \S+ --(?:experimental-)?permission/],
    ['without setpriv', { bwrap: null, setpriv: null }, /exec "\$@" sh \S*node \S*permission/],
    ['without prlimit', { prlimit: null }, / -- \S*node \S*permission/],
    ['off: limits only', { bwrap: null, flags: false, setpriv: null }, /exec "\$@" sh \S*node worker\.js$/],
  ])('%s', (_, lacks, expected) => {
    const { file, args } = isolate(command, { profile: 'untrusted', confinement: confinement({ ...full, ...lacks }), root, memoryGb: 1 });
    expect([file, ...args].join(' ')).toMatch(expected);
  });

  test('a full network brings name resolution with it', () => {
    const { args } = isolate(command, { profile: 'untrusted', confinement: confinement(full, 'full'), root, memoryGb: 1 });
    expect(args).toContain('--share-net');
    expect(args).toContain('/etc/resolv.conf');
  });
});

test('a folder brings what lies in it, and everything ends read-only', () => {
  const args = cageArguments({ readable: [root, '/tmp', '/does/not/exist'], hidden: [], cwd: root, env: { A: 'b c' }, network: 'none', tmpBytes: 4096 });
  const line = args.join(' ');
  expect(line.indexOf('--tmpfs /tmp')).toBeLessThan(line.indexOf('--ro-bind /tmp'));
  expect(line).not.toContain(`--ro-bind ${root}`);
  expect(line).not.toContain('/does/not/exist');
  expect(args.slice(-4)).toEqual(['/', '--chdir', root, '--']);
  expect(args).toContain('b c');
});

test('the environment inside holds nothing of the user', () => {
  const parent = { PATH: '/home/me/bin', HOME: '/home/me', HF_TOKEN: 'k', AWS_SECRET_ACCESS_KEY: 'k', LANG: 'de_DE.UTF-8', TZ: 'Europe/Berlin', LC_ALL: 'C', HTTPS_PROXY: 'http://proxy', LD_PRELOAD: 'x.so', NODE_OPTIONS: '--inspect' };
  expect(Object.keys(confinedEnvironment('none', {}, parent)).sort()).toEqual(['HOME', 'LANG', 'LC_ALL', 'ORT_DISABLE_TELEMETRY', 'PATH', 'PLUGSMITH_CACHE_DIR', 'TMPDIR', 'TZ']);
  expect(confinedEnvironment('none', {}, parent)).toMatchObject({ HOME: '/tmp', PATH: '/usr/bin:/bin' });
  expect(confinedEnvironment('full', {}, parent)).toHaveProperty('HTTPS_PROXY');
});

describe('chooseSandbox', () => {
  const bare = { platform: 'linux' as const, path: '/nowhere' };

  test('auto takes what there is and warns', async () => {
    expect(await chooseSandbox('auto', bare)).toMatchObject({ bwrap: null, flags: true, warning: expect.stringMatching(/not installed.*native code and the network are open/) });
  });

  test('required refuses', async () => {
    await expect(chooseSandbox('required', bare)).rejects.toMatchObject({ code: 'no-sandbox', next: expect.stringContaining('apt install bubblewrap') });
    await expect(chooseSandbox('required', { platform: 'darwin', path: '/usr/bin' })).rejects.toMatchObject({ message: expect.stringContaining('only on Linux') });
  });

  test('off says so', async () => {
    expect(await chooseSandbox('off')).toMatchObject({ bwrap: null, flags: false, warning: expect.stringContaining('off') });
  });

  test('a bubblewrap that does not work is none', async () => {
    const folder = mkdtempSync(join(root, 'bin-'));
    spawnSync('sh', ['-c', `printf '#!/bin/sh\necho "bwrap: No permissions to create new namespace" >&2; exit 1\n' > ${folder}/bwrap; chmod +x ${folder}/bwrap`]);
    expect(await chooseSandbox('auto', { platform: 'linux', path: `${folder}${delimiter}/usr/bin` })).toMatchObject({ bwrap: null, warning: expect.stringContaining('No permissions to create new namespace') });
  });
});

test.skipIf(process.platform !== 'linux')('a descriptor that was inherited does not reach a worker', () => {
  // The child takes what isolate says for its own child, and lists what that one has open.
  const script = `
    import { spawnSync } from 'node:child_process';
    import { coverDescriptors } from '${new URL('../../../../src/runtime/launch/sandbox/descriptors.ts', import.meta.url).pathname}';
    const covers = process.argv.includes('cover') ? coverDescriptors(5) : [];
    console.log(spawnSync('ls', ['-l', '/proc/self/fd'], { stdio: ['ignore', 'pipe', 'ignore', 'ignore', 'ignore', ...covers], encoding: 'utf8' }).stdout);`;
  const bundled = spawnSync(process.execPath, ['node_modules/esbuild/bin/esbuild', '--bundle', '--platform=node', '--format=esm'], { input: script, encoding: 'utf8' }).stdout;
  const run = (argument: string): string => spawnSync('bash', ['-c', `exec "$0" --input-type=module -e "$1" ${argument} 77</etc/hostname`, process.execPath, bundled], { encoding: 'utf8' }).stdout;
  expect(run('nothing')).toContain('/etc/hostname');
  expect(run('cover')).toMatch(/77 -> \/dev\/null/);
  expect(run('cover')).not.toContain('/etc/hostname');
});

test.skipIf(process.platform !== 'linux')('usage counts what a process started', () => {
  const mine = usageOf(process.pid);
  expect(mine.processes).toBeGreaterThanOrEqual(1);
  expect(mine.bytes).toBeGreaterThan(10e6);
  expect(mine.cpuSeconds).toBeGreaterThan(0);
  expect(usageOf(2 ** 22)).toEqual({ bytes: 0, processes: 0, cpuSeconds: 0 });
});
