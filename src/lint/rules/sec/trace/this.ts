/** What `this` may be, as far as the text tells. */
import type { Function } from '@babel/types';
import { isClass, isFunction, type Path, type Scope } from '../../../syntax/index.js';
import { memberName } from './classes.js';
import { evaluate } from './evaluate.js';
import { follow } from './follow.js';
import { ITEM_CALLBACKS } from './parameters.js';
import { wrapped } from './scope.js';
import { usesOf } from './uses.js';
import { anyOf, globalValue, UNKNOWN, type Value } from './values.js';

/**
 * `this` of the function around: the global object where it is called as it is written, what is given to its `call`,
 * `apply` or `bind`, or the object literal that it stands in. Members of classes are looked up elsewhere.
 */
export function thisValues(scope: Scope): Value[] {
  let around: Path | null = scope.path;
  while (around && !isClass(around.node) && (!isFunction(around.node) || around.node.type === 'ArrowFunctionExpression')) around = around.parentPath;
  if (!around || isClass(around.node) || /^Class/.test(around.node.type)) return UNKNOWN;
  const owner = around;
  // By its body: the function itself stands for what it returns.
  return follow((owner.node as Function).body, () => thisOf(owner));
}

function thisOf(owner: Path): Value[] {
  const literal = literalAround(owner);
  // Once for all its methods.
  if (literal) return follow(literal.node, () => anyOf(evaluate(literal.node, literal.scope), UNKNOWN));
  const outer = wrapped(owner);
  if (outer.key === 'callee' && /^(Optional)?CallExpression$/.test(outer.parent.type)) return [globalValue('globalThis')];
  return anyOf(...usesOf(owner).map(given), UNKNOWN);
}

/** The object literal that has the function as a member. */
function literalAround(owner: Path): Path | null {
  if (owner.node.type === 'ObjectMethod') return owner.parentPath;
  const property = wrapped(owner).parentPath;
  return property?.node.type === 'ObjectProperty' ? property.parentPath : null;
}

/** What a use of a function gives it for `this`: `f.call(x)`, `f.apply(x)`, `f.bind(x)`, `list.map(f, x)`. */
function given(use: Path): Value[] {
  const isMember = use.key === 'object';
  const call = isMember ? use.parentPath?.parentPath : use.parentPath;
  if (!call || !('arguments' in call.node)) return [];
  const { arguments: passed, callee } = call.node;
  if (callee.type !== 'MemberExpression' && callee.type !== 'OptionalMemberExpression') return [];
  const method = memberName(callee.property, callee.computed) ?? '';
  const isGiven = isMember ? /^(call|apply|bind)$/.test(method) && use.parentPath?.key === 'callee' : use.key === 0 && ITEM_CALLBACKS.has(method);
  const value = isGiven ? passed[isMember ? 0 : 1] : undefined;
  return value ? evaluate(value, call.scope) : [];
}
