/** Going through facts as they are written, without following any value. */
import type { Expr, FunctionFact, Pattern, Stmt } from './model.js';

const none: readonly never[] = [];

/** The expressions directly inside an expression; those in functions and classes written there are left out. */
export function partsOf(expr: Expr): readonly Expr[] {
  switch (expr.op) {
    case 'member':
      return [expr.of];
    case 'item':
      return [expr.of, expr.key];
    case 'call':
      return [expr.callee, ...expr.args.map((arg) => arg.value)];
    case 'list':
      return expr.items.map((item) => item.value);
    case 'record':
      return expr.fields.map((field) => field.value);
    case 'await':
      return [expr.value];
    case 'computed':
    case 'either':
      return expr.parts;
    case 'assign':
      return expr.to.op === 'place' ? [expr.value, expr.to.target] : [expr.value];
    case 'yield':
      return expr.value ? [expr.value] : none;
    default:
      return none;
  }
}

/** The expressions directly in a statement, fallbacks of its patterns excepted. */
export function expressionsOf(stmt: Stmt): readonly Expr[] {
  switch (stmt.op) {
    case 'do':
    case 'define':
      return [stmt.value];
    case 'bind':
    case 'return':
      return stmt.value ? [stmt.value] : none;
    case 'each':
      return [stmt.over];
    case 'loop':
      return [stmt.test, stmt.update].flatMap((expr) => (expr ? [expr] : []));
    case 'branch':
      return [stmt.test];
    default:
      return none;
  }
}

/** The statements directly inside a statement. */
export function bodyOf(stmt: Stmt): readonly Stmt[] {
  if (stmt.op === 'loop') return [...stmt.before, ...stmt.body];
  return 'body' in stmt ? stmt.body : none;
}

/** Visits every statement, in order; `intoFunctions` also those of functions and methods written among them. */
export function eachStatement(body: readonly Stmt[], visit: (stmt: Stmt) => void, intoFunctions = false): void {
  if (intoFunctions) return wholeOf(body).statements.forEach((stmt) => visit(stmt));
  for (const stmt of body) {
    visit(stmt);
    eachStatement(bodyOf(stmt), visit);
  }
}

/** All of a body, that of functions and classes written in it included. */
interface Whole {
  statements: Stmt[];
  expressions: Expr[];
}

// Facts do not change once they are made, and a dozen rules go through all of them.
const wholes = new WeakMap<readonly Stmt[], Whole>();

function wholeOf(body: readonly Stmt[]): Whole {
  let whole = wholes.get(body);
  if (!whole) {
    gather(body, (whole = { statements: [], expressions: [] }));
    for (const one of whole.expressions.filter(({ op }) => op === 'class')) for (const field of fieldsIn(one)) gatherParts(field, whole.expressions);
    wholes.set(body, whole);
  }
  return whole;
}

function gather(body: readonly Stmt[], whole: Whole): void {
  const { statements, expressions } = whole;
  for (const stmt of body) {
    statements.push(stmt);
    const first = expressions.length;
    for (const expr of expressionsOf(stmt)) gatherParts(expr, expressions);
    const end = expressions.length;
    gather(bodyOf(stmt), whole);
    for (let i = first; i < end; i++) for (const fn of functionsIn(expressions[i] as Expr)) gather(fn.body, whole);
  }
}

function gatherParts(expr: Expr, found: Expr[]): void {
  found.push(expr);
  for (const part of partsOf(expr)) gatherParts(part, found);
}

/** Visits an expression and what is inside of it, outermost first; functions are visited, not entered. */
export function eachExpression(expr: Expr, visit: (expr: Expr) => void): void {
  visit(expr);
  for (const part of partsOf(expr)) eachExpression(part, visit);
}

/** Visits every expression of a body, those of functions and classes written in it included. */
export function everyExpression(body: readonly Stmt[], visit: (expr: Expr) => void): void {
  for (const expr of wholeOf(body).expressions) visit(expr);
}

function fieldsIn(expr: Expr): Expr[] {
  return expr.op === 'class' ? expr.cls.fields.flatMap((field) => (field.value ? [field.value] : [])) : [];
}

function functionsIn(expr: Expr): readonly FunctionFact[] {
  if (expr.op === 'function') return [expr.fn];
  if (expr.op !== 'class') return none;
  return [...expr.cls.methods, ...expr.cls.fields.flatMap((field) => (field.value?.op === 'function' ? [field.value.fn] : []))];
}

/** The functions of a file by which a row batch may come in: exported functions and methods with one of these names. */
export function functionsNamed(body: readonly Stmt[], names: RegExp): FunctionFact[] {
  const found: FunctionFact[] = [];
  everyExpression(body, (expr) => {
    for (const fn of functionsIn(expr)) if (fn.isExported && fn.name !== null && names.test(fn.name)) found.push(fn);
  });
  return found;
}

/** The functions and methods of a file, by their names. */
export function functionsByName(body: readonly Stmt[]): ReadonlyMap<string, readonly FunctionFact[]> {
  const found = new Map<string, FunctionFact[]>();
  everyExpression(body, (expr) => {
    for (const fn of functionsIn(expr)) if (fn.name !== null) found.set(fn.name, [...(found.get(fn.name) ?? []), fn]);
  });
  return found;
}

/** The names a pattern gives values to. */
export function namesIn(to: Pattern): readonly string[] {
  switch (to.op) {
    case 'variable':
      return [to.name];
    case 'place':
      return [];
    case 'fields':
      return to.fields.flatMap((field) => namesIn(field.to));
    case 'elements':
      return to.elements.flatMap((element) => namesIn(element.to));
  }
}

/** The name of a function's first parameter, where it is a plain one. */
export function firstParameter(fn: FunctionFact): string | null {
  const to = fn.params[0]?.to;
  return to?.op === 'variable' && fn.params[0]?.rest === false ? to.name : null;
}

/** The methods that are given a batch and return one. */
export const processorMethods = /^(process|processBatch|_processBatch|__call__)$/;
