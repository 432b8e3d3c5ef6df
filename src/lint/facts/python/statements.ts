/** Statements of Python as facts. */
import type { PythonNode } from '../../python/index.js';
import type { Expr, Stmt } from '../model.js';
import { iterationOf, picksRows } from './comprehensions.js';
import { declarations, definitionOf, lowerClass, lowerFunction } from './functions.js';
import { lowerPattern, store, variablesOf } from './patterns.js';
import { extend } from './lists.js';
import { methodCall, nameOf, nothing, partsOf, placeOf, unwrapped, type Source, type Spot } from './source.js';
import { makesGroup, waitedFor } from './tasks.js';
import { endsAtOnce } from './turns.js';

/** Statements in order, functions first: a body runs later, and then knows what follows it. */
export function lowerStatements(source: Source, nodes: readonly PythonNode[], spot: Spot): Stmt[] {
  const lowered = nodes.flatMap((node) => lowerStatement(source, node, spot));
  const isFunction = (stmt: Stmt) => stmt.op === 'define' && stmt.value.op === 'function';
  return [...lowered.filter(isFunction), ...lowered.filter((stmt) => !isFunction(stmt))];
}

function lowerStatement(source: Source, node: PythonNode, spot: Spot): Stmt[] {
  switch (node.type) {
    case 'expression_statement':
      return partsOf(node).flatMap((part) => lowerExpressionStatement(source, part, spot));
    case 'return_statement': {
      const [value] = partsOf(node);
      // `return None` is `return`.
      return [{ op: 'return', value: value && unwrapped(value).type !== 'none' ? source.expression(value) : null, at: placeOf(source, node) }];
    }
    case 'function_definition':
    case 'class_definition':
    case 'decorated_definition':
      return lowerDefinition(source, node, spot);
    case 'if_statement':
    case 'match_statement':
      return [lowerBranch(source, node, spot)];
    case 'for_statement':
      return lowerFor(source, node, spot);
    case 'while_statement':
      return lowerWhile(source, node, spot);
    case 'try_statement':
      return lowerTry(source, node, spot);
    case 'with_statement':
      return lowerWith(source, node, spot);
    case 'block':
      return source.statements(partsOf(node), spot);
    case 'import_statement':
    case 'import_from_statement':
    case 'future_import_statement':
    case 'global_statement':
    case 'nonlocal_statement':
    case 'type_alias_statement':
    case 'delete_statement':
    case 'comment':
      // Imports stand at the start of the function.
      return [];
    default:
      return partsOf(node).map((part) => ({ op: 'do', value: source.expression(part) }));
  }
}

function lowerExpressionStatement(source: Source, node: PythonNode, spot: Spot): Stmt[] {
  const [left, right] = [node.childForFieldName('left'), node.childForFieldName('right')];
  if (node.type === 'assignment' && left) return lowerAssignment(source, node, left, right, spot);
  if (node.type !== 'augmented_assignment' || !left || !right) return [{ op: 'do', value: source.expression(node) }];
  if (node.childForFieldName('operator')?.type === '+=' && /^(list|list_comprehension|tuple)$/.test(unwrapped(right).type)) {
    return [{ op: 'do', value: extend(source, node, source.expression(left), source.expression(right)) }];
  }
  return [{ op: 'do', value: { op: 'assign', to: lowerPattern(source, left), value: source.expression(right), compound: true } }];
}

function lowerAssignment(source: Source, node: PythonNode, left: PythonNode, right: PythonNode | null, spot: Spot): Stmt[] {
  const to = lowerPattern(source, left, node.childForFieldName('type'));
  if (!right) return to.op === 'variable' && to.type ? [store(source, to, nothing, spot)] : [];
  const values = right.type === 'expression_list' || right.type === 'tuple' ? partsOf(right) : [];
  if (to.op === 'elements' && to.elements.length === values.length && !to.elements.some((one) => one.rest)) {
    return to.elements.map((element, i) => store(source, element.to, source.expression(values[i] as PythonNode), spot));
  }
  return [store(source, to, chained(source, right), spot)];
}

// `a = b = value`
function chained(source: Source, node: PythonNode): Expr {
  const [left, right] = [node.childForFieldName('left'), node.childForFieldName('right')];
  if (node.type !== 'assignment' || !left || !right) return source.expression(node);
  return { op: 'assign', to: lowerPattern(source, left), value: chained(source, right), compound: false };
}

function lowerDefinition(source: Source, node: PythonNode, spot: Spot): Stmt[] {
  const definition = definitionOf(node);
  const nameNode = definition.childForFieldName('name');
  if (!nameNode) return [];
  const isClass = definition.type === 'class_definition';
  const value: Expr = isClass ? { op: 'class', cls: lowerClass(source, node) } : { op: 'function', fn: lowerFunction(source, node, false) };
  const name = nameOf(nameNode);
  const stored = store(source, { op: 'variable', name, type: null, fallback: null }, value, spot);
  return [stored.op === 'bind' ? { op: 'define', name, value } : stored];
}

function lowerBranch(source: Source, node: PythonNode, spot: Spot): Stmt {
  const inner: Spot = { ...spot, isStraight: false };
  const test = node.childForFieldName('condition') ?? node.childForFieldName('subject');
  const tested = test ? source.expression(test) : nothing;
  const body: Stmt[] = bodyOf(source, node, inner, 'consequence');
  for (const part of [...node.childrenForFieldName('alternative'), ...casesOf(node)]) {
    const condition = part.childForFieldName('condition') ?? part.childForFieldName('guard');
    if (part.type === 'case_clause') body.push(...lowerCaptures(source, part, tested, inner));
    if (condition) body.push({ op: 'do', value: source.expression(condition) });
    body.push(...bodyOf(source, part, inner, 'consequence'), ...bodyOf(source, part, inner));
  }
  return { op: 'branch', test: tested, body };
}

function casesOf(node: PythonNode): PythonNode[] {
  const body = node.type === 'match_statement' ? node.childForFieldName('body') : null;
  return body ? partsOf(body).filter((part) => part.type === 'case_clause') : [];
}

// What a pattern captures is part of the subject.
function lowerCaptures(source: Source, node: PythonNode, subject: Expr, spot: Spot): Stmt[] {
  return partsOf(node)
    .filter((part) => part.fieldName !== 'consequence' && part.fieldName !== 'guard')
    .flatMap((part) => {
      const isName = part.type === 'identifier' || (part.type === 'dotted_name' && part.children.length === 1 && part.parent?.type === 'case_pattern');
      if (!isName) return lowerCaptures(source, part, subject, spot);
      return [store(source, { op: 'variable', name: nameOf(part), type: null, fallback: null }, subject, spot)];
    });
}

function lowerFor(source: Source, node: PythonNode, spot: Spot): Stmt[] {
  const block = source.scope.loops.get(node) ?? spot.block;
  const left = node.childForFieldName('left');
  const right = node.childForFieldName('right');
  const picks = picksRows(left, right, node.childrenForFieldName('body'));
  const { to, key, over } = iterationOf(source, left, right, picks);
  const named = [to, ...(key ? [key] : [])].flatMap(variablesOf);
  const body = [...declarations(block, named), ...bodyOf(source, node, { block, isStraight: true })];
  return [{ op: 'each', to, key, over, body, at: placeOf(source, node), isOnce: endsAtOnce(node.childForFieldName('body')) }, ...elseOf(source, node, spot)];
}

function lowerWhile(source: Source, node: PythonNode, spot: Spot): Stmt[] {
  const block = source.scope.loops.get(node) ?? spot.block;
  const condition = node.childForFieldName('condition');
  const body = bodyOf(source, node, { block, isStraight: true });
  const test = condition ? source.expression(condition) : null;
  const at = placeOf(source, node);
  return [{ op: 'loop', before: declarations(block), test, update: null, body, testFirst: true, at }, ...elseOf(source, node, spot)];
}

function elseOf(source: Source, node: PythonNode, spot: Spot): Stmt[] {
  return node.childrenForFieldName('alternative').flatMap((part) => bodyOf(source, part, spot));
}

// What `try` assigns, a handler may assign again: both count.
function lowerTry(source: Source, node: PythonNode, spot: Spot): Stmt[] {
  const handled: Spot = { ...spot, isStraight: false };
  const rest = partsOf(node).filter((part) => part.fieldName !== 'body');
  source.catches ||= rest.some((part) => part.type.startsWith('except'));
  const before = source.forgives;
  source.forgives ||= rest.some((part) => part.type === 'except_clause' && partsOf(part).some((one) => one.type !== 'block' && /\bKeyError\b/.test(one.text)));
  const body = bodyOf(source, node, spot);
  source.forgives = before;
  return [
    ...body,
    ...rest.flatMap((part) => {
      const inside = part.type === 'else_clause' ? spot : handled;
      return partsOf(part).flatMap((one) => (one.type === 'block' ? source.statements(partsOf(one), inside) : []));
    }),
  ];
}

function lowerWith(source: Source, node: PythonNode, spot: Spot): Stmt[] {
  const isAsync = node.children[0]?.type === 'async';
  const items = partsOf(node).filter((part) => part.type === 'with_clause').flatMap(partsOf);
  const ends: Stmt[] = [];
  const entries = items.flatMap((item): Stmt[] => {
    const value = item.childForFieldName('value');
    if (!value) return [];
    const [inner = value] = value.type === 'as_pattern' ? partsOf(value) : [];
    const alias = value.type === 'as_pattern' ? value.childForFieldName('alias') : null;
    if (alias && makesGroup(inner)) {
      source.groups.add(alias.text);
      ends.push({ op: 'do', value: { op: 'await', value: waitedFor(source, item, source.expression(partsOf(alias)[0] ?? alias)) } });
      return [store(source, lowerPattern(source, alias), { op: 'list', items: [] }, spot)];
    }
    const opened = source.expression(inner);
    // What is entered without being made is a lock or a semaphore.
    const isLock = alias === null && inner.type !== 'call';
    const entered: Expr = isLock ? methodCall(source, inner, opened, 'acquire') : isAsync ? { op: 'await', value: opened } : opened;
    return [alias ? store(source, lowerPattern(source, alias), entered, spot) : { op: 'do', value: entered }];
  });
  return [...entries, ...bodyOf(source, node, spot), ...ends];
}

function bodyOf(source: Source, node: PythonNode, spot: Spot, field = 'body'): Stmt[] {
  const body = node.childForFieldName(field);
  return body?.type === 'block' ? source.statements(partsOf(body), spot) : [];
}
