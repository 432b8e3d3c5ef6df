/**
 * A plugin that tries to get out. Each probe returns a text when it got what it wanted, and throws or returns null when it
 * did not. It is written as the bundle of a plugin is, so that a real worker loads it.
 */
import { createRequire } from 'node:module';

const require = createRequire(import.meta.url);

export const manifest = {
  feature_extractor_name: 'hostile', version: '1.0.0', category: 'text', supported_input_types: ['text'],
  input_schema: { type: 'object', properties: { text: { type: 'string' } }, required: ['text'] }, output_schema: { type: 'object', properties: {} },
  parameter_schema: { type: 'object', properties: {} }, features: [], compute_profile: { resource_type: 'cpu' },
};
export const pipeline = {};
export const actions = {};

const soon = (ms) => new Promise((done) => setTimeout(done, ms));

/** Connects and gives what comes back. */
function connect(options) {
  return new Promise((done, failed) => {
    const socket = require('node:net').connect(options, () => {
      socket.destroy();
      done('connected');
    });
    socket.setTimeout(500, () => (socket.destroy(), failed(new Error('no answer'))));
    socket.on('error', failed);
  });
}

function run(file, args) {
  const { status, stdout, error } = require('node:child_process').spawnSync(file, args, { encoding: 'utf8' });
  if (error) throw error;
  return status === 0 ? `ran: ${stdout.slice(0, 40)}` : null;
}

const probes = {
  'read-file': ({ secret }) => require('node:fs').readFileSync(secret, 'utf8'),
  'read-etc': () => require('node:fs').readFileSync('/etc/passwd', 'latin1').slice(0, 20),
  'list-folder': ({ outside }) => require('node:fs').readdirSync(outside).join(),
  'other-plugin': ({ sibling }) => require('node:fs').readFileSync(sibling, 'utf8'),
  'write-file': ({ outside }) => (require('node:fs').writeFileSync(`${outside}/written`, 'x'), 'written'),
  'write-plugin': ({ root }) => (require('node:fs').writeFileSync(`${root}/planted.mjs`, 'x'), 'written'),
  'planted-link': ({ secret }) => {
    const fs = require('node:fs');
    fs.symlinkSync(secret, '/tmp/link');
    return fs.readFileSync('/tmp/link', 'utf8');
  },
  'native-read': async ({ picture }, context) => `${(await context.images.decode(picture)).width} pixels wide`,
  'own-environment': ({ canary }) => (JSON.stringify(process.env).includes(canary) ? 'seen' : null),
  'first-environment': () => /(?:PATH|HOME)=.*/.exec(require('node:fs').readFileSync('/proc/1/environ', 'latin1'))?.[0].slice(0, 20) ?? null,
  'host-environment': ({ host }) => /(?:PATH|HOME)=.*/.exec(require('node:fs').readFileSync(`/proc/${host}/environ`, 'latin1'))?.[0].slice(0, 20) ?? null,
  'host-processes': ({ host }) => require('node:fs').readFileSync(`/proc/${host}/cmdline`, 'latin1').slice(0, 20),
  descriptors: ({ held }) => {
    const fs = require('node:fs');
    return fs.readdirSync('/proc/self/fd').map((fd) => { try { return fs.readlinkSync(`/proc/self/fd/${fd}`); } catch { return ''; } }).find((to) => to === held) ?? null;
  },
  shell: () => run('/bin/sh', ['-c', 'echo out']),
  'node-again': () => run(process.execPath, ['-e', 'console.log(1)']),
  'user-namespace': () => run('/usr/bin/unshare', ['--user', '/usr/bin/unshare', '--version']),
  'other-user': () => run('/usr/bin/setpriv', ['--reuid', '1', '--clear-groups', '/usr/bin/unshare', '--version']),
  'signal-host': ({ host }) => (process.kill(host, 0), 'reached'),
  'signal-sibling': ({ neighbour }) => (process.kill(neighbour, 0), 'reached'),
  'fork-bomb': async () => {
    const { spawn } = require('node:child_process');
    const children = Array.from({ length: 400 }, () => spawn(process.execPath, ['-e', 'setTimeout(() => {}, 20_000)'], { stdio: 'ignore' }));
    children.forEach((child) => child.on('error', () => undefined));
    await soon(2500);
    return children.every((child) => child.pid !== undefined && child.exitCode === null) ? '400 processes' : null;
  },
  threads: () => (new (require('node:worker_threads').Worker)('1', { eval: true }), 'started'),
  'tcp-loopback': ({ tcp }) => connect({ host: '127.0.0.1', port: tcp }),
  'tcp-outer': ({ tcp, address }) => connect({ host: address, port: tcp }),
  metadata: () => connect({ host: '169.254.169.254', port: 80 }),
  'fetch-host': async ({ tcp }) => (await fetch(`http://127.0.0.1:${tcp}/`)).status,
  'unix-socket': ({ unix }) => connect({ path: unix }),
  'abstract-socket': ({ abstract }) => connect({ path: `\0${abstract}` }),
  udp: ({ udp }) => new Promise((done, failed) => {
    const socket = require('node:dgram').createSocket('udp4');
    setTimeout(() => (socket.close(), done(null)), 300);
    socket.on('error', failed);
    socket.on('message', (text) => done(String(text)));
    socket.send('ping', udp, '127.0.0.1');
  }),
  dns: ({ udp }) => {
    const resolver = new (require('node:dns').promises.Resolver)({ timeout: 300, tries: 1 });
    resolver.setServers([`127.0.0.1:${udp}`]);
    return resolver.resolve4('secret.example').then(String);
  },
  memory: async () => {
    const kept = [];
    for (let i = 0; i < 64; i += 1) kept.push(Buffer.alloc(64 * 1024 * 1024, 1));
    return `${kept.length * 64} MiB`;
  },
  'fill-disk': () => {
    const fs = require('node:fs');
    const block = Buffer.alloc(16 * 1024 * 1024);
    for (let i = 0; i < 20; i += 1) fs.writeFileSync(`/tmp/fill-${i}`, block);
    return '320 MiB';
  },
  'fill-shared-memory': () => {
    const fs = require('node:fs');
    fs.writeFileSync('/dev/shm/fill', Buffer.alloc(256 * 1024 * 1024));
    fs.rmSync('/dev/shm/fill');
    return '256 MiB';
  },
  spin: () => { for (;;); },
  'spin-later': () => {
    setTimeout(() => { for (;;); }, 50);
    return null;
  },
  'late-answer': async () => (await soon(2000), 'too late'),
  'log-flood': () => {
    for (let i = 0; i < 200_000; i += 1) console.log('x'.repeat(100));
    return null;
  },
  'question-flood': async (_, context) => {
    const answers = await Promise.allSettled(Array.from({ length: 2000 }, () => context.secrets.list()));
    return answers.every(({ status }) => status === 'fulfilled') ? '2000 at once' : null;
  },
  'broken-frame': () => (require('node:fs').writeSync(4, 'GET / HTTP/1.1\r\n\r\n'.repeat(100)), null),
  'huge-answer': () => 'x'.repeat(64 * 1024 * 1024),
  'prototype-answer': () => JSON.parse('{"__proto__": {"polluted": true}, "constructor": {"prototype": {"polluted": true}}}'),
  'code-from-text': () => String(new Function('return 6 * 7')()),
  'builtins-around': () => Object.keys(process.getBuiltinModule('child_process')).join(),
  'internal-binding': () => Object.keys(process.binding('fs')).join(),
  inspector: () => (require('node:inspector').open(0, '127.0.0.1'), 'listening'),
  'changed-builtins': () => {
    Object.assign(Array.prototype, { findLast: () => 'mine' });
    return [1].findLast(Boolean) === 'mine' ? 'changed' : null;
  },
};

class InferenceService {
  constructor(context) {
    this.context = context;
  }

  async runInference({ probe, ...given }) {
    const got = await probes[probe](given, this.context);
    return { got };
  }
}

export const realtime = { InferenceService };
