/** Binding what imports bring. */
import type { PythonNode } from '../../python/index.js';
import { memberName, moduleName } from './modules.js';
import { addBinding, type Program, type Scope } from './scopes.js';
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

/** Another file of the plugin may hand on what it imported. */
const PASSED_ON = new Set(['builtins', 'os', 'sys']);

export function bindImport(program: Program, scope: Scope, statement: PythonNode): void {
  for (const { node, name, local } of importedNames(statement)) {
    // `import a.b` binds `a`; `import a.b as c` binds what `a.b` is.
    const root = name.split('.', 1)[0] as string;
    const module = moduleName(local === null ? root : name);
    addBinding(program, scope, local ?? root, { kind: 'known', name: module, by: node, end: statement.endIndex });
  }
}

export function bindImportFrom(program: Program, scope: Scope, statement: PythonNode): void {
  const module = statement.childForFieldName('module_name');
  for (const { node, name, local } of importedNames(statement)) {
    const place = { by: node, end: statement.endIndex };
    const full = module?.type === 'dotted_name' ? memberName(moduleName(dottedName(module)), name) : PASSED_ON.has(name) ? name : null;
    addBinding(program, scope, local ?? name, full === null ? { kind: 'unknown', ...place } : { kind: 'known', name: full, ...place });
  }
}
