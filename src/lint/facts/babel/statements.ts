/** Statements of TypeScript and JavaScript as facts. */
import type * as t from '@babel/types';
import type { Expr, Stmt } from '../model.js';
import { lowerClass, lowerFunction } from './functions.js';
import { isFunction, lowerPattern, nameOf, placeOf, unnamed, type Source } from './patterns.js';

/** Statements in order, with function and class declarations first, as JavaScript hoists them. */
export function lowerStatements(source: Source, nodes: readonly t.Statement[]): Stmt[] {
  const lowered = nodes.flatMap((node) => lowerStatement(source, node));
  const isDefinition = (stmt: Stmt) => stmt.op === 'import' || (stmt.op === 'define' && stmt.value.op === 'function');
  return [...lowered.filter(isDefinition), ...lowered.filter((stmt) => !isDefinition(stmt))];
}

function lowerStatement(source: Source, node: t.Statement, isExported = false): Stmt[] {
  switch (node.type) {
    case 'ExpressionStatement':
      return [{ op: 'do', value: source.expression(node.expression) }];
    case 'VariableDeclaration':
      return node.declarations.flatMap((one) => lowerLoaded(one) ?? lowerDeclarator(source, one, isExported));
    case 'FunctionDeclaration':
      if (!node.id) return [{ op: 'do', value: lowerFunction(source, node, null, isExported) }];
      return [{ op: 'define', name: node.id.name, value: lowerFunction(source, node, node.id.name, isExported) }];
    case 'ClassDeclaration': {
      const value: Expr = { op: 'class', cls: lowerClass(source, node) };
      return node.id ? [{ op: 'define', name: node.id.name, value }] : [{ op: 'do', value }];
    }
    case 'ReturnStatement':
      // `return null` and `return undefined` are `return`.
      return [{ op: 'return', value: node.argument && !isNothing(node.argument) ? source.expression(node.argument) : null, at: placeOf(source, node) }];
    case 'ThrowStatement':
      return [{ op: 'do', value: source.expression(node.argument) }];
    case 'BlockStatement':
      return [{ op: 'block', body: lowerStatements(source, node.body) }];
    case 'LabeledStatement':
      return lowerStatement(source, node.body);
    case 'IfStatement': {
      const body = [node.consequent, node.alternate].flatMap((one) => (one ? lowerBlock(source, one) : []));
      return [{ op: 'branch', test: source.expression(node.test), body }];
    }
    case 'SwitchStatement': {
      const body = lowerStatements(source, node.cases.flatMap((one) => one.consequent));
      return [{ op: 'branch', test: source.expression(node.discriminant), body }];
    }
    case 'TryStatement':
      source.catches ||= node.handler !== null;
      return [node.block, node.handler?.body, node.finalizer].flatMap((one) => (one ? lowerBlock(source, one) : []));
    case 'WithStatement':
      return [{ op: 'do', value: source.expression(node.object) }, ...lowerBlock(source, node.body)];
    case 'ForOfStatement':
    case 'ForInStatement':
      return [lowerEach(source, node)];
    case 'ForStatement':
      return [lowerFor(source, node)];
    case 'WhileStatement':
    case 'DoWhileStatement':
      return [lowerWhile(source, node)];
    case 'ImportDeclaration':
      return lowerImport(source, node);
    case 'ExportNamedDeclaration':
      return node.declaration ? lowerStatement(source, node.declaration, true) : [];
    case 'ExportDefaultDeclaration':
      return lowerExportDefault(source, node);
    case 'TSExportAssignment':
      return [{ op: 'do', value: source.expression(node.expression) }];
    case 'TSModuleDeclaration':
      return lowerNamespace(source, node);
    default:
      return [];
  }
}

// `declare module 'x' {}` says what is elsewhere, and so does a namespace without code.
function lowerNamespace(source: Source, node: t.TSModuleDeclaration): Stmt[] {
  if (node.declare || !node.body) return [];
  return [{ op: 'block', body: node.body.type === 'TSModuleBlock' ? lowerStatements(source, node.body.body) : lowerNamespace(source, node.body) }];
}

function lowerBlock(source: Source, node: t.Statement): Stmt[] {
  return [{ op: 'block', body: lowerStatements(source, [node]) }];
}

/** `const { encode } = require('x')`, `const x = (await import('x')).default`: imports by another way; null for any other value. */
function lowerLoaded({ id, init }: t.VariableDeclarator): Stmt[] | null {
  const loaded = init?.type === 'MemberExpression' && !init.computed ? { of: init.object, name: nameOf(init.property) } : { of: init, name: 'default' };
  const module = moduleLoadedBy(loaded.of);
  if (module === null) return null;
  if (id.type === 'Identifier') return [{ op: 'import', module, name: loaded.name, local: id.name }];
  if (id.type !== 'ObjectPattern') return null;
  return id.properties.flatMap((one): Stmt[] => {
    const [name, local] = one.type === 'RestElement' ? ['*', one.argument] : [nameOf(one.key), one.value];
    return local.type === 'Identifier' ? [{ op: 'import', module, name, local: local.name }] : [];
  });
}

/** The module that `require('x')` or `await import('x')` loads. */
function moduleLoadedBy(node: t.Node | null | undefined): string | null {
  if (node?.type === 'AwaitExpression') return moduleLoadedBy(node.argument);
  const isLoading = node?.type === 'CallExpression' && (node.callee.type === 'Import' || (node.callee.type === 'Identifier' && node.callee.name === 'require'));
  const [given] = isLoading ? node.arguments : [];
  return given?.type === 'StringLiteral' ? given.value : null;
}

function lowerDeclarator(source: Source, node: t.VariableDeclarator, isExported: boolean): Stmt {
  const to = lowerPattern(source, node.id as t.LVal);
  if (to.op === 'variable' && node.init && isFunction(node.init)) {
    return { op: 'bind', to, value: lowerFunction(source, node.init, to.name, isExported) };
  }
  return { op: 'bind', to, value: node.init ? source.expression(node.init) : null };
}

function lowerExportDefault(source: Source, node: t.ExportDefaultDeclaration): Stmt[] {
  const { declaration } = node;
  if (declaration.type === 'FunctionDeclaration' || declaration.type === 'ClassDeclaration') {
    return lowerStatement(source, declaration, true);
  }
  if (declaration.type === 'TSDeclareFunction') return [];
  const value = isFunction(declaration) ? lowerFunction(source, declaration, 'process', true) : source.expression(declaration);
  return [{ op: 'do', value }];
}

function lowerEach(source: Source, node: t.ForOfStatement | t.ForInStatement): Stmt {
  const declared = node.left.type === 'VariableDeclaration' ? node.left.declarations[0]?.id : node.left;
  const to = declared ? lowerPattern(source, declared as t.LVal) : unnamed();
  const body = lowerBlock(source, node.body);
  // `for await` waits for what comes out of a list of promises.
  if (node.type === 'ForOfStatement' && node.await && to.op === 'variable') body.unshift({ op: 'do', value: { op: 'await', value: { op: 'name', name: to.name, at: placeOf(source, node) } } });
  return { op: 'each', to, over: source.expression(node.right), body, at: placeOf(source, node), isOnce: endsAtOnce(source, node.body) };
}

/** Whether a loop with this body is left at the end of a turn, and goes on only where it skips what it does not want. */
function endsAtOnce(source: Source, body: t.Statement): boolean {
  if (body.type !== 'BlockStatement') return isLeaving(body);
  const first = body.body.findIndex((stmt) => !isSkip(source, stmt));
  const rest = body.body.slice(Math.max(first, 0));
  return rest.some(isLeaving) && !rest.some(mayGoOn);
}

/** `if (!row.data) continue;`, with a test that waits for nothing. */
function isSkip(source: Source, node: t.Statement): boolean {
  if (node.type !== 'IfStatement' || node.alternate || /\bawait\b/.test(source.text.slice(node.test.start ?? 0, node.test.end ?? 0))) return false;
  const { consequent: inner } = node;
  return inner.type === 'ContinueStatement' || (inner.type === 'BlockStatement' && inner.body.length === 1 && inner.body[0]?.type === 'ContinueStatement');
}

function isLeaving({ type }: t.Statement): boolean {
  return type === 'BreakStatement' || type === 'ReturnStatement' || type === 'ThrowStatement';
}

/** Whether a statement may begin the next turn early. */
function mayGoOn(node: t.Statement | null | undefined): boolean {
  switch (node?.type) {
    case 'ContinueStatement':
      return true;
    case 'BlockStatement':
      return node.body.some(mayGoOn);
    case 'IfStatement':
      return mayGoOn(node.consequent) || mayGoOn(node.alternate);
    case 'TryStatement':
      return mayGoOn(node.block) || mayGoOn(node.handler?.body) || mayGoOn(node.finalizer);
    default:
      return false;
  }
}

function lowerFor(source: Source, node: t.ForStatement): Stmt {
  const { init, test, update } = node;
  return {
    op: 'loop',
    before: !init
      ? []
      : init.type === 'VariableDeclaration'
        ? lowerStatement(source, init)
        : [{ op: 'do', value: source.expression(init) }],
    test: test ? source.expression(test) : null,
    update: update ? source.expression(update) : null,
    body: lowerBlock(source, node.body),
    testFirst: true,
    at: placeOf(source, node),
  };
}

function lowerWhile(source: Source, node: t.WhileStatement | t.DoWhileStatement): Stmt {
  const testFirst = node.type === 'WhileStatement';
  const test = source.expression(node.test);
  return { op: 'loop', before: [], test, update: null, body: lowerBlock(source, node.body), testFirst, at: placeOf(source, node) };
}

function lowerImport(source: Source, node: t.ImportDeclaration): Stmt[] {
  if (node.importKind === 'type') return [];
  return node.specifiers.map((one) => {
    const name =
      one.type === 'ImportDefaultSpecifier' ? 'default' : one.type === 'ImportNamespaceSpecifier' ? '*' : nameOf(one.imported);
    return { op: 'import', module: node.source.value, name, local: one.local.name };
  });
}

function isNothing(node: t.Expression): boolean {
  return node.type === 'NullLiteral' || (node.type === 'Identifier' && node.name === 'undefined');
}
