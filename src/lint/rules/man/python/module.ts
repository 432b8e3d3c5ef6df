/** Reads the statements at the top of a Python file in their order, as importing the file would run them. */
import type { PythonNode } from '../../../python/index.js';
import { evaluate, join, maxItems, merge } from './expressions.js';
import { Names, nameOf, rangeOf } from './names.js';
import { readClass } from './pydantic.js';
import { disturb, type Value } from './value.js';

/** What the names of the file stand for at its end. */
export function readModule(root: PythonNode): Names {
  const names = new Names();
  for (const statement of root.namedChildren) readStatement(statement, names);
  return names;
}

function readStatement(statement: PythonNode, names: Names): void {
  switch (statement.type) {
    case 'import_statement':
    case 'import_from_statement':
    case 'future_import_statement':
      return names.import(statement);
    case 'class_definition':
      return bindName(statement.childForFieldName('name'), readClass(statement, names), names);
    case 'function_definition':
      return bindName(statement.childForFieldName('name'), unknownAt(statement), names);
    case 'decorated_definition':
      return bindName(statement.childForFieldName('definition')?.childForFieldName('name') ?? null, unknownAt(statement), names);
    case 'expression_statement':
      for (const expression of statement.namedChildren) readExpression(expression, names);
      return;
    case 'assert_statement':
    case 'pass_statement':
    case 'type_alias_statement':
      return;
    case 'if_statement':
      // What runs only when the file is started as a program does not run when it is imported.
      return isMainGuard(statement) ? undefined : disturbAll(statement, names);
    default:
      return disturbAll(statement, names);
  }
}

function isMainGuard(statement: PythonNode): boolean {
  return /^__name__\s*==/.test(statement.childForFieldName('condition')?.text ?? '') && statement.childForFieldName('alternative') === null;
}

function readExpression(node: PythonNode, names: Names): void {
  if (node.type === 'assignment') readAssignment(node, names);
  else if (node.type === 'augmented_assignment') readChange(node, names);
  else if (node.type === 'call') {
    if (!readMethod(node, names) && !isPrint(node, names)) disturbAll(node, names);
  } else if (node.type !== 'string' && node.type !== 'ellipsis') disturbAll(node, names);
}

function isPrint(call: PythonNode, names: Names): boolean {
  const callee = call.childForFieldName('function');
  return callee !== null && names.fullName(callee) === 'print';
}

/** `a = b = value`: the same value for all. */
function readAssignment(node: PythonNode, names: Names): void {
  const targets: PythonNode[] = [];
  let right: PythonNode | null = node;
  while (right?.type === 'assignment') {
    const left = right.childForFieldName('left');
    if (left !== null) targets.push(left);
    right = right.childForFieldName('right');
  }
  // `name: type` alone assigns nothing.
  if (right === null) return;
  const value = evaluate(right, names);
  for (const target of targets) assign(target, value, names);
}

function assign(target: PythonNode, value: Value, names: Names): void {
  if (target.type === 'identifier') return names.bind(nameOf(target), rangeOf(target), value);
  if (target.type === 'pattern_list' || target.type === 'tuple_pattern') {
    const parts = target.namedChildren;
    const items = value.kind === 'list' && !value.list.isUnknown && value.list.items.length === parts.length ? value.list.items : [];
    const isPlain = parts.every(({ type }) => type !== 'list_splat_pattern');
    parts.forEach((part, i) => assign(part, (isPlain ? items[i] : undefined) ?? unknownAt(part), names));
    return;
  }
  if (target.type !== 'subscript' || !assignItem(target, value, names)) disturbAll(target, names);
}

/** `metadata["version"] = "1.0.0"`; false when it is not known what is assigned to. */
function assignItem(target: PythonNode, value: Value, names: Names): boolean {
  const of = target.childForFieldName('value');
  const [index, ...others] = target.childrenForFieldName('subscript');
  if (of === null || index === undefined || others.length > 0) return false;
  const container = evaluate(of, names);
  const key = evaluate(index, names);
  if (container.kind !== 'dict' || key.kind !== 'plain' || typeof key.value !== 'string') return false;
  container.dict.entries.set(key.value, { key: rangeOf(index), value });
  return true;
}

/** `features += [...]`, `metadata |= {...}`. */
function readChange(node: PythonNode, names: Names): void {
  const left = node.childForFieldName('left');
  const right = node.childForFieldName('right');
  const operator = node.childForFieldName('operator')?.text ?? '';
  const old = left?.type === 'identifier' ? names.values.get(nameOf(left)) : undefined;
  if (left === null || right === null || old === undefined) return disturbAll(node, names);
  const change = evaluate(right, names);
  // Lists and dicts are changed in place, so that their other names see it.
  if (operator === '+=' && old.value.kind === 'list') extend(old.value, change);
  else if (operator === '|=' && old.value.kind === 'dict') merge(old.value.dict, change);
  else names.bind(nameOf(left), rangeOf(left), join(old.value, operator.slice(0, -1), change, rangeOf(right)) ?? unknownAt(node));
}

function extend(value: Extract<Value, { kind: 'list' }>, change: Value): void {
  const joined = join(value, '+', change, value.at);
  if (joined?.kind !== 'list' || joined.list.isUnknown) disturb(value);
  else value.list.items = joined.list.items;
}

/** `features.append(...)`, `features.extend(...)`, `metadata.update(...)`; false for any other call. */
function readMethod(call: PythonNode, names: Names): boolean {
  const callee = call.childForFieldName('function');
  const object = callee?.type === 'attribute' ? callee.childForFieldName('object') : null;
  const args = call.childForFieldName('arguments')?.namedChildren ?? [];
  const [first] = args;
  if (callee == null || object === null || first === undefined || args.length > 1) return false;
  const container = evaluate(object, names);
  const method = callee.childForFieldName('attribute')?.text;
  if (container.kind === 'list' && method === 'append') {
    if (container.list.items.length < maxItems) container.list.items.push(evaluate(first, names));
    return true;
  }
  if (container.kind === 'list' && method === 'extend') {
    extend(container, evaluate(first, names));
    return true;
  }
  if (container.kind !== 'dict' || method !== 'update' || /splat|keyword/.test(first.type)) return false;
  merge(container.dict, evaluate(first, names));
  return true;
}

function bindName(name: PythonNode | null, value: Value, names: Names): void {
  if (name !== null) names.bind(nameOf(name), rangeOf(name), value);
}

function unknownAt(node: PythonNode): Value {
  return { kind: 'unknown', at: rangeOf(node) };
}

/** Something that is not understood: whatever it names may have another value afterwards. */
function disturbAll(root: PythonNode, names: Names): void {
  const stack = [root];
  for (let node = stack.pop(); node !== undefined; node = stack.pop()) {
    if (node.type === 'import_statement' || node.type === 'import_from_statement') {
      names.import(node);
      continue;
    }
    if (node.type === 'identifier') {
      const name = nameOf(node);
      const known = names.values.get(name);
      if (known !== undefined) disturb(known.value);
      if (known !== undefined || isTarget(node)) names.bind(name, rangeOf(node), unknownAt(node));
    }
    for (const child of node.children) stack.push(child);
  }
}

/** Whether the identifier is given a value: `x = ...`, `for x in ...`, `def x`, `as x`; also inside a pattern. */
function isTarget(node: PythonNode): boolean {
  let part: PythonNode = node;
  while (part.parent !== null && /^(pattern_list|tuple_pattern|list_pattern|list_splat_pattern|as_pattern_target)$/.test(part.parent.type)) part = part.parent;
  const isLeft = part.fieldName === 'left' && /assignment$|^for_/.test(part.parent?.type ?? '');
  return isLeft || part.type === 'as_pattern_target' || (part.fieldName === 'name' && /_(definition|expression)$/.test(part.parent?.type ?? ''));
}
