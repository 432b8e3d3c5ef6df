/** What a host says when it refuses, in any of the three forms that hosts use. Pure. */
import { ExitCode, Failure } from '../errors/index.js';

/** What could be read of an error. */
export interface Told {
  message: string;
  /** `NotFoundError`, ... as the host calls it. */
  type: string | null;
  details: Record<string, unknown> | null;
  /** Single faults, one line each: `pipeline.py:3:1: import of subprocess`. */
  violations: string[];
}

/** A request that the host answered with an error. */
export class HostRefusal extends Failure {
  readonly status: number;
  readonly type: string | null;
  /** Milliseconds that the host asked to wait for, or null. */
  readonly retryAfter: number | null;
  /** The body could not have come from a host of plugins: a page, a bare `Not Found`, a method that the route does not have. */
  readonly strange: boolean;

  constructor(options: ConstructorParameters<typeof Failure>[0] & Pick<HostRefusal, 'status' | 'type' | 'retryAfter' | 'strange'>) {
    super({ ...options, exitCode: ExitCode.host });
    this.status = options.status;
    this.type = options.type;
    this.retryAfter = options.retryAfter;
    this.strange = options.strange;
  }
}

/**
 * Reads an error body: the envelope `{success, status, error}`, `{detail}` as text or object, or `{detail: [{loc, msg}]}`.
 * @param body what JSON gave; undefined where the body is none
 * @returns null where it is none of these
 */
export function readError(body: unknown): Told | null {
  if (!isObject(body)) return null;
  const { error, detail, message } = body;
  if (isObject(error)) return fromObject(error);
  if (typeof error === 'string') return plain(error);
  if (isObject(detail)) return fromObject(detail);
  if (typeof detail === 'string') return plain(detail);
  if (Array.isArray(detail)) return { ...plain('The request is not valid.'), type: 'ValidationError', violations: detail.map(violation) };
  return typeof message === 'string' ? plain(message) : null;
}

/** Faults as lines, whether the host sent strings or objects. */
export function violationsOf(list: unknown): string[] {
  return Array.isArray(list) ? list.map(violation) : [];
}

/** A message and the faults below it, except one that it says already. */
export function withFaults(message: string, violations: readonly string[]): string {
  return [message, ...violations.filter((each) => !message.includes(each))].join('\n');
}

function fromObject({ message, type, details }: Record<string, unknown>): Told {
  const facts = isObject(details) ? details : null;
  return {
    message: typeof message === 'string' && message !== '' ? message : 'The host gives no reason.',
    type: typeof type === 'string' ? type : null,
    details: facts,
    violations: violationsOf(facts?.['validation_errors'] ?? facts?.['violations']),
  };
}

function plain(message: string): Told {
  return { message, type: null, details: null, violations: [] };
}

/** One fault. Known forms: text; `{file, line, column, message}`; `{loc, msg}`; `{location, message}`. */
function violation(item: unknown): string {
  if (typeof item === 'string') return item;
  if (!isObject(item)) return JSON.stringify(item);
  const message = String(item['message'] ?? item['msg'] ?? JSON.stringify(item));
  const place = item['loc'] ?? item['location'];
  const at = Array.isArray(place) ? place.join('.') : typeof place === 'string' ? place : [item['file'], item['line'], item['column']].filter((part) => part !== undefined && part !== null).join(':');
  return at === '' ? message : `${at}: ${message}`;
}

export interface RefusedAnswer {
  status: number;
  /** What JSON gave; undefined where the body is none. */
  json: unknown;
  text: string;
  /** Seconds or a date, as the header says. */
  retryAfter: string | null;
  /** `POST /v1/...`, for messages. */
  request: string;
}

/** The failure for an answer that is an error. */
export function refusalOf(answer: RefusedAnswer): HostRefusal {
  const told = readError(answer.json);
  const { status } = answer;
  const retryAfter = waitOf(answer.retryAfter);
  const kind = kindOf(answer, told);
  const violations = told?.violations ?? [];
  return new HostRefusal({
    code: kind.code,
    message: withFaults(kind.message ?? told?.message ?? `The host answered ${status} without a reason.`, violations),
    why: kind.why ?? `The host answered ${answer.request} with ${status}${told?.type ? ` ${told.type}` : ''}.`,
    next: kind.next,
    details: { status, type: told?.type ?? null, request: answer.request, ...(told?.details && { host_details: told.details }), ...(violations.length > 0 && { validation_errors: violations }) },
    status,
    type: told?.type ?? null,
    retryAfter,
    strange: isStrange(answer, told),
  });
}

interface Kind {
  code: string;
  message?: string;
  why?: string;
  next: string;
}

function kindOf({ status, text, retryAfter, request }: RefusedAnswer, told: Told | null): Kind {
  if (/error code: 1010|error 1010|cf-error-details/i.test(text)) return { code: 'blocked', message: 'Cloudflare, in front of the host, refused the request (error 1010).', next: 'Ask whoever runs the host to let Plugsmith pass; its User-Agent begins with plugsmith/.' };
  if (status === 401) return { code: 'unauthorized', next: 'Log in again: plugin login' };
  if (status === 403 && (told?.type === 'QuotaExceededError' || told?.details?.['max_allowed'] !== undefined)) return { code: 'quota-exceeded', message: quotaMessage(told), next: 'Delete a plugin that is not used any more (plugin list, plugin delete), or ask for a higher quota.' };
  if (status === 403) return { code: 'forbidden', next: 'See which host, namespace and key are used: plugin whoami' };
  if (status === 404) return { code: 'not-found', next: `See what there is: plugin ${/\/secrets(\/|$)/.test(request) ? 'secrets list' : 'list'}` };
  if (status === 409) return { code: 'conflict', next: 'See how things stand: plugin list' };
  if (status === 429) return { code: 'rate-limited', next: retryAfter === null ? 'Wait a minute, then run the command again.' : `Run the command again in ${retryAfter} s.` };
  if (status === 507) return { code: 'host-full', next: 'Make room on the disk of the host.' };
  if (status >= 500) return { code: 'host-failed', next: 'Try again in a while; look at the log of the host if it is yours.' };
  return { code: 'refused', next: 'Mend what the message names.' };
}

function quotaMessage(told: Told): string {
  const { current_count: count, max_allowed: allowed } = told.details ?? {};
  return allowed === undefined ? told.message : `${told.message} (${String(count ?? '?')} of ${String(allowed)} used)`;
}

/** FastAPI's bare answer for a route that it does not have, which our hosts give too. */
function isStrange({ status, json }: RefusedAnswer, told: Told | null): boolean {
  if (status === 405) return true;
  return status === 404 && (json === undefined || (told?.type === null && /^not found\.?$/i.test(told.message)));
}

/** Milliseconds of a Retry-After header: seconds, or a date. */
export function waitOf(header: string | null, now = Date.now()): number | null {
  if (header === null || header.trim() === '') return null;
  const seconds = Number(header);
  if (Number.isFinite(seconds)) return Math.max(0, seconds * 1000);
  const date = Date.parse(header);
  return Number.isNaN(date) ? null : Math.max(0, date - now);
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
