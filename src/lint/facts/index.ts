/** Facts about row work: what a rule that knows no language can ask of a file. */
import type { Place } from '../rule.js';
import type { ModuleFact } from './model.js';
import { Interpreter } from './trace/interpreter.js';
import { repetitionOf } from './trace/path.js';
import type { Effect } from './vocabulary.js';

export type { Effect } from './vocabulary.js';
export type * from './model.js';

/** A costly call that is made once per row of a batch, one row after the other. */
export interface RowCall {
  effect: Effect;
  /** The costly call as it is written, without arguments: `this.model.encode`. */
  label: string;
  /** The call in the loop's own code: the costly call itself, or the call of the helper that makes it. */
  at: Place;
  /** The costly call. */
  origin: Place;
  /** The loop over rows. */
  loop: Place;
}

export interface RowFacts {
  rowCalls: RowCall[];
}

/** Follows the rows of a batch through a file and lists the costly calls made for each of them. Pure. */
export function traceRows(module: ModuleFact): RowFacts {
  const rowCalls = new Interpreter().run(module).flatMap((call) => {
    const repetition = repetitionOf(call);
    if (!repetition) return [];
    return [{ effect: call.effect, label: call.label, at: repetition.at, origin: call.at, loop: repetition.loop.at }];
  });
  return { rowCalls };
}
