/** Waiting for a deployment. The status of the host is the truth; nothing else is asked. */
import { ExitCode, Failure } from '../errors/index.js';
import type { Host } from './host.js';
import { NetworkFailure } from './network.js';
import { HostRefusal } from './refusal.js';
import type { PluginStatus } from './shapes.js';

export interface WaitOptions {
  /** Milliseconds until the waiting, not the deployment, ends. */
  timeoutMs: number;
  /** The status before the deployment was asked for: a host may still show it for a while. Null where there was none. */
  before: PluginStatus | null;
  /** Called with the first status and whenever it changes. */
  onChange?(status: PluginStatus): void;
  /** Called when the host gave no status; `failures` in a row so far. */
  onFailure?(failure: Failure, failures: number): void;
  /** What takes the waiting up again: `plugin status my_plugin_1_0_0 --watch`. */
  resume: string;
  signal?: AbortSignal | undefined;
}

const FIRST_MS = 1000;
const LONGEST_MS = 15_000;
const FAILURES = 10;
/** A host starts on a deployment within this time; until then an old final status may be of the time before. */
const STALE_MS = 30_000;

const FINAL = ['DEPLOYED', 'FAILED', 'NOT_DEPLOYED'];

/** Whether nothing more will happen by itself. */
function isFinal({ status }: Pick<PluginStatus, 'status'>): boolean {
  return FINAL.includes(status);
}

/**
 * Asks for the status until it is final.
 * @throws Failure `gave-up` after the timeout; what the host refused; the last failure after 10 without an answer in a row
 */
export async function waitForDeployment(host: Host, id: string, options: WaitOptions): Promise<PluginStatus> {
  const { clock } = host.http;
  const start = clock.now();
  const end = start + options.timeoutMs;
  let failures = 0;
  let shown: string | undefined;
  for (let step = 0; ; step += 1) {
    let asked = 0;
    try {
      const status = await host.status(id, { repeat: false, signal: options.signal });
      failures = 0;
      if (status.status !== shown) options.onChange?.(status);
      shown = status.status;
      const stale = clock.now() - start < STALE_MS && options.before !== null && isSame(status, options.before);
      if (isFinal(status) && !stale) return status;
    } catch (error) {
      if (!isPassing(error) || (failures += 1) > FAILURES) throw error;
      options.onFailure?.(error, failures);
      asked = error instanceof HostRefusal ? (error.retryAfter ?? 0) : 0;
    }
    const left = end - clock.now();
    if (left <= 0) throw gaveUp(id, options, shown);
    await clock.sleep(Math.min(left, Math.max(asked, pause(step, clock.random()))), options.signal);
  }
}

/** Milliseconds before the next question: 1 s at first, half as long again each time up to 15 s, a fifth more or less. */
export function pause(step: number, random: number): number {
  const even = Math.min(LONGEST_MS, FIRST_MS * 1.5 ** step);
  return Math.min(LONGEST_MS, Math.max(FIRST_MS, even * (0.8 + 0.4 * random)));
}

function isSame(a: PluginStatus, b: PluginStatus): boolean {
  return a.status === b.status && a.deployed_at === b.deployed_at && a.queued_at === b.queued_at && a.error === b.error;
}

/** A host that is being restarted, or a page of something in front of it, is no answer about the deployment. */
function isPassing(error: unknown): error is Failure {
  if (error instanceof HostRefusal) return error.status === 429 || error.status >= 500;
  return error instanceof NetworkFailure || (error instanceof Failure && error.code === 'bad-answer');
}

function gaveUp(id: string, { timeoutMs, resume }: WaitOptions, status: string | undefined): Failure {
  return new Failure({
    code: 'gave-up',
    message: `${id} was not ready after ${Math.round(timeoutMs / 1000)} s${status === undefined ? '' : `; it is ${status}`}.`,
    why: 'The deployment goes on; only the waiting has ended.',
    next: `Go on waiting with: ${resume}`,
    details: { plugin_id: id, status: status ?? null, resume },
    exitCode: ExitCode.gaveUp,
  });
}
