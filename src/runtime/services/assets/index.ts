/**
 * Files behind URLs, for plugin code: downloaded once per run, handed out as files that go with the run, and kept by
 * their content for later runs, which ask the server only whether it still has the same.
 */
import { link, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { Failure, systemCode } from '../../../errors/index.js';
import { cacheDir } from '../../../native/index.js';
import { fetchFailed, wrongDigest } from './failures.js';
import { checkAddress, connect, download, type HttpOptions } from './http.js';
import { isS3 } from './s3-address.js';
import { assetStore, type Validators } from './store.js';
import { makeWorkplace, sweepWorkplaces } from './workplace.js';

export interface AssetOptions {
  /** Untrusted plugins reach public addresses only, and no proxy. */
  profile: 'trusted' | 'untrusted';
  /** Where downloads lie; `assets` of the cache folder unless told. */
  cache?: string;
  /** Largest file, bytes; 500 MB unless told. */
  maxBytes?: number;
  /** For one file with all attempts, and for a time without a byte, milliseconds; ten minutes and 20 seconds unless told. */
  limits?: HttpOptions['limits'];
  /** Bytes of finished downloads that are kept for further asks of this run, and of all runs; 1 GB and 2 GB unless told. */
  keepBytes?: number;
  storeBytes?: number;
  /** How long a failed address is not asked again, milliseconds; a minute unless told. The search for a failing row asks often. */
  failureMs?: number;
  /** Keys and endpoint for s3: addresses, by the names of their variables. */
  variable?: (name: string) => string | undefined;
  /** Waits between attempts; replaced in tests. */
  sleep?: HttpOptions['sleep'];
}

export interface AssetStats {
  downloads: number;
  /** Asks answered from an earlier download of this run. */
  reused: number;
  /** Addresses whose content an earlier run had, and the server still has. */
  unchanged: number;
  bytes: number;
  failures: number;
}

export interface Assets {
  /**
   * A file of the asker's own with the content of `url`; the asker removes it, and must not change it. An untrusted one
   * cannot remove it, as it writes nothing: its file goes with the download that it is a link to.
   * `#sha256=HEX` at the end of an address asks for exactly that content.
   * @throws Failure `asset-scheme`, `asset-address`, `asset-status`, `asset-too-large`, `asset-redirects`, `asset-slow`,
   *   `asset-credentials`, `asset-checksum`, `asset-failed`, `asset-cache`
   */
  fetch(url: string, suffix: string): Promise<{ path: string; isTemporary: boolean }>;
  readonly stats: AssetStats;
  /** The folder of this run's files, once there is one. */
  folder(): Promise<string> | undefined;
  /** The same, made now: a sandbox has to know it before it starts. */
  makeFolder(): Promise<string>;
  close(): Promise<void>;
}

/** One downloaded file. */
interface Kept {
  path: string;
  /** Null until it is complete. */
  bytes: number | null;
  /** Asks that are about to link to it: it must stay until they have. */
  users: number;
  /** Files of askers that do not remove them. */
  links: string[];
  ready: Promise<void>;
}

const MOST_FAILURES = 10_000;

export function createAssets(options: AssetOptions): Assets {
  const { profile, cache = join(cacheDir(), 'assets'), maxBytes = 500e6, limits = { totalMs: 600_000, silenceMs: 20_000 }, keepBytes = 1e9, storeBytes = 2e9, failureMs = 60_000, variable = () => undefined } = options;
  const sleep: HttpOptions['sleep'] = options.sleep ?? ((ms, signal) => delay(ms, undefined, { signal }));
  const stats: AssetStats = { downloads: 0, reused: 0, unchanged: 0, bytes: 0, failures: 0 };
  // In order of last use: the first is the first to go.
  const kept = new Map<string, Kept>();
  const failed = new Map<string, { failure: Failure; until: number }>();
  const closing = new AbortController();
  const places = join(cache, 'running');
  const sweeping = sweepWorkplaces(places);
  sweeping.catch(() => undefined);
  const folder = once(() => makeWorkplace(places));
  const dispatcher = once(() => connect(profile));
  const s3 = once(async () => (await import('./s3.js')).s3Client(variable));
  const http: HttpOptions = { profile, maxBytes, limits, sleep };
  const get = async (url: string, file: string, known: Validators): ReturnType<typeof download> =>
    isS3(url) ? (await import('./s3.js')).downloadS3(url, file, known, await s3.get(), http, closing.signal) : download(url, file, known, await dispatcher.get(), http, closing.signal);
  const store = assetStore(cache);
  let number = 0;

  function begin(url: string, place: string): Kept {
    const entry: Kept = { path: join(place, `asset-${(number += 1)}`), bytes: null, users: 0, links: [], ready: Promise.resolve() };
    entry.ready = bring(url, entry);
    return entry;
  }

  async function bring(url: string, entry: Kept): Promise<void> {
    try {
      const known = await store.recall(url);
      let found = await get(url, entry.path, known ?? {});
      if (found === null && known !== null) {
        if (await linked(known.path, entry.path)) {
          checkDigest(url, known.sha256);
          entry.bytes = known.bytes;
          stats.unchanged += 1;
          return;
        }
        found = await get(url, entry.path, {});
      }
      const { bytes, sha256, etag, lastModified, keepable } = found as NonNullable<typeof found>;
      checkDigest(url, sha256);
      if (keepable && (etag !== undefined || lastModified !== undefined)) await store.keep(url, entry.path, { bytes, sha256, etag, lastModified });
      entry.bytes = bytes;
      stats.downloads += 1;
      stats.bytes += bytes;
    } catch (error) {
      stats.failures += 1;
      kept.delete(url);
      await rm(entry.path, { force: true });
      const failure = error instanceof Failure ? error : fetchFailed(url, error, 1);
      if (failureMs > 0 && failed.size < MOST_FAILURES) failed.set(url, { failure, until: performance.now() + failureMs });
      throw failure;
    }
  }

  /** Forgets the least recently used downloads. Askers hold links of their own, so theirs stay. */
  async function evict(): Promise<void> {
    let total = [...kept.values()].reduce((sum, { bytes }) => sum + (bytes ?? 0), 0);
    for (const [url, { path, bytes, users, links }] of kept) {
      if (total <= keepBytes) return;
      if (bytes === null || users > 0) continue;
      kept.delete(url);
      total -= bytes;
      await Promise.all([path, ...links].map((file) => rm(file, { force: true })));
    }
  }

  return {
    stats,
    folder: () => folder.value(),
    makeFolder: () => folder.get(),
    async fetch(url, suffix) {
      checkAddress(url, profile);
      const before = failed.get(url);
      if (before !== undefined && performance.now() < before.until) throw before.failure;
      failed.delete(url);
      const place = await folder.get();
      const entry = kept.get(url) ?? begin(url, place);
      if (entry.users > 0 || entry.bytes !== null) stats.reused += 1;
      kept.delete(url);
      kept.set(url, entry);
      entry.users += 1;
      try {
        await entry.ready;
        const own = join(place, `file-${(number += 1)}${safeSuffix(suffix)}`);
        await link(entry.path, own);
        if (profile === 'untrusted') entry.links.push(own);
        return { path: own, isTemporary: profile === 'trusted' };
      } finally {
        entry.users -= 1;
        await evict();
      }
    },
    async close() {
      closing.abort(new Error('the run is over'));
      await Promise.allSettled([...kept.values()].map(({ ready }) => ready));
      await (await dispatcher.value())?.destroy();
      (await s3.value())?.destroy();
      // Folders of others that cannot be removed are no trouble of this run.
      await sweeping.catch(() => undefined);
      // Where it could not be made, whoever asked was told.
      const made = await folder.value()?.catch(() => undefined);
      if (made === undefined) return;
      await rm(made, { recursive: true, force: true });
      await store.trim(storeBytes);
    },
  };
}

/** @throws Failure `asset-checksum` where the address asks for other content */
function checkDigest(url: string, found: string): void {
  const wanted = /#sha256=([0-9a-f]{64})$/i.exec(url)?.[1]?.toLowerCase();
  if (wanted !== undefined && wanted !== found) throw wrongDigest(url, wanted, found);
}

/** False where another command has made room meanwhile, and the content is gone. */
async function linked(path: string, target: string): Promise<boolean> {
  try {
    await link(path, target);
    return true;
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return false;
    throw error;
  }
}

/** Makes a value when it is first needed. */
function once<T>(make: () => Promise<T>): { get(): Promise<T>; value(): Promise<T> | undefined } {
  let made: Promise<T> | undefined;
  return { get: () => (made ??= make()), value: () => made };
}

/** A file extension; anything else could lead out of the folder. */
function safeSuffix(suffix: string): string {
  return /^\.?[\w-]{1,20}(\.[\w-]{1,20})?$/.test(suffix) ? suffix : '';
}
