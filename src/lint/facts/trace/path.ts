/** Where the tracing is: the loops and calls around it, and the costly calls met there. */
import type { Place } from '../../rule.js';
import type { Box } from './value.js';
import type { Effect, Making } from '../vocabulary/index.js';

/** A loop, or a function that may turn out to call itself. */
export interface Frame {
  kind: 'loop' | 'function';
  /** Runs once per row. Known at once for a loop over rows; else set when one row is drawn per turn. */
  isRows: boolean;
  /** A function's frame counts only when it calls itself. */
  isRepeated: boolean;
  /** Never over rows, whatever is drawn: a fixed, small number of turns. */
  isFixed: boolean;
  /** A condition on something other than rows was met in it: what follows may be done once only. */
  isGuarded: boolean;
  /** Waits for its turn at a semaphore. */
  isBounded: boolean;
  at: Place;
}

/** A frame that has not been entered yet. */
export function newFrame(kind: Frame['kind'], at: Place, isRows: boolean): Frame {
  return { kind, isRows, isRepeated: false, isFixed: false, isGuarded: false, isBounded: false, at };
}

/** One entry on the way in: a loop or function, a call, or a condition. */
export type Step =
  | { op: 'frame'; frame: Frame }
  | { op: 'call'; at: Place }
  | { op: 'branch' };

/** A call with an effect, and the way to it. */
export interface Call {
  effect: Effect | Making;
  /** The call as the author wrote it, without arguments: `this.model.encode`. */
  label: string;
  at: Place;
  path: readonly Step[];
  /** From this step on, turns run at the same time. */
  concurrentFrom: number;
  /** Counts only once it has been waited for. */
  isMaybe: boolean;
  /** Lists among its arguments: a call with the rows collected so far is not a call per row. */
  lists: readonly Box[];
  /** Where its promise was gathered with others: how many steps of its way that place shares, and whether under a condition. */
  gathers: { shared: number; isPartial: boolean }[];
  /** Started by something that limits how many run at a time. */
  isBounded: boolean;
  /** One of a chain, in which each waits for the one before. */
  isSerial: boolean;
  /** Loops that wait for it before their next turn. */
  waitedIn: Set<Frame>;
  /** Open frames that held no condition before the call, other than on the row. Filled for makings only. */
  unguarded: readonly Frame[];
}

/** The loops whose next turn begins only when what is waited for here is done: those of the innermost function. */
export function loopsOfFunction(path: readonly Step[]): Frame[] {
  const start = path.findLastIndex((step) => step.op === 'frame' && step.frame.kind === 'function') + 1;
  return path.slice(start).flatMap((step) => (step.op === 'frame' ? [step.frame] : []));
}

/** How many steps two ways share. */
export function sharedSteps(a: readonly Step[], b: readonly Step[]): number {
  let n = 0;
  while (n < a.length && n < b.length && a[n] === b[n]) n++;
  return n;
}

/** Marks a call as running beside its siblings, seen from where they are gathered. */
export function markConcurrent(call: Call, gatheredAt: readonly Step[]): void {
  // Tokenizing is computation: starting it many times at once gains nothing.
  if (call.effect === 'tokenizer' || isMaking(call.effect) || call.isSerial) return;
  const shared = sharedSteps(call.path, gatheredAt);
  call.concurrentFrom = Math.min(call.concurrentFrom, shared);
  call.gathers.push({ shared, isPartial: gatheredAt.slice(shared).some((step) => step.op === 'branch') });
}

/**
 * The row loop that repeats a call, and the place in that loop's own code where the call is made; null when the call
 * is not repeated per row.
 */
export function repetitionOf(call: Call): { loop: Frame; at: Place } | null {
  if (call.isMaybe) return null;
  const { path } = call;
  for (let i = 0; i < Math.min(path.length, call.concurrentFrom); i++) {
    const step = path[i] as Step;
    if (step.op !== 'frame' || !isRowLoop(step.frame) || isFlush(call, i, step.frame)) continue;
    const entry = path.slice(i + 1).find((later) => later.op === 'call');
    return { loop: step.frame, at: entry?.op === 'call' ? entry.at : call.at };
  }
  return null;
}

/**
 * The row loop whose turns all run at once and make this call, and the place in the loop's own code where it is made;
 * null when something may limit them: a pool, a limiter, an outer loop over parts of the rows, a turn that waits.
 */
export function burstOf(call: Call): { loop: Frame; at: Place } | null {
  const { path } = call;
  if (call.isMaybe || call.isBounded || call.gathers.length === 0) return null;
  const index = path.findIndex((step, i) => i >= call.concurrentFrom && step.op === 'frame' && step.frame.kind === 'loop');
  const step = path[index];
  if (step?.op !== 'frame' || !isRowLoop(step.frame)) return null;
  // A worker that takes row after row, and waits for each: there are as many at a time as there are workers.
  const isWorker = (one: Step) => one.op === 'frame' && isRowLoop(one.frame) && (one.frame.kind === 'function' || call.waitedIn.has(one.frame));
  if (path.slice(index).some(isWorker)) return null;
  const isLimited = (one: Step, i: number) =>
    one.op === 'frame' && (one.frame.isBounded || (i < index && (one.frame.kind === 'loop' || one.frame.isRepeated)));
  if (path.some(isLimited) || call.gathers.some((one) => one.isPartial && one.shared > index)) return null;
  const entry = path.slice(index + 1).find((later) => later.op === 'call');
  return { loop: step.frame, at: entry?.op === 'call' ? entry.at : call.at };
}

/** Whether nothing between the row loop `loop` and a call may keep the call from being made for every row. */
export function isUnconditional(call: Call, loop: Frame): boolean {
  const inside = call.path.slice(call.path.findIndex((step) => step.op === 'frame' && step.frame === loop));
  return inside.every((step) => step.op !== 'frame' || call.unguarded.includes(step.frame));
}

export function isMaking(effect: Call['effect']): effect is Making {
  return effect === 'eventLoop' || effect === 'resource' || effect === 'shortLived' || effect === 'blocking';
}

/** Whether a frame runs once per row. */
export function isRowLoop(frame: Frame): boolean {
  return frame.isRows && !frame.isFixed && (frame.kind === 'loop' || frame.isRepeated);
}

// Under a condition, with a list that the loop fills: the rows collected so far are sent together. And so are those that
// a loop over rows collects in each turn.
function isFlush(call: Call, index: number, frame: Frame): boolean {
  if (call.lists.some((box) => box.depth > index && [...box.fedIn].some(isRowLoop))) return true;
  return call.lists.some((box) => box.fedIn.has(frame)) && call.path.slice(index).some((step) => step.op === 'branch');
}
