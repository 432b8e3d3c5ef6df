/** What a call costs, judged by names. */
import type { Place } from '../../rule.js';
import type { Expr } from '../model.js';
import { effectOfFunction, effectOfLoneMethod, effectOfMade, effectOfMethod, isCallable, isDatabaseCall, isFunctionOfModules, isMaybeStore, makingOf, type Making, type Verdict } from '../vocabulary/index.js';
import type { Machine } from './machine.js';
import type { Call } from './path.js';
import type { Site } from './site.js';
import { ranked, rankOf, type Box, type Value } from './value.js';

/** What calling a value costs. */
export function verdictOf(callee: Value): Verdict {
  const { method } = callee;
  // `bucket.blob(row.data).download()`: what a store gives for a row is reached over the network all the same.
  if (callee.rank === 0 && method && /^(down|up)load([A-Z]|$)/.test(method.name)) return { effect: 'io', certain: true };
  if (callee.closures.length > 0 || callee.cls || callee.rank !== null) return null;
  const made = method?.maker ? effectOfMade(method.maker, method.name) : null;
  if (made) return made;
  if (method?.service) return effectOfMethod(method.service, method.name, method.receiver);
  if (method) {
    if (isCallable(callee.service)) return { effect: callee.service, certain: true };
    const isStore = isMaybeStore(method.receiver) && /^(get|set|put|has|read|write|lookup|fetch|find|load|save)/.test(method.name);
    if (isStore && !callee.isKnown) return { effect: 'io', certain: false };
    const alone = effectOfLoneMethod(method.name);
    if (alone) return alone;
    if (callee.isKnown) return null;
    if (isDatabaseCall(method.receiver, method.name)) return { effect: 'io', certain: true };
    const byName = effectOfFunction(method.name, null);
    return byName?.certain && /^(download|upload|openAsset|sleep|delay|parallel|url(open|retrieve)$)|ffmpeg|Frames$/i.test(method.name) ? byName : null;
  }
  if (callee.imported && callee.imported.module !== '') {
    const byName = effectOfFunction(callee.imported.name, callee.imported.module);
    if (byName) return byName;
  }
  if (isCallable(callee.service) && !(callee.imported?.module && isFunctionOfModules(callee.imported.name))) return { effect: callee.service, certain: true };
  if (callee.isKnown || callee.service === 'plain') return null;
  const name = callee.imported?.name ?? callee.name;
  return name === '' ? null : effectOfFunction(name, callee.imported?.module ?? null);
}

/** Writes down a costly call. Its value carries the promise. */
export function note(machine: Machine, verdict: NonNullable<Verdict>, label: string, at: Place, args: readonly Value[]): Value {
  const { effect, certain } = verdict;
  const lists = args.flatMap((arg) => [arg, ...(arg.box?.fields.values() ?? [])]).flatMap((arg): Box[] => (arg.box ? [arg.box] : []));
  const call: Call = { effect, label, at, path: machine.path, concurrentFrom: Infinity, isMaybe: !certain, lists, gathers: [], isBounded: false, isSerial: false, waitedIn: new Set(), unguarded: [] };
  machine.calls.push(call);
  const ranks = args.map(rankOf);
  // What is read or tokenized for all rows is still one thing per row, waiting for its model; what a model answers is not.
  const keepsRows = effect === 'io' || effect === 'tokenizer';
  const rank = ranks.includes(0) ? 0 : keepsRows && ranks.includes(1) ? 1 : null;
  return { ...ranked(rank), pending: [{ call, boxed: false }] };
}

/** Writes down what a call makes anew. Changes nothing about its value. */
export function noteMaking(site: Site): void {
  const { machine, expr, receiver, callee, name, args } = site;
  if (machine.isOptional() || callee.closures.length > 0 || callee.cls) return;
  const takesRow = args.some((arg) => rankOf(arg) === 0 || [...(arg.box?.fields.values() ?? [])].some((field) => rankOf(field) === 0));
  const module = receiver ? receiver.imported?.module : callee.imported?.module;
  const made = makingOf({ name, receiver: receiver ? (receiver.imported?.name ?? receiver.name) : null, module: module || null, isNew: expr.isNew, takesRow });
  if (made) pushMaking(machine, made, expr.label ?? `${expr.isNew ? 'new ' : ''}${labelOf(expr.callee)}`, expr.at);
}

export function pushMaking(machine: Machine, effect: Making, label: string, at: Place): void {
  const unguarded = machine.frames().filter((frame) => !frame.isGuarded);
  const { path } = machine;
  machine.calls.push({ effect, label, at, path, concurrentFrom: Infinity, isMaybe: false, lists: [], gathers: [], isBounded: false, isSerial: false, waitedIn: new Set(), unguarded });
}

/** A call as the author wrote it, without arguments. */
export function labelOf(expr: Expr): string {
  if (expr.op === 'name') return expr.name;
  if (expr.op === 'self') return 'this';
  if (expr.op === 'member') {
    const of = labelOf(expr.of);
    return of === '' ? expr.name : `${of}.${expr.name}`;
  }
  return '';
}
