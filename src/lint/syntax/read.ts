/** One walk through a Babel tree: every node in its place, every name with its declaration and uses. */
import type { File, Identifier, Node } from '@babel/types';
import { childMembers } from './children.js';
import { isFunction } from './path.js';
import { isReferenced } from './referenced.js';
import { makesScope, namesIn, NodeScope, Place, scopeTypes } from './scopes.js';

/** What is known of all nodes of a type, found once for each type: most nodes need nothing but a place. */
interface Kind {
  members: readonly string[] | undefined;
  isWanted: boolean;
  mayMakeScope: boolean;
  mayDeclare: boolean;
}

const declaring: ReadonlySet<string> = new Set([
  'Identifier', 'JSXIdentifier', 'VariableDeclarator', 'FunctionDeclaration', 'ClassDeclaration', 'ClassExpression', 'ImportSpecifier',
  'ImportDefaultSpecifier', 'ImportNamespaceSpecifier', 'TSImportEqualsDeclaration', 'CatchClause', 'AssignmentExpression', 'UpdateExpression',
  'UnaryExpression', 'ForInStatement', 'ForOfStatement',
]);

/** Reads a tree. Gives the places of nodes of the wanted types, parents first, when all names are known. */
export function readTree(file: File, wanted: (type: string) => boolean): Place[] {
  return new Reading(wanted).read(file);
}

class Reading {
  readonly #wanted: (type: string) => boolean;
  readonly #kinds = new Map<string, Kind>();
  readonly #places: Place[] = [];
  readonly #references: Place[] = [];
  readonly #assignments: Place[] = [];
  readonly #otherChanges: Place[] = [];

  constructor(wanted: (type: string) => boolean) {
    this.#wanted = wanted;
  }

  read(file: File): Place[] {
    this.#enter(file.program, file, null, 'program', null, false);
    // All declarations are known now; what follows asks for them.
    for (const path of [...this.#assignments, ...this.#otherChanges]) {
      for (const { name } of namesIn(changedBy(path.node))) path.scope.getBinding(name)?.reassign(path);
    }
    for (const path of this.#references) path.scope.getBinding((path.node as Identifier).name)?.referencePaths.push(path);
    return this.#places;
  }

  #enter(node: Node, parent: Node, above: Place | null, key: string | number, listKey: string | null, isInType: boolean): void {
    const { type } = node;
    const { members, isWanted, mayMakeScope, mayDeclare } = this.#kinds.get(type) ?? this.#kindOf(type);
    if (!members && !isWanted && type !== 'JSXIdentifier') return;
    const path = new Place(node, parent, above, key, listKey);
    path.scope = scopeOf(path, mayMakeScope);
    if (isWanted) this.#places.push(path);
    if (!isInType && (mayDeclare || listKey === 'params')) this.#declare(path);
    if (!members) return;
    const isType = isInType || type === 'TSTypeAnnotation';
    for (let m = 0; m < members.length; m++) {
      const member = members[m] as string;
      const children = (node as unknown as Record<string, Node | (Node | null)[] | null | undefined>)[member];
      // The own name of a function gives way to a parameter of the same name.
      if (member === 'body' && type === 'FunctionExpression' && !isInType && node.id) path.scope.bind('local', [node.id], path);
      if (!children) continue;
      if (Array.isArray(children)) {
        for (let i = 0; i < children.length; i++) {
          const child = children[i];
          if (child) this.#enter(child, node, path, i, member, isType);
        }
      } else this.#enter(children, node, path, member, null, isType);
    }
    if (!isInType && (type === 'ExportNamedDeclaration' || type === 'ExportDefaultDeclaration')) this.#exported(path);
  }

  #kindOf(type: string): Kind {
    const kind = { members: childMembers.get(type), isWanted: this.#wanted(type), mayMakeScope: scopeTypes.has(type), mayDeclare: declaring.has(type) };
    this.#kinds.set(type, kind);
    return kind;
  }

  #declare(path: Place): void {
    const { node, parent, scope } = path;
    if (path.listKey === 'params' && path.parentPath && isFunction(parent)) {
      (path.parentPath.params ??= []).push(path);
      path.parentPath.scope.bind('param', namesIn(node), path);
    }
    switch (node.type) {
      case 'Identifier':
      case 'JSXIdentifier':
        if (isUse(path)) this.#references.push(path);
        break;
      case 'VariableDeclarator': {
        const { kind } = parent as Node & { kind: string };
        const owner = kind === 'var' ? scope.function : scope.block;
        owner.bind(kind === 'var' || kind === 'let' ? kind : 'const', namesIn(node.id), path);
        break;
      }
      case 'FunctionDeclaration':
        if (node.id) (scope.parent ?? scope).block.bind('hoisted', [node.id], path);
        break;
      case 'ClassDeclaration':
        if (!node.id) break;
        if (!node.declare) (scope.parent ?? scope).block.bind('let', [node.id], path);
        scope.bindings.set(node.id.name, scope.parent?.getBinding(node.id.name));
        break;
      case 'ClassExpression':
        if (node.id) scope.bind('local', [node.id], path);
        break;
      case 'ImportSpecifier':
      case 'ImportDefaultSpecifier':
      case 'ImportNamespaceSpecifier':
        scope.block.bind('module', [node.local], path);
        break;
      case 'TSImportEqualsDeclaration':
        scope.function.bind('unknown', [node.id], path);
        break;
      case 'CatchClause':
        scope.bind('let', namesIn(node.param), path);
        break;
      case 'AssignmentExpression':
        this.#assignments.push(path);
        break;
      case 'UpdateExpression':
        this.#otherChanges.push(path);
        break;
      case 'UnaryExpression':
        if (node.operator === 'delete') this.#otherChanges.push(path);
        break;
      case 'ForInStatement':
      case 'ForOfStatement':
        if (node.left.type !== 'VariableDeclaration') this.#otherChanges.push(path);
    }
  }

  /** `export const x = 1` uses the name. */
  #exported(path: Place): void {
    const { declaration } = path.node as Node & { declaration?: Node | null };
    if (!declaration) return;
    const isNamed = declaration.type === 'ClassDeclaration' || declaration.type === 'FunctionDeclaration';
    const declared = declaration.type === 'VariableDeclaration' ? declaration.declarations.flatMap(({ id }) => namesIn(id)) : isNamed && declaration.id ? [declaration.id] : [];
    for (const name of new Set(declared.map((id) => id.name))) path.scope.getBinding(name)?.referencePaths.push(path);
  }
}

/** What an assignment, an update, `delete` or a loop changes. */
function changedBy(node: Node): Node | null {
  const { left, argument } = node as { left?: Node; argument?: Node };
  return left ?? argument ?? null;
}

/** A key is evaluated outside of its method, a decorator outside of what it stands on. */
function scopeOf(path: Place, mayMakeScope: boolean): NodeScope {
  const { parentPath } = path;
  if (!parentPath) return new NodeScope(path, null);
  const { scope } = parentPath.parentPath && isOutside(path) ? parentPath.parentPath : parentPath;
  return mayMakeScope && makesScope(path.node, path.parent) ? new NodeScope(path, scope) : scope;
}

function isOutside({ parent, key, listKey }: Place): boolean {
  if (key === 'discriminant') return parent.type === 'SwitchStatement';
  if (key !== 'key' && listKey !== 'decorators') return false;
  return parent.type === 'ObjectMethod' || parent.type === 'ClassMethod' || parent.type === 'ClassPrivateMethod';
}

function isUse({ node, parent, parentPath }: Place): boolean {
  if (parent.type === 'TSImportEqualsDeclaration') return false;
  if (parent.type === 'TSQualifiedName' && parent.right === node) return false;
  // In JSX, lower case names an element of the page.
  if (node.type === 'JSXIdentifier' && parent.type !== 'JSXMemberExpression' && /^[a-z]/.test(node.name)) return false;
  return isReferenced(node, parent, parentPath?.parent);
}
