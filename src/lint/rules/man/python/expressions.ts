/** The values of Python expressions, without running them: literals, names, `dict(...)`, merging. The rest is unknown. */
import type { PythonNode } from '../../../python/index.js';
import { nameOf, rangeOf, type Names } from './names.js';
import { readString } from './strings.js';
import type { Dict, Value } from './value.js';

const maxDepth = 100;
/** Lists that are added to themselves double. */
export const maxItems = 5_000;

/** The value of an expression at this point of the file. */
export function evaluate(node: PythonNode, names: Names, depth = 0): Value {
  const at = rangeOf(node);
  const unknown: Value = { kind: 'unknown', at };
  if (depth > maxDepth) return unknown;
  const inner = (child: PythonNode): Value => evaluate(child, names, depth + 1);
  switch (node.type) {
    case 'string':
    case 'concatenated_string': {
      const text = readString(node, (part) => textOf(inner(part)));
      return text === undefined ? unknown : { kind: 'plain', value: text, at };
    }
    case 'integer':
    case 'float': {
      const value = Number(node.text.replaceAll('_', ''));
      return Number.isNaN(value) ? unknown : { kind: 'plain', value, at };
    }
    case 'true':
    case 'false':
      return { kind: 'plain', value: node.type === 'true', at };
    case 'none':
      return { kind: 'plain', value: null, at };
    case 'unary_operator':
      return readSign(node, inner);
    case 'parenthesized_expression': {
      const [only] = node.namedChildren;
      return only === undefined ? unknown : inner(only);
    }
    case 'identifier': {
      const value = names.values.get(nameOf(node))?.value;
      return value === undefined ? unknown : { ...value, at };
    }
    case 'list':
    case 'tuple':
    case 'expression_list':
      return { kind: 'list', list: { items: itemsOf(node.namedChildren, inner), isUnknown: false }, at };
    case 'dictionary':
      return { kind: 'dict', dict: readDict(node.namedChildren, inner), at };
    case 'binary_operator':
      return readSum(node, inner);
    case 'subscript':
      return readItem(node, inner);
    case 'call':
      return readCall(node, names, inner);
    default:
      return unknown;
  }
}

type Inner = (node: PythonNode) => Value;

/** The text of a text or whole number, as a key in JSON and inside an f-string. */
function textOf(value: Value): string | undefined {
  if (value.kind !== 'plain') return undefined;
  return typeof value.value === 'string' || Number.isSafeInteger(value.value) ? String(value.value) : undefined;
}

function readSign(node: PythonNode, inner: Inner): Value {
  const argument = node.childForFieldName('argument');
  const sign = node.childForFieldName('operator')?.text;
  const value = argument === null ? undefined : inner(argument);
  if (value?.kind !== 'plain' || typeof value.value !== 'number' || sign === '~') return { kind: 'unknown', at: rangeOf(node) };
  return { kind: 'plain', value: sign === '-' ? -value.value : value.value, at: rangeOf(node) };
}

function itemsOf(nodes: readonly PythonNode[], inner: Inner): Value[] {
  return nodes.flatMap((node): Value[] => {
    if (node.type !== 'list_splat') return [inner(node)];
    const [source] = node.namedChildren;
    const spread = source === undefined ? undefined : inner(source);
    // One unknown item stands for however many there are.
    return spread?.kind === 'list' && !spread.list.isUnknown ? spread.list.items : [{ kind: 'unknown', at: rangeOf(node) }];
  }).slice(0, maxItems);
}

/** The dict that pairs, keyword arguments and `**` of other dicts make, in their order. */
function readDict(parts: readonly PythonNode[], inner: Inner): Dict {
  const dict: Dict = { entries: new Map(), isOpen: false };
  for (const part of parts) {
    if (part.type === 'dictionary_splat') {
      const [source] = part.namedChildren;
      merge(dict, source === undefined ? undefined : inner(source));
      continue;
    }
    const isArgument = part.type === 'keyword_argument';
    const key = part.childForFieldName(isArgument ? 'name' : 'key');
    const value = part.childForFieldName('value');
    const name = key === null ? undefined : isArgument ? nameOf(key) : textOf(inner(key));
    if (key === null || value === null || name === undefined) merge(dict, undefined);
    else dict.entries.set(name, { key: rangeOf(key), value: inner(value) });
  }
  return dict;
}

/** Puts the entries of another dict into this one. One that is not known may add any key, and overwrite all so far. */
export function merge(dict: Dict, other: Value | undefined): void {
  const source = other?.kind === 'dict' ? other.dict : undefined;
  if (source === undefined || source.isOpen) {
    dict.isOpen = true;
    dict.entries.clear();
  }
  for (const [name, entry] of source?.entries ?? []) dict.entries.set(name, entry);
}

/** `+` and `*` of numbers, `+` of texts or lists, `|` of dicts. */
function readSum(node: PythonNode, inner: Inner): Value {
  const at = rangeOf(node);
  const [left, right] = ['left', 'right'].map((side) => node.childForFieldName(side)).map((part) => (part === null ? undefined : inner(part)));
  const operator = node.childForFieldName('operator')?.text ?? '';
  return (left && right && join(left, operator, right, at)) ?? { kind: 'unknown', at };
}

/** A new value of the two, or undefined when it is not known. */
export function join(left: Value, operator: string, right: Value, at: Value['at']): Value | undefined {
  if (left.kind === 'plain' && typeof left.value === 'number' && right.kind === 'plain' && typeof right.value === 'number') {
    if (operator !== '+' && operator !== '*') return undefined;
    return { kind: 'plain', value: operator === '+' ? left.value + right.value : left.value * right.value, at };
  }
  if (operator === '+' && left.kind === 'plain' && right.kind === 'plain') {
    if (typeof left.value !== 'string' || typeof right.value !== 'string' || left.value.length > maxItems) return undefined;
    return { kind: 'plain', value: left.value + right.value, at };
  }
  if (operator === '+' && left.kind === 'list' && right.kind === 'list') {
    const items = [...left.list.items, ...right.list.items].slice(0, maxItems);
    return { kind: 'list', list: { items, isUnknown: left.list.isUnknown || right.list.isUnknown }, at };
  }
  if (operator !== '|' || left.kind !== 'dict') return undefined;
  const dict: Dict = { entries: new Map(left.dict.entries), isOpen: left.dict.isOpen };
  merge(dict, right);
  return { kind: 'dict', dict, at };
}

/** `metadata["version"]`, `names[0]`. */
function readItem(node: PythonNode, inner: Inner): Value {
  const unknown: Value = { kind: 'unknown', at: rangeOf(node) };
  const of = node.childForFieldName('value');
  const indexes = node.childrenForFieldName('subscript');
  const [index] = indexes;
  if (of === null || index === undefined || indexes.length > 1) return unknown;
  const container = inner(of);
  const key = inner(index);
  if (key.kind !== 'plain') return unknown;
  const item =
    container.kind === 'dict' ? container.dict.entries.get(String(key.value))?.value
    : container.kind === 'list' && !container.list.isUnknown ? container.list.items[Number(key.value)]
    : undefined;
  return item === undefined ? unknown : { ...item, at: rangeOf(node) };
}

function readCall(node: PythonNode, names: Names, inner: Inner): Value {
  const at = rangeOf(node);
  const unknown: Value = { kind: 'unknown', at };
  const callee = node.childForFieldName('function');
  const args = node.childForFieldName('arguments')?.namedChildren ?? [];
  if (callee === null) return unknown;
  const name = names.fullName(callee);
  if (name === 'dict' || name === 'shared.collection.features.extractors.models.ExtractorDefinition') {
    const [first] = args;
    const base = first !== undefined && !['keyword_argument', 'dictionary_splat'].includes(first.type) ? first : undefined;
    const given = readDict(base === undefined ? args : args.slice(1), inner);
    if (base === undefined) return { kind: 'dict', dict: given, at };
    const dict: Dict = { entries: new Map(), isOpen: false };
    merge(dict, inner(base));
    merge(dict, { kind: 'dict', dict: given, at });
    return { kind: 'dict', dict, at };
  }
  if ((name === 'list' || name === 'tuple') && args.length === 1 && args[0] !== undefined) {
    const source = inner(args[0]);
    return source.kind === 'list' ? { kind: 'list', list: { ...source.list, items: [...source.list.items] }, at } : unknown;
  }
  return readModelCall(callee, args, inner) ?? unknown;
}

/** `MyInput.model_json_schema()`, and `schema()` as it was called before. */
function readModelCall(callee: PythonNode, args: readonly PythonNode[], inner: Inner): Value | undefined {
  const object = callee.type === 'attribute' ? callee.childForFieldName('object') : null;
  const method = callee.childForFieldName('attribute')?.text;
  if (object === null || args.length > 0 || (method !== 'model_json_schema' && method !== 'schema')) return undefined;
  const value = inner(object);
  return value.kind === 'model' ? { ...value, at: rangeOf(callee) } : undefined;
}

/** The plain JSON of a value without anything unknown in it, and of at most `limit` parts; undefined otherwise. */
export function jsonOf(value: Value, limit = 1_000): unknown {
  let left = limit;
  return read(value);

  function read(part: Value): unknown {
    if (--left < 0) return undefined;
    if (part.kind === 'plain') return part.value;
    if (part.kind === 'list') {
      const items = part.list.isUnknown ? [undefined] : part.list.items.map(read);
      return items.includes(undefined) ? undefined : items;
    }
    if (part.kind !== 'dict' || part.dict.isOpen) return undefined;
    const entries = [...part.dict.entries].map(([name, entry]) => [name, read(entry.value)] as const);
    return entries.some(([, item]) => item === undefined) ? undefined : Object.fromEntries(entries);
  }
}
