/** Lists and dicts made, copied and filled, in the forms that facts have. */
import type { PythonNode } from '../../python/index.js';
import type { Expr } from '../model.js';
import { methodCall, placeOf, thunk, type Source } from './source.js';

/** A list with the items of another one: `list(x)`, `sorted(x)`, `tuple(x)`. */
export function copyOf(source: Source, node: PythonNode, of: Expr): Expr {
  return methodCall(source, node, of, 'values');
}

/** `list.extend(items)`: each of the items is appended. */
export function extend(source: Source, node: PythonNode, list: Expr, items: Expr): Expr {
  // No variable of the program has this name.
  const name = '#item';
  const item: Expr = { op: 'name', name, at: placeOf(source, node) };
  const append = methodCall(source, node, list, 'append', [item]);
  return methodCall(source, node, items, 'forEach', [thunk(source, node, [name], [{ op: 'do', value: append }])]);
}
