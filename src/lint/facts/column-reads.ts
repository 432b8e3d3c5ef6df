/** The columns that processors read, where their names are written down. */
import type { Place } from '../rule.js';
import { batchNamesIn, processorsOf } from './batches.js';
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
    const read = readIn(expr, names, rows);
    if (read) reads.push(read);
  });
  // Who looks which columns there are reads only those.
  return asksFirst ? [] : reads;
}

function readIn(expr: Expr, names: ReadonlySet<string>, rows: ReadonlySet<string>): ColumnRead | null {
  if (expr.op === 'call' && expr.callee.op === 'member' && /^(column|explode)$/.test(expr.callee.name) && isName(expr.callee.of, names)) {
    const name = expr.args[0]?.value;
    return name?.op === 'literal' && typeof name.value === 'string' ? { name: name.value, at: expr.at } : null;
  }
  if (expr.op !== 'item' || expr.isForgiving || expr.key.op !== 'literal' || typeof expr.key.value !== 'string') return null;
  return isName(expr.of, names) || isName(expr.of, rows) ? { name: expr.key.value, at: expr.at } : null;
}

function isName(expr: Expr | undefined, names: ReadonlySet<string>): boolean {
  return expr?.op === 'name' && names.has(expr.name);
}
