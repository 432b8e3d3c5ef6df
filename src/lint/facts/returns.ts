/** What functions return, as far as it is written down. */
import type { Place } from '../rule.js';
import type { ClassFact, Expr, FunctionFact, Pattern, Stmt } from './model.js';
import { eachStatement, everyExpression, expressionsOf, eachExpression, namesIn } from './walk.js';

export interface Returned {
  at: Place;
  /** Null for `return` alone. */
  value: Expr | null;
}

/** The returns of a function itself, those of functions inside of it excepted; names that are bound once stand for their value. */
export function returnsOf(fn: FunctionFact): Returned[] {
  const bound = boundOnce(fn.body);
  const found: Returned[] = [];
  eachStatement(fn.body, (stmt) => {
    if (stmt.op !== 'return') return;
    for (const value of stmt.value ? choicesOf(resolved(stmt.value, bound)) : [null]) found.push({ at: stmt.at ?? fn.at, value: value && resolved(value, bound) });
  });
  return found;
}

/** The values of `test ? a : b`. */
function choicesOf(value: Expr): readonly Expr[] {
  return value.op === 'either' && value.parts.length === 3 && value.parts[0]?.op === 'computed' ? value.parts.slice(1).flatMap(choicesOf) : [value];
}

function resolved(expr: Expr, bound: ReadonlyMap<string, Expr>, depth = 0): Expr {
  if (expr.op === 'await') return resolved(expr.value, bound, depth);
  const value = expr.op === 'name' ? bound.get(expr.name) : undefined;
  return value === undefined || depth > 20 ? expr : resolved(value, bound, depth + 1);
}

/** Values of variables that get one value only and that nothing is written into. */
function boundOnce(body: readonly Stmt[]): Map<string, Expr> {
  const values = new Map<string, Expr>();
  const others = new Set<string>();
  eachStatement(
    body,
    (stmt) => {
      if (stmt.op === 'bind' && stmt.to.op === 'variable' && stmt.value && !values.has(stmt.to.name)) values.set(stmt.to.name, stmt.value);
      else if (stmt.op === 'bind' || stmt.op === 'each') for (const name of changedBy(stmt.to)) others.add(name);
    },
    true,
  );
  everyExpression(body, (expr) => {
    if (expr.op === 'assign') for (const name of changedBy(expr.to)) others.add(name);
    // A function that is given the object may write into it, and so may its own methods. A list stays one.
    if (expr.op === 'call') for (const part of [...expr.args.map((arg) => arg.value), ...(expr.callee.op === 'member' ? [expr.callee.of] : [])]) if (part.op === 'name' && values.get(part.name)?.op !== 'list') others.add(part.name);
  });
  for (const name of others) values.delete(name);
  return values;
}

/** The variables that get another value, or another value inside. */
function changedBy(to: Pattern): readonly string[] {
  return to.op === 'place' ? ownersOf(to.target) : namesIn(to);
}

function ownersOf(target: Expr): string[] {
  const names: string[] = [];
  eachExpression(target, (expr) => {
    if (expr.op === 'name') names.push(expr.name);
  });
  return names;
}

/** Every class of a file, under the name it is defined by. */
export function classesOf(body: readonly Stmt[]): ClassFact[] {
  const found: ClassFact[] = [];
  eachStatement(body, (stmt) => expressionsOf(stmt).forEach((expr) => expr.op === 'class' && found.push(named(stmt, expr.cls))));
  return found;
}

function named(stmt: Stmt, cls: ClassFact): ClassFact {
  if (stmt.op === 'define') return { ...cls, name: stmt.name };
  return stmt.op === 'bind' && stmt.to.op === 'variable' ? { ...cls, name: stmt.to.name } : cls;
}

/** A method of a class, written as one or as a field that holds a function. */
export function methodOf(cls: ClassFact, name: RegExp): FunctionFact | null {
  const field = cls.fields.find((one) => name.test(one.name) && one.value?.op === 'function')?.value;
  return cls.methods.find((method) => method.name !== null && name.test(method.name)) ?? (field?.op === 'function' ? field.fn : null);
}
