/** Requests to a host: one way to send them, to repeat them and to read their answers. */
import { randomUUID } from 'node:crypto';
import type { Readable } from 'node:stream';
import { Agent, type Dispatcher, EnvHttpProxyAgent, request } from 'undici';
import { isLoopback } from './base-url.js';
import { type Clock, realClock } from './clock.js';
import { NetworkFailure, networkFailure } from './network.js';
import { waitOf } from './refusal.js';

export interface Connection {
  /** As `checkBaseUrl` gives it. */
  baseUrl: string;
  /** Goes to this address only; null for a host without keys. */
  apiKey: string | null;
  /** `plugsmith/0.1.0`. Some front doors refuse requests without a real one. */
  userAgent: string;
}

export interface HttpOptions {
  clock?: Clock;
  /** Told of every request, without query, key or body. */
  onTrace?: ((line: string) => void) | undefined;
}

export interface Call {
  method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  /** From `/v1` on. */
  path: string;
  query?: Record<string, string | number | boolean | undefined>;
  /** Sent as JSON. */
  body?: unknown;
  headers?: Record<string, string>;
  /** Milliseconds without a byte before giving up; a minute unless told. */
  patienceMs?: number;
  /** Whether a failed request is sent again; true unless told. A POST then carries an `Idempotency-Key`. */
  repeat?: boolean;
  signal?: AbortSignal | undefined;
}

export interface Answer {
  status: number;
  headers: Record<string, string | string[] | undefined>;
  text: string;
  /** What JSON gave; undefined where the body is none. */
  json: unknown;
  /** How often the request was sent. */
  attempts: number;
}

/** An answer whose body is read by the caller, who has to read or destroy it. */
export type Streamed = Pick<Answer, 'status' | 'headers'> & { body: Readable };

export interface Http {
  connection: Connection;
  clock: Clock;
  /** Sends and reads, repeating what may be repeated. @throws NetworkFailure */
  send(call: Call): Promise<Answer>;
  /** Sends once and gives the body as it comes. @throws NetworkFailure */
  open(call: Call): Promise<Streamed>;
  /** Sends once to a signed address, which gets no key. @throws NetworkFailure */
  openSigned(url: string, options: { method: 'GET' | 'PUT'; headers?: Record<string, string>; body?: Readable; signal?: AbortSignal | undefined }): Promise<Streamed>;
  close(): Promise<void>;
}

const ATTEMPTS = 4;
const PATIENCE_MS = 60_000;
/** A host that asks for more is told to the user instead. */
const LONGEST_WAIT_MS = 30_000;
/** No answer of a host is larger; what is, comes from something else. */
const BODY_LIMIT = 32 * 1024 * 1024;

export function createHttp(connection: Connection, { clock = realClock, onTrace = () => undefined }: HttpOptions = {}): Http {
  const connect = { timeout: 10_000 };
  // A proxy of the environment is for other machines.
  const direct = new Agent({ connect });
  const proxied = new EnvHttpProxyAgent({ connect });

  const fire = async (url: URL, options: Omit<Dispatcher.RequestOptions, 'origin' | 'path'>, name: string): Promise<Streamed> => {
    const started = clock.now();
    const seconds = (): string => `${((clock.now() - started) / 1000).toFixed(2)} s`;
    try {
      const { statusCode, headers, body } = await request(url, { ...options, dispatcher: isLoopback(url.hostname) ? direct : proxied });
      // Who reads the body gets its error; one that nobody reads any more is nobody's.
      body.on('error', () => undefined);
      onTrace(`${options.method} ${url.origin}${name}  ${statusCode}  ${seconds()}`);
      return { status: statusCode, headers, body };
    } catch (error) {
      if (options.signal instanceof AbortSignal && options.signal.aborted) throw error;
      const failure = networkFailure(error, url.origin);
      onTrace(`${options.method} ${url.origin}${name}  ${failure.code}  ${seconds()}`);
      throw failure;
    }
  };

  const open = (call: Call, key?: string): Promise<Streamed> => {
    const { method, path, body, patienceMs = PATIENCE_MS, signal } = call;
    const headers: Record<string, string> = { ...call.headers, 'user-agent': connection.userAgent, accept: 'application/json' };
    if (connection.apiKey !== null) headers['authorization'] = `Bearer ${connection.apiKey}`;
    if (body !== undefined) headers['content-type'] = 'application/json';
    if (key !== undefined) headers['idempotency-key'] = key;
    return fire(address(connection.baseUrl, call), { method, headers, body: body === undefined ? null : JSON.stringify(body), headersTimeout: patienceMs, bodyTimeout: patienceMs, signal }, path);
  };

  const once = async (call: Call, key: string | undefined, attempts: number): Promise<Answer> => {
    const { status, headers, body } = await open(call, key);
    const text = hide(await read(body, connection.baseUrl), connection.apiKey);
    return { status, headers, text, json: parse(text), attempts };
  };

  return {
    connection,
    clock,
    open: (call) => open(call),
    async openSigned(url, { method, headers, body, signal }) {
      const target = new URL(url, connection.baseUrl);
      return fire(target, { method, headers: { 'user-agent': connection.userAgent, ...headers }, body: body ?? null, headersTimeout: 600_000, bodyTimeout: PATIENCE_MS, signal }, '/(signed)');
    },
    async send(call) {
      const { repeat = true } = call;
      const key = call.method === 'POST' && repeat ? randomUUID() : undefined;
      for (let attempt = 1; ; attempt += 1) {
        const last = !repeat || attempt === ATTEMPTS;
        const backoff = 500 * 2 ** (attempt - 1) * (0.5 + clock.random());
        try {
          const answer = await once(call, key, attempt);
          const wait = waitOf(headerOf(answer.headers, 'retry-after')) ?? backoff;
          if (last || !isPassing(answer.status) || wait > LONGEST_WAIT_MS) return answer;
          await clock.sleep(wait, call.signal);
        } catch (error) {
          if (last || !(error instanceof NetworkFailure) || !error.cut) throw error;
          await clock.sleep(backoff, call.signal);
        }
      }
    },
    close: async () => void (await Promise.all([direct.destroy(), proxied.destroy()])),
  };
}

/** Answers that another time may differ. */
export function isPassing(status: number): boolean {
  return status === 429 || status === 502 || status === 503 || status === 504;
}

/** The first value of a header, or null. */
export function headerOf(headers: Answer['headers'], name: string): string | null {
  const value = headers[name];
  return (Array.isArray(value) ? value[0] : value) ?? null;
}

/** The whole body as text. @throws NetworkFailure where it is cut or too large to be an answer */
export async function read(body: Readable, baseUrl: string): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  try {
    for await (const chunk of body as AsyncIterable<Buffer>) {
      chunks.push(chunk);
      if ((bytes += chunk.length) > BODY_LIMIT) throw new Error('the answer is too long');
    }
  } catch (error) {
    throw networkFailure(error, new URL(baseUrl).origin);
  }
  return Buffer.concat(chunks).toString('utf8');
}

/** What JSON gives, undefined where the text is none. */
export function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // Pages and bare texts are told apart by who asked.
    return undefined;
  }
}

function address(baseUrl: string, { path, query = {} }: Call): URL {
  const url = new URL(`${baseUrl}${path}`);
  for (const [name, value] of Object.entries(query)) if (value !== undefined) url.searchParams.set(name, String(value));
  return url;
}

/** A host may repeat what it was sent; a key is never shown. */
function hide(text: string, key: string | null): string {
  return key === null || key === '' ? text : text.replaceAll(key, '***');
}
