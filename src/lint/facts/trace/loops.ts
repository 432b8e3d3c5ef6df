/** What a loop without a collection says of itself: the variables it counts with, and a fixed bound. */
import type { Expr, Stmt } from '../model.js';

export interface LoopFacts {
  /** Variables that grow or shrink by one. */
  stepped: ReadonlySet<string>;
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
  const inLeaps = new Set<string>();
  for (const expr of [loop.test, loop.update]) if (expr) collect(expr, stepped, inLeaps);
  for (const stmt of loop.body) collectIn(stmt, stepped, inLeaps);
  for (const name of inLeaps) stepped.delete(name);
  const facts = { stepped, bound: boundOf(loop.test) };
  cache.set(loop, facts);
  return facts;
}

function boundOf(test: Expr | null): number | null {
  if (test?.op !== 'computed' || test.parts.length !== 2) return null;
  const bound = test.parts.find((part) => part.op === 'literal');
  const other = test.parts.find((part) => part.op === 'name');
  // `n > 0` counts something down, and does not say from where.
  if (bound?.op !== 'literal' || typeof bound.value !== 'number' || bound.value <= 1 || !other) return null;
  return bound.value;
}

function collectIn(stmt: Stmt, stepped: Set<string>, inLeaps: Set<string>): void {
  switch (stmt.op) {
    case 'do':
    case 'define':
      collect(stmt.value, stepped, inLeaps);
      return;
    case 'bind':
    case 'return':
      if (stmt.value) collect(stmt.value, stepped, inLeaps);
      return;
    case 'branch':
      collect(stmt.test, stepped, inLeaps);
      for (const inner of stmt.body) collectIn(inner, stepped, inLeaps);
      return;
    case 'block':
      for (const inner of stmt.body) collectIn(inner, stepped, inLeaps);
      return;
    case 'each':
    case 'loop':
      // A loop inside counts for itself; only what it does to outer counters matters, and that is rare.
      if (stmt.op === 'loop') for (const expr of [stmt.test]) if (expr) collect(expr, new Set(), inLeaps);
      return;
    case 'import':
      return;
  }
}

function collect(expr: Expr, stepped: Set<string>, inLeaps: Set<string>): void {
  if (expr.op === 'assign' && expr.to.op === 'variable') {
    const { name } = expr.to;
    const step = stepOf(expr, name);
    if (step === 1) stepped.add(name);
    else if (step !== null) inLeaps.add(name);
  }
  for (const inner of partsOf(expr)) collect(inner, stepped, inLeaps);
}

/** 1 for a step of one, another number for a leap, null for an assignment that does not count. */
function stepOf(expr: Extract<Expr, { op: 'assign' }>, name: string): number | null {
  const { value } = expr;
  if (expr.compound) return value.op === 'literal' && value.value === 1 ? 1 : 2;
  if (value.op !== 'computed' || !value.parts.some((part) => part.op === 'name' && part.name === name)) return null;
  return value.parts.some((part) => part.op === 'literal' && part.value === 1) ? 1 : 2;
}

function partsOf(expr: Expr): readonly Expr[] {
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
      return expr.value ? [expr.value] : [];
    default:
      return [];
  }
}
