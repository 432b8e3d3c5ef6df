/** What functions of the program give back. */
import type { Node } from '@babel/types';
import { scopeOfFunction, type Scope } from '../../../syntax/index.js';
import { anyOf, globalValue, UNKNOWN, type Value } from './values.js';

type EvaluateIn = (part: Node, scope: Scope) => Value[];

/** Statements that are gone through without a return. */
const STRAIGHT = /^(Expression|Debugger|Empty)Statement$|Declaration$/;

/**
 * What a call of the function gives: what stands after `return` in the body itself, or for a generator a list of what
 * stands after `yield`. Blocks inside of the body are not looked into. A plain `return this` gives the global object in a
 * script.
 */
export function returned({ node, scope }: Value & { kind: 'function' }, evaluateIn: EvaluateIn): Value[] {
  const { body } = node;
  const own = scopeOfFunction(node);
  const [first] = body.type === 'BlockStatement' ? body.body : [];
  // Where its own names are not known, only what can have none is followed.
  if (!own && (node.params.some((param) => !isThisType(param)) || (first && first.type !== 'ReturnStatement'))) return UNKNOWN;
  const value = (part: Node): Value[] => {
    if (part.type !== 'ThisExpression') return evaluateIn(part, own ?? scope);
    return node.type === 'ArrowFunctionExpression' ? UNKNOWN : [globalValue('globalThis')];
  };
  if (body.type !== 'BlockStatement') return value(body);
  const { parts, isWhole } = partsOf(body.body, node.generator === true);
  const values = parts.map(value);
  if (node.generator) return [{ kind: 'list', items: isWhole ? values : [...values, UNKNOWN] }];
  return anyOf(...values, ...(isWhole && values.length > 0 ? [] : [UNKNOWN]));
}

/** TypeScript writes the type of `this` as a parameter. */
function isThisType(param: Node): boolean {
  return param.type === 'Identifier' && param.name === 'this';
}

/** What is returned or yielded, and whether that is all there can be. */
function partsOf(statements: readonly Node[], isGenerator: boolean): { parts: Node[]; isWhole: boolean } {
  const parts: Node[] = [];
  let isWhole = true;
  for (const statement of statements) {
    const part = isGenerator ? yieldedBy(statement) : statement.type === 'ReturnStatement' ? statement.argument : undefined;
    if (part) parts.push(part);
    else if (!STRAIGHT.test(statement.type)) isWhole = false;
    if (statement.type === 'ReturnStatement') return { parts, isWhole };
  }
  return { parts, isWhole };
}

function yieldedBy(statement: Node): Node | null | undefined {
  const { expression } = statement as { expression?: Node };
  return expression?.type === 'YieldExpression' && !expression.delegate ? expression.argument : undefined;
}
