import { existsSync } from 'node:fs';
import { readFile, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { isInner } from '../../../src/runtime/services/addresses.js';
import { type AssetOptions, type Assets, createAssets } from '../../../src/runtime/services/assets.js';
import { startServer } from './server.js';

let server: Awaited<ReturnType<typeof startServer>>;
beforeAll(async () => {
  server = await startServer(({ url }, response) => {
    const hop = /^\/hop\/(\d+)$/.exec(url)?.[1];
    if (url.startsWith('/file')) response.end(`content of ${url}`);
    else if (url === '/large') response.end(Buffer.alloc(2000));
    else if (url === '/broken') response.writeHead(200, { 'content-length': '100' }).write('x', () => response.destroy());
    else if (url === '/to-ftp') response.writeHead(302, { location: 'ftp://example.com/x' }).end();
    else if (hop !== undefined) response.writeHead(302, { location: hop === '1' ? '/file' : `/hop/${Number(hop) - 1}` }).end();
    else if (url !== '/silent') response.writeHead(404).end('no');
  });
});
afterAll(() => server.close());

async function using<T>(options: Partial<AssetOptions>, use: (assets: Assets) => Promise<T>): Promise<T> {
  const assets = createAssets({ profile: 'trusted', ...options });
  try {
    return await use(assets);
  } finally {
    await assets.close();
  }
}

describe('assets', () => {
  it('downloads once, gives each asker a file of its own, and leaves nothing', async () => {
    const before = server.seen.length;
    const folder = await using({}, async (assets) => {
      const url = `${server.base}/file/a`;
      const [one, two] = await Promise.all([assets.fetch(url, '.txt'), assets.fetch(url, '.txt')]);
      const three = await assets.fetch(url, '../evil');
      expect(new Set([one.path, two.path, three.path]).size).toBe(3);
      expect(one.path).toMatch(/\.txt$/);
      expect(three.path).not.toContain('evil');
      await rm(one.path);
      expect(await readFile(two.path, 'utf8')).toBe('content of /file/a');
      expect(assets.stats).toMatchObject({ downloads: 1, reused: 2, failures: 0, bytes: 18 });
      return dirname(two.path);
    });
    expect(server.seen.length - before).toBe(1);
    expect(existsSync(folder)).toBe(false);
  });

  it('forgets the downloads that were used least recently', async () => {
    await using({ keepBytes: 40 }, async (assets) => {
      for (const name of ['a', 'b', 'a', 'c', 'a', 'b']) await assets.fetch(`${server.base}/file/${name}`, '');
      // b gave way to c, so it came twice; a was always in use.
      expect(assets.stats).toMatchObject({ downloads: 4, reused: 2 });
    });
  });

  it('follows five redirects', async () => {
    await using({}, async (assets) => {
      const { path } = await assets.fetch(`${server.base}/hop/5`, '');
      expect(await readFile(path, 'utf8')).toBe('content of /file');
    });
  });

  it.each([
    ['asset-status', '/missing', {}],
    ['asset-redirects', '/hop/6', {}],
    ['asset-too-large', '/large', { maxBytes: 1000 }],
    ['asset-failed', '/silent', { timeoutMs: 50 }],
    ['asset-failed', '/broken', {}],
    ['asset-scheme', '/to-ftp', {}],
    ['asset-address', '/file', { profile: 'untrusted' as const }],
  ])('fails with %s for %s', async (code, path, options) => {
    await using(options, async (assets) => {
      await expect(assets.fetch(`${server.base}${path}`, '')).rejects.toMatchObject({ name: 'Failure', code });
    });
  });

  it.each([
    ['asset-scheme', 's3://bucket/key', 'trusted'],
    ['asset-scheme', 'not a url', 'trusted'],
    ['asset-address', 'http://[::1]/x', 'untrusted'],
    ['asset-address', 'http://169.254.169.254/latest', 'untrusted'],
    ['asset-address', 'http://2130706433/x', 'untrusted'],
    ['asset-address', 'http://localhost:1/x', 'untrusted'],
  ] as const)('fails with %s for %s (%s)', async (code, url, profile) => {
    await using({ profile }, async (assets) => {
      await expect(assets.fetch(url, '')).rejects.toMatchObject({ name: 'Failure', code });
    });
  });

  it('tries a failed address again', async () => {
    await using({}, async (assets) => {
      const url = `${server.base}/gone`;
      const before = server.seen.length;
      await expect(assets.fetch(url, '')).rejects.toMatchObject({ code: 'asset-status' });
      await expect(assets.fetch(url, '')).rejects.toMatchObject({ code: 'asset-status' });
      expect(server.seen.length - before).toBe(2);
    });
  });

  it('closing ends a download that is under way', async () => {
    const assets = createAssets({ profile: 'trusted' });
    const waiting = assets.fetch(`${server.base}/silent`, '');
    const ended = expect(waiting).rejects.toMatchObject({ code: 'asset-failed' });
    await assets.close();
    await ended;
  });
});

it.each([
  ['127.0.0.1', true], ['10.1.2.3', true], ['172.31.0.1', true], ['192.168.1.1', true], ['169.254.169.254', true], ['100.64.0.1', true], ['0.0.0.0', true],
  ['::1', true], ['::', true], ['fe80::1', true], ['fd00::1', true], ['::ffff:10.0.0.1', true], ['64:ff9b::a00:1', true],
  ['8.8.8.8', false], ['172.32.0.1', false], ['2606:4700::1111', false], ['::ffff:8.8.8.8', false],
])('isInner(%s) is %s', (address, expected) => {
  expect(isInner(address)).toBe(expected);
});
