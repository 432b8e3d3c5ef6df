/**
 * Measures how fast a host takes archives, against copying the same file with a digest and a sync.
 *
 *   node bench/host-upload.mjs [--rounds 5] [--megabytes 500] [--parallel 50]
 *
 * Needs a built checkout (npm run build), Linux, and some GB of room below bench/.data. Only the transfer is measured:
 * the bytes are random, and are never confirmed. A missed goal is printed, it is no failure.
 */
import { spawn } from 'node:child_process';
import { createHash, randomFillSync } from 'node:crypto';
import { createReadStream, createWriteStream, existsSync, mkdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { request } from 'node:http';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { pipeline } from 'node:stream/promises';
import { parseArgs } from 'node:util';
import { DATA } from './lib/data.mjs';
import { COMMAND } from './lib/prepare.mjs';
import { report, summary } from './lib/report.mjs';
import { alternate, median, rounded } from './lib/rounds.mjs';

const { values } = parseArgs({ options: { rounds: { type: 'string', default: '5' }, megabytes: { type: 'string', default: '500' }, parallel: { type: 'string', default: '50' } } });
const [rounds, megabytes, parallel] = [values.rounds, values.megabytes, values.parallel].map(Number);
const SMALL = 20;
const folder = join(DATA, 'host-upload');
rmSync(folder, { recursive: true, force: true });
mkdirSync(folder, { recursive: true });
let made = 0;

const large = await randomFile('large.bin', megabytes);
const small = await randomFile('small.bin', SMALL);

const smallPeak = await withHost(async (host) => {
  for (let i = 0; i < 3; i += 1) await upload(host, small);
  return host.peak();
});
try {
  await withHost(async (host) => {
    const sides = { copy: () => timed(() => copy(large)), upload: () => timed(() => upload(host, large)) };
    const times = await alternate(sides, rounds);
    const speed = rounded(median(times.copy) / median(times.upload));
    const memory = rounded(host.peak() / smallPeak);
    report('upload', { megabytes, copy_s: rounded(median(times.copy)), upload_s: rounded(median(times.upload)), peak_mb: rounded(host.peak()), peak_of_small_mb: rounded(smallPeak) }, {
      [`${megabytes} MB, speed against copy + sha256 + fsync`]: { value: speed, goal: 0.7, least: true },
      [`peak memory against that of ${SMALL} MB`]: { value: memory, goal: 1.3, least: false },
    });
  });
  await withHost(async (host) => {
    const seconds = await timed(() => Promise.all(Array.from({ length: parallel }, () => upload(host, small))));
    report('parallel uploads', { uploads: parallel, megabytes_each: SMALL, seconds: rounded(seconds), megabytes_per_second: rounded((parallel * SMALL) / seconds), peak_mb: rounded(host.peak()) });
  });
  summary();
} finally {
  rmSync(folder, { recursive: true, force: true });
}

async function randomFile(name, size) {
  const path = join(folder, name);
  const piece = randomFillSync(Buffer.alloc(1024 * 1024));
  const out = createWriteStream(path);
  for (let i = 0; i < size; i += 1) {
    piece.writeUInt32LE(i);
    if (!out.write(Buffer.from(piece))) await new Promise((resolve) => out.once('drain', resolve));
  }
  await new Promise((resolve) => out.end(resolve));
  return path;
}

/** What the host has to do with the bytes at least. */
async function copy(file) {
  const target = join(folder, 'copy');
  const hash = createHash('sha256');
  const handle = await open(target, 'w');
  for await (const chunk of createReadStream(file, { highWaterMark: 1024 * 1024 })) {
    hash.update(chunk);
    await handle.write(chunk);
  }
  await handle.sync();
  await handle.close();
  hash.digest();
  rmSync(target);
}

async function upload(host, file) {
  made += 1;
  const created = await host.post('/v1/namespaces/default/plugins/uploads', { name: `bench_${made}`, version: '1.0.0' });
  await new Promise((resolve, reject) => {
    const sent = request(created.presigned_url, { method: 'PUT', headers: { 'content-length': statSync(file).size } }, (answer) => {
      answer.resume();
      answer.on('end', () => (answer.statusCode === 200 ? resolve() : reject(new Error(`the host answered ${answer.statusCode}`))));
    });
    pipeline(createReadStream(file, { highWaterMark: 1024 * 1024 }), sent).catch(reject);
  });
}

async function timed(work) {
  const start = performance.now();
  await work();
  return (performance.now() - start) / 1000;
}

/** Runs a host of its own, and ends it. */
async function withHost(work) {
  const state = join(folder, `state-${made}`);
  const child = spawn(process.execPath, [COMMAND, 'host', 'start', '--folder', state, '--port', '0', '--no-auth', '--sandbox', 'off', '--json'], { stdio: ['ignore', 'ignore', 'pipe'] });
  const url = await new Promise((resolve, reject) => {
    child.once('exit', (code) => reject(new Error(`the host ended with ${code}`)));
    createInterface({ input: child.stderr }).on('line', (line) => {
      const event = line.startsWith('{') ? JSON.parse(line) : {};
      if (event.type === 'listening') resolve(event.url);
    });
  });
  const post = async (path, body) => {
    const answer = await fetch(url + path, { method: 'POST', body: JSON.stringify(body) });
    if (!answer.ok) throw new Error(`${answer.status} ${await answer.text()}`);
    return answer.json();
  };
  const peak = () => Number(/VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${child.pid}/status`, 'utf8'))?.[1]) / 1024;
  try {
    return await work({ post, peak });
  } finally {
    const ended = new Promise((resolve) => child.once('exit', resolve));
    child.kill('SIGTERM');
    await ended;
    if (existsSync(state)) rmSync(state, { recursive: true });
  }
}
