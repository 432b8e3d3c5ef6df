/** Time as the host counts it. */

/**
 * Two clocks, because the machine's may be set, and stands still while the machine sleeps. What the outside reads or signs
 * (times of records, ends of keys and URLs) follows the machine's; what is measured follows one that nobody sets; what
 * needs an order has numbers.
 */
export interface Clock {
  /** The machine's time: milliseconds since 1970. May jump in both directions. */
  now(): number;
  /** Milliseconds since some start. Never goes back, and never jumps. */
  elapsed(): number;
}

export function hostClock(): Clock {
  return { now: () => Date.now(), elapsed: () => performance.now() };
}

/** As on the wire: `2026-11-21T10:00:00.000Z`. */
export function isoTime(ms: number): string {
  return new Date(ms).toISOString();
}
