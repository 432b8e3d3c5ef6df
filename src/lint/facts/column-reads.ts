/** The columns that processors read, where their names are written down. */
import type { Place } from '../rule.js';
import { batchNamesIn, isBatchOf, processorsOf } from './batches.js';
import type { Expr, FunctionFact, ModuleFact } from './model.js';
import { everyExpression } from './walk.js';

export interface ColumnRead {
  name: string;
  at: Place;
}

/** The columns that processors take from the batch they are given, by a written name, in a way that fails without it. */
export function columnReads(module: ModuleFact): ColumnRead[] {
  return processorsOf(module).flatMap(({ fn, batch }) => readsOf(fn, batch));
}

function readsOf(fn: FunctionFact, batch: string): ColumnRead[] {
  const { names, isSure, rows } = batchNamesIn(fn, batch);
  if (!isSure) return [];
  const reads: ColumnRead[] = [];
  let asksFirst = false;
  everyExpression(fn.body, (expr) => {
    if (expr.op === 'member' && /^(columnNames|hasColumn|columns|schema|keys)$/.test(expr.name)) asksFirst = true;
    if (expr.op === 'call' && expr.callee.op === 'member' && expr.callee.name === 'has' && isName(expr.callee.of, names)) asksFirst = true;
    // `"x" in batch`
    if (expr.op === 'computed' && expr.parts.length === 2 && expr.parts[0]?.op === 'literal' && isName(expr.parts[1], names)) asksFirst = true;
    reads.push(...readsIn(expr, names, rows));
  });
  // Who looks which columns there are reads only those.
  return asksFirst ? [] : reads;
}

function readsIn(expr: Expr, names: ReadonlySet<string>, rows: ReadonlySet<string>): ColumnRead[] {
  if (expr.op === 'call' && expr.callee.op === 'member' && /^(column|explode)$/.test(expr.callee.name) && isName(expr.callee.of, names)) {
    return namedBy(expr.args[0]?.value, expr.at);
  }
  if (expr.op !== 'item' || expr.isForgiving || !(isBatchOf(expr.of, names) || isName(expr.of, rows))) return [];
  // `batch[["data", "mime_type"]]`
  return expr.key.op === 'list' ? expr.key.items.flatMap(({ value }) => namedBy(value, expr.at)) : namedBy(expr.key, expr.at);
}

// `reset_index()` makes a column "index".
function namedBy(key: Expr | undefined, at: Place): ColumnRead[] {
  return key?.op === 'literal' && typeof key.value === 'string' && key.value !== 'index' ? [{ name: key.value, at }] : [];
}

function isName(expr: Expr | undefined, names: ReadonlySet<string>): boolean {
  return expr?.op === 'name' && names.has(expr.name);
}
