/** Calls: of functions in the file, of what the language brings, of services, and of what nothing is known of. */
import type { Place } from '../../rule.js';
import type { Expr } from '../model.js';
import {
  effectOfFunction, effectOfMethod, isCallable, isConcurrencyHelper, isGathering, isMaybeStore, isQueueMethod,
  isSeriesHelper, isSplitter, perItemMethods, rowMethods, rowsMembers, serviceOfMaker, type Rank, type Verdict,
} from '../vocabulary.js';
import type { Interpreter } from './interpreter.js';
import { itemOf, listLike, readItem, readMember, writeItem } from './members.js';
import { markConcurrent, type Call } from './path.js';
import {
  isBlank, join, ordinary, pendingOf, ranked, rankOf, unknown, type Box, type Scope, type Value,
} from './value.js';

type CallExpr = Extract<Expr, { op: 'call' }>;

/** One call being evaluated. */
interface Site {
  machine: Interpreter;
  expr: CallExpr;
  /** What the method is called on; null for a plain function. */
  receiver: Value | null;
  callee: Value;
  /** The function's own name: that of the method, or the name it was imported under. */
  name: string;
  args: Value[];
}

/** Evaluates a call expression. The handlers are asked in turn; the first that knows the call answers. */
export function evaluateCall(machine: Interpreter, expr: CallExpr, scope: Scope, self: Value | null): Value {
  const { receiver, callee, name } = calleeOf(machine, expr.callee, scope, self);
  const args = expr.args.map((arg) => {
    const value = machine.evaluate(arg.value, scope, self);
    return arg.spread && value.box?.item ? { ...value.box.item, rank: value.box.item.rank ?? value.rank } : value;
  });
  const site: Site = { machine, expr, receiver, callee, name, args };
  return (
    boundCall(site) ??
    ownFunction(site) ??
    newInstance(site) ??
    promiseCall(site) ??
    continuation(site) ??
    concurrencyHelper(site) ??
    perItemCall(site) ??
    collectionCall(site) ??
    costlyCall(site) ??
    otherCall(site)
  );
}

function calleeOf(machine: Interpreter, target: Expr, scope: Scope, self: Value | null): Pick<Site, 'receiver' | 'callee' | 'name'> {
  if (target.op === 'member') {
    const receiver = machine.evaluate(target.of, scope, self);
    return { receiver, callee: readMember(machine, receiver, target.name), name: target.name };
  }
  if (target.op === 'item') {
    const receiver = machine.evaluate(target.of, scope, self);
    const key = machine.evaluate(target.key, scope, self);
    return { receiver, callee: readItem(machine, receiver, key), name: typeof key.literal === 'string' ? key.literal : key.name };
  }
  const callee = machine.evaluate(target, scope, self);
  return { receiver: null, callee, name: callee.imported?.name ?? callee.name };
}

/** Calls a value with arguments: closures are entered, services are noted. Null when it is neither. */
function callValue(site: Site, callee: Value, args: readonly Value[], at: Place, isInline: boolean): Value | null {
  const { machine } = site;
  if (callee.closures.length > 0) {
    return callee.closures.map((closure) => machine.enter(closure, args, isInline ? null : at)).reduce(join);
  }
  const verdict = verdictOf(callee);
  return verdict ? note(machine, verdict, callee.name, at, args) : null;
}

/** Calls the function at an argument position. A function written in place has no call of its own to point at. */
function callArgument(site: Site, index: number, args: readonly Value[]): Value {
  const value = site.args[index];
  const written = site.expr.args[index]?.value;
  if (!value || !written) return unknown;
  return callValue(site, value, args, site.expr.at, written.op === 'function') ?? unknown;
}

function isFunctionLike(value: Value | undefined): boolean {
  return value !== undefined && (value.closures.length > 0 || verdictOf(value) !== null);
}

/** `f.bind(x)`, `f.call(x, ...)`, `f.apply(x, [...])`. */
function boundCall(site: Site): Value | null {
  const { receiver, name, args } = site;
  if (!receiver || !isFunctionLike(receiver)) return null;
  if (name === 'bind') return receiver;
  if (name === 'call') return callValue(site, receiver, args.slice(1), site.expr.at, false);
  return name === 'apply' ? callValue(site, receiver, args[1] ? [args[1]] : [], site.expr.at, false) : null;
}

function ownFunction(site: Site): Value | null {
  if (site.callee.closures.length === 0 || site.expr.isNew) return null;
  return callValue(site, site.callee, site.args, site.expr.at, site.expr.callee.op === 'function');
}

function newInstance(site: Site): Value | null {
  const { expr, callee, name, args, machine } = site;
  if (!expr.isNew) return null;
  if (callee.cls) {
    const constructor = callee.cls.instance.box?.fields.get('constructor')?.closures[0];
    if (constructor) machine.enter(constructor, args, expr.at);
    // A class with a foreign base may do anything the base does: its name says what.
    const service = callee.cls.base && !callee.cls.base.cls ? serviceOfMaker(callee.cls.base.name) : null;
    return service && service !== 'plain' ? { ...callee.cls.instance, service } : callee.cls.instance;
  }
  if (name === 'Promise') {
    const before = machine.calls.length;
    callArgument(site, 0, []);
    return { ...ordinary, pending: pendingSince(machine, before) };
  }
  if (name === 'Array') return counted(args) ?? newCollection(site);
  if (/^(Map|Set|WeakMap|WeakSet)$/.test(name)) return newCollection(site);
  const service = serviceOfMaker(name, callee.imported?.module);
  return service ? { ...unknown, service, name, isKnown: service === 'plain' } : null;
}

function newCollection(site: Site): Value {
  const from = site.args[0];
  return listLike(site.machine, from ?? ordinary, from ? rankOf(from) : null);
}

/** A list as long as there are rows. */
function counted(args: readonly Value[]): Value | null {
  return args.some((arg) => arg.isCount && !arg.varies) ? ranked(1) : null;
}

/** `Promise.all(list)` and its like. */
function promiseCall(site: Site): Value | null {
  const { receiver, name, args, machine } = site;
  const isStatic = receiver?.name === 'Promise';
  const list = args[0];
  if (isStatic && name === 'resolve') return list ?? ordinary;
  const takesList = list !== undefined && pendingOf(list).length > 0 && list.pending.length === 0;
  if (!list || !(isStatic ? isGathering(name) : takesList && isGathering(name) && isBlankCallee(site))) return null;
  for (const { call } of pendingOf(list)) {
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
function continuation(site: Site): Value | null {
  const { receiver, name, args } = site;
  if (!receiver || !/^(then|catch|finally)$/.test(name) || args.length === 0) return null;
  const results = args.map((_, i) => callArgument(site, i, [{ ...receiver, pending: [] }]));
  const last = name === 'then' ? results.reduce(join) : join(receiver, results.reduce(join));
  return { ...last, pending: [...receiver.pending, ...results.flatMap((one) => one.pending)] };
}

/** `parallelIo(items, f)`: many items at once, whatever the loop around it does. */
function concurrencyHelper(site: Site): Value | null {
  const { machine, name, args, expr } = site;
  const index = args.findIndex(isFunctionLike);
  const items = args.find((_, i) => i !== index);
  if (index < 0 || !items || !isConcurrencyHelper(name)) return null;
  const before = machine.calls.length;
  const frame = machine.newFrame('loop', expr.at, false);
  const result = machine.within({ op: 'call', at: expr.at }, () =>
    machine.within({ op: 'frame', frame }, () => callArgument(site, index, [itemOf(items, frame), { ...ordinary, varies: frame }])),
  );
  for (const call of machine.calls.slice(before)) call.concurrentFrom = Math.min(call.concurrentFrom, machine.path.length);
  const list = listLike(machine, { ...ordinary, box: null }, rankOf(items));
  if (list.box) list.box.item = { ...result, pending: [] };
  return { ...list, pending: pendingSince(machine, before) };
}

/** `rows.map(f)`, `_.map(rows, f)`, `Array.from(rows, f)`, `mapSeries(rows, f)`. */
function perItemCall(site: Site): Value | null {
  const { name, args, receiver } = site;
  const position = perItemMethods.get(name);
  if (receiver && !receiver.service && position !== undefined && isFunctionLike(args[0]) && rankOf(receiver) !== null) {
    return eachItem(site, receiver, 0, position, args[1]);
  }
  const ranks = args.map(rankOf);
  if (isFunctionLike(args[1]) && args[0]) {
    const isLoop = position !== undefined || name === 'times' || isSeriesHelper(name) || (name === 'from' && receiver?.name === 'Array');
    const source = name === 'times' && args[0].isCount ? ranked(1) : args[0];
    if (isLoop && (ranks[0] !== null || source !== args[0] || name === 'from')) return eachItem(site, source, 1, position ?? 0, args[2]);
  }
  if (receiver && !receiver.service && position !== undefined && isFunctionLike(args[0])) {
    return eachItem(site, receiver, 0, position, args[1]);
  }
  return null;
}

function eachItem(site: Site, items: Value, index: number, position: number, start: Value | undefined): Value {
  const { machine, expr, name } = site;
  const rank = rankOf(items);
  const frame = machine.newFrame('loop', expr.at, rank === 1);
  const turn: Value = { ...ordinary, varies: frame };
  const item = itemOf(items, frame);
  const result = machine.within({ op: 'frame', frame }, () =>
    callArgument(site, index, position === 1 ? [start ?? unknown, item, turn] : [item, turn, items]),
  );
  if (position === 1) return start ? join(start, result) : result;
  if (/^find(Last)?$/.test(name)) return item;
  if (!/^(map|flatMap|from|mapAsync|apply|mapRows|times)/.test(name)) return /^filter|^partition/.test(name) ? items : ordinary;
  const list = listLike(machine, ordinary, mappedRank(rank, rankOf(result), name === 'flatMap', frame.isRows));
  if (list.box) {
    list.box.item = result;
    for (const feeder of items.box?.fedIn ?? []) list.box.fedIn.add(feeder);
  }
  return list;
}

function mappedRank(source: Rank | null, result: Rank | null, isFlat: boolean, perRow: boolean): Rank | null {
  if (source === 0 || source === 1) return source;
  if (result === null) return null;
  if (result === 0) return perRow ? 1 : source === null ? 0 : 1;
  return isFlat ? 1 : 2;
}

/** Methods of lists, batches, columns and iterators. */
function collectionCall(site: Site): Value | null {
  const { machine, receiver, name, args } = site;
  if (!receiver || receiver.service === 'plain') return null;
  if (receiver.box && /^(push|unshift|add|set|append|enqueue)$/.test(name)) {
    for (const arg of args.slice(-1)) {
      if (isQueueMethod(name) && arg.closures.length > 0 && !/^(push|unshift|set)$/.test(name)) return null;
      writeItem(machine, receiver, arg, args.length > 1 ? args[0] : unknown);
    }
    return receiver;
  }
  if (receiver.imported?.module === '' && /^(Object|Array)$/.test(receiver.name)) return staticCall(site);
  const rank = rankOf(receiver);
  if (rank === null) {
    if (receiver.box && /^(get|at|pop|shift)$/.test(name)) return receiver.box.item ?? unknown;
    return receiver.box && /^(values|entries|slice|splice|filter|reverse|sort|concat|flat|toReversed)$/.test(name) ? receiver : null;
  }
  if (rank === 0) return { ...ranked(0), varies: receiver.varies };
  if (name === 'next' || name === 'shift' || name === 'pop') {
    if (rank === 1) machine.draw(null);
    return itemOf(receiver, machine.frames()[0] ?? machine.newFrame('loop', site.expr.at, false));
  }
  if (name === 'splice' && args[1]?.literal === 1) machine.draw(null);
  if (rowMethods.has(name)) {
    if (rank === 1) machine.draw(args[0] && args[0].literal === null ? args[0] : ordinary);
    return { ...itemOf(receiver, machine.frames()[0] ?? machine.newFrame('loop', site.expr.at, false)), varies: args[0]?.varies ?? null };
  }
  if (rank === 1 && isSplitter(name)) return ranked(2, { isBatch: receiver.isBatch });
  if (name === 'flat' && rank === 2) return ranked(1);
  if (name === 'join') return ordinary;
  if (rowsMembers.has(name)) return { ...receiver, ...site.callee, box: receiver.box, method: null, rank, closures: [] };
  return receiver.isBatch ? ordinary : null;
}

/** `Object.entries(x)`, `Array.from(x)`, `Object.groupBy(x, f)`. */
function staticCall(site: Site): Value | null {
  const { name, args, machine } = site;
  const from = args[0];
  if (!from) return ordinary;
  if (name === 'groupBy') return ranked(rankOf(from) === 1 ? 2 : null);
  const fields = [...(from.box?.fields.values() ?? [])];
  if (/^(values|entries)$/.test(name) && fields.length > 0 && rankOf(from) === null) {
    const list = listLike(machine, ordinary, fields.some((field) => rankOf(field) === 1) ? 2 : null);
    if (list.box) list.box.item = fields.reduce(join);
    return list;
  }
  if (/^(values|entries|keys|from|of|fromEntries|assign|freeze)$/.test(name)) return { ...from, isBatch: false, pending: pendingOf(from) };
  return ordinary;
}

/** A call that has an effect by its name. */
function costlyCall(site: Site): Value | null {
  const { machine, callee, expr, args, receiver } = site;
  const verdict = verdictOf(callee);
  if (!verdict || expr.isNew) return null;
  const value = note(machine, verdict, labelOf(expr.callee), expr.at, args);
  return receiver ? { ...value, pending: [...receiver.pending, ...value.pending] } : value;
}

function verdictOf(callee: Value): Verdict {
  if (callee.closures.length > 0 || callee.cls || callee.rank !== null) return null;
  const { method } = callee;
  if (method?.service) return effectOfMethod(method.service, method.name, method.receiver);
  if (method) {
    if (isCallable(callee.service)) return { effect: callee.service, certain: true };
    const isStore = isMaybeStore(method.receiver) && /^(get|set|put|has|read|write|lookup|fetch|find|load|save)/.test(method.name);
    if (isStore && !callee.isKnown) return { effect: 'io', certain: false };
    if (callee.isKnown) return null;
    const byName = effectOfFunction(method.name, null);
    return byName?.certain && /^(download|upload|openAsset|sleep|delay|parallel)|ffmpeg|Frames$/i.test(method.name) ? byName : null;
  }
  if (callee.imported && callee.imported.module !== '') {
    const byName = effectOfFunction(callee.imported.name, callee.imported.module);
    if (byName) return byName;
  }
  if (isCallable(callee.service)) return { effect: callee.service, certain: true };
  if (callee.isKnown || callee.service) return null;
  const name = callee.imported?.name ?? callee.name;
  return name === '' ? null : effectOfFunction(name, callee.imported?.module ?? null);
}

function note(machine: Interpreter, verdict: NonNullable<Verdict>, label: string, at: Place, args: readonly Value[]): Value {
  const { effect, certain } = verdict;
  const lists = args.flatMap((arg) => [arg, ...(arg.box?.fields.values() ?? [])]).flatMap((arg): Box[] => (arg.box ? [arg.box] : []));
  const call: Call = { effect, label, at, path: machine.path, concurrentFrom: Infinity, isMaybe: !certain, lists };
  machine.calls.push(call);
  const ranks = args.map(rankOf);
  const rank = ranks.includes(0) ? 0 : effect === 'io' && ranks.includes(1) ? 1 : null;
  return { ...ranked(rank), pending: [{ call, boxed: false }] };
}

/** A call of which nothing is known: it may call the functions it is given, and its result follows its arguments. */
function otherCall(site: Site): Value {
  const { machine, receiver, callee, name, args, expr } = site;
  const before = machine.calls.length;
  const results = args.flatMap((arg, i) => (arg.closures.length > 0 || (isFunctionLike(arg) && arg.method) ? [callArgument(site, i, [])] : []));
  if (results.length > 0 && isQueueMethod(name)) for (const call of machine.calls.slice(before)) call.isMaybe = true;
  const isTimer = /^set(Timeout|Interval|Immediate)$|^queueMicrotask$/.test(name);
  const pending = isTimer ? [] : pendingSince(machine, before);
  const ranks = args.map(rankOf).filter((rank): rank is Rank => rank !== null);
  if (/^(Array|range|arange)$/.test(name)) {
    const list = counted(args);
    if (list) return list;
  }
  if (ranks.length > 0) {
    const rank = Math.max(...ranks) as Rank;
    const result = results.length > 0 ? results.reduce(join) : unknown;
    const guessed = rank === 1 && isSplitter(name) ? 2 : rank;
    if (receiver?.service === 'plain' && /^(JSON|Math|console)$/.test(receiver.name)) return ordinary;
    return { ...result, rank: guessed, isGuess: true, pending, varies: args.find((arg) => arg.varies)?.varies ?? null };
  }
  const made = serviceOfMaker(name, callee.imported?.module);
  if (results.length > 0) return { ...results.reduce(join), pending };
  if (made && !expr.isNew) return { ...unknown, service: made, name, isKnown: made === 'plain' };
  if (callee.service && callee.service !== 'plain') return { ...unknown, service: callee.service, name: receiver?.name ?? name };
  if (receiver?.isKnown && isBlank(callee)) return { ...ordinary, varies: receiver.varies };
  return { ...unknown, varies: args.find((arg) => arg.varies)?.varies ?? null, pending: receiver?.pending ?? [] };
}

function pendingSince(machine: Interpreter, first: number): Value['pending'] {
  return machine.calls.slice(first).map((call) => ({ call, boxed: false }));
}

function labelOf(expr: Expr): string {
  if (expr.op === 'name') return expr.name;
  if (expr.op === 'self') return 'this';
  if (expr.op === 'member') {
    const of = labelOf(expr.of);
    return of === '' ? expr.name : `${of}.${expr.name}`;
  }
  return '';
}
