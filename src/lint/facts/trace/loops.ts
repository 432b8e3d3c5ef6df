/** What a loop without a collection says of itself: the variables it counts with, and a fixed bound. */
import type { Expr, Stmt } from '../model.js';
import { everyExpression, partsOf } from '../walk.js';

export interface LoopFacts {
  /** Variables that grow or shrink by one. */
  stepped: ReadonlySet<string>;
  /** The variable that grows by something else after each turn, and by what: `i += lanes`. */
  stride: { name: string; by: Expr } | null;
  /** The number it counts up to, where that is written down. */
  bound: number | null;
}

type Loop = Extract<Stmt, { op: 'loop' }>;

const cache = new WeakMap<Loop, LoopFacts>();

/** Reads a loop once; functions written inside it are not looked into. */
export function loopFacts(loop: Loop): LoopFacts {
  const known = cache.get(loop);
  if (known) return known;
  const stepped = new Set<string>();
  for (const expr of [loop.test, loop.update]) if (expr) collect(expr, stepped);
  for (const stmt of loop.body) collectIn(stmt, stepped);
  const facts = { stepped, stride: strideOf(loop.update, stepped), bound: boundOf(loop.test) };
  cache.set(loop, facts);
  return facts;
}

function strideOf(update: Expr | null, stepped: ReadonlySet<string>): LoopFacts['stride'] {
  if (update?.op !== 'assign' || !update.compound || update.to.op !== 'variable' || stepped.has(update.to.name)) return null;
  return { name: update.to.name, by: update.value };
}

function boundOf(test: Expr | null): number | null {
  if (test?.op !== 'computed' || test.parts.length !== 2) return null;
  const bound = test.parts.find((part) => part.op === 'literal');
  const other = test.parts.find((part) => part.op === 'name');
  // `n > 0` counts something down, and does not say from where.
  if (bound?.op !== 'literal' || typeof bound.value !== 'number' || bound.value <= 1 || !other) return null;
  return bound.value;
}

function collectIn(stmt: Stmt, stepped: Set<string>): void {
  switch (stmt.op) {
    case 'do':
    case 'define':
      collect(stmt.value, stepped);
      return;
    case 'bind':
    case 'return':
      if (stmt.value) collect(stmt.value, stepped);
      return;
    case 'branch':
      collect(stmt.test, stepped);
      for (const inner of stmt.body) collectIn(inner, stepped);
      return;
    case 'block':
      for (const inner of stmt.body) collectIn(inner, stepped);
      return;
    // A loop inside counts for itself.
    case 'each':
    case 'loop':
    case 'import':
      return;
  }
}

function collect(expr: Expr, stepped: Set<string>): void {
  if (expr.op === 'assign' && expr.to.op === 'variable') {
    const { name } = expr.to;
    if (stepsByOne(expr, name)) stepped.add(name);
  }
  for (const inner of partsOf(expr)) collect(inner, stepped);
}

/** `i++`, `i += 1`, `i = i + 1` and the same downwards; a larger step goes through parts of the rows. */
function stepsByOne(expr: Extract<Expr, { op: 'assign' }>, name: string): boolean {
  const { value } = expr;
  const isOne = (part: Expr) => part.op === 'literal' && (part.value === 1 || part.value === -1);
  if (expr.compound) return isOne(value);
  return value.op === 'computed' && value.parts.some((part) => part.op === 'name' && part.name === name) && value.parts.some(isOne);
}

/** Whether a loop's variable, one of several distinct values, picks rows, as in `rows.filter((row) => row.language === language)`: it goes over groups of them. */
export function picksRows(name: string, body: readonly Stmt[]): boolean {
  let isFound = false;
  everyExpression(body, (expr) => {
    if (expr.op !== 'call' || expr.callee.op !== 'member' || !/^(filter|flatMap|reduce|forEach|map)$/.test(expr.callee.name)) return;
    const [fn] = expr.args;
    if (fn?.value.op !== 'function') return;
    everyExpression(fn.value.fn.body, (inner) => {
      if (inner.op !== 'computed' || !inner.isEquality) return;
      const other = inner.parts.filter((part) => !(part.op === 'name' && part.name === name));
      if (other.length === 1 && other[0]?.op !== 'literal') isFound = true;
    });
  });
  return isFound;
}
