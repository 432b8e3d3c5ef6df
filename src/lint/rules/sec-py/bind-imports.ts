/** Binding what imports bring. */
import type { PythonNode } from '../../python/index.js';
import { memberName, moduleName } from './modules.js';
import type { Binding, Scope } from './scopes.js';
import { nameOf } from './values.js';

/** The dotted name in an import, each part in Python's own form. */
export function dottedName(node: PythonNode): string {
  return node.namedChildren.map(nameOf).join('.');
}

/** One imported name: what it is called there, and here. */
export interface Imported {
  node: PythonNode;
  name: string;
  local: string | null;
}

/** The names of an import statement, without a star. */
export function importedNames(statement: PythonNode): Imported[] {
  return statement.childrenForFieldName('name').map((node) => {
    if (node.type !== 'aliased_import') return { node, name: dottedName(node), local: null };
    const [name, alias] = [node.childForFieldName('name'), node.childForFieldName('alias')];
    return { node, name: name ? dottedName(name) : '', local: alias ? nameOf(alias) : null };
  });
}

export function bindImport(scope: Scope, statement: PythonNode): void {
  for (const { node, name, local } of importedNames(statement)) {
    // `import a.b` binds `a`; `import a.b as c` binds what `a.b` is.
    const root = name.split('.', 1)[0] as string;
    bind(scope, local ?? root, { kind: 'known', name: moduleName(local === null ? root : name), by: node, end: statement.endIndex });
  }
}

export function bindImportFrom(scope: Scope, statement: PythonNode): void {
  const module = statement.childForFieldName('module_name');
  const isRelative = module?.type !== 'dotted_name';
  for (const { node, name, local } of importedNames(statement)) {
    const place = { by: node, end: statement.endIndex };
    if (!isRelative) bind(scope, local ?? name, { kind: 'known', name: memberName(moduleName(dottedName(module)), name), ...place });
    // Another file of the plugin may hand on what it imported.
    else if (PASSED_ON.has(name)) bind(scope, local ?? name, { kind: 'known', name, ...place });
    else bind(scope, local ?? name, { kind: 'unknown', ...place });
  }
}

const PASSED_ON = new Set(['builtins', 'os', 'sys']);

function bind(scope: Scope, name: string, binding: Binding): void {
  scope.names.set(name, [...(scope.names.get(name) ?? []), binding]);
}
