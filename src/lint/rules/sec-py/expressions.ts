/** What each kind of expression may be worth. */
import type { PythonNode } from '../../python/index.js';
import { callValue, entryOf } from './apply.js';
import { entryName } from './bind-targets.js';
import type { Evaluator } from './evaluate.js';
import { readNumber, readString } from './literals.js';
import { binary, itemOf, itemsOf, sliceOf } from './pure.js';
import { field, type Scope } from './scopes.js';
import { anyOf, constant, MAX_COMBINATIONS, nameOf, single, textOf, UNKNOWN, type Value } from './values.js';

/** What a node may be worth; called once per node. */
export function readExpression(evaluator: Evaluator, node: PythonNode, scope: Scope): Value[] {
  const at = (inner: PythonNode) => evaluator.evaluate(inner, scope);
  switch (node.type) {
    case 'identifier':
      return evaluator.name(nameOf(node), scope);
    case 'attribute':
      return evaluator.member(at(field(node, 'object')), nameOf(field(node, 'attribute')));
    case 'call':
      return callValue(evaluator, node, scope);
    case 'subscript':
      return subscript(evaluator, node, scope);
    case 'string':
      return readString(node, at);
    case 'concatenated_string':
      return combined(node.namedChildren.map(at), (values) => values.reduce((a, b) => single(binary('+', a, b)) ?? { kind: 'unknown' }));
    case 'integer':
    case 'float':
      return readNumber(node.text);
    case 'true':
    case 'false':
      return constant(node.type === 'true');
    case 'none':
      return constant(null);
    case 'unary_operator': {
      const value = single(at(field(node, 'argument')));
      return field(node, 'operator').text === '-' && value?.kind === 'constant' ? constant(-Number(value.value)) : UNKNOWN;
    }
    case 'binary_operator': {
      const operator = field(node, 'operator').text;
      return combined([at(field(node, 'left')), at(field(node, 'right'))], ([a, b]) => binary(operator, a as Value, b as Value));
    }
    case 'boolean_operator':
      return anyOf([at(field(node, 'left')), at(field(node, 'right'))]);
    case 'conditional_expression': {
      const [yes, , no] = node.namedChildren;
      return yes && no ? anyOf([at(yes), at(no)]) : UNKNOWN;
    }
    case 'named_expression':
      return at(field(node, 'value'));
    case 'parenthesized_expression':
    case 'await':
    case 'interpolation':
      return node.namedChildren[0] ? at(node.namedChildren[0]) : UNKNOWN;
    case 'list':
    case 'tuple':
    case 'set':
    case 'expression_list':
      return [{ kind: 'list', items: node.namedChildren.flatMap((child) => itemsIn(evaluator, child, scope)) }];
    case 'dictionary':
      return dictionary(evaluator, node, scope);
    case 'lambda':
      return functionValue(evaluator, node);
    case 'list_comprehension':
    case 'generator_expression':
      return comprehension(evaluator, node);
    default:
      return UNKNOWN;
  }
}

function subscript(evaluator: Evaluator, node: PythonNode, scope: Scope): Value[] {
  const base = evaluator.evaluate(field(node, 'value'), scope);
  const [key, ...others] = node.childrenForFieldName('subscript');
  const name = entryName(node);
  const written = name === null ? UNKNOWN : evaluator.written(name);
  if (!key || others.length > 0 || base.every((value) => value.kind === 'unknown')) return written;
  if (key.type === 'slice') {
    const bounds = boundsOf(evaluator, key, scope);
    return bounds ? anyOf(base.map((value) => sliceOf(value, bounds))) : UNKNOWN;
  }
  const index = evaluator.evaluate(key, scope);
  const found = base.map((value) => {
    if (value.kind === 'namespace') return entryOf(value, index);
    // `__builtins__` is a module in one place and its dict in another.
    if (value.kind === 'known' && value.name === 'builtins') return entryOf({ kind: 'namespace', of: 'builtins' }, index);
    return itemOf(value, index);
  });
  return anyOf(written === UNKNOWN ? found : [...found, written]);
}

function boundsOf(evaluator: Evaluator, slice: PythonNode, scope: Scope): (number | undefined)[] | undefined {
  const bounds: (number | undefined)[] = [undefined];
  for (const part of slice.children) {
    if (part.type === ':') bounds.push(undefined);
    else {
      const value = single(evaluator.evaluate(part, scope));
      if (value?.kind !== 'constant' || typeof value.value !== 'number') return undefined;
      bounds[bounds.length - 1] = value.value;
    }
  }
  return bounds;
}

/** The items that an element of a list, or an argument, stands for. */
export function itemsIn(evaluator: Evaluator, node: PythonNode, scope: Scope): Value[][] {
  if (node.type !== 'list_splat' && node.type !== 'list_splat_pattern') return [evaluator.evaluate(node, scope)];
  const [inner] = node.namedChildren;
  const list = inner && single(evaluator.evaluate(inner, scope));
  return (list && itemsOf(list)) ?? [UNKNOWN];
}

function dictionary(evaluator: Evaluator, node: PythonNode, scope: Scope): Value[] {
  const entries = new Map<string, Value[]>();
  for (const pair of node.namedChildren.slice(0, 1_000)) {
    const spread = pair.type === 'dictionary_splat' && pair.namedChildren[0] ? single(evaluator.evaluate(pair.namedChildren[0], scope)) : undefined;
    if (spread?.kind === 'namespace') return [spread];
    if (spread?.kind === 'record') {
      for (const [name, value] of spread.entries) entries.set(name, value);
      continue;
    }
    const key = pair.type === 'pair' ? single(evaluator.evaluate(field(pair, 'key'), scope)) : undefined;
    const value = pair.type === 'pair' ? evaluator.evaluate(field(pair, 'value'), scope) : UNKNOWN;
    entries.set((key && textOf(key)) ?? `(${entries.size})`, value);
  }
  return [{ kind: 'record', entries }];
}

/** A comprehension with one loop over known items, item by item. */
function comprehension(evaluator: Evaluator, node: PythonNode): Value[] {
  const scope = evaluator.program.scopes.get(node);
  const [body, clause, ...more] = node.namedChildren;
  if (!scope || !body || clause?.type !== 'for_in_clause' || more.length > 0) return UNKNOWN;
  const left = field(clause, 'left');
  const over = single(evaluator.evaluate(field(clause, 'right'), scope.parent ?? scope));
  const items = over && itemsOf(over);
  if (left.type !== 'identifier' || !items || items.length > MAX_COMBINATIONS || evaluator.budget.comprehensions >= 2) return UNKNOWN;
  const name = nameOf(left);
  evaluator.budget.comprehensions++;
  try {
    const each = items.map((item) => evaluator.where(name, item).evaluate(body, scope));
    return [{ kind: 'list', items: each }];
  } finally {
    evaluator.budget.comprehensions--;
  }
}

/** Applies a function to every combination of alternatives. */
function combined(parts: Value[][], apply: (values: Value[]) => Value[] | Value): Value[] {
  const [first = UNKNOWN, ...others] = parts;
  let rows: Value[][] = first.map((value) => [value]);
  for (const part of others) {
    if (rows.length * part.length > MAX_COMBINATIONS) return UNKNOWN;
    rows = rows.flatMap((row) => part.map((value) => [...row, value]));
  }
  return anyOf(rows.map((row) => [apply(row)].flat()));
}

function functionValue(evaluator: Evaluator, node: PythonNode): Value[] {
  const scope = evaluator.program.scopes.get(node);
  return scope ? [{ kind: 'function', scope }] : UNKNOWN;
}
