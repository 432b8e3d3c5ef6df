/** Scopes: the names in them, and where those get their values. */
import type { PythonNode } from '../../python/index.js';

/** How a value is taken out of another: by position, or any of its items. */
export type Step = number | 'each';

/** One way in which a name gets a value. `end` is the offset from which on it has it. */
export type Binding = { end: number; by: PythonNode } & (
  | { kind: 'value'; node: PythonNode; scope: Scope; steps: readonly Step[] }
  | { kind: 'known'; name: string }
  | { kind: 'function'; scope: Scope }
  | { kind: 'parameter'; scope: Scope; index: number; name: string; fallback: PythonNode | null; outer: Scope }
  | { kind: 'unknown' }
);

/** A piece of code with names of its own. */
export interface Scope {
  kind: 'module' | 'function' | 'class' | 'comprehension';
  /** The node that makes it: a definition, a lambda, a comprehension, the module. */
  node: PythonNode;
  parent: Scope | null;
  names: Map<string, Binding[]>;
  /** Names that belong to a scope further out, because a statement here says so. */
  declared: Map<string, 'global' | 'nonlocal'>;
  /** Names that `del` takes away: a built-in of the same name may be seen again. */
  deleted: Set<string>;
  /** What a function returns, and what a generator gives. */
  returns: PythonNode[];
  yields: PythonNode[];
}

/** A place in a scope. */
export interface Spot {
  node: PythonNode;
  scope: Scope;
}

/** What one walk over a file finds. */
export interface Program {
  module: Scope;
  /** By the node that makes the scope. */
  scopes: Map<PythonNode, Scope>;
  /** Values given to members, whatever the object: by the member's name. */
  members: Map<string, Binding[]>;
  /** Calls by the last name of what is called. */
  calls: Map<string, Spot[]>;
  /** The places that `isWanted` asked for, in no order. */
  spots: Spot[];
}

/** A scope that holds nothing yet. */
export function newScope(kind: Scope['kind'], node: PythonNode, parent: Scope | null): Scope {
  return { kind, node, parent, names: new Map(), declared: new Map(), deleted: new Set(), returns: [], yields: [] };
}

/** Adds a value to the name, in the scope that `global` and `nonlocal` say; what a class holds is a member as well. */
export function addBinding(program: Program, scope: Scope, name: string, binding: Binding): void {
  const declared = scope.declared.get(name);
  const owner = declared === 'global' ? program.module : (declared === 'nonlocal' ? scope.parent : null) ?? scope;
  push(owner.names, name, binding);
  if (owner.kind === 'class') push(program.members, name, binding);
}

/** Adds one more to what a map holds for a name. */
export function push<T>(map: Map<string, T[]>, name: string, one: T): void {
  const list = map.get(name);
  if (list) list.push(one);
  else map.set(name, [one]);
}

/** The scope that `:=` binds in: comprehensions are looked through. */
export function holder(scope: Scope): Scope {
  let owner = scope;
  while (owner.kind === 'comprehension' && owner.parent) owner = owner.parent;
  return owner;
}

/** The scope in which a name is bound, seen from `scope`; null for a built-in name. */
export function lookUp(program: Program, name: string, scope: Scope): Scope | null {
  for (let at: Scope | null = scope; at; at = at.parent) {
    if (at.declared.get(name) === 'global') return program.module.names.has(name) ? program.module : null;
    // The names of a class are seen in its body only, not in the functions there.
    if ((at.kind !== 'class' || at === scope) && at.names.has(name)) return at;
  }
  return null;
}

/** A child that the grammar promises. A tree with errors may lack it, and then the node stands for itself. */
export function field(node: PythonNode, name: string): PythonNode {
  return node.childForFieldName(name) ?? node;
}
