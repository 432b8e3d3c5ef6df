/** Which names are the program's own, and which uses of a name are uses of its value. */
import type { Node } from '@babel/types';
import { isReferenced, type Binding, type Path, type Scope } from '../../../syntax/index.js';

/** TypeScript nodes that stand in expressions: what is inside them is still a value. */
const VALUE_WRAPPERS = new Set([
  'TSAsExpression', 'TSSatisfiesExpression', 'TSNonNullExpression', 'TSTypeAssertion', 'TSInstantiationExpression',
]);
const VALUE_HOLDERS = new Set(['TSExportAssignment', 'TSEnumMember', 'TSImportEqualsDeclaration', 'TSParameterProperty']);

/** The expression inside parentheses, casts and `!`. */
export function unwrap(node: Node): Node {
  let inner = node;
  while (VALUE_WRAPPERS.has(inner.type) || inner.type === 'ParenthesizedExpression') {
    inner = (inner as Node & { expression: Node }).expression;
  }
  return inner;
}

/** The outermost path that has the same value: parentheses, casts and `!` around it are stepped over. */
export function wrapped(path: Path): Path {
  let outer = path;
  for (let up = outer.parentPath; up; up = up.parentPath) {
    if (!VALUE_WRAPPERS.has(up.node.type) && up.node.type !== 'ParenthesizedExpression') break;
    outer = up;
  }
  return outer;
}

/**
 * What a name is bound to in the program, or undefined when it means a global. Ambient declarations
 * (`declare const process: any`) and type-only imports bind nothing at run time.
 */
export function bindingOf(scope: Scope, name: string): Binding | undefined {
  const binding = scope.getBinding(name);
  return binding && !isAmbient(binding.path) ? binding : undefined;
}

/** Whether a name means the global of that name. */
export function isFree(scope: Scope, name: string): boolean {
  return !bindingOf(scope, name) && !namespacesAndEnums(scope).has(name) && !isParameterProperty(scope, name);
}

/** Babel binds no name for `constructor(private name)`. */
function isParameterProperty({ path }: Scope, name: string): boolean {
  for (let at: Path | null = path; at; at = at.parentPath) {
    if (at.node.type === 'ClassMethod' && at.node.params.some((param) => propertyName(param) === name)) return true;
  }
  return false;
}

/** The name of a parameter that is a field as well. */
export function propertyName(param: Node): string | undefined {
  const inner = param.type === 'TSParameterProperty' ? param.parameter : undefined;
  const named = inner?.type === 'AssignmentPattern' ? inner.left : inner;
  return named?.type === 'Identifier' ? named.name : undefined;
}

function isAmbient({ node, parent }: Path): boolean {
  if ('declare' in node && node.declare) return true;
  if ('declare' in parent && parent.declare) return true;
  if ('importKind' in node && isTypeKind(node.importKind)) return true;
  return parent.type === 'ImportDeclaration' && isTypeKind(parent.importKind);
}

function isTypeKind(kind: unknown): boolean {
  return kind === 'type' || kind === 'typeof';
}

const declaredIn = new WeakMap<Node, ReadonlySet<string>>();

/** Babel does not register `enum X` and `namespace X`, although both make a value. */
function namespacesAndEnums(scope: Scope): ReadonlySet<string> {
  const program = scope.getProgramParent().path.node;
  let names = declaredIn.get(program);
  if (!names) declaredIn.set(program, (names = new Set(findNamespacesAndEnums(program))));
  return names;
}

function findNamespacesAndEnums(program: Node): string[] {
  if (program.type !== 'Program') return [];
  return program.body.flatMap((statement) => {
    const declared = statement.type === 'ExportNamedDeclaration' ? statement.declaration : statement;
    if (declared?.type !== 'TSEnumDeclaration' && declared?.type !== 'TSModuleDeclaration') return [];
    return isErased(declared) || declared.id.type !== 'Identifier' ? [] : [declared.id.name];
  });
}

const TYPES_ONLY = new Set(['TSInterfaceDeclaration', 'TSTypeAliasDeclaration', 'TSImportEqualsDeclaration']);

/** Whether nothing of a declaration is left at run time: a namespace that holds only types is no value. */
function isErased(statement: Node): boolean {
  if (statement.type === 'ExportNamedDeclaration') return statement.declaration ? isErased(statement.declaration) : true;
  if (('declare' in statement && statement.declare) || TYPES_ONLY.has(statement.type)) return true;
  if (statement.type !== 'TSModuleDeclaration') return false;
  const { body } = statement as { body: Node };
  return body.type === 'TSModuleBlock' ? body.body.every(isErased) : isErased(body);
}

/** Whether an identifier is read as a value: not a key, not a label, not part of a type. */
export function isValueUse(path: Path): boolean {
  const { node, parent, parentPath } = path;
  // In JSX, lower case names an element of the page.
  if (node.type === 'JSXIdentifier' && parent.type !== 'JSXMemberExpression' && /^[a-z]/.test(node.name)) return false;
  if (parent.type.startsWith('TS') && !VALUE_WRAPPERS.has(parent.type)) {
    if (!VALUE_HOLDERS.has(parent.type)) return false;
    return (parent as { id?: Node }).id !== node && (parent as { parameter?: Node }).parameter !== node;
  }
  return isReferenced(node, parent, parentPath?.parent);
}
