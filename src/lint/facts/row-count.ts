/** Finds processors that return a batch with other rows than they were given. */
import type { Place } from '../rule.js';
import type { Arg, Expr, FunctionFact, ModuleFact, Stmt } from './model.js';
import { processorsOf, rootOf } from './batches.js';
import { returnsOf } from './returns.js';
import { bodyOf, eachExpression, eachStatement, expressionsOf, namesIn } from './walk.js';

/** A batch: the one that was given, with its rows; or one with other rows, and the call that made it so. */
type Rows = { is: 'whole' } | { is: 'other'; at: Place; method: string } | null;

export interface RowChange {
  at: Place;
  /** `filter`, `slice`, `dropna`, ... */
  method: string;
}

const sameRows = /^(withColumn|select|rename|assign|copy|resetIndex|reset_index|astype|fillna|collect)$/;
const fewerRows = /^(dropna|dropDuplicates|dropNulls|head|tail|limit|query|nlargest|nsmallest|explode)$/;
/** Methods of groups that make one row of each. */
const onePerGroup = /^(first|last|nth|agg|aggregate|mean|median|sum|min|max|count|size)$/;
/** Methods of a column that say yes or no for each row. */
const maskMethods = /^(isna|notna|isnull|notnull|isNull|isNotNull|isin|isIn|between|duplicated|eq|ne|gt|ge|lt|le)$/;

/** Where the rows of a batch that `process` returns were changed. */
export function changedRows(module: ModuleFact): RowChange[] {
  const found = processorsOf(module).flatMap(({ fn, batch }) => new Reading(fn, batch).changes);
  return [...new Map(found.map((change) => [`${change.at.line}:${change.at.column}`, change])).values()];
}

/** Processors that write columns and then give nothing back. */
export function forgottenReturns(module: ModuleFact): Place[] {
  return processorsOf(module)
    .filter(({ fn, batch }) => !fn.isGenerator && writesColumns(fn, batch) && returnsOf(fn).every(({ value }) => value === null))
    .map(({ fn }) => fn.at);
}

function writesColumns(fn: FunctionFact, batch: string): boolean {
  const isBatch = (expr: Expr): boolean => expr.op === 'name' && expr.name === batch;
  let found = false;
  eachStatement(fn.body, (stmt) => {
    if (stmt.op === 'bind' && stmt.to.op === 'place' && stmt.to.target.op === 'item' && rootOf(stmt.to.target) === batch) found = true;
    for (const expr of expressionsOf(stmt)) eachExpression(expr, (one) => (found ||= one.op === 'call' && one.callee.op === 'member' && one.callee.name === 'withColumn' && isBatch(one.callee.of)));
  });
  return found;
}

/** One function, read from top to bottom: of two branches, the later assignment counts. */
class Reading {
  readonly changes: RowChange[] = [];
  readonly #names = new Map<string, Rows>();
  /** Variables that say yes or no for each row. */
  readonly #masks = new Set<string>();

  constructor(fn: FunctionFact, batch: string) {
    if (fn.isGenerator) return;
    this.#names.set(batch, { is: 'whole' });
    this.#body(fn.body);
  }

  #body(body: readonly Stmt[]): void {
    for (const stmt of body) {
      if (stmt.op === 'bind') {
        const rows = stmt.value && stmt.to.op === 'variable' ? this.#rows(stmt.value) : null;
        for (const name of namesIn(stmt.to)) this.#names.set(name, rows);
        if (stmt.to.op === 'variable' && stmt.value && this.#isMask(stmt.value)) this.#masks.add(stmt.to.name);
      } else if (stmt.op === 'do' && stmt.value.op === 'call') this.#inPlace(stmt.value);
      else if (stmt.op === 'do' && stmt.value.op === 'assign' && !stmt.value.compound) {
        const { to, value } = stmt.value;
        const rows = to.op === 'variable' ? this.#rows(value) : null;
        for (const name of namesIn(to)) this.#names.set(name, rows);
      } else if (stmt.op === 'return' && stmt.value) this.#returned(stmt.value);
      // A loop may put other batches together again, or walk over several: what it assigns is not followed.
      if (stmt.op !== 'each' && stmt.op !== 'loop') this.#body(bodyOf(stmt));
      else this.#forget(stmt);
    }
  }

  /** `batch.dropna(inplace=True)` */
  #inPlace({ callee, args, at }: Extract<Expr, { op: 'call' }>): void {
    const isInPlace = args.some(({ name, value }) => name === 'inplace' && value.op === 'literal' && value.value === true);
    if (!isInPlace || callee.op !== 'member' || callee.of.op !== 'name') return;
    const isChanged = this.#names.get(callee.of.name)?.is === 'whole' && this.#changes(callee.name, args);
    if (isChanged) this.#names.set(callee.of.name, { is: 'other', at, method: callee.name });
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
    if (expr.op === 'item') return this.#rows(ownerOf(expr.of))?.is === 'whole' && this.#isMask(expr.key) ? { is: 'other', at: expr.at, method: '[...]' } : null;
    if (expr.op !== 'call' || expr.callee.op !== 'member') return null;
    const { name } = expr.callee;
    if (onePerGroup.test(name) && this.#isGrouped(expr.callee.of)) return { is: 'other', at: expr.at, method: `groupby().${name}` };
    const of = this.#rows(expr.callee.of);
    if (!of) return null;
    if (sameRows.test(name)) return of;
    // Parts of a part may be put together again: only the first cut is certain.
    return of.is === 'whole' && this.#changes(name, expr.args) ? { is: 'other', at: expr.at, method: name } : null;
  }

  /** `batch.groupby("object_id")` */
  #isGrouped(expr: Expr): boolean {
    return expr.op === 'call' && expr.callee.op === 'member' && /^groupby$/i.test(expr.callee.name) && this.#rows(expr.callee.of)?.is === 'whole';
  }

  /** Whether an expression picks rows of the batch: `batch["data"] != ""`, `batch["data"].notna()`. */
  #isMask(expr: Expr): boolean {
    if (expr.op === 'name') return this.#masks.has(expr.name);
    if (expr.op === 'computed') return expr.isElementwise === true && expr.parts.some((part) => this.#isOfBatch(part) || this.#isMask(part));
    return expr.op === 'call' && expr.callee.op === 'member' && maskMethods.test(expr.callee.name) && this.#isOfBatch(expr.callee.of);
  }

  #isOfBatch(expr: Expr): boolean {
    const root = rootOf(expr);
    return root !== null && this.#names.get(root)?.is === 'whole';
  }

  #changes(name: string, args: readonly Arg[]): boolean {
    const [first, second] = args.map((arg) => arg.value);
    const named = (key: string) => args.find((arg) => arg.name === key)?.value;
    const axis = named('axis');
    if (axis?.op === 'literal' && (axis.value === 1 || axis.value === 'columns')) return false;
    if (fewerRows.test(name)) return true;
    if (name === 'drop') return named('index') !== undefined || (first?.op === 'member' && first.name === 'index');
    if (name === 'sample') return isNumber(named('n')) || isFraction(named('frac')) || (args[0]?.name === undefined && isNumber(first));
    if (name === 'filter') return first?.op === 'function' && !keepsAll(first.fn);
    if (name === 'slice' && (startsLater(first) || second?.op === 'literal' || (first !== undefined && this.#isMask(first)))) return true;
    if (name === 'take' || name === 'slice') return first?.op === 'list' && first.items.every((item) => !item.spread && isNumber(item.value));
    return name === 'concat' && first !== undefined && this.#rows(first) !== null;
  }
}

/** `batch.loc[mask]` is written on the rows of the batch. */
function ownerOf(of: Expr): Expr {
  return of.op === 'call' && of.callee.op === 'member' && of.callee.name === 'rows' ? of.callee.of : of;
}

/** A number between nothing and all of the rows. */
function isFraction(expr: Expr | undefined): boolean {
  return isNumber(expr) && expr?.op === 'literal' && expr.value !== 1;
}

function isNumber(expr: Expr | undefined): boolean {
  return expr?.op === 'literal' && typeof expr.value === 'number';
}

function startsLater(start: Expr | undefined): boolean {
  return start?.op === 'literal' && typeof start.value === 'number' && start.value > 0;
}

/** `filter(() => true)` */
function keepsAll(fn: FunctionFact): boolean {
  const [only] = fn.body;
  return fn.body.length === 1 && only?.op === 'return' && only.value?.op === 'literal' && only.value.value === true;
}
