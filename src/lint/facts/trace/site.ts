/** One call being evaluated, and the functions among its arguments. */
import type { Place } from '../../rule.js';
import type { Expr } from '../model.js';
import { note, verdictOf } from './costs.js';
import type { Machine } from './machine.js';
import { join, unknown, type Value } from './value.js';

export type CallExpr = Extract<Expr, { op: 'call' }>;

/** One call being evaluated. */
export interface Site {
  machine: Machine;
  expr: CallExpr;
  /** What the method is called on; null for a plain function. */
  receiver: Value | null;
  callee: Value;
  /** The function's own name: that of the method, or the name it was imported under. */
  name: string;
  args: Value[];
}

/** Calls a value with arguments: closures are entered, services are noted. Null when it is neither. Messages call a service by its `label`. */
export function callValue(site: Site, callee: Value, args: readonly Value[], at: Place, isInline: boolean, label = callee.name): Value | null {
  const { machine } = site;
  if (callee.closures.length > 0) {
    return callee.closures.map((closure) => machine.enter(closure, args, isInline ? null : at)).reduce(join);
  }
  const verdict = verdictOf(callee);
  return verdict ? note(machine, verdict, label, at, args) : null;
}

/** Calls the function at an argument position. A function written in place has no call of its own to point at. */
export function callArgument(site: Site, index: number, args: readonly Value[]): Value {
  const value = site.args[index];
  const written = site.expr.args[index]?.value;
  if (!value || !written) return unknown;
  const label = written.op === 'name' || written.op === 'member' ? written.written : undefined;
  return callValue(site, value, args, site.expr.at, written.op === 'function', label) ?? unknown;
}

/** Whether a value can be called with some effect or known body. */
export function isFunctionLike(value: Value | undefined): boolean {
  return value !== undefined && (value.closures.length > 0 || verdictOf(value) !== null);
}

/** The calls noted since `first`, as promises. */
export function pendingSince(machine: Machine, first: number): Value['pending'] {
  return machine.calls.slice(first).map((call) => ({ call, boxed: false }));
}
