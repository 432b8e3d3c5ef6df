/** One JSON call to a provider: time limit, retries, and errors in the provider's own words. */
import { setTimeout as wait } from 'node:timers/promises';
import type { Dispatcher } from 'undici';
import { Failure, messageOf } from '../../../errors/index.js';
import type { Call } from './providers.js';

export interface PostOptions {
  /** For messages: `google`. */
  provider: string;
  signal: AbortSignal;
  /** For one attempt, milliseconds; 120,000 unless told. */
  timeoutMs?: number;
  /** Waits between attempts; replaced in tests. */
  sleep?: (ms: number) => Promise<unknown>;
}

const RETRIES = 3;
const FIRST_WAIT_MS = 1000;
/** A provider that wants more patience than this is out of quota rather than busy. */
const LONGEST_WAIT_MS = 60_000;

interface Answered {
  status: number;
  headers: Record<string, string | string[] | undefined>;
  text: string;
}

/** One for the process: connections are kept and used again. Idle ones do not keep the process alive. */
let dispatcher: Dispatcher | undefined;

/**
 * Posts and gives the parsed reply. Status 429 and 5xx, and broken connections, are tried again up to three times;
 * the wait doubles from one second unless `Retry-After` says how long.
 * @throws Failure `llm-refused` (the provider's message), `llm-unreachable`, `llm-bad-reply`.
 */
export async function postJson({ url, headers, body }: Call, options: PostOptions): Promise<unknown> {
  const sleep = options.sleep ?? ((ms: number) => wait(ms, undefined, { signal: options.signal }));
  for (let attempt = 0; ; attempt += 1) {
    const last = attempt === RETRIES;
    let delay = FIRST_WAIT_MS * 2 ** attempt;
    try {
      const answered = await once(url, headers, JSON.stringify(body), options);
      if (answered.status === 200) return parse(answered.text, options.provider);
      delay = retryAfter(answered.headers['retry-after']) ?? delay;
      const again = answered.status === 429 || answered.status >= 500;
      if (!again || last || delay > LONGEST_WAIT_MS) throw refused(answered, options.provider);
    } catch (error) {
      if (error instanceof Failure) throw error;
      if (last || options.signal.aborted) throw unreachable(url, error, options.provider);
    }
    await sleep(delay);
  }
}

async function once(url: string, headers: Record<string, string>, body: string, { signal, timeoutMs = 120_000 }: PostOptions): Promise<Answered> {
  const { EnvHttpProxyAgent, request } = await import('../network.js');
  dispatcher ??= new EnvHttpProxyAgent();
  const response = await request(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'user-agent': 'plugsmith', ...headers },
    body,
    dispatcher,
    signal: AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]),
  });
  return { status: response.statusCode, headers: response.headers, text: await response.body.text() };
}

/** Milliseconds, or null where there is no such header. Either seconds or a date. */
function retryAfter(header: string | string[] | undefined): number | null {
  if (typeof header !== 'string') return null;
  if (/^\d+$/.test(header)) return Number(header) * 1000;
  const date = Date.parse(header);
  return Number.isNaN(date) ? null : Math.max(0, date - Date.now());
}

function parse(text: string, provider: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new Failure({ code: 'llm-bad-reply', message: `${provider} answered with something that is not JSON: ${text.slice(0, 200)}`, next: 'Check the base URL; a proxy or another server may have answered.', cause: error });
  }
}

function refused({ status, text }: Answered, provider: string): Failure {
  return new Failure({
    code: 'llm-refused',
    message: `${provider} refused the call (status ${status}): ${providerMessage(text)}`,
    why: status === 401 || status === 403 ? 'The key is wrong or lacks the right to use this model.' : 'Rows that need the answer fail.',
    next: status === 429 ? 'Wait, or lower the number of calls at a time (maxConcurrent), then run the failed rows again.' : 'Mend what the message names. To work without the provider: --llm fake',
    details: { provider, status },
  });
}

/** All three put `{error: {message}}` into the body. */
function providerMessage(text: string): string {
  try {
    const message = (JSON.parse(text) as { error?: { message?: unknown } }).error?.message;
    if (typeof message === 'string') return message.slice(0, 500);
  } catch {
    // Not JSON: the text itself is the message.
  }
  return text.trim().slice(0, 200) || 'no reason given';
}

function unreachable(url: string, error: unknown, provider: string): Failure {
  return new Failure({ code: 'llm-unreachable', message: `${provider} cannot be reached at ${new URL(url).origin}: ${messageOf(error)}`, why: 'Rows that need the answer fail.', next: 'Check the network and the base URL. To work without the provider: --llm fake or --llm replay', details: { provider }, cause: error });
}
