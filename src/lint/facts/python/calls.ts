/** Calls. Built-in functions and the methods of lists, DataFrames and event loops become what facts call them. */
import type { PythonNode } from '../../python/index.js';
import type { Arg, Expr } from '../model.js';
import { argumentsOf, type Arguments } from './arguments.js';
import { lowerBuiltin } from './builtins.js';
import { lowerMethodCall } from './methods.js';
import { camelCase, nameOf, normalised, nothing, placeOf, unwrapped, type Source } from './source.js';

/** A call being lowered. Its arguments are lowered when they are asked for, so that none is seen twice. */
export interface CallSite {
  source: Source;
  node: PythonNode;
  /** The function's name, or the method's, as it is written. */
  name: string;
  args: Arguments;
}

/** Lowers a call. */
export function lowerCall(source: Source, node: PythonNode): Expr {
  const calleeNode = node.childForFieldName('function');
  const callee = calleeNode && unwrapped(calleeNode);
  if (!callee) return nothing;
  const args = argumentsOf(source, node.childForFieldName('arguments'));
  if (callee.type === 'identifier') {
    const site: CallSite = { source, node, name: normalised(callee.text), args };
    const isOwn = source.signatures.has(site.name);
    return (isOwn ? null : lowerBuiltin(site)) ?? plainCall(site, source.expression(callee), callee);
  }
  if (callee.type === 'attribute') {
    const [object, attribute] = [callee.childForFieldName('object'), callee.childForFieldName('attribute')];
    if (!object || !attribute) return nothing;
    const site: CallSite = { source, node, name: normalised(attribute.text), args };
    const at = placeOf(source, callee);
    return lowerMethodCall(site, object) ?? plainCall(site, { op: 'member', of: source.expression(object), name: nameOf(attribute), at }, callee);
  }
  return plainCall({ source, node, name: '', args }, source.expression(callee), callee);
}

function plainCall({ source, node, name, args }: CallSite, callee: Expr, calleeNode: PythonNode): Expr {
  // Python makes objects by calling the class, and classes start with a capital letter. So do the calls of a gRPC stub.
  const isNew = /^_*[A-Z]/.test(name) && !source.assigned.has(camelCase(name)) && !isOfObject(source, calleeNode);
  const call: Expr = { op: 'call', callee, args: args.inOrder(name), isNew, at: placeOf(source, node), label: writtenName(calleeNode) };
  // An imported `call_llm` costs if somebody waits for it, and here everybody does.
  const isWaitedFor = source.isSync && calleeNode.type === 'identifier' && /(^|_)(llm|vlm|gpt|openai|api)(_|$)/.test(name) && !source.signatures.has(name);
  return isWaitedFor ? { op: 'await', value: call } : call;
}

/** Whether a method is that of the object itself, of one of its fields, or of a variable: none of them is a module. */
function isOfObject(source: Source, callee: PythonNode): boolean {
  let root: PythonNode | null = callee.type === 'attribute' ? callee.childForFieldName('object') : null;
  while (root?.type === 'attribute') root = root.childForFieldName('object');
  if (root?.type !== 'identifier') return false;
  const name = nameOf(root);
  const { homes, params } = source.scope;
  return name === source.selfName || homes.has(name) || params.has(name) || source.assigned.has(name);
}

/** What a message calls the function: `self._model.encode_plus`; only the last name where the rest is computed. */
export function writtenName(node: PythonNode): string {
  if (node.type === 'identifier') return node.text;
  if (node.type !== 'attribute') return '';
  const attribute = node.childForFieldName('attribute')?.text ?? '';
  const object = node.childForFieldName('object');
  const of = object ? writtenName(object) : '';
  return of === '' ? attribute : `${of}.${attribute}`;
}

/** A call under another name, where the facts have one name for several of Python's. */
export function renamedCall({ source, node }: CallSite, name: string, args: Arg[]): Expr {
  return { op: 'call', callee: { op: 'name', name, at: placeOf(source, node) }, args, isNew: false, at: placeOf(source, node) };
}
