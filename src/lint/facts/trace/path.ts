/** Where the tracing is: the loops and calls around it, and the costly calls met there. */
import type { Place } from '../../rule.js';
import type { Box } from './value.js';
import type { Effect } from '../vocabulary.js';

/** A loop, or a function that may turn out to call itself. */
export interface Frame {
  kind: 'loop' | 'function';
  /** Runs once per row. Known at once for a loop over rows; else set when one row is drawn per turn. */
  isRows: boolean;
  /** A function's frame counts only when it calls itself. */
  isRepeated: boolean;
  /** Never over rows, whatever is drawn: a fixed, small number of turns. */
  isFixed: boolean;
  at: Place;
}

/** A frame that has not been entered yet. */
export function newFrame(kind: Frame['kind'], at: Place, isRows: boolean): Frame {
  return { kind, isRows, isRepeated: false, isFixed: false, at };
}

/** One entry on the way in: a loop or function, a call, or a condition. */
export type Step =
  | { op: 'frame'; frame: Frame }
  | { op: 'call'; at: Place }
  | { op: 'branch' };

/** A call with an effect, and the way to it. */
export interface Call {
  effect: Effect;
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
  if (call.effect === 'tokenizer') return;
  call.concurrentFrom = Math.min(call.concurrentFrom, sharedSteps(call.path, gatheredAt));
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

/** Whether a frame runs once per row. */
export function isRowLoop(frame: Frame): boolean {
  return frame.isRows && !frame.isFixed && (frame.kind === 'loop' || frame.isRepeated);
}

// Under a condition, with a list that the loop fills: the rows collected so far are sent together.
function isFlush(call: Call, index: number, frame: Frame): boolean {
  return call.lists.some((box) => box.fedIn.has(frame)) && call.path.slice(index).some((step) => step.op === 'branch');
}
