/** Expressions of Python as facts. Of unknown syntax the parts are lowered, so that calls in it are seen. */
import type { PythonNode } from '../../python/index.js';
import type { Arg, Expr, Field } from '../model.js';
import { lowerCall } from './calls.js';
import { lowerComprehension } from './comprehensions.js';
import { lowerLambda } from './functions.js';
import { lowerPattern } from './patterns.js';
import { lowerAttribute, lowerSubscript, quotient } from './subscripts.js';
import { nameOf, nothing, partsOf, placeOf, stringOf, unwrapped, type Source } from './source.js';

/** Lowers an expression. */
export function lowerExpression(source: Source, outer: PythonNode): Expr {
  const node = unwrapped(outer);
  switch (node.type) {
    case 'identifier': {
      const name = nameOf(node);
      const at = placeOf(source, node);
      return name === source.selfName ? { op: 'self', at } : { op: 'name', name, at, written: node.text };
    }
    case 'attribute':
      return lowerAttribute(source, node);
    case 'subscript':
      return lowerSubscript(source, node);
    case 'call':
      return lowerCall(source, node);
    case 'await': {
      const [value] = partsOf(node);
      return { op: 'await', value: value ? source.expression(value) : nothing };
    }
    case 'lambda':
      return lowerLambda(source, node);
    case 'list_comprehension':
    case 'set_comprehension':
    case 'generator_expression':
    case 'dictionary_comprehension':
      return lowerComprehension(source, node);
    case 'list':
    case 'tuple':
    case 'set':
    case 'expression_list':
      return { op: 'list', items: partsOf(node).map((part) => lowerItem(source, part)) };
    case 'dictionary':
      return { op: 'record', fields: partsOf(node).map((part) => lowerField(source, part)) };
    case 'conditional_expression': {
      const [then, test, otherwise] = partsOf(node);
      if (!then || !test || !otherwise) return nothing;
      const tested: Expr = { op: 'computed', parts: [source.expression(test)] };
      return { op: 'either', parts: [tested, source.expression(then), source.expression(otherwise)] };
    }
    case 'boolean_operator':
      return { op: 'either', parts: operandsOf(node).map((part) => source.expression(part)) };
    case 'binary_operator':
      return lowerBinary(source, node);
    case 'comparison_operator': {
      const isElementwise = !node.children.some((part) => !part.isNamed && /^(in|not in|is|is not)$/.test(part.type));
      return { op: 'computed', parts: partsOf(node).map((part) => source.expression(part)), isElementwise };
    }
    case 'unary_operator':
      return { op: 'computed', parts: partsOf(node).map((part) => source.expression(part)), isElementwise: true };
    case 'named_expression': {
      const [name, value] = [node.childForFieldName('name'), node.childForFieldName('value')];
      if (!name || !value) return nothing;
      return { op: 'assign', to: lowerPattern(source, name), value: source.expression(value), compound: false };
    }
    case 'yield': {
      const [value] = partsOf(node);
      const delegate = node.children.some((part) => part.type === 'from');
      return { op: 'yield', value: value ? source.expression(value) : null, delegate };
    }
    case 'string': {
      const value = stringOf(node);
      return value === null ? partsOnly(source, node) : { op: 'literal', value };
    }
    case 'integer':
    case 'float':
      return { op: 'literal', value: Number(node.text.replaceAll('_', '')) };
    case 'true':
    case 'false':
      return { op: 'literal', value: node.type === 'true' };
    case 'none':
    case 'ellipsis':
    case 'comment':
      return nothing;
    default:
      return partsOnly(source, node);
  }
}

function partsOnly(source: Source, node: PythonNode): Expr {
  return { op: 'computed', parts: partsOf(node).filter((part) => !quiet.has(part.type)).map((part) => source.expression(part)) };
}

// Have no calls in them.
const quiet = new Set(['string_start', 'string_content', 'string_end', 'type_conversion', 'escape_sequence', 'pass_statement']);

/** The operands of a chain of one kind of operator. A loop, since generated sums have thousands of terms. */
function operandsOf(node: PythonNode): PythonNode[] {
  const operands: PythonNode[] = [];
  let left: PythonNode | null = node;
  while (left?.type === node.type) {
    const right = left.childForFieldName('right');
    if (right) operands.push(right);
    const next: PythonNode | null = left.childForFieldName('left');
    left = next && unwrapped(next);
  }
  if (left) operands.push(left);
  return operands.reverse();
}

function lowerBinary(source: Source, node: PythonNode): Expr {
  const parts = operandsOf(node).map((part) => source.expression(part));
  const operator = node.childForFieldName('operator')?.type;
  if (operator === '/' || operator === '//') return quotient(source, node, parts);
  return { op: 'computed', parts, isElementwise: true };
}

/** An item of a list, or an argument by position. */
export function lowerItem(source: Source, node: PythonNode): Arg {
  return { value: source.expression(node), spread: node.source[node.startIndex] === '*' };
}

function lowerField(source: Source, node: PythonNode): Field {
  const [key, value] = [node.childForFieldName('key'), node.childForFieldName('value')];
  if (key && value) return { name: stringOf(key), value: source.expression(value) };
  const [splat] = partsOf(node);
  return { name: null, value: splat ? source.expression(splat) : nothing };
}
