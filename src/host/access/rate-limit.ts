/** How often something may happen: a budget that fills up evenly over a minute. */
import type { Clock } from '../clock.js';

interface Bucket {
  left: number;
  at: number;
}

const window = 60_000;
/** More callers than this are forgotten, the fullest budgets first: they have nothing to remember. */
const remembered = 10_000;

export class RateLimit {
  private readonly buckets = new Map<string, Bucket>();

  constructor(
    private readonly clock: Clock,
    /** In one minute. */
    private readonly limit: number,
  ) {}

  /** Takes one from the caller's budget. `wait` is the time in seconds until there is one again, 0 where it was granted. */
  take(caller: string): { wait: number; left: number } {
    const bucket = this.filled(caller);
    this.buckets.set(caller, bucket);
    if (this.buckets.size > remembered) this.forget();
    if (bucket.left < 1) return { wait: ((1 - bucket.left) * window) / this.limit / 1000, left: 0 };
    bucket.left -= 1;
    return { wait: 0, left: Math.floor(bucket.left) };
  }

  /** As `take`, without taking. */
  wait(caller: string): number {
    const { left } = this.filled(caller);
    return left < 1 ? ((1 - left) * window) / this.limit / 1000 : 0;
  }

  private filled(caller: string): Bucket {
    const now = this.clock.elapsed();
    const { left, at } = this.buckets.get(caller) ?? { left: this.limit, at: now };
    return { left: Math.min(this.limit, left + ((now - at) * this.limit) / window), at: now };
  }

  private forget(): void {
    for (const caller of this.buckets.keys()) if (this.filled(caller).left >= this.limit) this.buckets.delete(caller);
  }
}
