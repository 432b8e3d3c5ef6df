/** Functions of Python and its standard library that are called by their bare name. */
import type { PythonNode } from '../../python/index.js';
import type { Arg, Expr } from '../model.js';
import { renamedCall, writtenName, type CallSite } from './calls.js';
import { copyOf } from './lists.js';
import { started, waitedFor } from './tasks.js';
import { argOf, camelCase, methodCall, nothing, placeOf, stringOf, thunk, type Source } from './source.js';

type Lower = (site: CallSite) => Expr | null;

const copied: Lower = (site) => {
  const key = site.args.keyword('key');
  const of = site.args.take(0, 'iterable', 'object');
  if (!of) return { op: 'list', items: [] };
  // `sorted(items, key=f)` calls f for each of them.
  return key ? methodCall(site.source, site.node, of, 'filter', [site.source.expression(key)]) : copyOf(site.source, site.node, of);
};

const computed: Lower = ({ args }) => ({ op: 'computed', parts: args.inOrder('').map((arg) => arg.value) });

/** `max(items, key=f)` */
const chosen: Lower = (site) => (site.args.keyword('key') ? copied(site) : null);

/** `partial(f, a)` is f whose other arguments are still to come; with names alone, it is f. */
const partial: Lower = ({ source, node, args }) => {
  const [fn, ...given] = args.inOrder('').filter(({ name }) => name === undefined);
  if (!fn || given.length === 0) return fn?.value ?? null;
  // No variables of the program have these names.
  const rest = ['#first', '#second'];
  const later = rest.map((name): Expr => ({ op: 'name', name, at: placeOf(source, node) }));
  const label = writtenName(args.positional[0] as PythonNode);
  const value: Expr = { op: 'call', callee: fn.value, args: [...given, ...later.map(argOf)], isNew: false, at: placeOf(source, node), label };
  return thunk(source, node, rest, [{ op: 'return', value }]);
};

const builtins: ReadonlyMap<string, Lower> = new Map<string, Lower>([
  ...['list', 'tuple', 'set', 'frozenset', 'sorted', 'reversed', 'iter', 'aiter', 'deque', 'enumerate', 'cycle', 'as_completed'].map((name) => [name, copied] as const),
  ...['tqdm', 'trange', 'track', 'islice', 'chain'].map((name) => [name, (site: CallSite) => (site.args.positional.length === 1 || name === 'tqdm' ? copied(site) : null)] as const),
  ...['str', 'int', 'float', 'bool', 'bytes', 'repr', 'round', 'abs', 'hash', 'ord', 'chr', 'type', 'id', 'isinstance', 'any', 'all', 'sum'].map((name) => [name, computed] as const),
  ['min', chosen],
  ['max', chosen],
  ['partial', partial],
  // Gives the items in parts.
  ['DataLoader', (site) => renamedCall(site, 'batched', site.args.inOrder(''))],
  ['cast', ({ args }) => args.take(1)],
  ['delayed', () => nothing],
  ['len', ({ source, node, args }) => memberOf(source, node, args.take(0), 'length')],
  ['range', range],
  ['arange', range],
  ['map', ({ source, node, args }) => perItem(source, node, args.take(1), 'map', args.take(0))],
  ['filter', ({ source, node, args }) => perItem(source, node, args.take(1), 'filter', args.take(0))],
  ['filterfalse', ({ source, node, args }) => perItem(source, node, args.take(1), 'filter', args.take(0))],
  ['starmap', ({ source, node, args }) => perItem(source, node, args.take(1), 'map', args.take(0))],
  ['reduce', ({ source, node, args }) => perItem(source, node, args.take(1), 'reduce', args.take(0), args.take(2, 'initial'))],
  ['next', next],
  ['anext', next],
  ['apply_along_axis', ({ source, node, args }) => perItem(source, node, args.take(2, 'arr'), 'map', args.take(0, 'func1d'))],
  ['vectorize', vectorize],
  ['frompyfunc', vectorize],
  ['super', ({ source, node }) => ({ op: 'self', at: placeOf(source, node), isBase: true })],
  ['getattr', attributeByName],
  ['dict', (site) => (site.args.positional.length === 1 ? copied(site) : { op: 'record', fields: site.args.fields() })],
  ['OrderedDict', ({ args }) => args.take(0) ?? { op: 'record', fields: [] }],
  // A dict whose values are there from the start: lists to be filled, mostly.
  ['defaultdict', () => ({ op: 'list', items: [argOf({ op: 'list', items: [] })] })],
  ['Thread', (site) => renamedCall(site, 'submit', site.args.inOrder(''))],
  ['gather', (site) => gathered(site)],
  ['create_task', started],
  ['ensure_future', started],
]);

/** Lowers the call of a function that is not defined in the file; null for those that mean nothing special. */
export function lowerBuiltin(site: CallSite): Expr | null {
  return builtins.get(site.name)?.(site) ?? null;
}

/** `np.vectorize(f)` gives a function of a column, which calls f for each item, whatever its name says. */
function vectorize({ source, node, args }: CallSite): Expr | null {
  const fn = args.take(0, 'pyfunc', 'func');
  // No variable of the program has this name.
  const name = '#column';
  const items: Expr = { op: 'name', name, at: placeOf(source, node) };
  return fn && thunk(source, node, [name], [{ op: 'return', value: methodCall(source, node, items, 'map', [fn]) }]);
}

function memberOf(source: Source, node: CallSite['node'], of: Expr | null, name: string): Expr | null {
  return of && { op: 'member', of, name, at: placeOf(source, node) };
}

function perItem(source: Source, node: CallSite['node'], items: Expr | null, method: string, ...args: (Expr | null)[]): Expr | null {
  return items && methodCall(source, node, items, method, args.filter((arg) => arg !== null));
}

/** `range` up to a small written number is a fixed count; in steps it gives starts of parts. */
function range(site: CallSite): Expr | null {
  const { args } = site;
  const [only, , step] = args.positional;
  const bound = args.positional.length === 1 && only?.type === 'integer' ? Number(only.text) : null;
  if (bound !== null && bound <= 8) return { op: 'list', items: [argOf({ op: 'literal', value: 0 }), argOf({ op: 'literal', value: bound - 1 })] };
  const isInParts = step !== undefined && !/^-?\s*1$/.test(step.text);
  return isInParts ? renamedCall(site, 'steps', args.inOrder('')) : renamedCall(site, 'range', args.inOrder(''));
}

/** `next(x for x in rows if ...)` looks one up; `next(iterator)` takes one row. */
function next({ source, node, args }: CallSite): Expr | null {
  const [items] = args.positional;
  if (!items) return null;
  const of = source.expression(items);
  if (items.type !== 'generator_expression') return methodCall(source, node, of, 'next');
  return { op: 'item', of, key: { op: 'literal', value: 0 }, at: placeOf(source, node) };
}

function attributeByName({ source, node, args }: CallSite): Expr | null {
  const [object, name] = args.positional;
  const text = stringOf(name);
  if (!object || text === null) return null;
  return { op: 'member', of: source.expression(object), name: camelCase(text), at: placeOf(source, node) };
}

/** `gather(*tasks)`, `gather(a, b)`: waits for all of them together. */
export function gathered(site: CallSite): Expr {
  const { source, node, args } = site;
  const items: Arg[] = args.inOrder('');
  const [only] = items;
  const isList = items.length >= 1 && (only?.spread || /^(wait|as_completed)$/.test(site.name));
  const list: Expr = isList && only ? only.value : { op: 'list', items };
  return waitedFor(source, node, list);
}
