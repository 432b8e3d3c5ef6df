/** What functions of the program give back. */
import type { Function as FunctionNode, Node } from '@babel/types';
import { scopeInside, type Scope } from '../../../syntax/index.js';
import { anyOf, UNKNOWN, type Value } from './values.js';

type EvaluateIn = (part: Node, scope: Scope) => Value[];

/** Blocks nested deeper than this are not looked into. */
const MAX_BLOCKS = 20;

/** Statements that are gone through without a return. */
const STRAIGHT = /^(Expression|Debugger|Empty)Statement$|Declaration$/;

/**
 * What a call of the function gives: what stands after `return`, or for a generator a list of what stands after `yield`.
 * Where it does so inside of a block, "unknown" is among it.
 */
export function returned({ node, scope }: Value & { kind: 'function' }, evaluateIn: EvaluateIn): Value[] {
  const { body } = node;
  const own = scopeInside(node);
  const [first] = body.type === 'BlockStatement' ? body.body : [];
  // Where its own names are not known, only what can have none is followed.
  if (!own && (parametersOf(node).length > 0 || (first && first.type !== 'ReturnStatement'))) return UNKNOWN;
  if (body.type !== 'BlockStatement') return evaluateIn(body, own ?? scope);
  const { parts, isWhole } = partsOf(body.body, own ?? scope, node.generator === true);
  const values = parts.map((part) => evaluateIn(part.node, part.scope));
  if (node.generator) return [{ kind: 'list', items: isWhole ? values : [...values, UNKNOWN] }];
  return anyOf(...values, ...(isWhole && values.length > 0 ? [] : [UNKNOWN]));
}

/** The parameters that are given something: TypeScript writes the type of `this` as the first of them. */
export function parametersOf({ params }: FunctionNode): readonly Node[] {
  const [first] = params;
  return first?.type === 'Identifier' && first.name === 'this' ? params.slice(1) : params;
}

/** Whether `return this` is among what it gives: called by its name alone, that is the global object in a script. */
export function returnsThis({ body, type }: FunctionNode): boolean {
  if (type === 'ArrowFunctionExpression' || body.type !== 'BlockStatement') return false;
  return body.body.some((statement) => statement.type === 'ReturnStatement' && statement.argument?.type === 'ThisExpression');
}

interface Parts {
  parts: { node: Node; scope: Scope }[];
  /** Whether that is all there can be. */
  isWhole: boolean;
}

/** What is returned or yielded. */
function partsOf(statements: readonly Node[], scope: Scope, isGenerator: boolean, depth = 0): Parts {
  const parts: Parts['parts'] = [];
  let isWhole = true;
  for (const statement of statements) {
    const node = isGenerator ? yieldedBy(statement) : statement.type === 'ReturnStatement' ? statement.argument : undefined;
    if (node) parts.push({ node, scope });
    else if (!STRAIGHT.test(statement.type)) isWhole = false;
    if (statement.type === 'ReturnStatement') return { parts, isWhole };
    if (!STRAIGHT.test(statement.type) && depth < MAX_BLOCKS) {
      parts.push(...partsOf(statementsIn(statement), scopeInside(statement) ?? scope, isGenerator, depth + 1).parts);
    }
  }
  return { parts, isWhole };
}

/** The statements of a block, a branch, a loop, a `try` or a `switch`. */
function statementsIn(statement: Node): Node[] {
  const { body, block, handler, finalizer, consequent, alternate, cases } = statement as Node & Partial<Record<string, Node | Node[] | null>>;
  return [body, block, handler, finalizer, consequent, alternate, cases].flat().filter((part) => part !== null && part !== undefined);
}

function yieldedBy(statement: Node): Node | null | undefined {
  const { expression } = statement as { expression?: Node };
  return expression?.type === 'YieldExpression' && !expression.delegate ? expression.argument : undefined;
}
