/** Time as the host counts it. */

export interface Clock {
  /** Milliseconds since 1970. Never goes back while the host runs, and ignores changes of the machine's clock. */
  now(): number;
}

/** The machine's time at the start, moved on by a clock that nobody sets. */
export function hostClock(): Clock {
  const start = Date.now() - performance.now();
  return { now: () => Math.round(start + performance.now()) };
}

/** As on the wire: `2026-11-21T10:00:00.000Z`. */
export function isoTime(ms: number): string {
  return new Date(ms).toISOString();
}
