/** Calls that run a function for each item of a collection. */
import { isConcurrencyHelper, isSeriesHelper, perItemMethods, type Rank } from '../vocabulary/index.js';
import { limitIn } from './limiters.js';
import { newFrame } from './path.js';
import { itemOf, listLike } from './members.js';
import { callArgument, isFunctionLike, pendingSince, type Site } from './site.js';
import { join, ordinary, ranked, rankOf, unknown, type Value } from './value.js';

/** `parallelIo(items, f)`: many items at once, whatever the loop around it does. */
export function concurrencyHelper(site: Site): Value | null {
  const { machine, receiver, name, args, expr } = site;
  const index = args.findIndex(isFunctionLike);
  const items = args.find((_, i) => i !== index && expr.args[i]?.value.op !== 'record') ?? receiver;
  const isHelper = isConcurrencyHelper(name);
  // The pool that does the work says how many at a time, or an argument does.
  const limit = args.some((arg) => arg.limiter?.isSerial) ? 1 : limitIn(expr.args, isHelper ? 'limit' : null);
  // `stream.map(f, { concurrency: 4 })`
  if (index < 0 || !items || !(isHelper || (perItemMethods.get(name) === 0 && limit !== null))) return null;
  const before = machine.calls.length;
  const frame = newFrame('loop', expr.at, rankOf(items) === 1);
  const result = machine.within({ op: 'call', at: expr.at }, () =>
    machine.within({ op: 'frame', frame }, () => callArgument(site, index, [itemOf(machine, items, frame), { ...ordinary, varies: frame }])),
  );
  for (const call of machine.calls.slice(before)) {
    // With a limit of one it is a loop like any other, and so it is for what should be made once.
    if (limit === 1 || call.effect === 'resource') continue;
    call.concurrentFrom = Math.min(call.concurrentFrom, machine.path.length);
    call.isBounded = true;
  }
  const list = listLike(machine, { ...ordinary, box: null }, rankOf(items));
  if (list.box) list.box.item = { ...result, pending: [] };
  return { ...list, pending: pendingSince(machine, before) };
}

/** `rows.map(f)`, `_.map(rows, f)`, `Array.from(rows, f)`, `Array.fromAsync(rows, f)`, `mapSeries(rows, f)`. */
export function perItemCall(site: Site): Value | null {
  const { name, args, receiver } = site;
  const position = perItemMethods.get(name);
  if (receiver && !receiver.service && position !== undefined && isFunctionLike(args[0]) && rankOf(receiver) !== null) {
    return eachItem(site, receiver, 0, position, args[1]);
  }
  const ranks = args.map(rankOf);
  if (isFunctionLike(args[1]) && args[0]) {
    const isArrayFrom = name === 'from' || name === 'fromAsync';
    const isLoop = position !== undefined || name === 'times' || isSeriesHelper(name) || (isArrayFrom && receiver?.name.endsWith('Array'));
    const source = name === 'times' && args[0].isCount ? ranked(1) : args[0];
    if (isLoop && (ranks[0] !== null || source !== args[0] || isArrayFrom)) return eachItem(site, source, 1, position ?? 0, args[2]);
  }
  if (receiver && !receiver.service && position !== undefined && isFunctionLike(args[0])) {
    return eachItem(site, receiver, 0, position, args[1]);
  }
  return null;
}

function eachItem(site: Site, items: Value, index: number, position: number, start: Value | undefined): Value {
  const { machine, expr, name } = site;
  const rank = rankOf(items);
  const frame = newFrame('loop', expr.at, rank === 1);
  // `Array.from({ length: 4 }, ...)`
  frame.isFixed = name === 'from' && typeof items.box?.fields.get('length')?.literal === 'number';
  const turn: Value = { ...ordinary, varies: frame };
  const item = itemOf(machine, items, frame);
  const result = machine.within({ op: 'frame', frame }, () =>
    callArgument(site, index, position === 1 ? [start ?? unknown, item, turn] : [item, turn, items]),
  );
  if (position === 1) return start ? join(start, result) : result;
  if (/^find(Last)?$/.test(name)) return item;
  if (name === 'groupBy') return ranked(rank === 1 ? 2 : null, { isBatch: items.isBatch });
  if (/^(filter|partition|sort|toSorted|orderBy|uniqBy|keyBy)/.test(name)) return items;
  if (!/^(map|flatMap|from|mapAsync|apply|mapRows|times)/.test(name)) return ordinary;
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
