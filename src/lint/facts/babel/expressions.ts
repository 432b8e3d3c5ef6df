/** Expressions as facts. Unknown syntax is a literal; the calls in it are not seen. */
import type * as t from '@babel/types';
import type { Arg, Expr, Field } from '../model.js';
import { lowerClass, lowerFunction, lowerMethod } from './functions.js';
import { isFunction, lowerPattern, nameOf, nothing, placeOf, typeOf, type Source } from './patterns.js';
import { lowerStream } from './streams.js';

/** Lowers an expression; type syntax around it disappears. */
export function lowerExpression(source: Source, node: t.Node): Expr {
  switch (node.type) {
    case 'Identifier':
      return { op: 'name', name: node.name, at: placeOf(source, node) };
    case 'ThisExpression':
      return { op: 'self', at: placeOf(source, node) };
    case 'Super':
      return { op: 'self', at: placeOf(source, node), isBase: true };
    case 'MemberExpression':
    case 'OptionalMemberExpression':
      return lowerMember(source, node);
    case 'CallExpression':
    case 'OptionalCallExpression':
    case 'NewExpression': {
      const stream = lowerStream(source, node);
      if (stream) return stream;
      const args = node.arguments.map((arg) => lowerArgument(source, arg));
      const callee = lowerExpression(source, node.callee);
      const isList = callee.op === 'member' && callee.name === 'map' && args[0]?.value.op === 'function';
      return { op: 'call', callee, args, isNew: node.type === 'NewExpression', at: placeOf(source, node), ...(isList ? { isList } : {}) };
    }
    case 'ImportExpression':
      return { op: 'computed', parts: [lowerExpression(source, node.source)] };
    case 'TaggedTemplateExpression': {
      const args = node.quasi.expressions.map((part) => ({ value: lowerExpression(source, part), spread: false }));
      return { op: 'call', callee: lowerExpression(source, node.tag), args, isNew: false, at: placeOf(source, node) };
    }
    case 'ArrowFunctionExpression':
    case 'FunctionExpression':
      return lowerFunction(source, node, node.type === 'FunctionExpression' ? (node.id?.name ?? null) : null, false);
    case 'ClassExpression':
      return { op: 'class', cls: lowerClass(source, node) };
    case 'ArrayExpression':
      return { op: 'list', items: node.elements.flatMap((one) => (one ? [lowerArgument(source, one)] : [])) };
    case 'ObjectExpression':
      return { op: 'record', fields: node.properties.map((one) => lowerField(source, one)) };
    case 'AwaitExpression':
      return { op: 'await', value: lowerExpression(source, node.argument) };
    case 'YieldExpression':
      return { op: 'yield', value: node.argument ? lowerExpression(source, node.argument) : null, delegate: node.delegate };
    case 'AssignmentExpression':
      return {
        op: 'assign',
        to: lowerPattern(source, node.left as t.LVal),
        // `n -= 1` is `n += -1`.
        value: node.operator === '-=' && node.right.type === 'NumericLiteral' ? { op: 'literal', value: -node.right.value } : lowerExpression(source, node.right),
        compound: node.operator !== '=',
      };
    case 'UpdateExpression':
      return { op: 'assign', to: lowerPattern(source, node.argument as t.LVal), value: { op: 'literal', value: node.operator === '--' ? -1 : 1 }, compound: true };
    case 'ConditionalExpression':
      return {
        op: 'either',
        parts: [{ op: 'computed', parts: [lowerExpression(source, node.test)] }, ...[node.consequent, node.alternate].map((one) => lowerExpression(source, one))],
      };
    case 'LogicalExpression':
      return { op: 'either', parts: [lowerExpression(source, node.left), lowerExpression(source, node.right)] };
    case 'SequenceExpression': {
      const parts = node.expressions.map((one) => lowerExpression(source, one));
      const last = parts.pop() as Expr;
      return { op: 'either', parts: [{ op: 'computed', parts }, last] };
    }
    case 'BinaryExpression':
      return { op: 'computed', parts: [lowerExpression(source, node.left), lowerExpression(source, node.right)], ...(/^===?$/.test(node.operator) ? { isEquality: true } : {}) };
    case 'UnaryExpression':
      return { op: 'computed', parts: [lowerExpression(source, node.argument)] };
    case 'TemplateLiteral':
      return { op: 'computed', parts: node.expressions.map((one) => lowerExpression(source, one)) };
    case 'StringLiteral':
    case 'NumericLiteral':
    case 'BooleanLiteral':
      return { op: 'literal', value: node.value };
    case 'TSAsExpression':
    case 'TSTypeAssertion':
      return asserted(lowerExpression(source, node.expression), typeOf(source, node));
    case 'ParenthesizedExpression':
    case 'TSSatisfiesExpression':
    case 'TSNonNullExpression':
    case 'TSInstantiationExpression':
      return lowerExpression(source, node.expression);
    case 'JSXElement':
    case 'JSXFragment':
      return { op: 'computed', parts: codeIn(node).map((part) => lowerExpression(source, part)) };
    default:
      return nothing;
  }
}

/** `make() as Model`: what a call gives is what the author says. */
function asserted(value: Expr, type: string | null): Expr {
  if (value.op === 'await') return { ...value, value: asserted(value.value, type) };
  return value.op === 'call' && type !== null ? { ...value, type } : value;
}

/** The expressions in the attributes and children of a piece of JSX. */
function codeIn(node: t.JSXElement | t.JSXFragment): t.Node[] {
  const attributes = node.type === 'JSXElement' ? node.openingElement.attributes : [];
  const values = attributes.map((one) => (one.type === 'JSXSpreadAttribute' ? one.argument : one.value));
  return [...values, ...node.children].flatMap((part): t.Node[] => {
    if (part?.type === 'JSXExpressionContainer' || part?.type === 'JSXSpreadChild') return [part.expression];
    return part ? [part] : [];
  });
}

function lowerMember(source: Source, node: t.MemberExpression | t.OptionalMemberExpression): Expr {
  const of = lowerExpression(source, node.object);
  const at = placeOf(source, node);
  if (!node.computed || node.property.type === 'StringLiteral') {
    const member: Expr = { op: 'member', of, name: nameOf(node.property), at };
    return node.optional ? { ...member, isOptional: true } : member;
  }
  return { op: 'item', of, key: lowerExpression(source, node.property), at };
}

function lowerArgument(source: Source, node: t.Node): Arg {
  if (node.type === 'SpreadElement') return { value: lowerExpression(source, node.argument), spread: true };
  return { value: lowerExpression(source, node), spread: false };
}

function lowerField(source: Source, node: t.ObjectProperty | t.ObjectMethod | t.SpreadElement): Field {
  if (node.type === 'SpreadElement') return { name: null, value: lowerExpression(source, node.argument) };
  const name = node.computed ? null : nameOf(node.key);
  if (node.type === 'ObjectMethod') {
    const fn = lowerMethod(source, node, name ?? '');
    return { name: fn.name === null ? null : name, value: { op: 'function', fn } };
  }
  if (isFunction(node.value)) return { name, value: lowerFunction(source, node.value, name, true) };
  return { name, value: lowerExpression(source, node.value) };
}
