/** The hub over HTTP: what a file is, and its bytes. */
import { createWriteStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { Dispatcher } from 'undici';
import { Failure } from '../../../errors/index.js';
import { backoffMs, isPassing, retryAfterMs, Silence } from '../attempts.js';
import { noHub, refused, type Wanted } from './failures.js';
import type { HubSettings } from './layout.js';

export interface RemoteFile {
  commit: string;
  /** Names the content: sha256 of large files, git's sha1 of others. */
  etag: string;
  /** Bytes, null where the hub does not say. */
  size: number | null;
}

/** How the hub is spoken to. */
export interface Remote {
  settings: HubSettings;
  dispatcher: Dispatcher;
  signal: AbortSignal;
  silenceMs: number;
  sleep(ms: number, signal: AbortSignal): Promise<unknown>;
}

type Response = Dispatcher.ResponseData;

const ATTEMPTS = 4;
/** Nobody waits longer than this for a hub that asks to be asked later. */
const LONGEST_WAIT_MS = 60_000;
const REDIRECTS = 5;
/** So many bytes are worth going on for, however often the connection breaks. */
const PROGRESS = 1 << 20;

/** An answer that may be another one a moment later. */
class Passing extends Error {
  constructor(
    status: number,
    readonly waitMs: number,
  ) {
    super(`it answered with status ${status}`);
  }
}

/**
 * What a file of a revision is.
 * @returns the commit alone where the revision has no such file
 * @throws Failure when the hub refuses; any other error when it cannot be reached
 */
export async function describeFile(wanted: Wanted, remote: Remote): Promise<RemoteFile | { commit: string | null; missing: Failure }> {
  return attempts(remote, async (signal) => {
    const { statusCode: status, headers } = await ask('HEAD', addressOf(wanted, remote.settings), {}, remote, signal, false);
    const one = (name: string): string | undefined => (typeof headers[name] === 'string' ? headers[name] : undefined);
    const commit = one('x-repo-commit');
    if (status >= 400) {
      const failure = refused(wanted, status, one('x-error-code'), remote.settings.token !== null);
      if (failure.code === 'hub-no-file') return { commit: commit ?? null, missing: failure };
      throw failure;
    }
    const etag = (one('x-linked-etag') ?? one('etag'))?.replace(/^W\//, '').replaceAll('"', '');
    if (commit === undefined || !/^[0-9a-f]{40}$/.test(commit) || etag === undefined || !/^[\w.-]+$/.test(etag)) throw noHub(wanted, remote.settings.endpoint);
    const size = one('x-linked-size') ?? (status < 300 ? one('content-length') : undefined);
    return { commit, etag, size: size === undefined ? null : Number(size) };
  });
}

/**
 * Brings what is missing of a file: what an earlier attempt left is continued.
 * @throws Failure when the hub refuses; any other error when the connection breaks for good
 */
export async function bringFile(wanted: Wanted, path: string, size: number | null, remote: Remote): Promise<void> {
  await attempts(remote, async (signal, heard) => {
    const have = await sizeOf(path);
    if (size !== null && have === size) return;
    const usable = size === null || have > size ? 0 : have;
    const { statusCode: status, headers, body } = await ask('GET', addressOf(wanted, remote.settings), usable > 0 ? { range: `bytes=${usable}-` } : {}, remote, signal, true);
    if (status !== 200 && status !== 206) {
      await body.dump();
      throw refused(wanted, status, headers['x-error-code'] as string | undefined, remote.settings.token !== null);
    }
    const continued = status === 206 && String(headers['content-range']).startsWith(`bytes ${usable}-`);
    if (status === 206 && !continued) throw new Error('it sent another part than was asked for');
    const listen = new Transform({
      transform(chunk: Buffer, _encoding, done) {
        heard(chunk.length);
        done(null, chunk);
      },
    });
    await pipeline(body, listen, createWriteStream(path, { flags: continued ? 'a' : 'w' }), { signal });
    if (size !== null && (await sizeOf(path)) < size) throw new Error('the connection ended too early');
  });
}

export async function sizeOf(path: string): Promise<number> {
  return stat(path).then(({ size }) => size, () => 0);
}

function addressOf({ repo, revision, file }: Wanted, { endpoint }: HubSettings): string {
  return `${endpoint}/${repo}/resolve/${encodeURIComponent(revision)}/${file.split('/').map(encodeURIComponent).join('/')}`;
}

/**
 * One request. Redirects within the hub are followed always (a model was renamed); those that lead to where large files
 * lie only when the bytes are wanted. The token goes to the hub and nowhere else.
 */
async function ask(method: 'HEAD' | 'GET', address: string, more: Record<string, string>, { settings, dispatcher }: Remote, signal: AbortSignal, everywhere: boolean): Promise<Response> {
  const { request } = await import('../network.js');
  const home = new URL(settings.endpoint).origin;
  let url = new URL(address);
  for (let hops = 0; ; hops += 1) {
    const authorization = settings.token !== null && url.origin === home ? { authorization: `Bearer ${settings.token}` } : {};
    const response = await request(url, { method, dispatcher, signal, headers: { 'user-agent': 'plugsmith', 'accept-encoding': 'identity', ...more, ...authorization } });
    const { statusCode: status, headers } = response;
    if (isPassing(status)) {
      await response.body.dump();
      throw new Passing(status, retryAfterMs(headers['retry-after']));
    }
    const location = status >= 300 && status < 400 && typeof headers['location'] === 'string' ? headers['location'] : null;
    if (location === null || (!everywhere && !location.startsWith('/'))) return response;
    await response.body.dump();
    if (hops === REDIRECTS) throw new Error(`it redirects more than ${REDIRECTS} times`);
    url = new URL(location, url);
  }
}

/** Tries again while that may help; an attempt that brought much begins the count anew. */
async function attempts<T>({ signal: closing, silenceMs, sleep }: Remote, work: (signal: AbortSignal, heard: (bytes: number) => void) => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    const silence = new Silence(silenceMs);
    let moved = 0;
    const heard = (bytes: number): void => {
      silence.heard();
      moved += bytes;
    };
    try {
      return await work(AbortSignal.any([closing, silence.signal]), heard);
    } catch (error) {
      const cause = silence.signal.aborted ? silence.signal.reason : error;
      if (moved >= PROGRESS) attempt = 1;
      const wait = Math.max(backoffMs(attempt), error instanceof Passing ? error.waitMs : 0);
      if (error instanceof Failure || closing.aborted || attempt === ATTEMPTS || wait > LONGEST_WAIT_MS) throw cause;
      await sleep(wait, closing);
    } finally {
      silence.stop();
    }
  }
}
