/** Comprehensions and generator expressions: `map` with a function, as the facts have it. */
import type { PythonNode } from '../../python/index.js';
import type { Expr, Pattern, Stmt } from '../model.js';
import { lowerPattern, unnamed } from './patterns.js';
import { methodCall, nothing, partsOf, placeOf, unwrapped, type Source } from './source.js';
import { isFrame } from './subscripts.js';

/** What a loop goes over, the item it takes, and the position or key it names beside it. */
export interface Iteration {
  to: Pattern;
  key: Pattern | null;
  over: Expr;
}

/**
 * Whether a loop's variable picks rows, as in `batch[batch["lang"] == lang]`: the loop then goes over groups of rows. Over
 * the distinct values of a column, any comparison with a column does, that column under its own name included.
 */
export function picksRows(target: PythonNode | null, over: PythonNode | null, body: readonly PythonNode[]): boolean {
  if (target?.type !== 'identifier') return false;
  const isDistinct = over !== null && /\.(unique|drop_duplicates)\(\)(\.to_?list\(\))?$|^(sorted\()?(set|np\.unique|dict\.fromkeys)\(/.test(over.text);
  const columns = new Set(isDistinct ? over.text.split(/\W+/) : []);
  const stack = [...body];
  // `batch.query("language == @language")`
  const inQuery = new RegExp(`\\W@${target.text}\\b`);
  for (let node = stack.pop(); node; node = stack.pop()) {
    if ((node.type === 'string' && inQuery.test(node.text)) || isEqualTo(node, target)) return true;
    const key = isDistinct || isOfColumn(node) ? node : node.type === 'subscript' ? node.childForFieldName('subscript') : null;
    if (key?.type === 'comparison_operator' && key.children.some((part) => part.type === '==')) {
      const sides = partsOf(key);
      const others = sides.filter((side) => side.text !== target.text);
      const isOfRows = key.parent?.type === 'if_clause' || others.some((side) => side.type !== 'identifier' || columns.has(side.text));
      if (others.length < sides.length && isOfRows) return true;
    }
    stack.push(...node.children);
  }
  return false;
}

/** `batch["language"] == language`: a mask, wherever it is used. */
function isOfColumn(node: PythonNode): boolean {
  return node.type === 'comparison_operator' && isColumn(partsOf(node)[0]);
}

/** `batch["language"].eq(language)` */
function isEqualTo(node: PythonNode, target: PythonNode): boolean {
  const callee = node.type === 'call' ? node.childForFieldName('function') : null;
  const isSame = callee?.childForFieldName('attribute')?.text === 'eq' && node.childForFieldName('arguments')?.text === `(${target.text})`;
  return isSame && isColumn(callee?.childForFieldName('object'));
}

/** `batch["language"]`, `batch.language` */
function isColumn(node: PythonNode | null | undefined): boolean {
  const frame = node?.childForFieldName(node.type === 'subscript' ? 'value' : 'object');
  return frame !== null && frame !== undefined && isFrame(frame);
}

/** `for to in over`, where `enumerate`, `items`, `iterrows` and `groupby` give pairs of a key and the item. */
export function iterationOf(source: Source, left: PythonNode | null, right: PythonNode | null, isOverGroups: boolean): Iteration {
  if (!left || !right) return { to: unnamed, key: null, over: nothing };
  const target = unwrapped(left);
  const [first, second, third] = partsOf(target);
  const isPair = /^(pattern_list|tuple_pattern|list_pattern)$/.test(target.type) && second !== undefined && third === undefined;
  const over = unwrapped(right);
  if (isPair && first && givesPairs(over)) {
    return { to: lowerPattern(source, second), key: lowerPattern(source, first), over: source.expression(over) };
  }
  const items = iterated(source, target, over);
  return { to: lowerPattern(source, target), key: null, over: isOverGroups ? { op: 'computed', parts: [items] } : items };
}

function givesPairs(node: PythonNode): boolean {
  if (node.type !== 'call') return false;
  const callee = node.childForFieldName('function');
  const name = (callee?.type === 'attribute' ? callee.childForFieldName('attribute') : callee)?.text ?? '';
  return /^(enumerate|items|iteritems|iterrows|groupby|group_by)$/.test(name);
}

// A DataFrame, and a dict of columns, are gone through by column name. A list of rows may be called `batch` as well.
function iterated(source: Source, target: PythonNode, over: PythonNode): Expr {
  const value = source.expression(over);
  const isByColumn = over.type === 'identifier' && /^_?(col|column|name|key|field|feature|c|k)(_?name)?s?$/.test(target.text);
  return isByColumn ? { op: 'member', of: value, name: 'columns', at: placeOf(source, over) } : value;
}

/** Lowers a comprehension; those with several `for` are nested. */
export function lowerComprehension(source: Source, node: PythonNode): Expr {
  const body = node.childForFieldName('body');
  const clauses = partsOf(node).filter((part) => part.type === 'for_in_clause' || part.type === 'if_clause');
  const items = body ? lowerClauses(source, node, clauses, body) : nothing;
  return items.op === 'call' && node.type === 'list_comprehension' ? { ...items, isList: true } : items;
}

function lowerClauses(source: Source, node: PythonNode, [clause, ...rest]: readonly PythonNode[], body: PythonNode): Expr {
  if (!clause) return nothing;
  const next = rest.findIndex((one) => one.type === 'for_in_clause');
  const conditions = next < 0 ? rest : rest.slice(0, next);
  const left = clause.childForFieldName('left');
  const right = clause.childForFieldName('right');
  const { to, key, over } = iterationOf(source, left, right, picksRows(left, right, [body, ...rest]));
  const inner: Stmt[] = conditions.flatMap(partsOf).map((test) => ({ op: 'do', value: source.expression(test) }));
  if (next < 0) inner.push(...elementOf(source, body));
  else inner.push({ op: 'return', value: lowerClauses(source, node, rest.slice(next), body) });
  const params = [{ to, rest: false }, ...(key ? [{ to: key, rest: false }] : [])];
  const flags = { isAsync: false, isGenerator: false, isExported: false, keepsSelf: true, catches: false };
  const fn: Expr = { op: 'function', fn: { name: null, params, body: inner, ...flags, at: placeOf(source, clause) } };
  return methodCall(source, node, over, next < 0 ? 'map' : 'flatMap', [fn]);
}

function elementOf(source: Source, body: PythonNode): Stmt[] {
  if (body.type !== 'pair') return [{ op: 'return', value: source.expression(body) }];
  const [keyNode, valueNode] = [body.childForFieldName('key'), body.childForFieldName('value')];
  if (!keyNode || !valueNode) return [];
  const [key, value] = [source.expression(keyNode), source.expression(valueNode)];
  // `{pool.submit(f, x): i}`: what is waited for later are the keys.
  if (keyNode.type === 'call') return [{ op: 'return', value: { op: 'either', parts: [key, value] } }];
  return [{ op: 'do', value: key }, { op: 'return', value }];
}
