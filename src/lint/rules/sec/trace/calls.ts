/** Calls whose result, or whose effect, can be told from the text. */
import type {
  CallExpression, ImportExpression, NewExpression, Node, OptionalCallExpression, TaggedTemplateExpression,
} from '@babel/types';
import type { Scope } from '../../../syntax/index.js';
import { follow } from './follow.js';
import { returned, returnsThis } from './functions.js';
import { callFunction, callMethod } from './pure.js';
import { unwrap } from './scope.js';
import { anyOf, asText, constant, copied, globalValue, itemsOf, member, pairsOf, SOME_PROTOTYPE, UNKNOWN, type Value } from './values.js';

type Call = CallExpression | OptionalCallExpression | NewExpression | ImportExpression | TaggedTemplateExpression;
type Evaluate = (part: Node) => Value[];
type EvaluateIn = (part: Node, scope: Scope) => Value[];

/** Functions that return their first argument, or what leads to it. In a script, `await (x)` reads as a call. */
const SAME_OBJECT = new Set(['await', 'Object', 'Object.freeze', 'Object.seal', 'Promise.all', 'Promise.resolve', 'Proxy']);

/** What has a built-in prototype. That of anything else may be of a class of the program. */
const BUILT_IN_KINDS = new Set<Value['kind']>(['constant', 'list', 'record', 'function', 'global', 'bytes']);

/**
 * The result of a call.
 *
 * @param evaluate for the parts of the call.
 * @param evaluateIn for what a called function returns, in the function's own scope.
 */
export function evaluateCall(node: Call, evaluate: Evaluate, evaluateIn: EvaluateIn): Value[] {
  if (node.type === 'ImportExpression') return loaded(evaluate(node.source));
  if (node.type === 'TaggedTemplateExpression') return rawText(node, evaluate);
  if (node.callee.type === 'Import') return loaded(node.arguments[0] ? evaluate(node.arguments[0]) : UNKNOWN);
  const { functions, args, receivers = [], name } = calledFunction(node, evaluate);
  const results = name !== undefined && args ? receivers.map((receiver) => callMethod(receiver, name, args)) : [];
  const known = results.filter((result) => result !== undefined);
  if (known.length > 0 && known.length === receivers.length) return anyOf(...known);
  return anyOf(...known, ...functions.map((callee) => resultOf(callee, args, node, evaluateIn)));
}

/** `given` are the arguments, or undefined where they are not all written out. */
function resultOf(callee: Value, given: Value[][] | undefined, node: Call, evaluateIn: EvaluateIn): Value[] {
  if (callee.kind === 'function') {
    if (node.type === 'NewExpression') return UNKNOWN;
    const values = follow(callee.node, () => returned(callee, evaluateIn));
    return returnsThis(callee.node) && isByName(node) ? [...values, globalValue('globalThis')] : values;
  }
  if (callee.kind !== 'global') return UNKNOWN;
  const args = given ?? [UNKNOWN];
  const [first = UNKNOWN, second = UNKNOWN] = args;
  if (callee.name === 'require') return loaded(first);
  if (SAME_OBJECT.has(callee.name)) return first;
  if (callee.name === 'Symbol' || callee.name === 'Symbol.for') return [{ kind: 'symbol' }];
  if (callee.name === 'Object.create') return copied(first);
  if (node.type === 'NewExpression' && (callee.name === 'Map' || callee.name === 'Set')) return collection(callee.name, args[0]);
  if (callee.name === 'Object.values' || callee.name === 'Object.entries') return entriesOf(first, callee.name === 'Object.entries');
  if (callee.name === 'Object.fromEntries') return collection('Map', args[0]);
  if (callee.name === 'Promise.race' || callee.name === 'Promise.any') return itemsOf(first);
  if (callee.name === 'Array.of' && given) return [{ kind: 'list', items: args }];
  if (callee.name === 'Array.from' && args.length === 1 && listItems(first)) return first;
  if (callee.name === 'Object.assign') return anyOf(first, ...args.slice(1).map(copied));
  if (callee.name === 'Reflect.get') return member(first, second);
  if (callee.name === 'Object.getPrototypeOf' || callee.name === 'Reflect.getPrototypeOf') {
    return first.some((value) => BUILT_IN_KINDS.has(value.kind)) ? [globalValue(SOME_PROTOTYPE)] : UNKNOWN;
  }
  // Bound to no more than its `this`, a function is still the same.
  if (callee.name.endsWith('.bind') && args.length <= 1) return [globalValue(callee.name.slice(0, -'.bind'.length))];
  return callFunction(callee.name, args) ?? UNKNOWN;
}

/** `f()`, or a function that is called as it is written; not `o.f()`. */
function isByName(node: Call): boolean {
  return 'callee' in node && /^(Identifier|FunctionExpression)$/.test(unwrap(node.callee).type);
}

/** The only module object worth following further: the others are allowed as a whole or not at all. */
function loaded(specifier: Value[]): Value[] {
  const names = specifier.map(asText);
  return names.includes('process') || names.includes('node:process') ? [globalValue('process')] : UNKNOWN;
}

/** `new Map([[key, value]])` is read like an object, and `new Set([item])` like a list. */
function collection(name: 'Map' | 'Set', given: Value[] | undefined): Value[] {
  const items = given ? listItems(given) : [];
  if (!items) return UNKNOWN;
  if (name === 'Set') return [{ kind: 'list', items }];
  const entries = new Map<string, Value[]>();
  for (const item of items) {
    const [key = UNKNOWN, value = UNKNOWN] = listItems(item) ?? [];
    const text = key.length === 1 ? asText(key[0]) : undefined;
    if (text === undefined) return UNKNOWN;
    entries.set(text, value);
  }
  return [{ kind: 'record', entries }];
}

/** `Object.values(x)`, or with their names `Object.entries(x)`. */
function entriesOf([object, ...others]: Value[], withNames: boolean): Value[] {
  if (object?.kind !== 'record' || others.length > 0) return UNKNOWN;
  const items = withNames ? pairsOf(object.entries).map((pair) => [pair]) : [...object.entries.values()];
  return [{ kind: 'list', items }];
}

function rawText({ tag, quasi }: TaggedTemplateExpression, evaluate: Evaluate): Value[] {
  const [callee] = evaluate(tag);
  const isRaw = callee?.kind === 'global' && callee.name === 'String.raw';
  return isRaw && quasi.expressions.length === 0 ? constant(quasi.quasis[0]?.value.raw) : UNKNOWN;
}

/** A call with `call`, `apply` and `Reflect.apply` looked through. */
export interface CalledFunction {
  functions: Value[];
  /** The arguments, or undefined where they are not all written out. */
  args: Value[][] | undefined;
  /** For `receiver.name(...)`: what the receiver may be, and the method's name, where it is known. */
  receivers?: Value[];
  name?: string;
}

/** Which functions a call may call, and with what. */
function calledFunction(
  node: CallExpression | OptionalCallExpression | NewExpression,
  evaluate: Evaluate,
): CalledFunction {
  const given = argumentList(node.arguments, evaluate);
  const callee = unwrap(node.callee);
  if (callee.type !== 'MemberExpression' && callee.type !== 'OptionalMemberExpression') {
    return lookThrough({ functions: evaluate(callee), args: given });
  }
  // The receiver is evaluated once: twice at every link would double the work along a chain of calls.
  const receivers = evaluate(callee.object);
  const named = !callee.computed && callee.property.type === 'Identifier' ? callee.property.name : undefined;
  const key = named === undefined ? evaluate(callee.property) : constant(named);
  const name = key.length === 1 ? asText(key[0]) : undefined;
  // A method of a class is known by its name, and `this` costs nothing.
  const functions = unwrap(callee.object).type === 'ThisExpression' ? evaluate(callee) : member(receivers, key);
  return lookThrough({ functions, args: given, receivers, name });
}

function lookThrough(call: CalledFunction): CalledFunction {
  const [only] = call.functions;
  if (only?.kind !== 'global') return call;
  if (only.name === 'Reflect.apply') return { functions: call.args?.[0] ?? UNKNOWN, args: listItems(call.args?.[2]) };
  const [, owner, how] = /^(.+)\.(call|apply)$/.exec(only.name) ?? [];
  if (!owner) return call;
  return { functions: [globalValue(owner)], args: how === 'call' ? call.args?.slice(1) : listItems(call.args?.[1]) };
}

function argumentList(args: readonly Node[], evaluate: Evaluate): Value[][] | undefined {
  const values: Value[][] = [];
  for (const arg of args) {
    if (arg.type !== 'SpreadElement') {
      values.push(evaluate(arg));
      continue;
    }
    const items = listItems(evaluate(arg.argument));
    if (!items) return undefined;
    for (const item of items) values.push(item);
  }
  return values;
}

function listItems(values: Value[] | undefined): Value[][] | undefined {
  const [only, ...others] = values ?? [];
  return only?.kind === 'list' && others.length === 0 ? only.items : undefined;
}

/** A call of `Object.x` or `Reflect.x`, by whatever name; undefined for any other call. */
export interface BuiltinCall {
  /** `Reflect.get`, `Object.assign`, ... */
  names: string[];
  /** Empty where the arguments are not written out. */
  args: Value[][];
}

// Several rules ask about the same call.
const builtinCalls = new WeakMap<Node, { call: BuiltinCall | undefined }>();

/** Reads a call node as a call of `Object.x` or `Reflect.x`. */
export function builtinCall(node: CallExpression | OptionalCallExpression, evaluate: Evaluate): BuiltinCall | undefined {
  if (node.arguments.length === 0 || node.callee.type === 'Import') return undefined;
  let known = builtinCalls.get(node);
  if (!known) builtinCalls.set(node, (known = { call: readBuiltinCall(node, evaluate) }));
  return known.call;
}

function readBuiltinCall(node: CallExpression | OptionalCallExpression, evaluate: Evaluate): BuiltinCall | undefined {
  // The callee alone first: nearly every call ends here.
  if (!builtinNames(evaluate(node.callee)).length) return undefined;
  const { functions, args } = calledFunction(node, evaluate);
  return { names: builtinNames(functions), args: args ?? [] };
}

function builtinNames(values: Value[]): string[] {
  const names: string[] = [];
  for (const value of values) if (value.kind === 'global' && /^(?:Object|Reflect)\./.test(value.name)) names.push(value.name);
  return names;
}
