/** Expressions: each kind is handed to what knows its values. */
import type { Expr } from '../model.js';
import { asBase, bind, defineClass, typed } from './binding.js';
import { evaluateCall } from './calls.js';
import { computedValue, joinChoice, listValue, named, recordValue } from './expressions.js';
import type { Machine } from './machine.js';
import { readItem, readMember, writeItem } from './members.js';
import { loopsOfFunction, markConcurrent, sharedSteps, type Step } from './path.js';
import { join, newBox, ordinary, pendingOf, rankOf, unknown, type Scope, type Value } from './value.js';

/** What is known of an expression's value. Calls in it are made, assignments done. */
export function evaluateExpression(machine: Machine, expr: Expr, scope: Scope, self: Value | null): Value {
  switch (expr.op) {
    case 'literal':
      // A variable that starts as null is what is put into it later.
      return expr.value === null ? unknown : { ...ordinary, literal: expr.value };
    case 'name':
      return named(scope.read(expr.name) ?? { ...unknown, imported: { module: '', name: expr.name } }, expr.name);
    case 'self':
      return (expr.isBase ? asBase(machine, self) : self) ?? unknown;
    case 'member':
      return readMember(machine, machine.evaluate(expr.of, scope, self), expr.name, expr.at);
    case 'item':
      return readItem(machine, machine.evaluate(expr.of, scope, self), machine.evaluate(expr.key, scope, self));
    case 'call': {
      const value = evaluateCall(machine, expr, scope, self);
      return expr.type === undefined ? value : typed(value, '', expr.type);
    }
    case 'function':
      return { ...ordinary, closures: [machine.close(expr.fn, scope, self)] };
    case 'class':
      return { ...ordinary, cls: defineClass(machine, expr.cls, scope) };
    case 'list':
      return listValue(machine, expr, scope, self);
    case 'record':
      return recordValue(machine, expr, scope, self);
    case 'await':
      return waited(machine, machine.evaluate(expr.value, scope, self));
    case 'computed':
      return computedValue(machine, expr.parts.map((part) => machine.evaluate(part, scope, self)), expr.isElementwise ?? false);
    case 'either':
      return eitherOf(machine, expr.parts, scope, self);
    case 'assign':
      return assigned(machine, expr, scope, self);
    case 'yield':
      return yielded(machine, expr, scope, self);
  }
}

/** `a ?? b`, `c ? a : b`: all but the first may be left out. */
function eitherOf(machine: Machine, parts: readonly Expr[], scope: Scope, self: Value | null): Value {
  const values = parts.map((part, i) => {
    const value = () => machine.evaluate(part, scope, self);
    return i === 0 ? value() : machine.optionally(value);
  });
  return values.reduce(joinChoice, unknown);
}

function assigned(machine: Machine, expr: Extract<Expr, { op: 'assign' }>, scope: Scope, self: Value | null): Value {
  const given = () => machine.evaluate(expr.value, scope, self);
  // `??=` is a compound assignment, and assigns once.
  const value = expr.compound ? machine.optionally(given) : given();
  if (expr.compound && expr.to.op === 'variable') {
    const old = scope.read(expr.to.name) ?? unknown;
    if (value.closures.length === 0 && rankOf(value) === null && value.pending.length === 0) {
      if (old.literal !== null) scope.assign(expr.to.name, ordinary);
      return old;
    }
  }
  bind(machine, expr.to, value, scope, self, 'assign');
  return value;
}

/** What is left of a value once it has been waited for. Its calls have then been made one after the other. */
function waited(machine: Machine, value: Value): Value {
  for (const { call, boxed } of pendingOf(value)) {
    call.isMaybe = false;
    for (const loop of loopsOfFunction(machine.path)) call.waitedIn.add(loop);
    // Taken out of a list that a loop elsewhere filled: those calls had all been started before.
    if (boxed && sharedSteps(call.path, machine.path) < stepsToLastLoop(call.path)) markConcurrent(call, machine.path);
  }
  return value.pending.length === 0 ? value : { ...value, pending: [] };
}

function stepsToLastLoop(path: readonly Step[]): number {
  return path.findLastIndex((step) => step.op === 'frame' && step.frame.kind === 'loop') + 1;
}

/** A generator returns the list of what it yields. */
function yielded(machine: Machine, expr: Extract<Expr, { op: 'yield' }>, scope: Scope, self: Value | null): Value {
  const given = expr.value ? machine.evaluate(expr.value, scope, self) : unknown;
  const { activation } = machine;
  if (!activation) return unknown;
  // An async generator waits for a promise before it hands on what it gives.
  const value = activation.closure.fn.isAsync ? waited(machine, given) : given;
  const list: Value = { ...ordinary, box: activation.returned.box ?? newBox(0) };
  if (expr.delegate) activation.returned = join(list, value);
  else {
    writeItem(machine, list, value);
    activation.returned = list;
  }
  return unknown;
}
