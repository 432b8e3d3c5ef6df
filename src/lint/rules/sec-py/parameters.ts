/** What parameters may be worth. */
import type { PythonNode } from '../../python/index.js';
import { argsOf } from './apply.js';
import type { Evaluator } from './evaluate.js';
import { field, type Binding, type Scope, type Spot } from './scopes.js';
import { anyOf, nameOf, UNKNOWN, type Value } from './values.js';

/** A parameter is its default, or what the calls in this file give it. */
export function parameterValue(evaluator: Evaluator, { scope, index, name, fallback, outer }: Binding & { kind: 'parameter' }): Value[] {
  const method = scope.parent?.kind === 'class' ? scope.node.childForFieldName('name') : null;
  // A class is called by its own name, and then calls its `__init__`.
  const isInit = method !== null && nameOf(method) === '__init__';
  const given = callsOf(evaluator, isInit ? (scope.parent as Scope) : scope, outer).map(({ node, scope: from }) => {
    const { list, named } = argsOf(evaluator, node, from);
    const first = isInit || (method && field(node, 'function').type === 'attribute') ? 1 : 0;
    return named.get(name) ?? list[index - first] ?? UNKNOWN;
  });
  const values = [...(fallback ? [evaluator.evaluate(fallback, outer)] : []), ...given];
  return values.length > 0 ? anyOf(values) : UNKNOWN;
}

/** The calls in this file of a function or class, as far as they use its name; of a lambda, the call around it. */
function callsOf(evaluator: Evaluator, { node }: Scope, outer: Scope): Spot[] {
  if (node.type !== 'lambda') return callsByName(evaluator, node.childForFieldName('name'));
  let at = node;
  while (at.parent?.type === 'parenthesized_expression') at = at.parent;
  if (at.parent?.type === 'call' && at.fieldName === 'function') return [{ node: at.parent, scope: outer }];
  return at.parent?.type === 'assignment' ? callsByName(evaluator, at.parent.childForFieldName('left')) : [];
}

function callsByName(evaluator: Evaluator, name: PythonNode | null): Spot[] {
  return name?.type === 'identifier' ? (evaluator.program.calls.get(nameOf(name)) ?? []).slice(0, 16) : [];
}
