/** What the parts of the tracing need of the interpreter that runs them. */
import type { Place } from '../../rule.js';
import type { Expr, FunctionFact } from '../model.js';
import type { Call, Frame, Step } from './path.js';
import type { Closure, Scope, Value } from './value.js';

export interface Machine {
  /** Costly calls met so far. */
  readonly calls: Call[];
  /** The way in to what is being evaluated. */
  readonly path: readonly Step[];
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
  /** Whether what is being evaluated may be left out: the right side of `??`, a branch of `?:`. */
  isOptional(): boolean;
  /** The open loops and functions, innermost first. */
  frames(): Frame[];
  /** Notes that one row is taken out of a collection, in a turn of the loop that `key` changes with. */
  draw(key: Value | null): void;
}
