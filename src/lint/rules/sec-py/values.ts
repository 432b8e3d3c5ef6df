/** What a Python expression may be worth, as far as the text tells. */
import type { PythonNode } from '../../python/index.js';
import type { Scope } from './scopes.js';

export type Constant = string | number | boolean | null;

/**
 * One thing an expression may be.
 *
 * `known` has a dotted name that Python gives it: `os`, `os.system`, `builtins.getattr`. `namespace` is the dict of such a
 * module, with `null` for the dict of all modules. `getter` is what `operator.attrgetter` makes. `partial` is a call with
 * its first arguments in place. `complex` is too far away to be followed.
 */
export type Value =
  | { kind: 'constant'; value: Constant }
  | { kind: 'bytes'; bytes: Buffer }
  | { kind: 'list'; items: Value[][] }
  | { kind: 'record'; entries: ReadonlyMap<string, Value[]> }
  | { kind: 'function'; scope: Scope }
  | { kind: 'method'; of: Value[]; name: string }
  | { kind: 'known'; name: string }
  | { kind: 'namespace'; of: string | null }
  | { kind: 'getter'; names: Value[] }
  | { kind: 'partial'; callee: Value[]; args: Value[][] }
  | { kind: 'unknown' }
  | { kind: 'complex' };

export const UNKNOWN: Value[] = [{ kind: 'unknown' }];
export const COMPLEX: Value[] = [{ kind: 'complex' }];

const MAX_ALTERNATIVES = 64;
/** Of alternatives with each other, and of items that are looked at one by one. */
export const MAX_COMBINATIONS = 64;
const MAX_TEXT = 20_000;
/** Longer than ways that people write; what is asked of itself again and again would grow for ever. */
const MAX_NAME = 200;

export function constant(value: Constant): Value[] {
  return typeof value === 'string' && value.length > MAX_TEXT ? UNKNOWN : [{ kind: 'constant', value }];
}

/** What has a dotted name; one of them is the dict of all modules. */
export function known(name: string): Value[] {
  if (name.length > MAX_NAME) return COMPLEX;
  return [name === 'sys.modules' ? { kind: 'namespace', of: null } : { kind: 'known', name }];
}

/** All of several alternatives, each once. Of too many, those that may matter to a rule are kept. */
export function anyOf(alternatives: Value[][]): Value[] {
  if (alternatives.length === 1) return alternatives[0] as Value[];
  const seen = new Set<unknown>();
  const all: Value[] = [];
  for (const values of alternatives) {
    for (const value of values) {
      const key = value.kind === 'known' ? value.name : value.kind === 'unknown' || value.kind === 'complex' ? value.kind : value;
      if (seen.has(key)) continue;
      seen.add(key);
      all.push(value);
    }
  }
  if (all.length <= MAX_ALTERNATIVES) return all.length === 0 ? UNKNOWN : all;
  const names = all.filter((value) => value.kind === 'known' || value.kind === 'complex');
  return [...names.slice(0, MAX_ALTERNATIVES), ...UNKNOWN];
}

/** The text a value is, where it is one. */
export function textOf(value: Value): string | undefined {
  return value.kind === 'constant' && typeof value.value === 'string' ? value.value : undefined;
}

/** The only thing an expression can be; undefined where there are several. */
export function single(values: Value[]): Value | undefined {
  return values.length === 1 ? values[0] : undefined;
}

/** Names are compared in the form NFKC, as Python does it: fullwidth letters are letters. */
export function nameOf(identifier: PythonNode): string {
  const { text } = identifier;
  // eslint-disable-next-line no-control-regex
  return /^[\x00-\x7f]*$/.test(text) ? text : text.normalize('NFKC');
}
