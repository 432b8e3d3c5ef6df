/** What the parts of the tracing need of the interpreter that runs them. */
import type { Place } from '../../rule.js';
import type { Expr, FunctionFact } from '../model.js';
import type { Call, Frame, Step } from './path.js';
import type { Closure, Scope, Value } from './value.js';

/** A function that is being run. */
export interface Activation {
  readonly closure: Closure;
  /** Its entry on the way in, which counts when the function turns out to call itself. */
  readonly frame: Frame;
  /** What its returns so far gave, joined; for a generator the list of what it yielded. */
  returned: Value;
}

export interface Machine {
  /** Costly calls met so far. */
  readonly calls: Call[];
  /** The way in to what is being evaluated. */
  readonly path: readonly Step[];
  /** Names under which promises are chained: see `chainsOf`. */
  readonly chains: ReadonlySet<string>;
  /** The innermost function that is being run; null in the module's own code. */
  readonly activation: Activation | null;
  evaluate(expr: Expr, scope: Scope, self: Value | null): Value;
  /**
   * Enters a function.
   *
   * @param site the call in the caller's code, or null when the function is entered by itself (a start of the tracing,
   *   or a callback written in place).
   */
  enter(closure: Closure, args: readonly Value[], site: Place | null): Value;
  /** A function with what it sees, noted as one that may have to be entered by itself. */
  close(fn: FunctionFact, scope: Scope, self: Value | null): Closure;
  /** Runs something one step further in. */
  within<T>(step: Step, run: () => T): T;
  /** Evaluates what may be left out at run time. */
  optionally<T>(run: () => T): T;
  /** Whether what is being evaluated may be left out: the right side of `??`, a branch of `?:`. */
  isOptional(): boolean;
  /** The open loops and functions, innermost first. */
  frames(): Frame[];
  /** Notes that one row is taken out of a collection, in a turn of the loop that `key` changes with. */
  draw(key: Value | null): void;
}
