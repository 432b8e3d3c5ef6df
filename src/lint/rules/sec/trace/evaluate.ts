/** What an expression may be worth. Reads only; fails towards "unknown" or, for absurd nesting, "complex". */
import type { BinaryExpression, Node, ObjectExpression, ObjectMethod } from '@babel/types';
import type { Scope } from '../../../syntax/index.js';
import { bindingValues } from './bindings.js';
import { evaluateCall } from './calls.js';
import { classMember, memberName } from './classes.js';
import { follow } from './follow.js';
import { returned } from './functions.js';
import { bindingOf, isFree, unwrap } from './scope.js';
import { thisValues } from './this.js';
import { anyOf, asText, combine, COMPLEX, constant, copied, globalValue, member, UNKNOWN, type Value } from './values.js';

/** Expressions nested deeper than this are reported where they matter, not followed. */
const MAX_DEPTH = 120;

/** Assignments that store their right side as it is. */
export const ASSIGNING = new Set(['=', '||=', '&&=', '??=']);

/** Every value an expression may have; never empty. `depth` counts the nesting already gone through. */
export function evaluate(expression: Node, scope: Scope, depth = 0): Value[] {
  if (depth > MAX_DEPTH) return COMPLEX;
  const node = unwrap(expression);
  switch (node.type) {
    case 'Identifier':
    case 'JSXIdentifier':
      return evaluateName(node.name, scope);
    case 'MemberExpression':
    case 'OptionalMemberExpression':
    case 'JSXMemberExpression':
      return classMemberOf(node, scope) ?? member(evaluate(node.object, scope, depth + 1), keyValues(node, scope, depth + 1));
    case 'TSQualifiedName':
      return member(evaluate(node.left, scope, depth + 1), constant(node.right.name));
    case 'ThisExpression':
    case 'Super':
      return thisValues(scope);
    case 'StringLiteral':
    case 'NumericLiteral':
    case 'BooleanLiteral':
      return constant(node.value);
    case 'NullLiteral':
      return constant(null);
    case 'FunctionExpression':
    case 'ArrowFunctionExpression':
      return [{ kind: 'function', node, scope }];
    case 'RegExpLiteral':
      return [{ kind: 'record', entries: new Map([['source', constant(node.pattern)]]) }];
    default:
      return evaluateParts(node, scope, depth);
  }
}

function classMemberOf(node: Node & { object: Node; property: Node; computed?: boolean | null }, scope: Scope): Value[] | undefined {
  const name = memberName(node.property, node.computed);
  return name === undefined ? undefined : classMember(node.object, name, scope, evaluate);
}

/** The values of an expression that is made of others. */
function evaluateParts(node: Node, scope: Scope, depth: number): Value[] {
  const inner = (part: Node): Value[] => evaluate(part, scope, depth + 1);
  switch (node.type) {
    case 'TemplateLiteral':
      return node.quasis.reduce<Value[]>((text, quasi, i) => {
        const hole = node.expressions[i];
        const upTo = add(text, constant(quasi.value.cooked ?? quasi.value.raw));
        return hole ? add(upTo, inner(hole)) : upTo;
      }, constant(''));
    case 'BinaryExpression':
      return node.operator === '+' ? evaluateSum(node, inner) : evaluateArithmetic(node, inner);
    case 'UnaryExpression':
      return node.operator === 'void' ? constant(undefined) : UNKNOWN;
    case 'ConditionalExpression':
      return anyOf(inner(node.consequent), inner(node.alternate));
    case 'LogicalExpression':
      return anyOf(inner(node.left), inner(node.right));
    case 'SequenceExpression':
      return inner(node.expressions.at(-1) as Node);
    case 'AssignmentExpression':
      return ASSIGNING.has(node.operator) ? inner(node.right) : UNKNOWN;
    case 'AwaitExpression':
      return inner(node.argument);
    case 'ArrayExpression':
      return evaluateList(node.elements, inner);
    case 'ObjectExpression':
      return evaluateRecord(node, scope, depth + 1);
    case 'CallExpression':
    case 'OptionalCallExpression':
    case 'NewExpression':
    case 'ImportExpression':
    case 'TaggedTemplateExpression':
      return evaluateCall(node, inner, evaluate);
    default:
      return UNKNOWN;
  }
}

/** The values of a key: `a.b`, `a[b]`, `{ b }` and `{ [b]: c }` alike. */
export function keyValues(node: Node, scope: Scope, depth = 0): Value[] {
  const { computed } = node as { computed?: boolean };
  const { property, key = property } = node as { property?: Node; key?: Node };
  if (!key) return UNKNOWN;
  if (!computed && (key.type === 'Identifier' || key.type === 'JSXIdentifier')) return constant(key.name);
  return evaluate(key, scope, depth);
}

function evaluateName(name: string, scope: Scope): Value[] {
  const binding = bindingOf(scope, name);
  if (binding) return bindingValues(binding);
  if (name === 'undefined') return constant(undefined);
  return isFree(scope, name) ? [globalValue(name)] : UNKNOWN;
}

/** `a + b + ...`, without recursion: generated code has sums of thousands of terms. */
function evaluateSum(sum: BinaryExpression, inner: (part: Node) => Value[]): Value[] {
  const pending: (Node | '+')[] = [sum];
  const done: Value[][] = [];
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    if (next === '+') {
      const right = done.pop() ?? UNKNOWN;
      done.push(add(done.pop() ?? UNKNOWN, right));
      continue;
    }
    const node = unwrap(next);
    if (node.type === 'BinaryExpression' && node.operator === '+') pending.push('+', node.right, node.left);
    else done.push(inner(node));
  }
  return done[0] ?? UNKNOWN;
}

function add(left: Value[], right: Value[]): Value[] {
  return combine(left, right, (a, b) => {
    if (a.kind === 'complex' || b.kind === 'complex') return COMPLEX;
    if (a.kind === 'constant' && b.kind === 'constant' && typeof a.value === 'number' && typeof b.value === 'number') {
      return constant(a.value + b.value);
    }
    const first = asText(a);
    const second = asText(b);
    return first === undefined || second === undefined ? UNKNOWN : constant(first + second);
  });
}

/** The arithmetic that character codes are hidden with. */
const ARITHMETIC: Readonly<Record<string, (a: number, b: number) => number>> = {
  '-': (a, b) => a - b,
  '*': (a, b) => a * b,
  '/': (a, b) => a / b,
  '%': (a, b) => a % b,
  '^': (a, b) => a ^ b,
  '|': (a, b) => a | b,
};

function evaluateArithmetic(node: BinaryExpression, inner: (part: Node) => Value[]): Value[] {
  const run = ARITHMETIC[node.operator];
  if (!run) return UNKNOWN;
  return combine(inner(node.left), inner(node.right), (a, b) => {
    const known = a.kind === 'constant' && b.kind === 'constant';
    return known ? constant(run(Number(a.value), Number(b.value))) : UNKNOWN;
  });
}

function evaluateList(elements: readonly (Node | null)[], inner: (part: Node) => Value[]): Value[] {
  const items: Value[][] = [];
  for (const element of elements) {
    if (element?.type !== 'SpreadElement') {
      items.push(element ? inner(element) : constant(undefined));
      continue;
    }
    const [spread, ...others] = inner(element.argument);
    if (others.length > 0) return UNKNOWN;
    const parts = partsOf(spread);
    if (!parts) return UNKNOWN;
    for (const part of parts) items.push(part);
  }
  return [{ kind: 'list', items }];
}

function partsOf(value: Value | undefined): Value[][] | undefined {
  if (value?.kind === 'list') return value.items;
  return value?.kind === 'constant' && typeof value.value === 'string' ? [...value.value].map(constant) : undefined;
}

/**
 * An object literal. What it spreads or inherits from stays reachable through it, so globals and other literals among
 * that count too; anything else that is spread, or set by an unknown name, may replace what the literal says.
 */
function evaluateRecord(node: ObjectExpression, scope: Scope, depth: number): Value[] {
  const entries = new Map<string, Value[]>();
  const others: Value[][] = [];
  for (const property of node.properties) {
    if (property.type === 'SpreadElement') {
      others.push(copied(evaluate(property.argument, scope, depth)));
      continue;
    }
    const [key, ...moreKeys] = keyValues(property, scope, depth);
    const name = asText(key);
    if (name === undefined || moreKeys.length > 0) others.push(UNKNOWN);
    else if (property.type === 'ObjectMethod') entries.set(name, methodValue(property, scope));
    else if (name === '__proto__') others.push(copied(evaluate(property.value, scope, depth)));
    else entries.set(name, evaluate(property.value, scope, depth));
  }
  const reachable = others.flat().map((value): Value => (value.kind === 'global' || value.kind === 'record' ? value : { kind: 'unknown' }));
  return anyOf([{ kind: 'record', entries }], reachable);
}

function methodValue(node: ObjectMethod, scope: Scope): Value[] {
  if (node.kind === 'set') return UNKNOWN;
  const method: Value & { kind: 'function' } = { kind: 'function', node, scope };
  return node.kind === 'get' ? follow(node, () => returned(method, evaluate)) : [method];
}
