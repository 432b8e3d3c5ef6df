import { mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { LazyModel, concurrentApiCalls, downloadAsset, openAsset, parallelIo, readAsset } from '../../src/sdk/index.js';
import { hooks } from '../../src/sdk/hooks.js';

const recorded: unknown[] = [];
const before = { ...hooks };
beforeEach(() => {
  recorded.length = 0;
  hooks.recorder = { io: (seconds, error) => recorded.push(error === undefined ? seconds >= 0 : error) };
});
afterEach(() => Object.assign(hooks, { openAsset: undefined, ...before }));

/** Work that ends when it is told to, so that what runs at once can be counted without a clock. */
function gated() {
  const open: (() => void)[] = [];
  let running = 0;
  let most = 0;
  const work = async <T>(item: T): Promise<T> => {
    most = Math.max(most, ++running);
    await new Promise<void>((resolve) => open.push(resolve));
    running--;
    return item;
  };
  const drain = async (done: Promise<unknown>): Promise<void> => {
    let over = false;
    void done.finally(() => (over = true)).catch(() => undefined);
    while (!over) {
      open.shift()?.();
      await new Promise((resolve) => setImmediate(resolve));
    }
  };
  return { work, drain, most: () => most };
}

const helpers = {
  parallelIo: (items: number[], fn: (item: number, index: number) => unknown, limit?: number) => parallelIo(items, fn, limit === undefined ? {} : { maxWorkers: limit }),
  concurrentApiCalls: (items: number[], fn: (item: number, index: number) => unknown, limit?: number) => concurrentApiCalls(items, fn, limit === undefined ? {} : { maxConcurrent: limit }),
};

describe.each(Object.entries(helpers))('%s', (name, helper) => {
  it.each([[1, 20, 1], [3, 20, 3], [7, 20, 7], [50, 20, 20], [undefined, 20, name === 'parallelIo' ? 8 : 10]])('with a limit of %s and %s items runs %s at once', async (limit, count, expected) => {
    const { work, drain, most } = gated();
    const done = helper(Array.from({ length: count }, (_, i) => i), work, limit);
    await drain(done);
    expect(most()).toBe(expected);
    expect(recorded).toHaveLength(count);
  });

  it.each([0, -1, 1.5, NaN])('refuses a limit of %s', (limit) => expect(helper([1], (x) => x, limit)).rejects.toThrow(/must be a whole number of at least 1/));

  it('reports each failure and goes on', async () => {
    const error = new Error('third');
    await helper([1, 2, 3, 4], (item) => (item === 3 ? Promise.reject(error) : item === 4 ? Promise.reject() : item), 2);
    expect(recorded.filter((entry) => entry === true)).toHaveLength(2);
    expect(recorded).toContain(error);
    expect(recorded.map(String)).toContain('Error: rejected without a reason');
  });
});

it('parallelIo leaves failed items out and keeps the order of the items', async () => {
  const done = await parallelIo(new Set(['a', 'b', 'c']), async (item, index) => {
    if (item === 'b') throw new Error('no');
    if (index === 0) await new Promise((resolve) => setImmediate(resolve));
    return item.toUpperCase();
  });
  expect([...done]).toEqual([[0, 'A'], [2, 'C']]);
});

it('concurrentApiCalls gives null for failed items', async () => {
  expect(await concurrentApiCalls(['a', 'b', 'c'], (item) => (item === 'b' ? Promise.reject(new Error('no')) : item))).toEqual(['a', null, 'c']);
  expect(await concurrentApiCalls([], () => 1)).toEqual([]);
});

describe('LazyModel', () => {
  it('loads once, also when asked twice at once', async () => {
    let loads = 0;
    const model = new LazyModel(async () => ++loads);
    expect(await Promise.all([model.get(), model.get()])).toEqual([1, 1]);
  });
  it('tries again after a failure', async () => {
    let loads = 0;
    const model = new LazyModel(() => {
      if (++loads === 1) throw new Error('first');
      return loads;
    });
    await expect(model.get()).rejects.toThrow('first');
    expect(await model.get()).toBe(2);
  });
});

describe('assets', () => {
  it('are paths and file URLs as they are', async () => {
    expect(await downloadAsset('a b/c.png')).toEqual({ path: 'a b/c.png', isTemporary: false });
    expect(await downloadAsset(pathToFileURL('/x/ü.png').href)).toEqual({ path: '/x/ü.png', isTemporary: false });
  });
  it('need a worker otherwise', () => expect(downloadAsset('https://example.com/a.png')).rejects.toThrow('https: assets are fetched by the worker'));
  it('are read as bytes, by path or address, and what is not there is named', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'plugsmith-sdk-'));
    try {
      const path = join(folder, 'a.wav');
      await writeFile(path, 'RIFF');
      hooks.openAsset = async () => ({ path, isTemporary: true });
      for (const source of [path, pathToFileURL(path).href, 's3://bucket/a.wav']) expect(await readAsset(source), source).toEqual(new Uint8Array([82, 73, 70, 70]));
      await expect(readAsset(path)).rejects.toThrow(`${path} cannot be read: there is no such file`);
      await expect(readAsset(folder)).rejects.toThrow(`${folder} cannot be read: EISDIR`);
    } finally {
      await rm(folder, { recursive: true });
    }
  });
  it('are removed after use when temporary, also when the use failed', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'plugsmith-sdk-'));
    try {
      const path = join(folder, 'file');
      hooks.openAsset = async () => {
        await writeFile(path, 'x');
        return { path, isTemporary: true };
      };
      expect(await openAsset('s3://bucket/key', async (given) => (await stat(given)).size)).toBe(1);
      await expect(stat(path)).rejects.toThrow('ENOENT');
      await expect(openAsset('s3://bucket/key', () => Promise.reject(new Error('mine')))).rejects.toThrow('mine');
      await expect(stat(path)).rejects.toThrow('ENOENT');
      await writeFile(path, 'x');
      await openAsset(path, () => undefined);
      expect((await stat(path)).size).toBe(1);
    } finally {
      await rm(folder, { recursive: true });
    }
  });
});
