/** Promises: gathering them, and going on when one is done. */
import type { Expr } from '../model.js';
import { isContinuing, isGathering } from '../vocabulary/index.js';
import { linkOf } from './limiters.js';
import type { Machine } from './machine.js';
import { listLike } from './members.js';
import { markConcurrent, type Call } from './path.js';
import { callArgument, type Site } from './site.js';
import { join, ordinary, pendingOf, rankOf, type Value } from './value.js';

/** `Promise.all(list)` and its like. */
export function promiseCall(site: Site): Value | null {
  const { receiver, name, args, machine } = site;
  const isStatic = receiver?.name === 'Promise';
  const list = args[0];
  if (isStatic && name === 'resolve') return list ?? ordinary;
  const takesList = list !== undefined && pendingOf(list).length > 0 && list.pending.length === 0;
  if (!list || !(isStatic ? isGathering(name) : takesList && isGathering(name) && isBlankCallee(site))) return null;
  for (const { call } of pendingOf(list)) {
    // In a race a timer is what gives up, and nobody waits for it.
    if (name === 'race' && call.label === 'setTimeout') continue;
    call.isMaybe = false;
    markConcurrent(call, machine.path);
  }
  if (!list.box) return { ...list, pending: [] };
  const settled = listLike(machine, list, rankOf(list));
  if (settled.box?.item) settled.box.item = { ...settled.box.item, pending: [] };
  return settled;
}

function isBlankCallee(site: Site): boolean {
  return site.callee.closures.length === 0 && site.receiver?.service == null;
}

/** `promise.then(f)` */
export function continuation(site: Site): Value | null {
  const { machine, receiver, name, args, expr } = site;
  if (!receiver || !isContinuing(name) || args.length === 0) return null;
  const before = machine.calls.length;
  const results = args.map((_, i) => callArgument(site, i, [{ ...receiver, pending: [] }]));
  if (expr.callee.op === 'member') chain(machine, expr.callee.of, receiver, machine.calls.slice(before));
  const last = name === 'then' ? results.reduce(join) : join(receiver, results.reduce(join));
  return { ...last, pending: [...receiver.pending, ...results.flatMap((one) => one.pending)] };
}

/** Marks what a chain of promises does: one after the other, and with several chains so many at a time. */
function chain(machine: Machine, of: Expr, receiver: Value, calls: readonly Call[]): void {
  const link = linkOf(of);
  const loop = machine.frames().find(({ kind }) => kind === 'loop');
  // What was begun in this turn is a chain of the turn's own.
  const isOfTurn = receiver.pending.some(({ call }) => call.path.some((step) => step.op === 'frame' && step.frame === loop));
  if (link === null || !machine.chains.has(link) || isOfTurn) return;
  for (const call of calls) {
    if (of.op === 'item') call.isBounded = true;
    else call.isSerial = true;
  }
}
