/** One file over HTTP: redirects checked one by one, attempts again where that may help, limits on size and time. */
import { createHash } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { Transform, type Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { Dispatcher } from 'undici';
import { Failure, systemCode } from '../../../errors/index.js';
import { backoffMs, isPassing, retryAfterMs, Silence } from '../attempts.js';
import { guardedLookup, INNER_ADDRESS, isInnerHost } from '../addresses.js';
import { badScheme, badStatus, fetchFailed, innerAddress, tooLarge, tooManyRedirects, tooSlow } from './failures.js';
import { isS3 } from './s3-address.js';
import type { Validators } from './store.js';

export interface HttpOptions {
  profile: 'trusted' | 'untrusted';
  /** Largest file. */
  maxBytes: number;
  /** For the whole file, attempts and waits included, and for a time without a byte. */
  limits: { totalMs: number; silenceMs: number };
  /** Waits between attempts; replaced in tests. */
  sleep(ms: number, signal: AbortSignal): Promise<unknown>;
}

export interface Downloaded extends Validators {
  bytes: number;
  sha256: string;
  /** Whether the server allows the content to be kept beyond the run. */
  keepable: boolean;
}

const REDIRECTS = 5;
const ATTEMPTS = 4;
/** Errors that will be the same a moment later: of names, and of our own disk. */
const FINAL = new Set([INNER_ADDRESS, 'ENOTFOUND', 'ENOSPC', 'EDQUOT', 'EROFS', 'EACCES']);

/** Undici costs tens of milliseconds, so it is loaded with the first download. Untrusted plugins use no proxy. */
export async function connect(profile: HttpOptions['profile']): Promise<Dispatcher> {
  const { Agent, EnvHttpProxyAgent } = await import('../network.js');
  return profile === 'trusted' ? new EnvHttpProxyAgent() : new Agent({ connect: { lookup: guardedLookup } });
}

/** @throws Failure `asset-scheme`, `asset-address` */
export function checkAddress(url: string, profile: HttpOptions['profile']): void {
  // Keys of this machine are not for plugins of others.
  if (isS3(url) && profile === 'trusted') return;
  if (!URL.canParse(url) || !['http:', 'https:'].includes(new URL(url).protocol)) throw badScheme(url);
  if (profile === 'untrusted' && isInnerHost(new URL(url))) throw innerAddress(url);
}

/**
 * Writes the content of `url` to `file`.
 * @param known what an earlier download was told; `null` is returned when that content still holds
 * @throws Failure `asset-scheme`, `asset-address`, `asset-status`, `asset-redirects`, `asset-too-large`, `asset-slow`, `asset-failed`
 */
export async function download(url: string, file: string, known: Validators, dispatcher: Dispatcher, options: HttpOptions, closing: AbortSignal): Promise<Downloaded | null> {
  const { totalMs, silenceMs } = options.limits;
  const clock = AbortSignal.timeout(totalMs);
  const deadline = performance.now() + totalMs;
  for (let attempt = 1; ; attempt += 1) {
    const silence = new Silence(silenceMs);
    const signal = AbortSignal.any([closing, clock, silence.signal]);
    let failure: Failure;
    let wait = backoffMs(attempt);
    try {
      const answer = await open(url, known, dispatcher, options, signal);
      silence.heard();
      if (answer.status === 304) return null;
      if (answer.status === 200) return await save(url, answer, file, options.maxBytes, silence, signal);
      failure = badStatus(url, answer.status, attempt);
      if (!isPassing(answer.status)) throw failure;
      wait = Math.max(wait, answer.retryAfterMs);
    } catch (error) {
      if (clock.aborted) throw tooSlow(url, totalMs / 1000, 'took longer');
      if (error instanceof Failure) throw error;
      if (closing.aborted || FINAL.has(systemCode(error) ?? '')) throw fetchFailed(url, error, attempt);
      failure = silence.signal.aborted ? tooSlow(url, silenceMs / 1000, 'stood still') : fetchFailed(url, error, attempt);
    } finally {
      silence.stop();
    }
    if (attempt === ATTEMPTS || performance.now() + wait > deadline) throw failure;
    await options.sleep(wait, closing);
  }
}

interface Answer {
  status: number;
  headers: Record<string, string | string[] | undefined>;
  body: Readable;
  retryAfterMs: number;
}

/** Follows redirects by hand: each target is checked as the first one was. What is no 200 has been read away. */
async function open(start: string, known: Validators, dispatcher: Dispatcher, { profile }: HttpOptions, signal: AbortSignal): Promise<Answer> {
  const { request } = await import('../network.js');
  const conditions = { ...(known.etag !== undefined && { 'if-none-match': known.etag }), ...(known.etag === undefined && known.lastModified !== undefined && { 'if-modified-since': known.lastModified }) };
  let url = new URL(start);
  for (let hops = 0; hops <= REDIRECTS; hops += 1) {
    checkAddress(url.href, profile);
    const { statusCode: status, headers, body } = await request(url, { dispatcher, signal, headers: { 'user-agent': 'plugsmith', 'accept-encoding': 'identity', ...conditions } });
    const { location } = headers;
    if (status === 200) return { status, headers, body, retryAfterMs: 0 };
    await body.dump();
    if (status < 301 || status > 308 || status === 304 || typeof location !== 'string') return { status, headers, body, retryAfterMs: retryAfterMs(headers['retry-after']) };
    if (!URL.canParse(location, url.href)) throw badScheme(location);
    url = new URL(location, url);
  }
  throw tooManyRedirects(start, REDIRECTS);
}

/** Writes a body to a file, within the limits. @throws Failure `asset-too-large` */
export async function save(url: string, { headers, body }: Pick<Answer, 'headers' | 'body'>, file: string, maxBytes: number, silence: Silence, signal: AbortSignal): Promise<Downloaded> {
  const hash = createHash('sha256');
  let bytes = 0;
  if (Number(headers['content-length']) > maxBytes) {
    // It says that it was cut off, which is what was wanted.
    body.on('error', () => undefined).destroy();
    throw tooLarge(url, maxBytes);
  }
  const count = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      silence.heard();
      bytes += chunk.length;
      hash.update(chunk);
      if (bytes > maxBytes) done(tooLarge(url, maxBytes));
      else done(null, chunk);
    },
  });
  await pipeline(body, count, createWriteStream(file, { mode: 0o600 }), { signal });
  const one = (name: string): string | undefined => (typeof headers[name] === 'string' ? headers[name] : undefined);
  return { bytes, sha256: hash.digest('hex'), etag: one('etag'), lastModified: one('last-modified'), keepable: !/no-store/i.test(one('cache-control') ?? '') };
}
