/** What lists and dicts give through the functions and methods that only pass their items on. */
import { itemOf, itemsOf } from './pure.js';
import { anyOf, constant, MAX_COMBINATIONS, single, textOf, UNKNOWN, type Value } from './values.js';

/** `name(...args)` for a function that passes on what is in its arguments; undefined for any other. */
export function callContainer(name: string, args: Value[][]): Value[] | undefined {
  const [first = UNKNOWN, second = UNKNOWN] = args;
  switch (name) {
    case 'builtins.filter':
      return inAnyOrder(second);
    case 'builtins.frozenset':
    case 'builtins.set':
    case 'builtins.sorted':
      return inAnyOrder(first);
    case 'builtins.max':
    case 'builtins.min':
      return args.length > 1 ? anyOf(args) : anyItem(first);
    case 'builtins.enumerate':
      return listOf(itemsIn(first)?.map((item, index) => [constant(index), item]));
    case 'builtins.zip':
      return listOf(rowsOf(args));
    case 'builtins.dict':
      return recordOf(first);
    default:
      return undefined;
  }
}

/** `value.name(...args)` for a list or dict; undefined where it gives nothing that is in there. */
export function containerMethod(value: Value, name: string, args: Value[][]): Value[] | undefined {
  if (value.kind === 'list') return name === 'pop' ? anyItem([value]) : undefined;
  if (value.kind !== 'record') return undefined;
  if (/^(get|pop|setdefault|__getitem__)$/.test(name)) return anyOf([itemOf(value, args[0] ?? UNKNOWN), ...args.slice(1, 2)]);
  if (name === 'copy') return [value];
  if (name === 'values') return [{ kind: 'list', items: [...value.entries.values()] }];
  return name === 'items' ? listOf([...value.entries].map(([key, item]) => [constant(key), item])) : undefined;
}

/** What `map` and `zip` make of several lists: the first of each, the second of each; undefined where they are not known. */
export function rowsOf(over: Value[][]): Value[][][] | undefined {
  const lists = over.map(itemsIn);
  const length = Math.min(...lists.map((list) => list?.length ?? Infinity));
  if (lists.includes(undefined) || length > MAX_COMBINATIONS) return undefined;
  return Array.from({ length }, (_, row) => lists.map((list) => list?.[row] ?? UNKNOWN));
}

function itemsIn(values: Value[]): Value[][] | undefined {
  const value = single(values);
  return value && itemsOf(value);
}

function anyItem(values: Value[]): Value[] {
  return anyOf(itemsIn(values) ?? [UNKNOWN]);
}

/** As many items, each of which may be any of them. */
function inAnyOrder(values: Value[]): Value[] {
  const items = itemsIn(values);
  return items ? [{ kind: 'list', items: items.map(() => anyItem(values)) }] : UNKNOWN;
}

function listOf(rows: Value[][][] | undefined): Value[] {
  return rows ? [{ kind: 'list', items: rows.map((items) => [{ kind: 'list', items }]) }] : UNKNOWN;
}

/** `dict([(key, value)])`, and a copy of a dict. */
function recordOf(values: Value[]): Value[] {
  if (/^(record|namespace)$/.test(single(values)?.kind ?? '')) return values;
  const entries = new Map<string, Value[]>();
  for (const pair of itemsIn(values) ?? []) {
    const [key, value = UNKNOWN] = itemsIn(pair) ?? [];
    entries.set((key && textOf(single(key) ?? { kind: 'unknown' })) ?? `(${entries.size})`, value);
  }
  return entries.size > 0 ? [{ kind: 'record', entries }] : UNKNOWN;
}
