/** Calls: of functions in the file, of what the language brings, of services, and of what nothing is known of. */
import type { Expr } from '../model.js';
import { collectsOrders, givesModel, isQueueMethod, isSemaphoreMethod, isSplitter, serviceOfMaker, startsTask, type Rank } from '../vocabulary/index.js';
import { collectionCall } from './collections.js';
import { labelOf, note, noteMaking, verdictOf } from './costs.js';
import { letsAllRun, limiterMadeBy, limiterOf, tellsLimit } from './limiters.js';
import type { Machine } from './machine.js';
import { listLike, readItem, readMember } from './members.js';
import { concurrencyHelper, perItemCall } from './per-item.js';
import { continuation, promiseCall } from './promises.js';
import { callArgument, callValue, isFunctionLike, pendingSince, type CallExpr, type Site } from './site.js';
import { isBlank, join, ordinary, ranked, rankOf, unknown, type Scope, type Value } from './value.js';

/** Evaluates a call expression. The handlers are asked in turn; the first that knows the call answers. */
export function evaluateCall(machine: Machine, expr: CallExpr, scope: Scope, self: Value | null): Value {
  const { receiver, callee, name } = calleeOf(machine, expr.callee, scope, self);
  const args = expr.args.map((arg) => {
    const value = machine.evaluate(arg.value, scope, self);
    return arg.spread && value.box?.item && rankOf(value) !== 1 ? { ...value.box.item, rank: value.box.item.rank ?? value.rank } : value;
  });
  const site: Site = { machine, expr, receiver, callee: callableOf(callee), name, args };
  noteMaking(site);
  if (isSemaphoreMethod(name) && !letsAllRun(receiver?.box?.cls?.limiter ?? receiver?.limiter, machine)) for (const frame of machine.frames()) frame.isBounded = true;
  return (
    boundCall(site) ??
    ownFunction(site) ??
    newInstance(site) ??
    promiseCall(site) ??
    continuation(site) ??
    remoteTask(site) ??
    concurrencyHelper(site) ??
    perItemCall(site) ??
    collectionCall(site) ??
    costlyCall(site) ??
    otherCall(site)
  );
}

function calleeOf(machine: Machine, target: Expr, scope: Scope, self: Value | null): Pick<Site, 'receiver' | 'callee' | 'name'> {
  if (target.op === 'member') {
    const receiver = machine.evaluate(target.of, scope, self);
    return { receiver, callee: readMember(machine, receiver, target.name, target.at), name: target.name };
  }
  if (target.op === 'item') {
    const receiver = machine.evaluate(target.of, scope, self);
    const key = machine.evaluate(target.key, scope, self);
    return { receiver, callee: readItem(machine, receiver, key), name: typeof key.literal === 'string' ? key.literal : key.name };
  }
  const callee = machine.evaluate(target, scope, self);
  return { receiver: null, callee, name: callee.imported?.name ?? callee.name };
}

/** In Python an object is called by its method `__call__`. */
function callableOf(value: Value): Value {
  return value.box?.cls ? (value.box.fields.get('__call__') ?? value) : value;
}

/** `f.bind(x)`, `f.call(x, ...)`, `f.apply(x, [...])`, `promisify(f)`. */
function boundCall(site: Site): Value | null {
  const { receiver, name, args } = site;
  if (name === 'promisify') return args[0] ?? null;
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
  const { expr, receiver, callee, name, args, machine } = site;
  if (!expr.isNew) return null;
  if (callee.cls) {
    const constructor = callee.cls.instance.box?.fields.get('constructor')?.closures[0];
    if (constructor) machine.enter(constructor, args, expr.at);
    callee.cls.limiter = limiterMadeBy(site);
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
  // `new Intl.Segmenter('en')`
  const made = receiver?.service === 'plain' ? 'plain' : serviceOfMaker(name, (receiver ?? callee).imported?.module);
  // What a module for HTTP or a store makes belongs to it: `requests.Session()`.
  const service = made !== 'plain' && (receiver?.service === 'api' || receiver?.service === 'io') ? receiver.service : made;
  // A client that opens only so many connections: `AsyncClient(limits=Limits(max_connections=8))`.
  const limiter = args.find((arg) => arg.limiter)?.limiter ?? (tellsLimit(expr.args) ? limiterMadeBy(site) : null);
  return service ? { ...unknown, service, name, maker: name, limiter, isKnown: service === 'plain' } : null;
}

function newCollection(site: Site): Value {
  const from = site.args[0];
  const made = listLike(site.machine, from ?? ordinary, from ? rankOf(from) : null);
  if (made.box && site.name === 'Set') made.box.isDistinct = true;
  return made;
}

/** A list as long as there are rows. */
function counted(args: readonly Value[]): Value | null {
  return args.some((arg) => arg.isCount && !arg.varies) ? ranked(1) : null;
}

/** `f.remote(x)`: Ray runs it elsewhere, however many there are, and it costs where its result is waited for. */
function remoteTask({ machine, receiver, name, expr, args }: Site): Value | null {
  if (!receiver || name !== 'remote') return null;
  const value = note(machine, { effect: 'io', certain: false }, expr.label ?? labelOf(expr.callee), expr.at, args);
  for (const { call } of value.pending) call.isBounded = true;
  return value;
}

/** A call that has an effect by its name. */
function costlyCall(site: Site): Value | null {
  const { machine, callee, expr, args, receiver } = site;
  const verdict = verdictOf(callee);
  if (!verdict || expr.isNew) return null;
  const value = note(machine, verdict, expr.label ?? labelOf(expr.callee), expr.at, args);
  if (receiver?.limiter && !letsAllRun(receiver.limiter, machine)) for (const { call } of value.pending) call.isBounded = true;
  return receiver ? { ...value, pending: [...receiver.pending, ...value.pending] } : value;
}

/** A call of which nothing is known: it may call the functions it is given, and its result follows its arguments. */
function otherCall(site: Site): Value {
  const { machine, receiver, callee, name, args, expr } = site;
  const before = machine.calls.length;
  const results = args.flatMap((arg, i) => (arg.closures.length > 0 || (isFunctionLike(arg) && (arg.method || name === 'submit')) ? [callArgument(site, i, [])] : []));
  const limiter = (receiver ?? callee).limiter ?? args.find((arg) => arg.limiter)?.limiter;
  // What runs a function for somebody may run it later, and a few at a time.
  if (!startsTask(name) && !letsAllRun(limiter, machine)) for (const call of machine.calls.slice(before)) call.isBounded = true;
  if (results.length > 0 && isQueueMethod(name) && !limiter?.isSerial) for (const call of machine.calls.slice(before)) call.isMaybe = true;
  const isTimer = /^set(Timeout|Interval|Immediate)$|^queueMicrotask$/.test(name);
  // Gathering what runs one after the other makes nothing of it run side by side.
  const pending = isTimer || limiter?.isSerial ? [] : pendingSince(machine, before);
  const ranks = args.map(rankOf).filter((rank): rank is Rank => rank !== null);
  if (/^(Array|range|arange)$/.test(name) || (name === 'steps' && args[2]?.literal === 1)) {
    const list = counted(args);
    if (list) return list;
  }
  // `models.get(row.language)`: which of the models depends on the row, and it is a model all the same.
  if (name === 'get' && receiver?.service === 'model' && receiver.name.endsWith('s')) return { ...unknown, service: 'model', name: receiver.name.slice(0, -1), pending };
  // `AutoTokenizer.from_pretrained(...)` makes what its class is called.
  const maker = receiver && /^from[A-Z]/.test(name) ? (receiver.imported?.name ?? receiver.name) : name;
  const made = receiver?.service === 'io' ? 'io' : serviceOfMaker(maker, (receiver ?? callee).imported?.module);
  // Which of them may depend on the row, and it is one all the same.
  if (made && ranks.length > 0 && givesModel(name)) return { ...unknown, service: made, name, pending };
  if (ranks.length > 0) {
    const rank = Math.max(...ranks) as Rank;
    const result = results.length > 0 ? results.reduce(join) : unknown;
    const guessed = rank === 1 && (isSplitter(name) || name === 'fill') ? 2 : rank;
    if (receiver?.service === 'plain' && /^(JSON|Math|console)$/.test(receiver.name)) return ordinary;
    return { ...result, rank: guessed, isGuess: true, pending, varies: args.find((arg) => arg.varies)?.varies ?? null };
  }
  if (receiver?.service === 'io' && collectsOrders(name)) return { ...ordinary, service: 'plain', name };
  if (results.length > 0) return { ...results.reduce(join), pending };
  if (made && !expr.isNew) return { ...unknown, service: made, name, isKnown: made === 'plain' };
  if (callee.service && callee.service !== 'plain') return { ...unknown, service: callee.service, name: receiver?.name ?? name };
  if (receiver?.isKnown && isBlank(callee)) return { ...ordinary, varies: receiver.varies };
  return { ...unknown, varies: args.find((arg) => arg.varies)?.varies ?? null, limiter: limiterOf(site), pending: receiver?.pending ?? [] };
}
