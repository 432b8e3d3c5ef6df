/** What all parts of the Python front end share: the file being lowered, names, places and small shapes. */
import type { PythonNode } from '../../python/index.js';
import type { Place } from '../../rule.js';
import type { LineIndex } from '../../text.js';
import type { Arg, Expr, Stmt } from '../model.js';
import type { Block, FunctionScope } from './scopes.js';

/** Says nothing. `None` too: a variable that starts as None is what is put into it later. */
export const nothing: Expr = { op: 'either', parts: [] };

/** Where a statement stands: the block its variables may belong to, and whether it always runs once in that block. */
export interface Spot {
  block: Block;
  isStraight: boolean;
}

/** The file that is being lowered. */
export interface Source {
  lines: LineIndex;
  /** Parameter names, without `self`, of the functions and constructors of the file; null where a name has several. */
  signatures: ReadonlyMap<string, readonly string[] | null>;
  /** Names that are assigned at the top of the file: a capital letter does not make these classes. */
  assigned: ReadonlySet<string>;
  /** Whether nothing in the file is asynchronous: a call then waits for what it does. */
  isSync: boolean;
  /** Set once a parameter or loop variable is met that may hold rows. */
  mayHaveRows: boolean;
  /** What the function around calls its object, and its variables. */
  selfName: string | null;
  /** Names of task groups: what is started in them is waited for where their block ends. */
  groups: Set<string>;
  /** Within a `try` that catches a missing key. */
  forgives: boolean;
  /** Set when a `try` with an `except` is met. */
  catches: boolean;
  scope: FunctionScope;
  /** Lowers a part of what is being lowered. */
  expression(node: PythonNode): Expr;
  statements(nodes: readonly PythonNode[], spot: Spot): Stmt[];
}

/** The names of a file's code are NFKC, as Python reads them, and in camelCase, as the vocabulary has them. */
export function nameOf(node: PythonNode): string {
  return camelCase(normalised(node.text));
}

/** An identifier as Python compares it. */
export function normalised(text: string): string {
  return /^[\x20-\x7e]*$/.test(text) ? text : text.normalize('NFKC');
}

// Every name is asked for several times, and programs have few.
const camelCased = new Map<string, string>();
const MAX_REMEMBERED = 10_000;

/** `encode_plus` gives `encodePlus`; underscores at the start and dunder names stay. */
export function camelCase(name: string): string {
  if (!name.includes('_', 1) || name.startsWith('__')) return name;
  let result = camelCased.get(name);
  if (result === undefined) {
    result = name.replace(/(?<=[A-Za-z0-9])_+([A-Za-z0-9])/g, (_, letter: string) => letter.toUpperCase());
    if (camelCased.size >= MAX_REMEMBERED) camelCased.clear();
    camelCased.set(name, result);
  }
  return result;
}

export function placeOf(source: Source, node: PythonNode): Place {
  return source.lines.place(node.startIndex, node.endIndex);
}

/** Children that are code, not keywords and operators. */
export function partsOf(node: PythonNode): readonly PythonNode[] {
  return node.namedChildren;
}

/** What stands in parentheses, however many, or after a star: `[*f(x)]` parses as a call of `*f`. */
export function unwrapped(node: PythonNode): PythonNode {
  let inner = node;
  while (inner.type === 'parenthesized_expression' || inner.type === 'list_splat' || inner.type === 'dictionary_splat') {
    const [only] = partsOf(inner);
    if (!only) return inner;
    inner = only;
  }
  return inner;
}

/** The text of a plain string literal; null for anything else. Escapes stay as they are written. */
export function stringOf(node: PythonNode | undefined): string | null {
  if (node?.type !== 'string') return null;
  const [open, ...rest] = partsOf(node);
  if (!open || /[fFbBtT]/.test(open.text) || rest.some((part) => part.type === 'interpolation')) return null;
  return rest.filter((part) => part.type === 'string_content').map((part) => part.text).join('');
}

export function argOf(value: Expr): Arg {
  return { value, spread: false };
}

/** A call that the author did not write in this way, for something the facts have one form of. */
export function callOf(source: Source, node: PythonNode, callee: Expr, args: readonly Expr[]): Expr {
  return { op: 'call', callee, args: args.map(argOf), isNew: false, at: placeOf(source, node) };
}

/** `of.name(args)`, see `callOf`. */
export function methodCall(source: Source, node: PythonNode, of: Expr, name: string, args: readonly Expr[] = []): Expr {
  return callOf(source, node, { op: 'member', of, name, at: placeOf(source, node) }, args);
}

/** A function that only gives a value. */
export function thunk(source: Source, node: PythonNode, params: readonly string[], body: Stmt[]): Expr {
  const to = params.map((name) => ({ to: { op: 'variable', name, type: null, fallback: null } as const, rest: false }));
  const flags = { isAsync: false, isGenerator: false, isExported: false, keepsSelf: true, catches: false };
  return { op: 'function', fn: { name: null, params: to, body, ...flags, at: placeOf(source, node) } };
}
