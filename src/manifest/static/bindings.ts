/** What the names at the top level of a manifest file stand for. */
import type { Expression, File, Node, Statement } from '@babel/types';
import { unwrap } from './unwrap.js';

export interface Bindings {
  /** Names declared with `const`, and what they are given; left out when other statements touch them. */
  consts: ReadonlyMap<string, Expression>;
  /** Imported names: `z` from `zod`; `*` for a namespace. */
  imports: ReadonlyMap<string, { module: string; name: string }>;
}

export function collectBindings(file: File): Bindings {
  const consts = new Map<string, Expression>();
  const imports = new Map<string, { module: string; name: string }>();
  const touched = new Set<string>();
  for (const statement of file.program.body) {
    const declaration = statement.type === 'ExportNamedDeclaration' ? statement.declaration : statement;
    if (declaration?.type === 'VariableDeclaration') {
      if (declaration.kind !== 'const') continue;
      for (const { id, init } of declaration.declarations) {
        if (id.type === 'Identifier' && init) consts.set(id.name, init);
      }
    } else if (statement.type === 'ImportDeclaration') {
      for (const specifier of statement.specifiers) {
        imports.set(specifier.local.name, { module: statement.source.value, name: importedName(specifier) });
      }
    } else if (acts(statement)) {
      namesIn(statement, touched);
    }
  }
  // `features.push(...)` further down: the value of the const is not what its declaration says.
  for (const name of touched) consts.delete(name);
  return { consts, imports };
}

/** Follows `const` names to what they stand for; a chain longer than 50 goes in a circle. */
export function follow(bindings: Bindings, node: Node): Node {
  let current = unwrap(node);
  for (let hops = 0; current.type === 'Identifier' && hops < 50; hops++) {
    const init = bindings.consts.get(current.name);
    if (init === undefined) return current;
    current = unwrap(init);
  }
  return current;
}

type ImportSpecifier = Extract<Statement, { type: 'ImportDeclaration' }>['specifiers'][number];

function importedName(specifier: ImportSpecifier): string {
  if (specifier.type === 'ImportNamespaceSpecifier') return '*';
  if (specifier.type === 'ImportDefaultSpecifier') return 'default';
  return specifier.imported.type === 'Identifier' ? specifier.imported.name : specifier.imported.value;
}

/** Whether a statement does something when the module is loaded, other than declaring and exporting. */
function acts(statement: Statement): boolean {
  return !/^(Export|Function|Class|TS|Empty)/.test(statement.type);
}

/** Adds every identifier below the node. An explicit stack, because hostile source nests deeper than ours. */
function namesIn(root: Node, names: Set<string>): void {
  const stack: unknown[] = [root];
  while (stack.length > 0) {
    const node = stack.pop();
    if (Array.isArray(node)) for (const item of node) stack.push(item);
    else if (isNode(node)) {
      if (node.type === 'Identifier') names.add(node.name);
      for (const [key, child] of Object.entries(node)) if (key !== 'loc') stack.push(child);
    }
  }
}

function isNode(value: unknown): value is Node {
  return typeof value === 'object' && value !== null && 'type' in value && typeof value.type === 'string';
}
