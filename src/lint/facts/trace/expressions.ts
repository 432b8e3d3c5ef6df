/** Values of lists, records, names and choices. */
import type { Expr } from '../model.js';
import { isFunctionOfModules, serviceOfMaker, serviceOfModule, serviceOfName } from '../vocabulary/index.js';
import type { Machine } from './machine.js';
import { isBlank, join, newBox, ordinary, ranked, rankOf, type Scope, type Value } from './value.js';

/** A value computed from others: part of a row when one of them is; a column, elementwise, when one of them is. */
export function computedValue(machine: Machine, parts: Value[], isElementwise: boolean): Value {
  const column = isElementwise && parts.some((part) => rankOf(part) === 1) ? 1 : null;
  const rank = parts.some((part) => part.rank === 0) ? 0 : column;
  // `rows[start + i]` changes with each turn of the inner loop.
  const changing = parts.flatMap(({ varies: one }) => (one ? [one] : []));
  const varies = machine.frames().find((frame) => changing.includes(frame)) ?? changing[0] ?? null;
  const limiter = parts.find((part) => part.limiter)?.limiter ?? null;
  return { ...ordinary, rank, varies, limiter, isCount: parts.some((part) => part.isCount) };
}

/** `[a, ...b]` */
export function listValue(machine: Machine, expr: Extract<Expr, { op: 'list' }>, scope: Scope, self: Value | null): Value {
  const box = newBox(machine.path.length);
  const value: Value = { ...ordinary, box };
  for (const arg of expr.items) {
    const item = machine.evaluate(arg.value, scope, self);
    const rank = rankOf(item);
    const inner = arg.spread ? (item.box?.item ?? ranked(rank === null || rank === 0 ? rank : ((rank - 1) as 0 | 1))) : item;
    const carried = arg.spread ? { ...inner, pending: [...inner.pending, ...item.pending] } : inner;
    if (arg.spread && item.box?.isDistinct) box.isDistinct = true;
    box.item = box.item ? join(box.item, carried) : carried;
    if (rank !== null) box.rank = arg.spread ? rank : rank === 0 ? (box.rank ?? 0) : 2;
    if (arg.spread && item.isCount) box.rank = 1;
  }
  return value;
}

/** `{ a, ...b }` */
export function recordValue(machine: Machine, expr: Extract<Expr, { op: 'record' }>, scope: Scope, self: Value | null): Value {
  const box = newBox(machine.path.length);
  const value: Value = { ...ordinary, box };
  let rank: 0 | null = null;
  for (const field of expr.fields) {
    const isMethod = field.value.op === 'function' && !field.value.fn.keepsSelf;
    const inner = machine.evaluate(field.value, scope, isMethod ? value : self);
    if (rankOf(inner) === 0) rank = 0;
    if (field.name !== null) {
      if (!isBlank(inner)) box.fields.set(field.name, inner);
    } else for (const [name, one] of inner.box?.fields ?? []) box.fields.set(name, one);
  }
  // `{ length: rows.length }` is how JavaScript writes a list of that many.
  if (box.fields.get('length')?.isCount) return { ...value, rank: 1 };
  return { ...value, rank };
}

/** A name tells something only where nothing else does. */
export function named(value: Value, name: string): Value {
  if (value.imported && !value.service) {
    const isOrdinary = serviceOfMaker(value.imported.name, value.imported.module) === 'plain';
    return { ...value, name, service: isOrdinary ? 'plain' : (serviceOfName(value.imported.name) ?? serviceOfModule(value.imported.module)) };
  }
  if (value.isKnown || value.rank !== null || value.service || value.box || value.closures.length > 0 || value.method?.service) return value;
  if (value.method && isFunctionOfModules(name)) return value;
  const service = serviceOfName(name);
  return service ? { ...value, service, name } : { ...value, name };
}

/** One value or the other. */
export function joinChoice(a: Value, b: Value): Value {
  // A plain alternative (`?? []`, a test) must not hide what the other one is.
  return isBlank(a) || (a.isKnown && isPlain(a)) ? keepPending(b, a) : isPlain(b) && b.isKnown ? keepPending(a, b) : join(a, b);
}

function isPlain(value: Value): boolean {
  return (
    rankOf(value) === null && !value.service && !value.method && !value.varies && !value.isCount && !value.cls &&
    value.closures.length === 0 && (value.box === null || (value.box.item === null && value.box.fields.size === 0))
  );
}

function keepPending(value: Value, other: Value): Value {
  return other.pending.length === 0 ? value : { ...value, pending: [...value.pending, ...other.pending] };
}
