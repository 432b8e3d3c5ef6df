/** Facts about row work: what a rule that knows no language can ask of a file. */
import type { Place } from '../rule.js';
import type { ModuleFact } from './model.js';
import { firstRowsOnly } from './first-row.js';
import { Interpreter } from './trace/interpreter.js';
import { burstOf, isMaking, isUnconditional, repetitionOf, type Call } from './trace/path.js';
import type { Effect, Making } from './vocabulary/index.js';

export type { Effect, Making } from './vocabulary/index.js';
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

/** Something heavy that is made anew for every row. */
export interface RowMaking {
  making: Making;
  label: string;
  at: Place;
  origin: Place;
  loop: Place;
}

export interface RowFacts {
  rowCalls: RowCall[];
  /** Made per row without any condition, so that no cache can be in between. */
  rowMakings: RowMaking[];
  /** Costly calls of which one per row is started at once, with nothing that limits how many run. */
  bursts: RowCall[];
  /** Where the first row is taken and its value written for the whole batch, while no other row is looked at. */
  firstRows: Place[];
  /** The file itself. */
  module: ModuleFact;
}

/** Follows the rows of a batch through a file: costly calls for each of them, what is made for each, what bursts. Pure. */
export function traceRows(module: ModuleFact): RowFacts {
  const facts: RowFacts = { rowCalls: [], rowMakings: [], bursts: [], firstRows: firstRowsOnly(module), module };
  for (const call of module.mayHaveRows === false ? [] : new Interpreter().run(module)) {
    const { effect } = call;
    const repetition = repetitionOf(call);
    if (isMaking(effect)) {
      if (repetition && isUnconditional(call, repetition.loop)) facts.rowMakings.push({ making: effect, ...shown(call, repetition) });
      continue;
    }
    if (repetition) facts.rowCalls.push({ effect, ...shown(call, repetition) });
    const burst = burstOf(call);
    if (!repetition && burst) facts.bursts.push({ effect, ...shown(call, burst) });
  }
  return facts;
}

function shown(call: Call, { loop, at }: NonNullable<ReturnType<typeof repetitionOf>>) {
  return { label: call.label, at, origin: call.at, loop: loop.at };
}
