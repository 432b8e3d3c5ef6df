import { randomBytes } from 'node:crypto';
import { existsSync, lstatSync, readFileSync, readlinkSync } from 'node:fs';
import { chmod, mkdir, mkdtemp, readdir, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createHub, type Hub, type HubOptions } from '../../../../src/runtime/services/hub/index.js';
import { hubSettings } from '../../../../src/runtime/services/hub/layout.js';
import { COMMITS, gitSha1, sha256, startHub, TOKEN } from './server.js';

const files = { 'config.json': Buffer.from('{"hidden_size":4}'), 'onnx/model.onnx': randomBytes(300_000), 'with space.txt': Buffer.from('x') };
const model = files['onnx/model.onnx'];
const MODEL = { repo: 'org/model', file: 'onnx/model.onnx', revision: 'main' };
const CONFIG = { ...MODEL, file: 'config.json' };

let server: Awaited<ReturnType<typeof startHub>>;
let home: string;
let folder: string;
beforeEach(async () => {
  server = await startHub(files);
  home = await mkdtemp(join(tmpdir(), 'plugsmith-hub-'));
  folder = join(home, 'hub', 'models--org--model');
});
afterEach(async () => {
  await server.close();
  await rm(home, { recursive: true, force: true });
});

let said: string[] = [];
let waits: number[] = [];
async function using<T>(use: (hub: Hub) => Promise<T>, options: Partial<HubOptions> = {}): Promise<T> {
  [said, waits] = [[], []];
  const { env, ...more } = options;
  const hub = createHub({ profile: 'trusted', announce: (line) => said.push(line), sleep: async (ms) => waits.push(ms), env: { HF_HOME: home, HF_ENDPOINT: server.endpoint, ...env }, ...more });
  try {
    return await use(hub);
  } finally {
    await hub.close();
  }
}
const get = (wanted: Partial<typeof MODEL> = {}, options: Partial<HubOptions> = {}) => using((hub) => hub.file({ ...MODEL, ...wanted }), options);
const counts = (): Record<string, number> => ({ HEAD: server.asked.filter(({ method }) => method === 'HEAD').length, GET: server.asked.filter(({ method, url }) => method === 'GET' && url.startsWith('/cdn/')).length });
/** Everything in the model's folder that is no finished file of the layout. */
const leftovers = async (): Promise<string[]> => (await readdir(join(home, 'hub'), { recursive: true })).filter((name) => /incomplete|\.plugsmith|\.[0-9a-f]{8}$/.test(name));

describe('a file is kept as the hub’s own clients keep it', () => {
  it('a large one under its sha256, linked from the snapshot of its commit', async () => {
    const found = await get();
    expect(found).toEqual({ path: join(folder, 'snapshots', COMMITS[0], 'onnx/model.onnx'), commit: COMMITS[0] });
    expect(readFileSync(found?.path as string).equals(model)).toBe(true);
    expect(readlinkSync(found?.path as string)).toBe(`../../../blobs/${sha256(model)}`);
    expect(readFileSync(join(folder, 'refs/main'), 'utf8')).toBe(COMMITS[0]);
    expect(await leftovers()).toEqual([]);
  });

  it('a small one under git’s sha1', async () => {
    const found = await get({ file: 'config.json' });
    expect(readlinkSync(found?.path as string)).toBe(`../../blobs/${gitSha1(files['config.json'])}`);
  });

  it.each([['refs/pr/1'], ['v1']])('the revision %s is noted', async (revision) => {
    await get({ revision, file: 'with space.txt' });
    expect(readFileSync(join(folder, 'refs', revision), 'utf8')).toBe(COMMITS[0]);
  });

  it('a model without an organisation, and one that was renamed', async () => {
    expect((await get({ repo: 'single' }))?.path).toContain('models--single/snapshots');
    expect((await get({ repo: 'old/name' }))?.commit).toBe(COMMITS[0]);
  });
});

describe('what is there is not downloaded again', () => {
  it('in one run: asked once, however many workers ask', async () => {
    await using((hub) => Promise.all([hub.file(MODEL), hub.file(MODEL), hub.file({ ...MODEL })]));
    expect(counts()).toEqual({ HEAD: 1, GET: 1 });
  });

  it('in a later run: only the commit is asked for', async () => {
    await get();
    await get();
    expect(counts()).toEqual({ HEAD: 2, GET: 1 });
  });

  it('nor is a commit asked for', async () => {
    await get();
    server.asked.length = 0;
    expect((await get({ revision: COMMITS[0] }))?.commit).toBe(COMMITS[0]);
    expect(server.asked).toEqual([]);
  });

  it('nor the same content of another commit', async () => {
    await get();
    server.move();
    expect((await get())?.path).toContain(COMMITS[1]);
    expect(counts()).toEqual({ HEAD: 2, GET: 1 });
    expect(readFileSync(join(folder, 'refs/main'), 'utf8')).toBe(COMMITS[1]);
  });

  it('all files of a run are of one commit, though the branch moves meanwhile', async () => {
    await using(async (hub) => {
      await hub.file(MODEL);
      server.move();
      expect((await hub.file(CONFIG))?.commit).toBe(COMMITS[0]);
    });
  });

  it('a blob that was cleared away is', async () => {
    await get();
    await rm(join(folder, 'blobs', sha256(model)));
    expect(readFileSync((await get())?.path as string).equals(model)).toBe(true);
  });

  it('two commands at the same time download once', async () => {
    await Promise.all([using((one) => one.file(MODEL)), using((other) => other.file(MODEL))]);
    expect(counts()['GET']).toBe(1);
  });
});

describe('a file that need not be there', () => {
  it('is null, and known not to be there', async () => {
    const asks = (options = {}): Promise<unknown> => using((hub) => hub.file({ ...MODEL, file: 'none.bin' }, true), options);
    expect(await asks()).toBeNull();
    expect(existsSync(join(folder, '.no_exist', COMMITS[0], 'none.bin'))).toBe(true);
    await get();
    expect(await asks({ offline: true })).toBeNull();
  });
});

describe('offline', () => {
  it.each<[string, Partial<HubOptions>]>([['by flag', { offline: true }], ['by HF_HUB_OFFLINE', { env: { HF_HUB_OFFLINE: '1' } }], ['by TRANSFORMERS_OFFLINE', { env: { TRANSFORMERS_OFFLINE: 'yes' } }]])('%s, the cache is all there is', async (_name, options) => {
    await expect(get({}, options)).rejects.toMatchObject({ code: 'hub-offline', message: 'org/model/onnx/model.onnx (main) is not in the cache, and nothing is downloaded offline.' });
    expect(server.asked).toEqual([]);
    await get();
    server.asked.length = 0;
    expect((await get({}, options))?.commit).toBe(COMMITS[0]);
    expect(server.asked).toEqual([]);
  });

  it('a hub that cannot be reached is told of, and the cache used', async () => {
    await get();
    await server.close();
    expect((await get())?.commit).toBe(COMMITS[0]);
    expect(said.join()).toMatch(/^http:\/\/127\.0\.0\.1:\d+ cannot be reached \(.*\): models come from the cache\.$/);
    await using(async (hub) => {
      for (const revision of ['main', COMMITS[0], 'main']) await hub.file({ ...MODEL, revision });
      expect([said.length, waits.length]).toEqual([1, 3]);
    });
    await expect(get({ file: 'config.json' })).rejects.toMatchObject({ code: 'hub-unreachable', next: expect.stringContaining('HF_ENDPOINT') as string });
  });
});

describe('a download that breaks', () => {
  it('goes on where it was', async () => {
    Object.assign(server.troubles, { cuts: 3, cutAfter: 80_000 });
    expect(readFileSync((await get())?.path as string).equals(model)).toBe(true);
    const ranges = server.asked.flatMap(({ url, range }) => (range === undefined || !url.startsWith('/cdn/') ? [] : [Number(/\d+/.exec(range)?.[0])]));
    expect(ranges.length).toBeGreaterThan(0);
    expect(ranges[0]).toBeGreaterThan(0);
    expect(ranges).toEqual([...ranges].sort((a, b) => a - b));
  });

  it('goes on in a later run', async () => {
    await mkdir(join(folder, 'blobs'), { recursive: true });
    await writeFile(join(folder, 'blobs', `${sha256(model)}.plugsmith.incomplete`), model.subarray(0, 123_456));
    await get();
    expect(server.asked.at(-1)?.range).toBe('bytes=123456-');
    expect(await leftovers()).toEqual([]);
  });

  it.each<[string, Buffer]>([['is longer than the file', Buffer.alloc(400_000)], ['has other content', Buffer.alloc(1000)], ['is complete but damaged', Buffer.alloc(300_000)]])('begins anew where what was left %s', async (_name, left) => {
    await mkdir(join(folder, 'blobs'), { recursive: true });
    await writeFile(join(folder, 'blobs', `${sha256(model)}.plugsmith.incomplete`), left);
    expect(readFileSync((await get())?.path as string).equals(model)).toBe(true);
  });

  it('begins anew where the server gives no parts', async () => {
    Object.assign(server.troubles, { cuts: 1, cutAfter: 80_000, noRanges: true });
    expect(readFileSync((await get())?.path as string).equals(model)).toBe(true);
  });

  it('and stays broken is an error; what came is kept for next time', async () => {
    Object.assign(server.troubles, { cuts: 99, cutAfter: 0 });
    await expect(get()).rejects.toMatchObject({ code: 'hub-unreachable' });
    expect(waits).toHaveLength(3);
  });

  it('or stands still is given up', async () => {
    server.troubles.silent = true;
    await expect(get({}, { silenceMs: 30 })).rejects.toMatchObject({ code: 'hub-unreachable', message: expect.stringContaining('nothing came for 0.03 seconds') as string });
  });

  it('is tried again after a passing answer, as late as the hub asks', async () => {
    server.troubles.statuses = [503, 429];
    await get();
    expect(waits).toEqual([1000, 1000]);
  });
});

describe('content is checked', () => {
  it('damaged once, it is downloaded once more', async () => {
    server.troubles.damaged = 1;
    expect(readFileSync((await get())?.path as string).equals(model)).toBe(true);
    expect(counts()['GET']).toBe(2);
  });

  it('damaged twice, it is refused, and nothing is left of it', async () => {
    server.troubles.damaged = 2;
    await expect(get()).rejects.toMatchObject({ code: 'hub-checksum', message: expect.stringContaining(sha256(model)) as string });
    expect(existsSync(join(folder, 'blobs', sha256(model)))).toBe(false);
    expect(await leftovers()).toEqual([]);
  });
});

describe('the token', () => {
  it.each<[string, NodeJS.ProcessEnv]>([['HF_TOKEN', { HF_TOKEN: TOKEN }], ['the file of HF_TOKEN_PATH', {}]])('comes from %s, and goes to the hub alone', async (_name, env) => {
    if (env['HF_TOKEN'] === undefined) await writeFile(join(home, 'token'), `${TOKEN}\n`);
    await get({ repo: 'org/gated' }, { env });
    for (const { url, authorization } of server.asked) expect(authorization, url).toBe(url.startsWith('/cdn/') ? undefined : `Bearer ${TOKEN}`);
    expect(server.asked.some(({ url }) => url.startsWith('/cdn/'))).toBe(true);
  });

  it('is not for plugins of others', async () => {
    await expect(get({ repo: 'org/private' }, { profile: 'untrusted', env: { HF_TOKEN: TOKEN } })).rejects.toMatchObject({ code: 'hub-no-model' });
    expect(server.asked.every(({ authorization }) => authorization === undefined)).toBe(true);
  });
});

it('a plugin of others downloads so much and no more', async () => {
  await using(async (hub) => {
    await hub.file(CONFIG);
    await expect(hub.file(MODEL)).rejects.toMatchObject({ code: 'hub-too-large', message: 'With org/model/onnx/model.onnx it would be 0.3 MB; a plugin of others may download 0.2 MB in all.' });
  }, { profile: 'untrusted', untrustedBytes: 200_000 });
  expect((await get({}, { untrustedBytes: 200_000 }))?.commit).toBe(COMMITS[0]);
});

describe('refusals are told apart', () => {
  it.each<[string, Partial<typeof MODEL>, NodeJS.ProcessEnv, RegExp]>([
    ['hub-no-model', { repo: 'org/none' }, {}, /There is no model org\/none on the hub, or it is not public \(status 404\)\./],
    ['hub-no-model', { repo: 'org/private' }, {}, /or it is not public \(status 401\)/],
    ['hub-gated', { repo: 'org/gated' }, {}, /open only to those who accepted its terms/],
    ['hub-gated', { repo: 'org/gated' }, { HF_TOKEN: 'hf_otherotherother' }, /accepted its terms/],
    ['hub-no-revision', { revision: 'v9' }, {}, /org\/model has no revision v9/],
    ['hub-no-file', { file: 'model.onnx' }, {}, /org\/model has no file model\.onnx at main/],
  ])('%s for %j', async (code, wanted, env, message) => {
    const failure = await get(wanted, { env }).then(() => null, (error: unknown) => error as Error & { why: string; next: string });
    expect(failure).toMatchObject({ name: 'Failure', code, message: expect.stringMatching(message) as string });
    expect(JSON.stringify([failure, failure?.message, failure?.next])).not.toContain('hf_other');
  });

  it.each(['', '.', '..', 'a/b/c', '../x', 'a//b', '/etc', 'a b', 'a--b', '-x/y', 'https://x/y'])('a model %j is no name', async (repo) => expect(get({ repo })).rejects.toMatchObject({ code: 'hub-name' }).finally(() => expect(server.asked).toEqual([])));
  it.each(['', '..', 'a/../b', '/x', 'a\\b', 'x'.repeat(300)])('a file %j is no name', (file) => expect(using(async (hub) => hub.file({ ...MODEL, file }))).rejects.toMatchObject({ code: 'hub-name' }));
  it.each(['', '..', '../main', '-x', 'a b'])('a revision %j is no name', (revision) => expect(using(async (hub) => hub.file({ ...MODEL, revision }))).rejects.toMatchObject({ code: 'hub-name' }));

  it('and hold for a while', async () => {
    await using(async (hub) => {
      for (let i = 0; i < 3; i++) await expect(hub.file({ ...MODEL, repo: 'org/none' })).rejects.toMatchObject({ code: 'hub-no-model' });
    });
    expect(server.asked).toHaveLength(1);
  });

  it('a server that is no hub', async () => {
    server.troubles.plain = true;
    await expect(get()).rejects.toMatchObject({ code: 'hub-answer', message: expect.stringContaining('does not answer as the hub does') as string });
  });

  it('a cache that cannot be written', async () => {
    await writeFile(join(home, 'file'), '');
    await expect(get({}, { env: { HF_HUB_CACHE: join(home, 'file', 'hub') } })).rejects.toMatchObject({ code: 'hub-cache', next: expect.stringContaining('HF_HUB_CACHE') as string });
  });
});

it('a file that another program has downloaded is used', async () => {
  const snapshot = join(folder, 'snapshots', COMMITS[0], 'onnx');
  await Promise.all([join(folder, 'blobs'), snapshot, join(folder, 'refs')].map((path) => mkdir(path, { recursive: true })));
  await writeFile(join(folder, 'blobs', 'x'), model);
  await symlink('../../../blobs/x', join(snapshot, 'model.onnx'));
  await writeFile(join(folder, 'refs/main'), COMMITS[0]);
  const found = await get({}, { offline: true });
  expect(lstatSync(found?.path as string).isSymbolicLink()).toBe(true);
  expect(dirname(found?.path as string)).toBe(snapshot);
});

it.each<[string, NodeJS.ProcessEnv, object]>([
  ['nothing is set', { HOME: '/h' }, { endpoint: 'https://huggingface.co', folder: '/h/.cache/huggingface/hub', offline: false, token: null }],
  ['the cache of the user is elsewhere', { HOME: '/h', XDG_CACHE_HOME: '/c' }, { folder: '/c/huggingface/hub' }],
  ['the hub’s home is', { HF_HOME: '/f' }, { folder: '/f/hub' }],
  ['its cache is', { HF_HOME: '/f', HF_HUB_CACHE: '/k' }, { folder: '/k' }],
  ['variables are empty', { HOME: '/h', HF_HOME: '', HF_ENDPOINT: '', HF_TOKEN: '', HF_HUB_OFFLINE: '0' }, { folder: '/h/.cache/huggingface/hub', endpoint: 'https://huggingface.co', offline: false, token: null }],
  ['all are', { HF_HOME: '/f', HF_ENDPOINT: 'http://mirror/', HF_TOKEN: ' t\n', HF_HUB_OFFLINE: 'ON' }, { endpoint: 'http://mirror', token: 't', offline: true }],
])('settings when %s', async (_name, env, expected) => expect(await hubSettings(env)).toMatchObject(expected));

it('a token file that cannot be read is an error, not no token', async (context) => {
  context.skip(process.getuid?.() === 0, 'root may read everything');
  await writeFile(join(home, 'token'), TOKEN);
  await chmod(join(home, 'token'), 0);
  await expect(hubSettings({ HF_HOME: home })).rejects.toMatchObject({ code: 'EACCES' });
});
