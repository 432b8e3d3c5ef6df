/** The Python front end: a tree of tree-sitter-python to facts. */
import type { PythonNode, Tree } from '../../python/index.js';
import type { LineIndex } from '../../text.js';
import type { ModuleFact, Stmt } from '../model.js';
import { lowerExpression } from './expressions.js';
import { declarations, within } from './functions.js';
import { lowerImports } from './imports.js';
import { scopeOf } from './scopes.js';
import { signaturesOf } from './signatures.js';
import { partsOf, type Source } from './source.js';
import { lowerStatements } from './statements.js';

/** Lowers one file. Names come out in camelCase; calls keep the name that was written, for messages. */
export function lowerPython(tree: Tree, lines: LineIndex): ModuleFact {
  const nodes = partsOf(tree.rootNode);
  const scope = scopeOf(nodes, new Set());
  const source: Source = {
    lines,
    signatures: signaturesOf(tree.rootNode),
    assigned: assignedIn(nodes),
    selfName: null,
    scope,
    expression: (node) => lowerExpression(source, node),
    statements: (inner, spot) => lowerStatements(source, inner, spot),
  };
  const body = within(source, scope, null, (): Stmt[] => [
    ...scope.imports.flatMap(lowerImports),
    ...declarations(scope.body),
    ...source.statements(nodes, { block: scope.body, isStraight: true }),
  ]);
  return { body, helpers };
}

const helpers = {
  io: 'parallel_io(items=items, process_fn=fn, max_workers=8)',
  api: 'concurrent_api_calls(items=items, async_fn=fn, max_concurrent=10)',
};

function assignedIn(nodes: readonly PythonNode[]): Set<string> {
  const plain = nodes.flatMap((node) => (node.type === 'expression_statement' ? partsOf(node) : []));
  const scope = scopeOf(plain.filter((node) => node.type === 'assignment'), new Set());
  return new Set(scope.homes.keys());
}
