/** Scopes and bindings: the names of a program and where each is declared, as Babel's own scopes have them. */
import type { Identifier, Node } from '@babel/types';
import { isFunction, type Binding, type Path, type Scope } from './path.js';

/** How a name comes to be. Functions are `hoisted`; `local` is the own name of a function or class expression. */
export type Kind = 'var' | 'let' | 'const' | 'hoisted' | 'param' | 'local' | 'module' | 'unknown';

/** A node in its place, with the scope that is set as it is entered. */
export class Place implements Path {
  scope!: NodeScope;
  /** Of a function. */
  params: Place[] | null = null;
  readonly node: Node;
  readonly parent: Node;
  readonly parentPath: Place | null;
  readonly key: string | number;
  readonly listKey: string | null;

  constructor(node: Node, parent: Node, parentPath: Place | null, key: string | number, listKey: string | null) {
    this.node = node;
    this.parent = parent;
    this.parentPath = parentPath;
    this.key = key;
    this.listKey = listKey;
  }

  get(_list: 'params'): readonly Place[] {
    return this.params ?? [];
  }
}

/** The uses of one name. */
class NodeBinding implements Binding {
  readonly constantViolations: Place[] = [];
  readonly referencePaths: Place[] = [];

  constructor(readonly identifier: Identifier, readonly path: Place, readonly kind: Kind) {
    if ((kind === 'var' || kind === 'hoisted') && isSetInLoop(path)) this.reassign(path);
  }

  reassign(path: Place): void {
    if (!this.constantViolations.includes(path)) this.constantViolations.push(path);
  }
}

const blockTypes: ReadonlySet<string> = new Set([
  'BlockStatement', 'CatchClause', 'DoWhileStatement', 'ForInStatement', 'ForStatement', 'FunctionDeclaration', 'FunctionExpression', 'Program',
  'ObjectMethod', 'SwitchStatement', 'WhileStatement', 'ArrowFunctionExpression', 'ForOfStatement', 'ClassMethod', 'ClassPrivateMethod',
  'StaticBlock', 'TSModuleBlock',
]);
const patternTypes: ReadonlySet<string> = new Set(['AssignmentPattern', 'ArrayPattern', 'ObjectPattern']);
/** The types of nodes that can have names of their own. */
export const scopeTypes: ReadonlySet<string> = new Set([...blockTypes, ...patternTypes, 'ClassExpression', 'ClassDeclaration']);

/** Whether a node has names of its own: blocks, functions, classes, and patterns among parameters. */
export function makesScope(node: Node, parent: Node): boolean {
  const { type } = node;
  if (!scopeTypes.has(type)) return false;
  if (type !== 'BlockStatement' && !patternTypes.has(type)) return true;
  // The block of a function shares the function's names; a pattern has its own as a parameter only.
  const isOfFunction = isFunction(parent) || parent.type === 'CatchClause';
  return type === 'BlockStatement' ? !isOfFunction : isOfFunction;
}

const scopes = new WeakMap<Node, NodeScope>();

/** The names of a function or block, seen from inside; undefined where the tree was walked by `@babel/traverse`. */
export function scopeInside(node: Node): Scope | undefined {
  return scopes.get(node);
}

/** The names of one scope. */
export class NodeScope implements Scope {
  readonly bindings = new Map<string, NodeBinding | undefined>();

  constructor(readonly path: Place, readonly parent: NodeScope | null) {
    scopes.set(path.node, this);
  }

  getBinding(name: string): NodeBinding | undefined {
    return lookUp(this, name);
  }

  getProgramParent(): NodeScope {
    return this.parent ? this.parent.getProgramParent() : this;
  }

  /** The scope that `let` belongs to. */
  get block(): NodeScope {
    return blockTypes.has(this.path.node.type) || !this.parent ? this : this.parent.block;
  }

  /** The scope that `var` belongs to. */
  get function(): NodeScope {
    return isVarHolder(this.path.node) || !this.parent ? this : this.parent.function;
  }

  /** Binds names to a declaration. */
  bind(kind: Kind, ids: readonly Identifier[], path: Place): void {
    for (const id of ids) {
      const known = this.bindings.get(id.name);
      if (!known) this.bindings.set(id.name, new NodeBinding(id, path, kind));
      else if (known.identifier !== id) known.reassign(path);
    }
  }
}

function lookUp(from: NodeScope, name: string): NodeBinding | undefined {
  let isFromPattern = false;
  for (let scope: NodeScope | null = from; scope; scope = scope.parent) {
    const binding = scope.bindings.get(name);
    // Defaults of parameters do not see what the body declares.
    if (binding && !(isFromPattern && binding.kind !== 'param' && binding.kind !== 'local')) return binding;
    const { node } = scope.path;
    if (!binding && name === 'arguments' && isFunction(node) && node.type !== 'ArrowFunctionExpression') return undefined;
    isFromPattern = patternTypes.has(node.type);
  }
  return undefined;
}

function isVarHolder(node: Node): boolean {
  return isFunction(node) || node.type === 'StaticBlock' || node.type === 'TSModuleBlock';
}

/** Whether a declaration gives its name a value in each turn of a loop. */
function isSetInLoop(declaration: Place): boolean {
  const { node } = declaration;
  const hasValue = node.type !== 'VariableDeclarator' || Boolean(node.init);
  let { key } = declaration;
  for (let up = declaration.parentPath; up; { key, parentPath: up } = up) {
    const { type } = up.node;
    if (isVarHolder(up.node)) return false;
    if (key === 'left' && (type === 'ForInStatement' || type === 'ForOfStatement')) return true;
    if (hasValue && key === 'body' && /^(For|ForIn|ForOf|While|DoWhile)Statement$/.test(type)) return true;
  }
  return false;
}

/** The names that a pattern, or a single name, binds or assigns. */
export function namesIn(target: Node | null | undefined, found: Identifier[] = []): Identifier[] {
  switch (target?.type) {
    case 'Identifier':
      found.push(target);
      break;
    case 'ObjectPattern':
      for (const property of target.properties) namesIn(property.type === 'RestElement' ? property.argument : property.value, found);
      break;
    case 'ArrayPattern':
      for (const element of target.elements) namesIn(element, found);
      break;
    case 'AssignmentPattern':
      namesIn(target.left, found);
      break;
    case 'RestElement':
      namesIn(target.argument, found);
  }
  return found;
}
