/** Files behind URLs, for plugin code: downloaded once per run, removed with it. */
import { createWriteStream } from 'node:fs';
import { link, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Transform, type Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { Dispatcher } from 'undici';
import { Failure, messageOf, systemCode } from '../../errors/index.js';
import { guardedLookup, INNER_ADDRESS, isInnerHost } from './addresses.js';

export interface AssetOptions {
  /** Untrusted plugins reach public addresses only, and no proxy. */
  profile: 'trusted' | 'untrusted';
  /** Largest file, bytes; 500 MB unless told. */
  maxBytes?: number;
  /** For one file, milliseconds; 60,000 unless told. */
  timeoutMs?: number;
  /** Bytes of finished downloads that are kept for further asks; 1 GB unless told. */
  keepBytes?: number;
}

export interface AssetStats {
  downloads: number;
  /** Asks answered from an earlier download. */
  reused: number;
  bytes: number;
  failures: number;
}

export interface Assets {
  /**
   * A file of the asker's own with the content of `url`; the asker removes it. An untrusted one cannot, as it writes
   * nothing: its file goes with the download that it is a link to.
   * @throws Failure `asset-scheme`, `asset-address`, `asset-status`, `asset-too-large`, `asset-redirects`, `asset-failed`.
   */
  fetch(url: string, suffix: string): Promise<{ path: string; isTemporary: boolean }>;
  readonly stats: AssetStats;
  /** The folder of this run's files, once there is one. */
  folder(): Promise<string> | undefined;
  /** The same, made now: a sandbox has to know it before it starts. */
  makeFolder(): Promise<string>;
  close(): Promise<void>;
}

/** One downloaded file. Bytes are 0 until it is complete. */
interface Kept {
  path: string;
  bytes: number;
  /** Asks that are about to link to it: it must stay until they have. */
  users: number;
  /** Files of askers that do not remove them. */
  links: string[];
  ready: Promise<void>;
}

const REDIRECTS = 5;

export function createAssets({ profile, maxBytes = 500e6, timeoutMs = 60_000, keepBytes = 1e9 }: AssetOptions): Assets {
  const stats: AssetStats = { downloads: 0, reused: 0, bytes: 0, failures: 0 };
  // In order of last use: the first is the first to go.
  const kept = new Map<string, Kept>();
  const closing = new AbortController();
  const folder = once(() => mkdtemp(join(tmpdir(), 'plugsmith-assets-')));
  const dispatcher = once(() => connect(profile));
  let number = 0;

  function begin(url: string, place: string): Kept {
    const entry: Kept = { path: join(place, `asset-${(number += 1)}`), bytes: 0, users: 0, links: [], ready: Promise.resolve() };
    entry.ready = download(url, entry);
    return entry;
  }

  async function download(url: string, entry: Kept): Promise<void> {
    const signal = AbortSignal.any([closing.signal, AbortSignal.timeout(timeoutMs)]);
    try {
      const body = await open(new URL(url), await dispatcher.get(), profile, signal);
      entry.bytes = await save(body, entry.path, maxBytes, url, signal);
      stats.downloads += 1;
      stats.bytes += entry.bytes;
    } catch (error) {
      stats.failures += 1;
      kept.delete(url);
      await rm(entry.path, { force: true });
      throw error instanceof Failure ? error : assetFailure(url, error, timeoutMs);
    }
  }

  /** Forgets the least recently used downloads. Askers hold links of their own, so theirs stay. */
  async function evict(): Promise<void> {
    let total = [...kept.values()].reduce((sum, { bytes }) => sum + bytes, 0);
    for (const [url, { path, bytes, users, links }] of kept) {
      if (total <= keepBytes) return;
      if (bytes === 0 || users > 0) continue;
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
      check(url, profile);
      const place = await folder.get();
      const entry = kept.get(url) ?? begin(url, place);
      if (entry.users > 0 || entry.bytes > 0) stats.reused += 1;
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
      const made = await folder.value();
      if (made !== undefined) await rm(made, { recursive: true, force: true });
    },
  };
}

/** Makes a value when it is first needed. */
function once<T>(make: () => Promise<T>): { get(): Promise<T>; value(): Promise<T> | undefined } {
  let made: Promise<T> | undefined;
  return { get: () => (made ??= make()), value: () => made };
}

/** Undici costs tens of milliseconds, so it is loaded with the first download. */
async function connect(profile: AssetOptions['profile']): Promise<Dispatcher> {
  const { Agent, EnvHttpProxyAgent } = await import('./network.js');
  return profile === 'trusted' ? new EnvHttpProxyAgent() : new Agent({ connect: { lookup: guardedLookup } });
}

/** Follows redirects by hand: each target is checked as the first one was. */
async function open(start: URL, dispatcher: Dispatcher, profile: AssetOptions['profile'], signal: AbortSignal): Promise<Readable> {
  const { request } = await import('./network.js');
  let url = start;
  for (let hops = 0; hops <= REDIRECTS; hops += 1) {
    check(url.href, profile);
    const { statusCode, headers, body } = await request(url, { dispatcher, signal, headers: { 'user-agent': 'plugsmith' } });
    if (statusCode === 200) return body;
    await body.dump();
    const { location } = headers;
    if (statusCode < 300 || statusCode > 399 || typeof location !== 'string') {
      throw new Failure({ code: 'asset-status', message: `${start.href} was answered with status ${statusCode}.`, why: 'Only status 200 brings the file.', next: 'Open the address in a browser; it may need a login, or the file may be gone.', details: { url: start.href, status: statusCode } });
    }
    url = new URL(location, url);
  }
  throw new Failure({ code: 'asset-redirects', message: `${start.href} redirects more than ${REDIRECTS} times.`, next: 'Use the address at which the file really is.', details: { url: start.href } });
}

async function save(body: Readable, path: string, maxBytes: number, url: string, signal: AbortSignal): Promise<number> {
  let bytes = 0;
  const count = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      bytes += chunk.length;
      if (bytes > maxBytes) done(new Failure({ code: 'asset-too-large', message: `${url} is larger than ${maxBytes / 1e6} MB.`, why: 'One file must not fill the disk.', next: 'Use a smaller file, or download it yourself and give its path.', details: { url, maxBytes } }));
      else done(null, chunk);
    },
  });
  await pipeline(body, count, createWriteStream(path), { signal });
  return bytes;
}

function check(url: string, profile: AssetOptions['profile']): void {
  const parsed = URL.canParse(url) ? new URL(url) : null;
  if (parsed === null || !['http:', 'https:'].includes(parsed.protocol)) {
    throw new Failure({ code: 'asset-scheme', message: `${url} cannot be fetched: ${parsed === null ? 'it is not a URL' : `${parsed.protocol} is not supported`}.`, why: 'Assets come from http: and https: addresses, file: URLs and paths.', next: 'Use such an address; for s3: make a signed https: URL or download the file first.', details: { url } });
  }
  if (profile === 'untrusted' && isInnerHost(parsed)) throw innerAddress(url);
}

function innerAddress(url: string): Failure {
  return new Failure({ code: 'asset-address', message: `${url} is refused: it leads to an inner network.`, why: 'An uploaded plugin may reach public addresses only.', next: 'Put the file at a public address.', details: { url } });
}

function assetFailure(url: string, error: unknown, timeoutMs: number): Failure {
  if (systemCode(error) === INNER_ADDRESS) return innerAddress(url);
  const timedOut = error instanceof Error && (error.name === 'TimeoutError' || (error.cause instanceof Error && error.cause.name === 'TimeoutError'));
  return new Failure({
    code: 'asset-failed',
    message: `${url} could not be fetched: ${timedOut ? `it took more than ${timeoutMs / 1000} seconds` : messageOf(error)}`,
    why: 'Rows that need the file fail.',
    next: 'Check the address and the network, then run the failed rows again: plugin run --failed RUN',
    details: { url },
    cause: error,
  });
}

/** A file extension; anything else could lead out of the folder. */
function safeSuffix(suffix: string): string {
  return /^\.?[\w-]{1,20}(\.[\w-]{1,20})?$/.test(suffix) ? suffix : '';
}
