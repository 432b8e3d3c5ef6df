/** What the methods of lists, batches, columns and iterators give. */
import { isQueueMethod, isSplitter, rowMethods, rowsMembers } from '../vocabulary/index.js';
import { verdictOf } from './costs.js';
import { newFrame } from './path.js';
import { itemOf, listLike, oneOf, writeItem } from './members.js';
import { callArgument, type Site } from './site.js';
import { join, ordinary, pendingOf, ranked, rankOf, unknown, type Value } from './value.js';

/** Methods of lists, batches, columns and iterators. */
export function collectionCall(site: Site): Value | null {
  const { machine, receiver, name, args } = site;
  if (!receiver || receiver.service === 'plain') return null;
  if (receiver.box && /^(push|unshift|add|set|append|enqueue)$/.test(name)) {
    for (const arg of args.slice(-1)) {
      if (isQueueMethod(name) && arg.closures.length > 0 && !/^(push|unshift|set)$/.test(name)) return null;
      // `out.push(...rows)`
      const isMany = site.expr.args.at(-1)?.spread && rankOf(arg) === 1;
      writeItem(machine, receiver, isMany ? itemOf(machine, arg, newFrame('loop', site.expr.at, false)) : arg, args.length > 1 ? args[0] : unknown);
      if (isMany) receiver.box.rank = 1;
    }
    return receiver;
  }
  if (receiver.imported?.module === '' && /^(Object|Array)$/.test(receiver.name)) return staticCall(site);
  const rank = rankOf(receiver);
  if (rank === null) {
    if (name === 'iterrows') return ranked(1);
    if (receiver.box && /^(get|at|pop|shift)$/.test(name)) return oneOf(receiver, receiver.box.item ?? unknown);
    return receiver.box && /^(values|entries|items|slice|splice|filter|reverse|sort|concat|flat|toReversed)$/.test(name) ? receiver : null;
  }
  if (rank === 0) return verdictOf(site.callee) ? null : { ...ranked(0), varies: receiver.varies };
  if (name === 'next' || name === 'shift' || name === 'pop') {
    if (rank === 1) machine.draw(null);
    return itemOf(machine, receiver, machine.frames()[0] ?? newFrame('loop', site.expr.at, false));
  }
  if (name === 'splice' && args[1]?.literal === 1) machine.draw(null);
  if (rowMethods.has(name)) {
    if (rank === 1) machine.draw(args[0] && args[0].literal === null ? args[0] : ordinary);
    return { ...itemOf(machine, receiver, machine.frames()[0] ?? newFrame('loop', site.expr.at, false)), varies: args[0]?.varies ?? null };
  }
  // The items of a batch are its columns, with their names.
  if (rank === 1 && receiver.isBatch && name === 'items') return ranked(2, { isBatch: true });
  if (rank === 1 && isSplitter(name)) return ranked(2, { isBatch: receiver.isBatch });
  if (name === 'flat' && rank === 2) return ranked(1);
  if (name === 'join') return ordinary;
  // `batch.assign(e=lambda d: ...)` calls its functions with the batch.
  if (name === 'assign' && rank === 1) args.forEach((arg, i) => arg.closures.length > 0 && callArgument(site, i, [receiver]));
  // What a function from elsewhere makes of each row is one thing per row as well.
  if (/^(map|apply|transform|mapElements)$/.test(name)) return listLike(machine, ordinary, rank);
  if (rowsMembers.has(name)) return { ...receiver, ...site.callee, box: receiver.box, method: null, rank, closures: [], isTail: isTail(site) };
  return receiver.isBatch ? ordinary : null;
}

/** `rows.slice(1)`: a recursion that goes on with these takes one row at a time. */
function isTail({ name, args }: Site): boolean {
  return name === 'slice' && args[0]?.literal === 1 && args.length === 1;
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
