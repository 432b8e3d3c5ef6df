/** What an expression may be worth, as far as the text tells. */
import type { Function as FunctionNode } from '@babel/types';
import type { Scope } from '../../../syntax/index.js';

export type Constant = string | number | boolean | null | undefined;

/**
 * One thing an expression may be.
 *
 * `global` is something reached from the global object by a known way: `eval`, `process.binding`, `globalThis`. A
 * `copy` gives the same members, but a change to it stays its own.
 * `complex` is what nests too deeply to be followed: rules treat it as the worst.
 */
export type Value =
  | { kind: 'constant'; value: Constant }
  | { kind: 'bytes'; bytes: Buffer }
  | { kind: 'list'; items: Value[][] }
  | { kind: 'record'; entries: ReadonlyMap<string, Value[]> }
  | { kind: 'function'; node: FunctionNode; scope: Scope }
  | { kind: 'global'; name: string; copy?: true }
  | { kind: 'symbol' }
  | { kind: 'unknown' }
  | { kind: 'complex' };

export const UNKNOWN: Value[] = [{ kind: 'unknown' }];
export const COMPLEX: Value[] = [{ kind: 'complex' }];

/** Stands for the prototype of some object, which may well be a built-in one. */
export const SOME_PROTOTYPE = '(prototype)';

const MAX_ALTERNATIVES = 64;
const MAX_COMBINATIONS = 256;
const MAX_TEXT = 20_000;

/** The names that mean the global object, in Node or in a browser. */
const GLOBAL_OBJECT = new Set(['globalThis', 'global', 'window', 'self', 'frames', 'top', 'parent']);

/** A global value by its dotted name, with the many names of the global object made one. */
export function globalValue(name: string): Value {
  return { kind: 'global', name: GLOBAL_OBJECT.has(name) ? 'globalThis' : name };
}

/** What has the members of these values without being them: a spread, `Object.create(x)`. */
export function copied(values: Value[]): Value[] {
  return values.map((value) => (value.kind === 'global' ? { ...value, copy: true } : value));
}

export function constant(value: Constant): Value[] {
  if (typeof value === 'string' && value.length > MAX_TEXT) return UNKNOWN;
  return [{ kind: 'constant', value }];
}

/** All of several alternatives; too many of them say no more than "unknown". */
export function anyOf(...alternatives: Value[][]): Value[] {
  const [only] = alternatives;
  const all = only && alternatives.length === 1 ? only : alternatives.flat();
  return all.length > MAX_ALTERNATIVES ? keepWorst(all) : all;
}

// A list of a hundred harmless names must not hide the one dangerous object among them.
function keepWorst(values: Value[]): Value[] {
  const globals = new Map(values.flatMap((value) => (value.kind === 'global' ? [[value.name, value] as const] : [])));
  const rest = values.some((value) => value.kind === 'complex') ? COMPLEX : UNKNOWN;
  return [...[...globals.values()].slice(0, MAX_ALTERNATIVES), ...rest];
}

/** Applies a function to every combination of alternatives. */
export function combine(left: Value[], right: Value[], apply: (a: Value, b: Value) => Value[]): Value[] {
  if (left.length * right.length > MAX_COMBINATIONS) return UNKNOWN;
  // Nearly always.
  if (left.length === 1 && right.length === 1) return anyOf(apply(left[0] as Value, right[0] as Value));
  return anyOf(...left.flatMap((a) => right.map((b) => apply(a, b))));
}

/** A value as the property key or text that JavaScript would make of it; undefined where that is not known. */
export function asText(value: Value | undefined): string | undefined {
  if (value?.kind === 'constant') return String(value.value);
  if (value?.kind !== 'list') return undefined;
  const parts = value.items.map((item) => (item.length === 1 ? asText(item[0]) : undefined));
  return parts.includes(undefined) ? undefined : parts.join(',');
}

/** Whether a key is a symbol, which can name nothing that a rule forbids. */
export function isSymbol(value: Value): boolean {
  return value.kind === 'symbol' || (value.kind === 'global' && value.name.startsWith('Symbol.'));
}

/** The pairs of names and values of a table, each as a list. */
export function pairsOf(entries: ReadonlyMap<string, Value[]>): Value[] {
  return [...entries].map(([name, value]) => ({ kind: 'list', items: [constant(name), value] }));
}

/** What a loop over a list, or over a Map, is given. */
export function itemsOf(values: Value[]): Value[] {
  return anyOf(...values.map((value) => (value.kind === 'list' ? value.items.flat() : value.kind === 'record' ? pairsOf(value.entries) : UNKNOWN)));
}

/** `object[key]`. */
export function member(object: Value[], key: Value[]): Value[] {
  return combine(object, key, (base, index) => {
    const name = asText(index);
    if (name === undefined) return index.kind === 'complex' ? COMPLEX : anyMember(base);
    return property(base, name);
  });
}

/** What a table may give for a key that is not known. */
function anyMember(base: Value): Value[] {
  const members = base.kind === 'list' ? base.items : base.kind === 'record' ? [...base.entries.values()] : [];
  return members.length > MAX_ALTERNATIVES ? UNKNOWN : anyOf(...members, UNKNOWN);
}

function property(base: Value, name: string): Value[] {
  if (name === '__proto__') return [globalValue(SOME_PROTOTYPE)];
  switch (base.kind) {
    case 'global':
      return globalProperty(base.name, name);
    case 'record':
      return base.entries.get(name) ?? UNKNOWN;
    case 'list':
      return name === 'length' ? constant(base.items.length) : (base.items[Number(name)] ?? UNKNOWN);
    case 'constant':
      if (typeof base.value !== 'string') return UNKNOWN;
      return name === 'length' ? constant(base.value.length) : letter(base.value, name);
    case 'complex':
      return COMPLEX;
    default:
      return UNKNOWN;
  }
}

function letter(text: string, index: string): Value[] {
  return /^\d+$/.test(index) && Number(index) < text.length ? constant(text[Number(index)]) : UNKNOWN;
}

function globalProperty(base: string, name: string): Value[] {
  if (base === 'globalThis') return [globalValue(name)];
  // `import * as process from "node:process"` has the object itself as its default.
  if (name === 'default') return [globalValue(base)];
  // Longer chains than `globalThis.process.mainModule.require` mean nothing to any rule.
  return base.split('.').length > 4 ? UNKNOWN : [{ kind: 'global', name: `${base}.${name}` }];
}
