/** `of[key]`, slices, and the ways in which pandas gives a row or a cell. */
import type { PythonNode } from '../../python/index.js';
import type { Expr } from '../model.js';
import { argOf, callOf, methodCall, nameOf, nothing, partsOf, placeOf, stringOf, type Source } from './source.js';
import { isFrameName } from './types.js';

const locators = new Set(['iloc', 'loc', 'at', 'iat']);

/** Lowers `of[key]`. */
export function lowerSubscript(source: Source, node: PythonNode): Expr {
  const value = node.childForFieldName('value');
  const keys = node.childrenForFieldName('subscript');
  const [key] = keys;
  if (!value || !key) return nothing;
  const at = placeOf(source, node);
  const attribute = value.type === 'attribute' ? value.childForFieldName('attribute')?.text : undefined;
  const of = value.childForFieldName('object');
  if (of && attribute === 'shape') {
    return key.text === '0' ? { op: 'member', of: source.expression(of), name: 'length', at } : nothing;
  }
  // `texts.str[0]` is a column of its own.
  if (of && attribute === 'str') return methodCall(source, node, source.expression(of), 'values');
  if (of && attribute !== undefined && locators.has(attribute)) return located(source, node, of, keys);
  if (key.type === 'slice') return methodCall(source, node, source.expression(value), 'slice', boundsOf(source, key));
  const first = source.expression(key);
  const rest = keys.slice(1).map((one) => source.expression(one));
  const item: Expr = { op: 'item', of: source.expression(value), key: rest.length > 0 ? { op: 'computed', parts: [first, ...rest] } : first, at };
  return source.forgives ? { ...item, isForgiving: true } : item;
}

/** `batch.iloc[i]` is a row, `batch.loc[i, "x"]` a cell of it; with a slice or a mask they are rows. */
function located(source: Source, node: PythonNode, of: PythonNode, keys: readonly PythonNode[]): Expr {
  const at = placeOf(source, node);
  const [key, column] = keys.length === 1 && keys[0]?.type === 'tuple' ? partsOf(keys[0]) : keys;
  if (!key) return nothing;
  const frame = source.expression(of);
  const isPart = key.type === 'slice' || key.type === 'comparison_operator' || key.type === 'binary_operator' || key.type === 'list';
  if (!isPart) return { op: 'item', of: methodCall(source, node, frame, 'rows'), key: source.expression(key), at };
  const rows = methodCall(source, node, frame, 'slice', key.type === 'slice' ? boundsOf(source, key) : [source.expression(key)]);
  return column && stringOf(column) !== null ? { op: 'item', of: rows, key: source.expression(column), at } : rows;
}

function boundsOf(source: Source, slice: PythonNode): Expr[] {
  return partsOf(slice).map((part) => source.expression(part));
}

/** Lowers `of.name` that is not called. */
export function lowerAttribute(source: Source, node: PythonNode): Expr {
  const object = node.childForFieldName('object');
  const attribute = node.childForFieldName('attribute');
  if (!object || !attribute) return nothing;
  const at = placeOf(source, node);
  const of = source.expression(object);
  const name = nameOf(attribute);
  if (!isFrame(object) || frameAttributes.has(name)) return { op: 'member', of, name, at, written: attribute.text };
  // `batch.text` is how pandas writes `batch["text"]` for short.
  return { op: 'item', of, key: { op: 'literal', value: attribute.text }, at, isForgiving: true };
}

const frameAttributes = new Set(['index', 'columns', 'values', 'shape', 'size', 'T', 'dtypes', 'empty', 'iloc', 'loc', 'at', 'iat', 'numRows', 'length', 'schema', 'attrs']);

/** Whether an expression is a variable that, by its name, holds a DataFrame. */
export function isFrame(node: PythonNode): boolean {
  return node.type === 'identifier' && isFrameName(node.text);
}

/** A place that something is assigned to. `batch.at[i, "x"] = value` takes no row out of the batch. */
export function lowerPlace(source: Source, node: PythonNode): Expr {
  if (node.type !== 'subscript') return source.expression(node);
  const value = node.childForFieldName('value');
  const [key, ...more] = node.childrenForFieldName('subscript').map((one) => source.expression(one));
  if (!value || !key) return nothing;
  return { op: 'item', of: source.expression(value), key: more.length > 0 ? { op: 'list', items: [key, ...more].map(argOf) } : key, at: placeOf(source, node) };
}

/** `a / b` counts parts, not rows, whatever `a` counts. */
export function quotient(source: Source, node: PythonNode, parts: readonly Expr[]): Expr {
  return callOf(source, node, { op: 'name', name: 'quotient', at: placeOf(source, node) }, parts);
}
