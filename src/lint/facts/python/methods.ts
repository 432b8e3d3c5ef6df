/** Methods of lists, dicts, DataFrames, pools and event loops under the names that facts have for them. */
import type { PythonNode } from '../../python/index.js';
import type { Arg, Expr } from '../model.js';
import { serviceOfName } from '../vocabulary/index.js';
import { gathered, lowerBuiltin } from './builtins.js';
import { renamedCall, type CallSite } from './calls.js';
import { extend } from './lists.js';
import { isFrame } from './subscripts.js';
import { awaited, remotely, started, startedSoon, waitsForTurn } from './tasks.js';
import { argOf, camelCase, methodCall, nothing, normalised, partsOf, placeOf, stringOf } from './source.js';

type Lower = (site: CallSite, object: PythonNode) => Expr | null;

const renamed = (name: string): Lower => (site, object) =>
  methodCall(site.source, site.node, site.source.expression(object), name, site.args.inOrder('').map((arg) => arg.value));

const methods: ReadonlyMap<string, Lower> = new Map<string, Lower>([
  ...['iterrows', 'itertuples', 'iter_rows'].map((name) => [name, frameRows] as const),
  ...['to_dicts', 'to_pylist', 'to_records'].map((name) => [name, rows] as const),
  ...['tolist', 'to_list', 'to_numpy'].map((name) => [name, renamed('toList')] as const),
  ['popleft', renamed('shift')],
  ['appendleft', renamed('append')],
  ['applymap', renamed('map')],
  ['map_elements', mappedElements],
  ['progress_apply', apply],
  ['apply', apply],
  ['agg', aggregated],
  ['aggregate', aggregated],
  ['map', mapped],
  ['progress_map', renamed('map')],
  ...['imap', 'imap_unordered', 'starmap', 'map_async', 'starmap_async'].map((name) => [name, pooled] as const),
  ['extend', (site, object) => {
    const items = site.args.take(0);
    return items && extend(site.source, site.node, site.source.expression(object), items);
  }],
  ['to_dict', toDict],
  ['get', (site, object) => (object.text === 'ray' ? remotely(site) : isLookup(site, object) ? itemByName(site, object) : null)],
  ['pop', (site, object) => (stringOf(site.args.positional[0]) !== null || isFrame(object) ? itemByName(site, object) : null)],
  ['setdefault', setDefault],
  ['encode', encodeText],
  ['pipe', (site, object) => (isFrame(object) ? applyToAll(site, object) : null)],
  ['concat', concatenated],
  ['result', (site, object) => (site.args.positional.length === 0 ? { op: 'await', value: site.source.expression(object) } : null)],
  ['run_until_complete', awaited],
  ['run', (site, object) => (/^(asyncio|anyio|trio|uvloop|nest_asyncio)$/.test(object.text) ? awaited(site, object) : null)],
  ['wait_for', (site) => site.args.take(0, 'fut')],
  ['shield', (site) => site.args.take(0)],
  ['create_task', started],
  ['ensure_future', (site) => started(site)],
  ['run_coroutine_threadsafe', (site) => started(site)],
  ['start_soon', startedSoon],
  ['submit', (site, object) => renamedCall(site, 'submit', [...site.args.inOrder(''), poolOf(site, object)])],
  ['gather', (site) => gathered(site)],
  ['wait', (site, object) => (object.text !== 'asyncio' ? null : waitsForTurn(site) ? renamedCall(site, 'acquire', []) : gathered(site))],
]);

// Called through their module, these mean the same as by their bare name.
const modules = /^(functools|itertools|collections|builtins|typing|joblib|threading|futures|concurrent\.futures|asyncio|np|numpy|tqdm|operator|torch\.utils\.data)$/;

/** Lowers a method call that has a form of its own in the facts; null for every other. */
export function lowerMethodCall(site: CallSite, object: PythonNode): Expr | null {
  const { name } = site;
  if (object.type === 'identifier' || object.type === 'attribute') {
    const builtin = modules.test(object.text) && name !== 'map' ? lowerBuiltin(site) : null;
    if (builtin) return builtin;
  }
  if (object.type === 'attribute' && /^(str|dt|cat)$/.test(object.childForFieldName('attribute')?.text ?? '')) return vectorised(site, object);
  return methods.get(name)?.(site, object) ?? null;
}

/** `texts.str.upper()`: one call for the whole column. */
function vectorised({ source, node, args }: CallSite, accessor: PythonNode): Expr | null {
  const column = accessor.childForFieldName('object');
  return column && methodCall(source, node, source.expression(column), 'values', args.inOrder('').map((arg) => arg.value));
}

function rows({ source, node }: CallSite, object: PythonNode): Expr {
  return methodCall(source, node, source.expression(object), 'rows');
}

/** Only DataFrames have these, whatever the variable is called. */
function frameRows({ source, node }: CallSite, object: PythonNode): Expr {
  source.mayHaveRows = true;
  return methodCall(source, node, source.expression(object), 'iterrows');
}

/** `pl.col("data").map_elements(f)`: by row, though the expression names no DataFrame. */
function mappedElements(site: CallSite, object: PythonNode): Expr | null {
  const fn = site.args.take(0, 'function');
  return fn && methodCall(site.source, site.node, frameRows(site, object), 'map', [fn]);
}

/** By row for a column and with `axis=1`; a DataFrame's own `apply` goes by column. */
function apply({ source, node, args }: CallSite, object: PythonNode): Expr | null {
  const fn = args.take(0, 'func');
  if (!fn) return null;
  const axis = args.keyword('axis') ?? (isFrame(object) ? args.positional[1] : undefined);
  const of = source.expression(object);
  const isByRow = axis !== undefined && /^(1|["']columns["'])$/.test(axis.text);
  if (isByRow) return methodCall(source, node, methodCall(source, node, of, isFrame(object) ? 'iterrows' : 'rows'), 'apply', [fn]);
  const items: Expr = isFrame(object) ? { op: 'member', of, name: 'columns', at: placeOf(source, node) } : of;
  return methodCall(source, node, items, 'apply', [fn]);
}

/** `column.agg(f)`; the names of aggregates, and lists of them, call nothing. */
function aggregated(site: CallSite, object: PythonNode): Expr | null {
  const fn = site.args.positional[0];
  return fn && /^(lambda|identifier|attribute)$/.test(fn.type) ? apply(site, object) : null;
}

/** `column.map(f)`, or `pool.map(f, items)`. */
function mapped(site: CallSite, object: PythonNode): Expr | null {
  return site.args.positional.length >= 2 ? pooled(site, object) : null;
}

/** `pool.map(f, items)`: several at a time. */
function pooled(site: CallSite, object: PythonNode): Expr | null {
  const [fn, items] = [site.args.take(0, 'func'), site.args.take(1, 'iterable')];
  if (!fn || !items) return null;
  return renamedCall(site, 'parallelIo', [argOf(items), argOf(fn), poolOf(site, object)]);
}

/** A pool as what it is here: a limit to how many run at a time. */
function poolOf({ source }: CallSite, object: PythonNode): Arg {
  return argOf({ op: 'computed', parts: [source.expression(object)] });
}

function toDict(site: CallSite, object: PythonNode): Expr {
  const orient = stringOf(site.args.positional[0] ?? site.args.keyword('orient'));
  if (orient === 'records' && isFrame(object)) return frameRows(site, object);
  if (orient === 'records' || orient === 'index') return rows(site, object);
  // Its columns by name, as the frame itself has them.
  if (orient === 'list' || orient === 'series' || isColumn(object)) return site.source.expression(object);
  return { op: 'member', of: site.source.expression(object), name: 'columns', at: placeOf(site.source, site.node) };
}

/** `batch["text"]`: its items by index, in a dict. */
function isColumn(node: PythonNode): boolean {
  return node.type === 'subscript' && stringOf(node.childrenForFieldName('subscript')[0]) !== null;
}

// `row.get("url")` looks into a dict; `kv.get("key")` and `client.get("path")` go somewhere.
function isLookup({ args }: CallSite, object: PythonNode): boolean {
  const last = object.type === 'attribute' ? object.childForFieldName('attribute') : object;
  const service = last?.type === 'identifier' ? serviceOfName(camelCase(normalised(last.text))) : null;
  return /^\w+$/.test(stringOf(args.positional[0]) ?? '') && (service === null || service === 'plain');
}

function itemByName({ source, node, args }: CallSite, object: PythonNode): Expr {
  const item: Expr = { op: 'item', of: source.expression(object), key: args.take(0) ?? nothing, at: placeOf(source, node), isForgiving: true };
  const otherwise = args.take(1, 'default');
  return otherwise ? { op: 'either', parts: [item, { op: 'computed', parts: [otherwise] }] } : item;
}

/** `groups.setdefault(key, [])`: the list is put there, and given back. */
function setDefault({ source, node, args }: CallSite, object: PythonNode): Expr | null {
  const key = args.take(0);
  if (!key) return null;
  const target: Expr = { op: 'item', of: source.expression(object), key, at: placeOf(source, node) };
  return { op: 'assign', to: { op: 'place', target }, value: args.take(1, 'default') ?? nothing, compound: false };
}

/** `text.encode("utf-8")` makes bytes, whatever the text is called. */
function encodeText({ source, args }: CallSite, object: PythonNode): Expr | null {
  const codec = stringOf(args.positional[0] ?? args.keyword('encoding'));
  const isCodec = codec !== null && /^(utf[-_]?(8|16|32)([-_]\w+)?|ascii|latin[-_]?1|iso[-_]8859[-_]\d+|cp\d+|idna)$/i.test(codec);
  const isBare = args.positional.length === 0 && args.inOrder('').length === 0;
  return isBare || isCodec ? { op: 'computed', parts: [source.expression(object)] } : null;
}

/** `frame.pipe(f)` is `f(frame)`. */
function applyToAll({ source, node, args }: CallSite, object: PythonNode): Expr | null {
  const fn = args.take(0);
  return fn && { op: 'call', callee: fn, args: [argOf(source.expression(object))], isNew: false, at: placeOf(source, node) };
}

/** `pd.concat([a, b])` has the rows of both. */
function concatenated({ source, args }: CallSite, object: PythonNode): Expr | null {
  const [list] = args.positional;
  if (!/^(pd|pandas|pl|polars|cudf|dd)$/.test(object.text) || list?.type !== 'list') return null;
  return { op: 'either', parts: partsOf(list).map((part) => source.expression(part)) };
}
