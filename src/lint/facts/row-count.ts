/** Finds processors that return a batch with other rows than they were given. */
import type { Place } from '../rule.js';
import type { Arg, Expr, FunctionFact, ModuleFact, Stmt } from './model.js';
import { bodyOf, firstParameter, functionsNamed, namesIn, processorMethods } from './walk.js';

/** A batch: the one that was given, with its rows; or one with other rows, and the call that made it so. */
type Rows = { is: 'whole' } | { is: 'other'; at: Place; method: string } | null;

export interface RowChange {
  at: Place;
  /** `filter`, `slice`, `dropna`, ... */
  method: string;
}

const sameRows = /^(withColumn|select|rename|assign|copy|resetIndex|reset_index|astype|fillna|collect)$/;
const fewerRows = /^(dropna|dropDuplicates|drop_duplicates|head|tail|limit|query|nlargest|nsmallest)$/;

/** Where the rows of a batch that `process` returns were changed. */
export function changedRows(module: ModuleFact): RowChange[] {
  const found = functionsNamed(module.body, processorMethods).flatMap((fn) => new Reading(fn).changes);
  return [...new Map(found.map((change) => [`${change.at.line}:${change.at.column}`, change])).values()];
}

/** One function, read from top to bottom: of two branches, the later assignment counts. */
class Reading {
  readonly changes: RowChange[] = [];
  readonly #names = new Map<string, Rows>();

  constructor(fn: FunctionFact) {
    const batch = firstParameter(fn);
    if (batch === null || fn.isGenerator) return;
    this.#names.set(batch, { is: 'whole' });
    this.#body(fn.body);
  }

  #body(body: readonly Stmt[]): void {
    for (const stmt of body) {
      if (stmt.op === 'bind') {
        const rows = stmt.value && stmt.to.op === 'variable' ? this.#rows(stmt.value) : null;
        for (const name of namesIn(stmt.to)) this.#names.set(name, rows);
      } else if (stmt.op === 'do' && stmt.value.op === 'assign' && !stmt.value.compound) {
        const { to, value } = stmt.value;
        const rows = to.op === 'variable' ? this.#rows(value) : null;
        for (const name of namesIn(to)) this.#names.set(name, rows);
      } else if (stmt.op === 'return' && stmt.value) this.#returned(stmt.value);
      // A loop may put other batches together again, or walk over several: what it assigns is not followed.
      if (stmt.op !== 'each' && stmt.op !== 'loop') this.#body(bodyOf(stmt));
      else this.#forget(stmt);
    }
  }

  #forget(stmt: Stmt): void {
    for (const inner of bodyOf(stmt)) {
      if (inner.op === 'do' && inner.value.op === 'assign') for (const name of namesIn(inner.value.to)) this.#names.set(name, null);
      this.#forget(inner);
    }
  }

  #returned(expr: Expr): void {
    if (expr.op === 'either') {
      for (const part of expr.parts) this.#returned(part);
      return;
    }
    const rows = this.#rows(expr);
    if (rows?.is === 'other') this.changes.push({ at: rows.at, method: rows.method });
  }

  #rows(expr: Expr): Rows {
    if (expr.op === 'name') return this.#names.get(expr.name) ?? null;
    if (expr.op === 'await') return this.#rows(expr.value);
    if (expr.op !== 'call' || expr.callee.op !== 'member') return null;
    const of = this.#rows(expr.callee.of);
    if (!of) return null;
    const { name } = expr.callee;
    if (sameRows.test(name)) return of;
    // Parts of a part may be put together again: only the first cut is certain.
    return of.is === 'whole' && this.#changes(name, expr.args) ? { is: 'other', at: expr.at, method: name } : null;
  }

  #changes(name: string, args: readonly Arg[]): boolean {
    const [first, second] = args.map((arg) => arg.value);
    if (fewerRows.test(name)) return true;
    if (name === 'filter') return first?.op === 'function' && !keepsAll(first.fn);
    if (name === 'slice') return startsLater(first) || second?.op === 'literal';
    if (name === 'take') return first?.op === 'list' && first.items.every((item) => !item.spread && item.value.op === 'literal');
    return name === 'concat' && first !== undefined && this.#rows(first)?.is === 'whole';
  }
}

function startsLater(start: Expr | undefined): boolean {
  return start?.op === 'literal' && typeof start.value === 'number' && start.value > 0;
}

/** `filter(() => true)` */
function keepsAll(fn: FunctionFact): boolean {
  const [only] = fn.body;
  return fn.body.length === 1 && only?.op === 'return' && only.value?.op === 'literal' && only.value.value === true;
}
