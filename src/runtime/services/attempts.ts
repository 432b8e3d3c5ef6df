/** When something that failed on the network is tried again, and when a connection is given up. */

const FIRST_WAIT_MS = 250;
/** Answers that may be others a moment later. */
const PASSING = new Set([408, 425, 429, 500, 502, 503, 504]);

export function isPassing(status: number): boolean {
  return PASSING.has(status);
}

/** How long to wait after the given attempt (from 1): twice as long each time, and not in step with other clients. */
export function backoffMs(attempt: number): number {
  return FIRST_WAIT_MS * 2 ** (attempt - 1) * (1 + Math.random() / 2);
}

/** The header `Retry-After` in milliseconds: seconds, or a date. 0 where there is none. */
export function retryAfterMs(value: string | string[] | undefined): number {
  if (typeof value !== 'string') return 0;
  const ms = /^\d+$/.test(value) ? Number(value) * 1000 : Date.parse(value) - Date.now();
  return Number.isFinite(ms) ? Math.max(0, ms) : 0;
}

/** Aborts when nothing was heard for a while. */
export class Silence {
  private readonly controller = new AbortController();
  private readonly timer: NodeJS.Timeout;

  constructor(ms: number) {
    this.timer = setTimeout(() => this.controller.abort(new Error(`nothing came for ${ms / 1000} seconds`)), ms);
  }

  get signal(): AbortSignal {
    return this.controller.signal;
  }

  heard(): void {
    this.timer.refresh();
  }

  stop(): void {
    clearTimeout(this.timer);
  }
}
