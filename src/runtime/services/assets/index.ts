/**
 * Files behind URLs, for plugin code: downloaded once per run, handed out as files that go with the run, and kept by
 * their content for later runs, which ask the server only whether it still has the same.
 */
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { cacheDir } from '../../../native/index.js';
import { Downloads, type AssetStats, type DownloadsOptions } from './downloads.js';
import { checkAddress, connect, download, type HttpOptions } from './http.js';
import { isS3 } from './s3-address.js';
import { assetStore } from './store.js';
import { makeWorkplace, sweepWorkplaces } from './workplace.js';

export type { AssetStats } from './downloads.js';

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

/** Assets of one run. Nothing is connected or made before the first is asked for. */
export function createAssets(options: AssetOptions): Assets {
  const { profile, cache = join(cacheDir(), 'assets'), maxBytes = 500e6, limits = { totalMs: 600_000, silenceMs: 20_000 }, keepBytes = 1e9, storeBytes = 2e9, failureMs = 60_000, variable = () => undefined } = options;
  const sleep: HttpOptions['sleep'] = options.sleep ?? ((ms, signal) => delay(ms, undefined, { signal }));
  const closing = new AbortController();
  const places = join(cache, 'running');
  const sweeping = sweepWorkplaces(places);
  sweeping.catch(() => undefined);
  const folder = once(() => makeWorkplace(places));
  const dispatcher = once(() => connect(profile));
  const s3 = once(async () => (await import('./s3.js')).s3Client(variable));
  const http: HttpOptions = { profile, maxBytes, limits, sleep };
  const get: DownloadsOptions['get'] = async (url, file, known) =>
    isS3(url) ? (await import('./s3.js')).downloadS3(url, file, known, await s3.get(), http, closing.signal) : download(url, file, known, await dispatcher.get(), http, closing.signal);
  const store = assetStore(cache);
  const isTrusted = profile === 'trusted';
  const downloads = new Downloads({ get, store, keepBytes, failureMs, askersRemove: isTrusted });

  return {
    stats: downloads.stats,
    folder: () => folder.value(),
    makeFolder: () => folder.get(),
    async fetch(url, suffix) {
      checkAddress(url, profile);
      return { path: await downloads.handOut(url, await folder.get(), safeSuffix(suffix)), isTemporary: isTrusted };
    },
    async close() {
      closing.abort(new Error('the run is over'));
      await downloads.settled();
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

/** Makes a value when it is first needed. */
function once<T>(make: () => Promise<T>): { get(): Promise<T>; value(): Promise<T> | undefined } {
  let made: Promise<T> | undefined;
  return { get: () => (made ??= make()), value: () => made };
}

/** A file extension; anything else could lead out of the folder. */
function safeSuffix(suffix: string): string {
  return /^\.?[\w-]{1,20}(\.[\w-]{1,20})?$/.test(suffix) ? suffix : '';
}
