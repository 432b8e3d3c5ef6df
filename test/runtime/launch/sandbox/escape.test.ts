/** Every probe in a real worker, once per backend: it must not get what it wants, and the host must not notice. */
import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { createSocket, type Socket as Datagram } from 'node:dgram';
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo, type Server } from 'node:net';
import { networkInterfaces, tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { messageOf } from '../../../../src/errors/index.js';
import { decodeValue } from '../../../../src/protocol/index.js';
import { WorkerDied, chooseSandbox, defaultLimits, launchWorker, type Sandbox, type WorkerHandle } from '../../../../src/runtime/launch/index.js';
import { backends, probes, type Backend } from './probes.js';

const CANARY = 'canary-4f1d';
const DEADLINE: Record<string, number> = { spin: 500, 'late-answer': 500 };

const machine = await chooseSandbox('auto');
const outer = Object.values(networkInterfaces()).flat().find((entry) => entry?.family === 'IPv4' && !entry.internal)?.address ?? '127.0.0.1';

let folder: string;
let given: Record<string, unknown>;
const servers: Server[] = [];
let datagrams: Datagram;
let neighbour: ChildProcess;
let contacts = 0;

beforeAll(async () => {
  process.env['PLUGSMITH_TEST_CANARY'] = CANARY;
  folder = realpathSync(mkdtempSync(join(tmpdir(), 'plugsmith-escape-')));
  for (const name of ['plugin', 'sibling', 'outside']) mkdirSync(join(folder, name));
  copyFileSync(new URL('hostile-plugin.mjs', import.meta.url), join(folder, 'plugin', 'plugin.mjs'));
  writeFileSync(join(folder, 'outside', 'secret'), 'a secret');
  writeFileSync(join(folder, 'sibling', 'model'), 'a model');
  // A white pixel.
  writeFileSync(join(folder, 'outside', 'pixel.gif'), Buffer.from('R0lGODlhAQABAIAAAP///wAAACwAAAAAAQABAAACAkQBADs=', 'base64'));
  neighbour = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)']);
  const abstract = `plugsmith-test-${process.pid}`;
  const tcp = await listen({ port: 0, host: '0.0.0.0' });
  await listen({ path: join(folder, 'outside', 'socket') });
  if (process.platform === 'linux') await listen({ path: `\0${abstract}` });
  datagrams = createSocket('udp4', (message, from) => {
    contacts += 1;
    datagrams.send(answerTo(message), from.port, from.address);
  });
  await new Promise<void>((ready) => datagrams.bind(0, '127.0.0.1', ready));
  given = {
    secret: join(folder, 'outside', 'secret'), outside: join(folder, 'outside'), sibling: join(folder, 'sibling', 'model'), root: join(folder, 'plugin'),
    picture: join(folder, 'outside', 'pixel.gif'), canary: CANARY, host: process.pid, neighbour: neighbour.pid, held: '/etc/hostname',
    tcp: (tcp.address() as AddressInfo).port, udp: datagrams.address().port, address: outer, unix: join(folder, 'outside', 'socket'), abstract,
  };
});

afterAll(() => {
  delete process.env['PLUGSMITH_TEST_CANARY'];
  neighbour.kill('SIGKILL');
  servers.forEach((server) => server.close());
  datagrams.close();
  rmSync(folder, { recursive: true, force: true });
});

/** One worker serves many probes; these leave traces in it. */
const spoiling = new Set(['threads', 'inspector', 'changed-builtins', 'fork-bomb', 'spin-later', 'fill-disk', 'memory']);

/** Who has got through is seen here a moment later, which must not count for the next probe. */
const calling = new Set(['tcp-loopback', 'tcp-outer', 'fetch-host', 'udp', 'dns', 'unix-socket', 'abstract-socket']);

describe.each(Object.keys(backends) as Backend[])('%s', (backend) => {
  const skip = backend !== 'flags' && machine.bwrap === null;
  let worker: WorkerHandle | undefined;
  afterAll(() => end());

  test.skipIf(skip).each(probes)(`${skip ? 'bubblewrap does not work here: ' : ''}$name`, async ({ name, [backend]: expected }) => {
    const before = contacts;
    worker = worker?.alive ? worker : await start(backend);
    const { got, why } = await attempt(worker, name);
    expect(got === null ? 'blocked' : `open: ${got}`, why).toMatch(expected === 'open' ? /^open/ : /^blocked$/);
    if (expected === 'blocked') expect(contacts).toBe(before);
    else if (calling.has(name)) await vi.waitFor(() => expect(contacts).toBeGreaterThan(before));
    expect(readFileSync(join(folder, 'outside', 'secret'), 'utf8')).toBe('a secret');
    expect(existsSync(join(folder, 'outside', 'written'))).toBe(false);
    expect(neighbour.exitCode ?? neighbour.signalCode).toBeNull();
    expect(({} as { polluted?: boolean }).polluted).toBeUndefined();
    if (spoiling.has(name) || !worker.alive) await end();
  });

  /** Nothing that it started may be left. */
  async function end(): Promise<void> {
    if (worker === undefined) return;
    await worker.stop();
    expect(spawnSync('pgrep', ['-g', String(worker.pid)]).stdout.toString()).toBe('');
    worker = undefined;
  }
});

/** Where nothing confines them they succeed: so a probe that is blocked above does not only fail by a mistake in it. */
const honest = [
  'read-file', 'read-etc', 'list-folder', 'other-plugin', 'native-read', 'host-environment', 'host-processes', 'shell', 'node-again', 'signal-host', 'signal-sibling', 'threads',
  'tcp-loopback', 'tcp-outer', 'fetch-host', 'udp', 'dns', 'unix-socket', 'abstract-socket', 'question-flood', 'code-from-text', 'builtins-around', 'internal-binding', 'changed-builtins',
];

test('unconfined, probes succeed', async () => {
  const worker = await start('none');
  try {
    for (const name of honest) {
      const { got, why } = await attempt(worker, name);
      expect(got, `${name}: ${why}`).not.toBeNull();
    }
  } finally {
    await worker.stop();
  }
});

async function start(backend: Backend | 'none'): Promise<WorkerHandle> {
  const sandbox: Sandbox = { ...machine, bwrap: backend === 'both' || backend === 'cage' ? machine.bwrap : null, flags: backend === 'both' || backend === 'flags' };
  const root = join(folder, 'plugin');
  const profile = backend === 'none' ? 'trusted' : 'untrusted';
  // Native code does not meet what is taken from JavaScript.
  const guarded = backend === 'cage' ? 'trusted' : profile;
  // The two programs are what an attacker would bring along.
  const confinement = { sandbox, network: 'none' as const, readable: ['/usr/bin/unshare', '/usr/bin/setpriv'], limits: { ...defaultLimits, idleCpuSeconds: 0.5 } };
  // Answers take their time, as those of a store or a model do: what is asked at once is open at the same time.
  const worker = launchWorker({ root, profile, memoryGb: 0.25, serve: () => setTimeout(200, []), onLog: () => undefined, ...(profile === 'untrusted' && { confinement }) });
  await worker.request({ type: 'init', bundle: join(root, 'plugin.mjs'), root, role: 'realtime', parameters: {}, threads: 1, batch_size: null, profile: guarded } as never, [], 20_000);
  return worker;
}

/** What the probe got, null for nothing; and why. */
async function attempt(worker: WorkerHandle, name: string): Promise<{ got: string | null; why: string }> {
  try {
    const { body } = await worker.request({ type: 'realtime', inputs: { probe: name, ...given }, parameters: {} } as never, [], DEADLINE[name] ?? 10_000);
    if (name === 'spin-later') await worker.gone;
    const { got } = decodeValue(body).value as { got?: unknown };
    return { got: name === 'prototype-answer' || got === null || got === undefined ? null : String(got).slice(0, 100), why: 'it gave nothing' };
  } catch (error) {
    if (error instanceof WorkerDied) await worker.gone;
    return { got: null, why: messageOf(error) };
  }
}

async function listen(options: object): Promise<Server> {
  const server = createServer((socket) => {
    contacts += 1;
    socket.on('error', () => undefined);
    socket.end('HTTP/1.1 200 OK\r\ncontent-length: 0\r\nconnection: close\r\n\r\n');
  });
  servers.push(server);
  await new Promise<void>((ready) => server.listen(options, ready));
  return server;
}

/** For a name server's question an answer of one address; for anything else the same text. */
function answerTo(message: Buffer): Buffer {
  if (message.toString() === 'ping') return message;
  const header = Buffer.from(message.subarray(0, 12));
  header.writeUInt16BE(0x8180, 2);
  header.writeUInt16BE(1, 6);
  header.writeUInt16BE(0, 10);
  const question = message.subarray(12, message.indexOf(0, 12) + 5);
  return Buffer.concat([header, question, Buffer.from([0xc0, 12, 0, 1, 0, 1, 0, 0, 0, 60, 0, 4, 127, 0, 0, 1])]);
}
