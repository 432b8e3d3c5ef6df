/** What flows into the parameters of a function from the places that use it. */
import type { Function as FunctionNode, Node } from '@babel/types';
import type { Path, Scope } from '../../../syntax/index.js';
import { memberName } from './classes.js';
import { evaluate } from './evaluate.js';
import { parametersOf } from './functions.js';
import { unwrap } from './scope.js';
import { usesOf } from './uses.js';
import { anyOf, itemsOf, UNKNOWN, type Value } from './values.js';

/** Methods of a list that call back for its items; what follows the callback is its `this`. */
export const ITEM_CALLBACKS = new Set(['every', 'filter', 'find', 'findLast', 'flatMap', 'forEach', 'map', 'some']);
const REDUCERS = new Set(['reduce', 'reduceRight']);
const TIMERS = new Set(['setTimeout', 'setInterval', 'setImmediate']);

/** One argument; evaluated when somebody asks for it. */
type Given = () => Value[];

/** What flows into a parameter from the calls that can be seen; "unknown" is always among it. */
export function argument(parameter: Path): Value[] {
  const owner = parameter.parentPath;
  if (!owner) return UNKNOWN;
  const position = parametersOf(owner.node as FunctionNode).indexOf(parameter.node);
  const calls = usesOf(owner).map(given);
  if (parameter.node.type !== 'RestElement') return anyOf(...calls.map((call) => call[position]?.() ?? []), UNKNOWN);
  const lists = calls.map((call): Value => ({ kind: 'list', items: call.slice(position).map((one) => one()) }));
  return [...lists, ...UNKNOWN];
}

/** The arguments that a use of a function gives it, from the first on. */
function given({ key, listKey, parentPath: around }: Path): Given[] {
  if (!around) return [];
  if ('arguments' in around.node && key === 'callee') return listed(around.node.arguments, around.scope);
  // The first is the text between the others.
  if ('quasi' in around.node && key === 'tag') return [() => UNKNOWN, ...listed(around.node.quasi.expressions, around.scope)];
  if (key === 'object') return givenByMethod(around);
  if (listKey !== 'arguments' || !('callee' in around.node && 'arguments' in around.node)) return [];
  const { callee, arguments: passed } = around.node;
  return givenToCallback(unwrap(callee), key as number, passed, around.scope);
}

/** `f.call(this, x)`, `f.bind(this, x)`, `f.apply(this, [x])`. */
function givenByMethod({ node, key, parentPath: call }: Path): Given[] {
  const { property, computed } = node as { property?: Node; computed?: boolean };
  const name = property ? memberName(property, computed) : undefined;
  if (key !== 'callee' || !call || !('arguments' in call.node)) return [];
  const { arguments: passed } = call.node;
  if (name === 'call' || name === 'bind') return listed(passed.slice(1), call.scope);
  return name === 'apply' ? spread(passed[1], call.scope) : [];
}

/** `list.map(f)`, `promise.then(f)`, `Reflect.apply(f, this, [x])`, `setTimeout(f, ms, x)`. */
function givenToCallback(callee: Node, position: number, passed: readonly Node[], scope: Scope): Given[] {
  if (position > 0) return [];
  if (callee.type === 'Identifier') return TIMERS.has(callee.name) ? listed(passed.slice(2), scope) : [];
  if (callee.type !== 'MemberExpression' && callee.type !== 'OptionalMemberExpression') return [];
  const method = memberName(callee.property, callee.computed) ?? '';
  const receiver = () => evaluate(callee.object, scope);
  // A Map calls back for what it holds, not for pairs.
  const items = () => anyOf(...receiver().map((value) => (value.kind === 'record' ? [...value.entries.values()].flat() : itemsOf([value]))));
  if (ITEM_CALLBACKS.has(method)) return [items];
  if (REDUCERS.has(method)) return [items, items];
  if (method === 'then') return [receiver];
  const isReflect = method === 'apply' && receiver().some((value) => value.kind === 'global' && value.name === 'Reflect');
  return isReflect ? spread(passed[2], scope) : [];
}

function listed(passed: readonly Node[], scope: Scope): Given[] {
  return passed.flatMap((node) => (node.type === 'SpreadElement' ? spread(node.argument, scope) : [() => evaluate(node, scope)]));
}

function spread(list: Node | undefined, scope: Scope): Given[] {
  const [only, ...others] = list ? evaluate(list, scope) : [];
  return only?.kind === 'list' && others.length === 0 ? only.items.map((item) => () => item) : [];
}
