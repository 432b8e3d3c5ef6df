/** What lets only so many run at a time: limiters, and helpers that are told how many. */
import type { Arg } from '../model.js';
import { isLimiterMaker, isLimitName } from '../vocabulary/index.js';
import type { Machine } from './machine.js';
import { isRowLoop, type Frame } from './path.js';
import type { Site } from './site.js';

/** A limiter such as `pLimit(5)`. */
export interface Limiter {
  /** The loop that makes one in each turn; null for a limiter that may be shared by all turns. */
  madeIn: Frame | null;
  /** Lets one run at a time. */
  isSerial: boolean;
}

/** The limiter that a call makes; null when it makes something else. */
export function limiterOf({ machine, name, expr }: Site): Limiter | null {
  if (!isLimiterMaker(name)) return null;
  const loop = machine.isOptional() ? undefined : machine.frames().find((frame) => frame.kind === 'loop' && !frame.isGuarded);
  return { madeIn: loop ?? null, isSerial: limitIn(expr.args, 'limit') === 1 };
}

/** A limiter that each row makes for itself lets all rows run. */
export function letsAllRun(limiter: Limiter | null | undefined, machine: Machine): boolean {
  return limiter?.madeIn != null && isRowLoop(limiter.madeIn) && machine.frames().includes(limiter.madeIn);
}

/**
 * How many may run at a time, where that is written down: `{ maxConcurrent: 1 }`, `max_workers=1`.
 *
 * @param unnamed what a number without a name is called: `limit` in `pLimit(1)`
 */
export function limitIn(args: readonly Arg[], unnamed: string | null): number | null {
  const named = args.flatMap(({ name, value }) => (value.op === 'record' ? value.fields : [{ name: name ?? unnamed, value }]));
  const found = named.find((one) => one.name !== null && isLimitName(one.name) && one.value.op === 'literal' && typeof one.value.value === 'number');
  return found?.value.op === 'literal' ? (found.value.value as number) : null;
}
