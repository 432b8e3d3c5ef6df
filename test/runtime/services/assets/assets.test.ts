import { createHash } from 'node:crypto';
import { existsSync, readFileSync, statSync } from 'node:fs';
import { mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { isInner } from '../../../../src/runtime/services/addresses.js';
import { type AssetOptions, type Assets, createAssets } from '../../../../src/runtime/services/assets/index.js';
import { startServer } from '../server.js';

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');

let server: Awaited<ReturnType<typeof startServer>>;
/** How often each address was asked for. */
const asked = new Map<string, number>();
/** What /versioned holds. */
let version = 'one';
/** What happens before /versioned says that it is the same. */
let meanwhile: () => Promise<void> = async () => undefined;
beforeAll(async () => {
  server = await startServer(({ url, headers }, response) => {
    const count = (asked.get(url) ?? 0) + 1;
    asked.set(url, count);
    const hop = /^\/hop\/(\d+)$/.exec(url)?.[1];
    const [, failing, status] = /^\/fails\/(\d+)\/(\d+)/.exec(url) ?? [];
    if (url.startsWith('/file')) response.end(`content of ${url}`);
    else if (url.startsWith('/versioned')) {
      const etag = `"${version}"`;
      if (headers['if-none-match'] === etag) void meanwhile().then(() => response.writeHead(304).end());
      else response.writeHead(200, { etag, ...(url.endsWith('no-store') && { 'cache-control': 'private, no-store' }) }).end(`version ${version}`);
    } else if (url === '/dated') {
      const date = 'Mon, 02 Feb 2026 10:00:00 GMT';
      if (headers['if-modified-since'] === date) response.writeHead(304).end();
      else response.writeHead(200, { 'last-modified': date }).end('dated');
    } else if (failing !== undefined && count <= Number(failing)) response.writeHead(Number(status), url.endsWith('/later') ? { 'retry-after': '7' } : {}).end();
    else if (failing !== undefined) response.end('at last');
    else if (url === '/large') response.end(Buffer.alloc(2000));
    else if (url === '/endless') endless(response);
    else if (url === '/drip') drip(response);
    else if (url.startsWith('/broken')) response.writeHead(200, { 'content-length': '100' }).write('x', () => response.destroy());
    else if (url === '/to-ftp') response.writeHead(302, { location: 'ftp://example.com/x' }).end();
    else if (url === '/to-nowhere') response.writeHead(302, { location: 'http://:x' }).end();
    else if (hop !== undefined) response.writeHead(302, { location: hop === '1' ? '/file' : `/hop/${Number(hop) - 1}` }).end();
    else if (url === '/begins') response.writeHead(200, { 'content-length': '100' }).write('x');
    else if (url !== '/silent') response.writeHead(404).end('no');
  });
});
afterAll(() => server.close());

function endless(response: { write(chunk: Buffer): boolean; once(event: 'drain', then: () => void): unknown; destroyed: boolean }): void {
  while (!response.destroyed && response.write(Buffer.alloc(65_536)));
  response.once('drain', () => endless(response));
}

function drip(response: { write(chunk: string): boolean; once(event: 'close', then: () => void): unknown }): void {
  const timer = setInterval(() => response.write('x'), 20);
  response.once('close', () => clearInterval(timer));
}

let cache: string;
beforeEach(async () => {
  cache = await mkdtemp(join(tmpdir(), 'plugsmith-cache-'));
  asked.clear();
  version = 'one';
  meanwhile = async () => undefined;
});
afterEach(() => rm(cache, { recursive: true, force: true }));

let waits: number[] = [];
async function using<T>(options: Partial<AssetOptions>, use: (assets: Assets) => Promise<T>): Promise<T> {
  waits = [];
  const assets = createAssets({ profile: 'trusted', cache, sleep: async (ms) => waits.push(ms), ...options });
  try {
    return await use(assets);
  } finally {
    await assets.close();
  }
}

describe('assets', () => {
  it('are downloaded once, each asker gets a file of its own, and nothing is left', async () => {
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
    expect(asked.get('/file/a')).toBe(1);
    expect(existsSync(folder)).toBe(false);
  });

  it('are forgotten when they were used least recently', async () => {
    await using({ keepBytes: 40 }, async (assets) => {
      for (const name of ['a', 'b', 'a', 'c', 'a', 'b']) await assets.fetch(`${server.base}/file/${name}`, '');
      // b gave way to c, so it came twice; a was always in use.
      expect(assets.stats).toMatchObject({ downloads: 4, reused: 2 });
    });
  });

  it('are had through five redirects', async () => {
    await using({}, async (assets) => {
      const { path } = await assets.fetch(`${server.base}/hop/5`, '');
      expect(await readFile(path, 'utf8')).toBe('content of /file');
    });
  });

  it('closing ends a download that is under way', async () => {
    const assets = createAssets({ profile: 'trusted', cache });
    const waiting = assets.fetch(`${server.base}/silent`, '');
    const ended = expect(waiting).rejects.toMatchObject({ code: 'asset-failed' });
    await assets.close();
    await ended;
  });

  it('of the untrusted profile go with their download, since the asker cannot remove them', async () => {
    await using({ profile: 'untrusted' }, async (assets) => {
      expect(existsSync(await assets.makeFolder())).toBe(true);
      await expect(assets.fetch(`${server.base}/file`, '')).rejects.toMatchObject({ code: 'asset-address' });
    });
  });
});

describe('a download fails', () => {
  it.each<[string, string, Partial<AssetOptions>, RegExp?]>([
    ['asset-status', '/missing', {}, /^http:\/\/127\.0\.0\.1:\d+\/missing was answered with status 404\.$/],
    ['asset-status', '/missing?signature=abcdef', {}, /missing\?\.\.\. was answered/],
    ['asset-status', '/fails/9/500', {}, /status 500, 4 times/],
    ['asset-redirects', '/hop/6', {}],
    ['asset-too-large', '/large', { maxBytes: 1000 }],
    ['asset-too-large', '/endless', { maxBytes: 1e6 }, /is larger than 1 MB/],
    ['asset-slow', '/silent', { limits: { totalMs: 60_000, silenceMs: 30 } }, /no byte came for 0\.03 seconds/],
    ['asset-slow', '/begins', { limits: { totalMs: 60_000, silenceMs: 30 } }, /no byte came/],
    ['asset-slow', '/drip', { limits: { totalMs: 200, silenceMs: 60_000 } }, /took more than 0\.2 seconds/],
    ['asset-failed', '/broken', {}, /in 4 attempts/],
    ['asset-scheme', '/to-ftp', {}, /ftp:\/\/example\.com\/x cannot be fetched: ftp: is not supported/],
    ['asset-scheme', '/to-nowhere', {}],
    ['asset-checksum', `/file#sha256=${'0'.repeat(64)}`, {}, /has other content than its address says: sha256 [0-9a-f]{64}\.$/],
  ])('with %s for %s', async (code, path, options, message = /./) => {
    await using(options, async (assets) => {
      await expect(assets.fetch(`${server.base}${path}`, '')).rejects.toMatchObject({ name: 'Failure', code, message: expect.stringMatching(message) as string });
      expect(await readdir(await assets.makeFolder())).toEqual([]);
    });
  });

  it.each([
    ['asset-scheme', 'gs://bucket/key', 'trusted'],
    ['asset-scheme', 'not a url', 'trusted'],
    ['asset-address', 'http://[::1]/x', 'untrusted'],
    ['asset-address', 'http://[::ffff:127.0.0.1]/x', 'untrusted'],
    ['asset-address', 'http://169.254.169.254/latest', 'untrusted'],
    ['asset-address', 'http://2130706433/x', 'untrusted'],
    ['asset-address', 'http://0x7f.1/x', 'untrusted'],
    ['asset-address', 'http://localhost:1/x', 'untrusted'],
    ['asset-failed', 'http://no-such-host.invalid/x', 'untrusted'],
  ] as const)('with %s for %s (%s), without an attempt more', async (code, url, profile) => {
    await using({ profile }, async (assets) => {
      await expect(assets.fetch(url, '')).rejects.toMatchObject({ name: 'Failure', code });
      expect(waits).toEqual([]);
    });
  });

  it('with the reason of the first time, for a while', async () => {
    await using({}, async (assets) => {
      for (let i = 0; i < 3; i++) await expect(assets.fetch(`${server.base}/gone`, '')).rejects.toMatchObject({ code: 'asset-status' });
      expect(asked.get('/gone')).toBe(1);
    });
    await using({ failureMs: 0 }, async (assets) => {
      for (let i = 0; i < 2; i++) await expect(assets.fetch(`${server.base}/gone`, '')).rejects.toMatchObject({ code: 'asset-status' });
      expect(asked.get('/gone')).toBe(3);
    });
  });
});

describe('a download is tried again', () => {
  it.each([[408], [429], [500], [502], [503], [504]])('after status %s, with longer and longer waits', async (status) => {
    await using({}, async (assets) => {
      await assets.fetch(`${server.base}/fails/3/${status}`, '');
      expect(waits.map((ms) => Math.floor(Math.log2(ms / 250)))).toEqual([0, 1, 2]);
    });
  });

  it('as late as the server asks', async () => {
    await using({}, async (assets) => {
      await assets.fetch(`${server.base}/fails/1/503/later`, '');
      expect(waits).toEqual([7000]);
    });
  });

  it('but not when that is later than the limit', async () => {
    await using({ limits: { totalMs: 5000, silenceMs: 5000 } }, async (assets) => {
      await expect(assets.fetch(`${server.base}/fails/1/503/later`, '')).rejects.toMatchObject({ code: 'asset-status' });
    });
  });

  it.each([400, 401, 403, 404, 410, 501])('but not after status %s', async (status) => {
    await using({}, async (assets) => {
      await expect(assets.fetch(`${server.base}/fails/1/${status}`, '')).rejects.toMatchObject({ code: 'asset-status' });
      expect(waits).toEqual([]);
    });
  });
});

describe('content outlives the run', () => {
  const get = (path: string): Promise<{ text: string; stats: Assets['stats'] }> =>
    using({}, async (assets) => ({ text: await readFile((await assets.fetch(`${server.base}${path}`, '')).path, 'utf8'), stats: assets.stats }));

  it.each(['/versioned', '/dated'])('and the server is asked whether %s is the same', async (path) => {
    const first = await get(path);
    const second = await get(path);
    expect([first.stats.downloads, second.stats.downloads, second.stats.unchanged]).toEqual([1, 0, 1]);
    expect(second.text).toBe(first.text);
    expect(asked.get(path)).toBe(2);
  });

  it('until the server has other content', async () => {
    await get('/versioned');
    version = 'two';
    expect(await get('/versioned')).toMatchObject({ text: 'version two', stats: { downloads: 1, unchanged: 0 } });
    expect((await readdir(join(cache, 'content'))).sort()).toEqual([sha256('version one'), sha256('version two')].sort());
  });

  it('but is not believed when it was changed', async () => {
    await get('/versioned');
    const file = join(cache, 'content', sha256('version one'));
    await rm(file);
    await writeFile(file, 'something else');
    expect(await get('/versioned')).toMatchObject({ text: 'version one', stats: { downloads: 1 } });
  });

  it('and is fetched again when another command removes it at that moment', async () => {
    await get('/versioned');
    meanwhile = () => rm(join(cache, 'content', sha256('version one')));
    expect(await get('/versioned')).toMatchObject({ text: 'version one', stats: { downloads: 1, unchanged: 0 } });
  });

  it('nor a note that is torn', async () => {
    await get('/versioned');
    const [note] = await readdir(join(cache, 'addresses'));
    await writeFile(join(cache, 'addresses', note as string), '{"sha');
    expect(await get('/versioned')).toMatchObject({ stats: { downloads: 1 } });
  });

  it('unless the server forbids it, or gives nothing to ask with', async () => {
    await get('/versioned/no-store');
    await get('/file/plain');
    expect(existsSync(join(cache, 'content'))).toBe(false);
  });

  it('for the owner’s eyes, without the address, and not without bounds', async () => {
    await get('/versioned?key=hidden');
    const [note] = await readdir(join(cache, 'addresses'));
    expect(readFileSync(join(cache, 'addresses', note as string), 'utf8')).not.toContain('hidden');
    expect(statSync(join(cache, 'content')).mode & 0o077).toBe(0);
    version = 'two';
    await using({ storeBytes: 12 }, (assets) => assets.fetch(`${server.base}/versioned`, ''));
    expect(await readdir(join(cache, 'content'))).toEqual([sha256('version two')]);
  });
});

it('a cache folder that cannot be made is named', async () => {
  await writeFile(join(cache, 'file'), '');
  await using({ cache: join(cache, 'file') }, async (assets) => {
    await expect(assets.fetch(`${server.base}/file`, '')).rejects.toMatchObject({ code: 'asset-cache', next: expect.stringContaining('PLUGSMITH_CACHE_DIR') as string });
  });
});

it.each([
  ['127.0.0.1', true], ['10.1.2.3', true], ['172.31.0.1', true], ['192.168.1.1', true], ['169.254.169.254', true], ['100.64.0.1', true], ['0.0.0.0', true], ['203.0.113.9', true],
  ['::1', true], ['::', true], ['::127.0.0.1', true], ['fe80::1', true], ['fd00::1', true], ['::ffff:10.0.0.1', true], ['::ffff:7f00:1', true], ['64:ff9b::a00:1', true], ['64:ff9b:1::a00:1', true], ['2001::1', true], ['2002:7f00:1::', true],
  ['8.8.8.8', false], ['172.32.0.1', false], ['192.0.3.1', false], ['2606:4700::1111', false], ['2001:4860:4860::8888', false], ['::ffff:8.8.8.8', false],
])('isInner(%s) is %s', (address, expected) => {
  expect(isInner(address)).toBe(expected);
});
