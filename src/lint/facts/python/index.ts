/** The Python front end: a tree of tree-sitter-python to facts. */
import type { PythonNode, Tree } from '../../python/index.js';
import type { LineIndex } from '../../text.js';
import type { Expr, ModuleFact, Stmt } from '../model.js';
import { lowerExpression } from './expressions.js';
import { declarations, within } from './functions.js';
import { lowerImports } from './imports.js';
import { scopeOf } from './scopes.js';
import { signaturesOf } from './signatures.js';
import { partsOf, type Source } from './source.js';
import { lowerStatements } from './statements.js';

export { mayConcernRows } from './words.js';

/** Lowers one file. Names come out in camelCase; calls keep the name that was written, for messages. */
export function lowerPython(tree: Tree, lines: LineIndex): ModuleFact {
  const nodes = partsOf(tree.rootNode);
  const scope = scopeOf(nodes, new Set());
  // Two forms of a call may both be tried, and calls nest: each is lowered once.
  const calls = new Map<PythonNode, Expr>();
  const source: Source = {
    lines,
    signatures: signaturesOf(tree.rootNode),
    assigned: assignedIn(nodes),
    isSync: !/\b(async\s+def|asyncio|anyio|trio)\b/.test(tree.text),
    mayHaveRows: false,
    selfName: null,
    catches: false,
    groups: new Set(),
    forgives: false,
    scope,
    expression(node) {
      if (node.type !== 'call') return lowerExpression(source, node);
      const call = calls.get(node) ?? lowerExpression(source, node);
      calls.set(node, call);
      return call;
    },
    statements: (inner, spot) => lowerStatements(source, inner, spot),
  };
  const body = within(source, scope, null, (): Stmt[] => [
    ...scope.imports.flatMap((node) => lowerImports(source, node)),
    ...declarations(scope.body),
    ...source.statements(nodes, { block: scope.body, isStraight: true }),
  ]);
  return { body, mayHaveRows: source.mayHaveRows, helpers };
}

const helpers = {
  io: 'parallel_io(items=items, process_fn=fn, max_workers=8)',
  api: 'concurrent_api_calls(items=items, async_fn=fn, max_concurrent=10)',
  process: '__call__',
  runInference: 'run_inference',
  column: 'batch["data"].tolist()',
  withoutNulls: 'batch["data"].fillna("").tolist()',
};

function assignedIn(nodes: readonly PythonNode[]): Set<string> {
  const plain = nodes.flatMap((node) => (node.type === 'expression_statement' ? partsOf(node) : []));
  const scope = scopeOf(plain.filter((node) => node.type === 'assignment'), new Set());
  return new Set(scope.homes.keys());
}
