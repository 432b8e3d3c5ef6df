/** Pictures behind addresses, with the installed command: each bad one is a failed row, and nothing is left of a killed command. */
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, readdirSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { environment, install, plugin } from './harness.js';
import { PATIENCE_MS } from './suite.js';

const picture = readFileSync(resolve(import.meta.dirname, '../../templates/image/samples/query.png'));
const asked = new Map<string, number>();
/** Asks that wait for an answer which never comes. */
let hanging = 0;
const server = createServer(({ url = '', headers }, response) => {
  asked.set(url, (asked.get(url) ?? 0) + 1);
  const path = url.replace(/\?.*/, '');
  if (path === '/good') {
    if (headers['if-none-match'] === '"1"') response.writeHead(304).end();
    else response.writeHead(200, { etag: '"1"' }).end(picture);
  } else if (path === '/flaky' && asked.get(url) === 1) response.writeHead(503).end();
  else if (path === '/flaky') response.end(picture);
  else if (path === '/text') response.end('no picture');
  else if (path === '/500') response.writeHead(500).end();
  else if (path === '/cut') response.writeHead(200, { 'content-length': '9999' }).write(picture.subarray(0, 200), () => response.destroy());
  else if (path === '/to-file') response.writeHead(302, { location: 'file:///etc/passwd' }).end();
  else if (path === '/round') response.writeHead(302, { location: '/round' }).end();
  else if (path === '/never') hanging += 1;
  else response.writeHead(404).end();
});

let base: string;
let folder: string;
const call = () => ({ cwd: base, env: { PLUGSMITH_CACHE_DIR: join(base, 'cache'), TMPDIR: base } });
const addressOf = (path: string): string => `http://127.0.0.1:${(server.address() as AddressInfo).port}${path}`;
const rows = (name: string, paths: readonly string[]): string => {
  writeFileSync(join(base, name), paths.map((path) => `${JSON.stringify({ id: path, image: addressOf(path) })}\n`).join(''));
  return name;
};
const running = (): string[] => (existsSync(join(base, 'cache/assets/running')) ? readdirSync(join(base, 'cache/assets/running')) : []);

beforeAll(async () => {
  await install();
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  base = realpathSync(mkdtempSync(join(tmpdir(), 'plugsmith-assets-')));
  folder = join(base, 'pictures');
  expect((await plugin(['create', 'pictures', '--template', 'image'], call())).code).toBe(0);
}, 3 * PATIENCE_MS);
afterAll(async () => {
  server.closeAllConnections();
  await new Promise((done) => server.close(done));
  rmSync(base, { recursive: true, force: true });
});

const run = async (input: string, ...flags: string[]) => {
  const { code, stdout } = await plugin(['run', '--plugin', folder, '--input', input, '--json', ...flags], call());
  const result = JSON.parse(stdout) as { rows: object; failures: string | null };
  const failures = result.failures === null ? [] : readFileSync(resolve(base, result.failures), 'utf8').trim().split('\n').map((line) => JSON.parse(line) as { id: string; _failure: { message: string } });
  return { code, rows: result.rows, reasons: Object.fromEntries(failures.map(({ id, _failure }) => [id, _failure.message])) };
};

test('each address that cannot be had fails its row, with the reason', { timeout: PATIENCE_MS }, async () => {
  const good = ['/good', '/flaky', '/good?again'];
  const bad = ['/404', '/500', '/cut', '/to-file', '/round', '/text', `/good#sha256=${'0'.repeat(64)}`];
  const result = await run(rows('mixed.jsonl', [...good, ...bad]));
  expect(result).toMatchObject({ code: 1, rows: { in: 10, out: 3, failed: 7 } });
  expect(Object.keys(result.reasons).sort()).toEqual([...bad].sort());
  const expected: Record<string, RegExp> = {
    '/404': /\/404 was answered with status 404\./, '/500': /\/500 was answered with status 500, 4 times\./, '/cut': /\/cut could not be fetched in 4 attempts/,
    '/to-file': /file:\/\/\/etc\/passwd cannot be fetched: file: is not supported/, '/round': /redirects more than 5 times/, '/text': /\/text cannot be decoded as a picture/,
  };
  for (const [path, pattern] of Object.entries(expected)) expect(result.reasons[path], path).toMatch(pattern);
  expect(result.reasons[bad.at(-1) as string]).toMatch(/has other content than its address says/);
  expect(running()).toEqual([]);
});

test('a later run asks only whether the picture changed', { timeout: PATIENCE_MS }, async () => {
  const input = rows('good.jsonl', ['/good']);
  const before = asked.get('/good') as number;
  expect(await run(input)).toMatchObject({ code: 0, rows: { out: 1 } });
  expect(asked.get('/good')).toBe(before + 1);
});

test('a plugin in a sandbox does not reach this machine', { timeout: PATIENCE_MS }, async () => {
  const { code, reasons } = await run(rows('inner.jsonl', ['/good']), '--as-host');
  expect(code).not.toBe(0);
  expect(reasons['/good']).toMatch(/is refused: it leads to an inner network/);
});

test('what a killed command left is gone when the next one starts', { timeout: PATIENCE_MS }, async () => {
  const input = rows('never.jsonl', ['/never']);
  const child = spawn('plugin', ['run', '--plugin', folder, '--input', input], { cwd: base, env: await environment(call()), stdio: 'ignore' });
  const gone = new Promise((done) => child.once('close', done));
  await vi.waitFor(() => expect(hanging).toBeGreaterThan(0), { timeout: PATIENCE_MS, interval: 20 });
  child.kill('SIGKILL');
  await gone;
  expect(running()).toHaveLength(1);
  expect(await run(rows('after.jsonl', ['/good']))).toMatchObject({ code: 0 });
  expect(running()).toEqual([]);
});
