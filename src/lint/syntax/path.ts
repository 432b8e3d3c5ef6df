/** A place in a syntax tree and the names that are seen from there. `@babel/traverse` has all of it under the same names. */
import type { Identifier, Node } from '@babel/types';

/** A node in its place. */
export interface Path<N extends Node = Node> {
  readonly node: N;
  readonly parent: Node;
  /** Null above the program. */
  readonly parentPath: Path | null;
  /** Where the parent has it: the member, or the position in the list `listKey`. */
  readonly key: string | number | null;
  readonly listKey: string | null;
  /** The scope around the node; its own, where it makes one. */
  readonly scope: Scope;
  /** The parameters of a function. */
  get(list: 'params'): readonly Path[];
}

/** The names of a block, a function or the program, and of those around it. */
export interface Scope {
  /** What makes the scope. */
  readonly path: Path;
  /** What a name is bound to here or further out; undefined where it is a global one. */
  getBinding(name: string): Binding | undefined;
  getProgramParent(): Scope;
}

/** What a name stands for. */
export interface Binding {
  readonly identifier: Identifier;
  /** The declaration: a declarator, a function, an import specifier, a parameter. */
  readonly path: Path;
  /** Further declarations and assignments. */
  readonly constantViolations: readonly Path[];
  /** The identifiers that use the name, and the exports of it. */
  readonly referencePaths: readonly Path[];
}

const functions: ReadonlySet<string> = new Set([
  'FunctionDeclaration', 'FunctionExpression', 'ArrowFunctionExpression', 'ObjectMethod', 'ClassMethod', 'ClassPrivateMethod',
]);

/** The types of function nodes. */
export const functionTypes: readonly string[] = [...functions];

/** Whether a node is a function of any kind. */
export function isFunction(node: Node): boolean {
  return functions.has(node.type);
}

/** Whether a node is a class. */
export function isClass(node: Node): boolean {
  return node.type === 'ClassDeclaration' || node.type === 'ClassExpression';
}

/** Whether a path lies in a node of some kind. */
export function isInside(path: Path, test: (node: Node) => boolean): boolean {
  for (let up = path.parentPath; up; up = up.parentPath) if (test(up.node)) return true;
  return false;
}
