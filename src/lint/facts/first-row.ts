/** Finds functions that take the first row of a batch for all of it. */
import type { Place } from '../rule.js';
import type { Expr, FunctionFact, ModuleFact, Pattern, Stmt } from './model.js';
import { countMembers, shapeOfParameter } from './vocabulary/index.js';
import { bodyOf, everyExpression, expressionsOf, firstParameter, namesIn, partsOf, processorMethods } from './walk.js';

/** How an expression relates to the batch: all of its rows, their number, or something made of the first row. */
type Relation = { is: 'all' } | { is: 'count' } | { is: 'first'; at: Place } | null;

const wholeViews = /^(column|columnValues|rows|toArray|values|getChild|getColumn|col|toList|tolist|resetIndex|copy|select|iterrows|itertuples)$/;
const rowGetters = /^(get|at|row|getRow|rowAt|item)$/;
const writers = /^(withColumn|assign|insert)$/;

/** The places where a first row is taken whose value is written for the whole batch, while no other row is looked at. */
export function firstRowsOnly(module: ModuleFact): Place[] {
  const functions = new Set<FunctionFact>();
  everyExpression(module.body, (expr) => {
    if (expr.op === 'function') functions.add(expr.fn);
    if (expr.op === 'class') for (const method of expr.cls.methods) functions.add(method);
  });
  return [...functions].filter(takesBatch).flatMap((fn) => new Reading(fn).result());
}

function takesBatch(fn: FunctionFact): boolean {
  const to = fn.params[0]?.to;
  if (to?.op !== 'variable') return false;
  return shapeOfParameter(to.name, to.type)?.isBatch === true || (fn.isExported && fn.name !== null && processorMethods.test(fn.name));
}

/** One function, read from top to bottom. Anything that may touch other rows ends the matter. */
class Reading {
  readonly #names = new Map<string, NonNullable<Relation>>();
  readonly #written: Place[] = [];
  #seesOthers = false;

  constructor(fn: FunctionFact) {
    const batch = firstParameter(fn);
    if (batch !== null) this.#names.set(batch, { is: 'all' });
    this.#body(fn.body);
  }

  result(): Place[] {
    return this.#seesOthers ? [] : [...new Set(this.#written)];
  }

  #body(body: readonly Stmt[]): void {
    for (const stmt of body) {
      const [value] = expressionsOf(stmt).map((expr) => this.#relation(expr));
      if (stmt.op === 'bind' && value) this.#bind(stmt.to, value, placeIn(stmt.value));
      if (stmt.op === 'each' && stmt.isOnce && value?.is === 'all') this.#bind(stmt.to, { is: 'first', at: stmt.at });
      else if ((stmt.op === 'each' || stmt.op === 'loop') && value?.is === 'all') this.#seesOthers = true;
      this.#body(bodyOf(stmt));
    }
  }

  #bind(to: Pattern, value: NonNullable<Relation>, at: Place | null = null): void {
    if (to.op === 'place') {
      if (this.#relation(to.target)?.is === 'all') this.#write(value);
      return;
    }
    const [only] = to.op === 'elements' ? to.elements : [];
    if (value.is === 'all' && to.op !== 'variable') {
      // `const [row] = batch.rows()` takes the first; anything else may take more.
      const isFirst = to.op === 'elements' && to.elements.length === 1 && only?.rest === false && only.to.op === 'variable';
      if (isFirst && at) this.#bind(only.to, { is: 'first', at });
      else this.#seesOthers = true;
      return;
    }
    for (const name of namesIn(to)) this.#names.set(name, value);
  }

  #write(value: Relation): void {
    if (value?.is === 'first') this.#written.push(value.at);
    if (value?.is === 'all') this.#seesOthers = true;
  }

  #relation(expr: Expr): Relation {
    switch (expr.op) {
      case 'name':
        return this.#names.get(expr.name) ?? null;
      case 'member': {
        const of = this.#relation(expr.of);
        return of?.is === 'all' && countMembers.has(expr.name) ? { is: 'count' } : of;
      }
      case 'item':
        return this.#item(expr);
      case 'call':
        return this.#call(expr);
      case 'await':
        return this.#relation(expr.value);
      case 'assign': {
        const value = this.#relation(expr.value);
        if (value) this.#bind(expr.to, value);
        else if (expr.to.op === 'place') this.#relation(expr.to.target);
        return value;
      }
      case 'function':
        this.#body(expr.fn.body);
        return this.#given(expr.fn.body);
      case 'class':
        return null;
      default:
        return this.#mixed(partsOf(expr), expr.op === 'computed');
    }
  }

  /** What a function gives at its end, if that is made of the first row: `Array.from({ length: batch.numRows }, () => language)`. */
  #given(body: readonly Stmt[]): Relation {
    const last = body.at(-1);
    const value = last?.op === 'return' && last.value ? this.#relation(last.value) : null;
    return value?.is === 'first' ? value : null;
  }

  #item(expr: Extract<Expr, { op: 'item' }>): Relation {
    const of = this.#relation(expr.of);
    const key = this.#relation(expr.key);
    if (of?.is !== 'all') return of ?? key;
    if (expr.key.op === 'literal' && typeof expr.key.value === 'string') return of;
    if (isZero(expr.key)) return { is: 'first', at: expr.at };
    this.#seesOthers = true;
    return null;
  }

  #call(expr: Extract<Expr, { op: 'call' }>): Relation {
    const { callee } = expr;
    const args = expr.args.map((arg) => this.#relation(arg.value));
    const of = callee.op === 'member' ? this.#relation(callee.of) : this.#relation(callee);
    const first = args.find((arg) => arg?.is === 'first') ?? null;
    if (callee.op !== 'member' || of?.is !== 'all') {
      if (args.some((arg) => arg?.is === 'all')) this.#seesOthers = true;
      // `out.push(vector)`: the list then holds it.
      if (first && callee.op === 'member' && callee.of.op === 'name' && /^(push|append|add|fill|set)$/.test(callee.name)) this.#names.set(callee.of.name, first);
      return of?.is === 'first' ? of : first;
    }
    // `batch.toArray().map(() => vector)` looks at no row.
    const [fn] = expr.args;
    if (callee.name === 'map' && fn?.value.op === 'function' && fn.value.fn.params.length === 0) return args[0] ?? null;
    const isLiteral = expr.args.every((arg) => arg.value.op === 'literal' || arg.value.op === 'list');
    if (writers.test(callee.name)) args.forEach((arg) => this.#write(arg));
    else if (rowGetters.test(callee.name) && expr.args.length === 1 && isZero(expr.args[0]?.value)) return { is: 'first', at: expr.at };
    // A fresh iterator begins anew; one that is kept has been asked before, or will be again.
    else if (callee.name === 'next' && callee.of.op === 'call') return { is: 'first', at: expr.at };
    else if (isOneRow(callee.name, expr.args.map((arg) => arg.value))) return { is: 'first', at: expr.at };
    else if (!(wholeViews.test(callee.name) && isLiteral)) this.#seesOthers = true;
    return of;
  }

  #mixed(parts: readonly Expr[], isComputed: boolean): Relation {
    const relations = parts.map((part) => this.#relation(part));
    if (relations.some((one) => one?.is === 'all')) this.#seesOthers = true;
    const counts = relations.some((one) => one?.is === 'count');
    // `batch.numRows === 1`: then the first row is all there is.
    if (isComputed && counts && parts.some((part) => part.op === 'literal' && typeof part.value === 'number' && part.value > 0)) this.#seesOthers = true;
    return relations.find((one) => one?.is === 'first') ?? (counts ? { is: 'count' } : null);
  }
}

function placeIn(expr: Expr | null): Place | null {
  if (expr === null) return null;
  return 'at' in expr ? expr.at : (partsOf(expr).map(placeIn).find((at) => at !== null) ?? null);
}

/** `head(1)`, `slice(0, 1)`: the first row alone. */
function isOneRow(name: string, args: readonly Expr[]): boolean {
  const values = args.map((arg) => (arg.op === 'literal' ? arg.value : null));
  if (/^(head|limit|take)$/.test(name)) return values.length === 1 && values[0] === 1;
  return name === 'slice' && values.length === 2 && values[0] === 0 && values[1] === 1;
}

function isZero(expr: Expr | undefined): boolean {
  return expr?.op === 'literal' && expr.value === 0;
}
