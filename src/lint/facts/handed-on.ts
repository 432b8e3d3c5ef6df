/** The functions of a file that are handed a batch, or one row of it. */
import { isBatchOf, isRowsOf } from './batches.js';
import type { Expr, FunctionFact } from './model.js';
import { everyExpression } from './walk.js';

/** A function that is given a batch, or a row of it, under a name. */
export interface Reader {
  fn: FunctionFact;
  given: string;
  isRow: boolean;
}

/** The names under which a function has its batch, and rows of it. */
export interface Held {
  names: ReadonlySet<string>;
  rows: ReadonlySet<string>;
}

/** The functions to which a function hands what it holds: `self._clean(batch)`, `batch.apply(norm, axis=1)`. Only those of which there is one with the name. */
export function handedOn(fn: FunctionFact, { names, rows }: Held, own: ReadonlyMap<string, readonly FunctionFact[]>): Reader[] {
  const found: Reader[] = [];
  const hand = (to: FunctionFact | null, index: number, isRow: boolean) => {
    const param = to?.params[index];
    if (to && param?.to.op === 'variable' && !param.rest) found.push({ fn: to, given: param.to.name, isRow });
  };
  const named = (expr: Expr | undefined): FunctionFact | null => {
    const isOwn = expr?.op === 'name' || (expr?.op === 'member' && expr.of.op === 'self');
    const [only, another] = isOwn ? (own.get(expr.name) ?? []) : [];
    return only && !another ? only : null;
  };
  everyExpression(fn.body, (expr) => {
    if (expr.op !== 'call') return;
    const callee = named(expr.callee);
    expr.args.forEach(({ value, spread, name }, index) => {
      if (spread || name !== undefined) return;
      if (isBatchOf(value, names)) hand(callee, index, false);
      else if (value.op === 'name' && rows.has(value.name)) hand(callee, index, true);
    });
    if (expr.callee.op === 'member' && /^(map|apply)$/.test(expr.callee.name) && isRowsOf(expr.callee.of, names)) hand(named(expr.args[0]?.value), 0, true);
  });
  return found;
}
