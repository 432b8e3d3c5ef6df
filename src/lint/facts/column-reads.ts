/** The columns that processors read, where their names are written down. */
import type { Place } from '../rule.js';
import { batchNamesIn, isBatchOf, processorsOf } from './batches.js';
import { constantsOf } from './column-writes.js';
import { handedOn, type Held, type Reader } from './handed-on.js';
import type { Expr, FunctionFact, ModuleFact } from './model.js';
import { everyExpression, functionsByName } from './walk.js';

export interface ColumnRead {
  name: string;
  at: Place;
}

/**
 * The columns that processors take from the batch they are given, by a written name, in a way that fails without it;
 * and those that functions of the same file take which they hand it to, or its rows.
 */
export function columnReads(module: ModuleFact): ColumnRead[] {
  const constants = constantsOf(module);
  const readers: Reader[] = processorsOf(module).map(({ fn, batch }) => ({ fn, given: batch, isRow: false }));
  const own = functionsByName(module.body);
  const reads: ColumnRead[] = [];
  // Helpers join while the list is gone through.
  for (const reader of readers) {
    const held = heldBy(reader);
    const found = held && readsOf(reader.fn, held, constants);
    if (!found) continue;
    reads.push(...found);
    // Who catches errors may know what it does.
    for (const one of reader.fn.catches ? [] : handedOn(reader.fn, held, own)) if (!readers.some(({ fn }) => fn === one.fn)) readers.push(one);
  }
  return reads;
}

function heldBy({ fn, given, isRow }: Reader): Held | null {
  const { names, isSure, rows } = batchNamesIn(fn, given);
  if (!isSure) return null;
  return isRow ? { names: new Set(), rows: names } : { names, rows };
}

/** Null where it is asked first which columns there are. */
function readsOf(fn: FunctionFact, { names, rows }: Held, constants: ReadonlyMap<string, string>): ColumnRead[] | null {
  const reads: ColumnRead[] = [];
  let asksFirst = false;
  everyExpression(fn.body, (expr) => {
    if (expr.op === 'member' && /^(columnNames|hasColumn|columns|schema|keys)$/.test(expr.name)) asksFirst = true;
    if (expr.op === 'call' && expr.callee.op === 'member' && expr.callee.name === 'has' && isName(expr.callee.of, names)) asksFirst = true;
    // `"x" in batch`
    if (expr.op === 'computed' && expr.parts.length === 2 && expr.parts[0]?.op === 'literal' && (isName(expr.parts[1], names) || isName(expr.parts[1], rows))) asksFirst = true;
    for (const { key, at } of keysIn(expr, names, rows)) {
      const name = key.op === 'name' ? constants.get(key.name) : key.op === 'literal' ? key.value : null;
      // `reset_index()` makes a column "index".
      if (typeof name === 'string' && name !== 'index') reads.push({ name, at });
    }
  });
  // Who looks which columns there are reads only those.
  return asksFirst ? null : reads;
}

/** What stands where the name of a column does. */
function keysIn(expr: Expr, names: ReadonlySet<string>, rows: ReadonlySet<string>): { key: Expr; at: Place }[] {
  if (expr.op === 'call' && expr.callee.op === 'member' && /^(column|explode)$/.test(expr.callee.name) && isName(expr.callee.of, names)) {
    return expr.args.slice(0, 1).map(({ value }) => ({ key: value, at: expr.at }));
  }
  if (expr.op !== 'item' || expr.isForgiving || !(isBatchOf(expr.of, names) || isName(expr.of, rows))) return [];
  // `batch[["data", "mime_type"]]`
  const keys = expr.key.op === 'list' ? expr.key.items.map(({ value }) => value) : [expr.key];
  return keys.map((key) => ({ key, at: expr.at }));
}

function isName(expr: Expr | undefined, names: ReadonlySet<string>): boolean {
  return expr?.op === 'name' && names.has(expr.name);
}
