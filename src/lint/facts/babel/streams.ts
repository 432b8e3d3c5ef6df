/** Streams of rxjs, of which the steps are arguments: `from(rows).pipe(map(f), concatMap(g))`. */
import type * as t from '@babel/types';
import type { Expr } from '../model.js';
import { placeOf, type Source } from './patterns.js';

/** Steps that run their function for one item after the other, and what facts call them. */
const steps: ReadonlyMap<string, string> = new Map([['map', 'map'], ['filter', 'filter'], ['concatMap', 'mapSeries']]);

/** What the steps up to the last `concatMap` are to facts: calls over the items. Null where one of them is something else, such as a buffer. */
export function lowerStream(source: Source, node: t.CallExpression | t.OptionalCallExpression | t.NewExpression): Expr | null {
  const { callee } = node;
  if (callee.type !== 'MemberExpression' || callee.computed || callee.property.type !== 'Identifier' || callee.property.name !== 'pipe') return null;
  const last = node.arguments.findLastIndex((arg) => stepOf(arg)?.name === 'concatMap');
  const before = node.arguments.slice(0, last + 1).map(stepOf);
  if (last < 0 || before.some((step) => !step)) return null;
  return before.reduce((items, step) => {
    const { name, call } = step as NonNullable<typeof step>;
    const at = placeOf(source, call);
    const args = [items, ...call.arguments.map((arg) => source.expression(arg))].map((value) => ({ value, spread: false }));
    return { op: 'call', callee: { op: 'name', name: steps.get(name) as string, at }, args, isNew: false, at };
  }, source.expression(callee.object));
}

function stepOf(node: t.Node): { name: string; call: t.CallExpression } | null {
  if (node.type !== 'CallExpression' || node.callee.type !== 'Identifier') return null;
  return steps.has(node.callee.name) ? { name: node.callee.name, call: node } : null;
}
