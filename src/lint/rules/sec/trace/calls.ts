/** Calls whose result, or whose effect, can be told from the text. */
import type {
  CallExpression, ImportExpression, NewExpression, Node, OptionalCallExpression, TaggedTemplateExpression,
} from '@babel/types';
import type { Scope } from '../../../syntax/index.js';
import { follow } from './follow.js';
import { callFunction, callMethod } from './pure.js';
import { unwrap } from './scope.js';
import { anyOf, asText, constant, copied, globalValue, member, SOME_PROTOTYPE, UNKNOWN, type Value } from './values.js';

type Call = CallExpression | OptionalCallExpression | NewExpression | ImportExpression | TaggedTemplateExpression;
type Evaluate = (part: Node) => Value[];
type EvaluateIn = (part: Node, scope: Scope) => Value[];

/** Functions that return their first argument, or what leads to it. */
const SAME_OBJECT = new Set(['Object', 'Object.freeze', 'Object.seal', 'Promise.resolve', 'Proxy']);

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
  const { functions, args, receiver, name } = calledFunction(node, evaluate);
  const result = receiver && name !== undefined && args ? callMethod(receiver, name, args) : undefined;
  return result ?? anyOf(...functions.map((callee) => resultOf(callee, args ?? [], node, evaluateIn)));
}

function resultOf(callee: Value, args: Value[][], node: Call, evaluateIn: EvaluateIn): Value[] {
  if (callee.kind === 'function') {
    return node.type === 'NewExpression' ? UNKNOWN : follow(callee.node, () => returned(callee, evaluateIn));
  }
  if (callee.kind !== 'global') return UNKNOWN;
  const [first = UNKNOWN, second = UNKNOWN] = args;
  if (callee.name === 'require') return loaded(first);
  if (SAME_OBJECT.has(callee.name)) return first;
  if (callee.name === 'Symbol' || callee.name === 'Symbol.for') return [{ kind: 'symbol' }];
  if (callee.name === 'Object.create') return copied(first);
  if (callee.name === 'Object.assign') return anyOf(first, ...args.slice(1).map(copied));
  if (callee.name === 'Reflect.get') return member(first, second);
  if (callee.name === 'Object.getPrototypeOf' || callee.name === 'Reflect.getPrototypeOf') {
    return first.some((value) => BUILT_IN_KINDS.has(value.kind)) ? [globalValue(SOME_PROTOTYPE)] : UNKNOWN;
  }
  // Bound to no more than its `this`, a function is still the same.
  if (callee.name.endsWith('.bind') && args.length <= 1) return [globalValue(callee.name.slice(0, -'.bind'.length))];
  return callFunction(callee.name, args) ?? UNKNOWN;
}

/** The only module object worth following further: the others are allowed as a whole or not at all. */
function loaded(specifier: Value[]): Value[] {
  const names = specifier.map(asText);
  return names.includes('process') || names.includes('node:process') ? [globalValue('process')] : UNKNOWN;
}

function rawText({ tag, quasi }: TaggedTemplateExpression, evaluate: Evaluate): Value[] {
  const [callee] = evaluate(tag);
  const isRaw = callee?.kind === 'global' && callee.name === 'String.raw';
  return isRaw && quasi.expressions.length === 0 ? constant(quasi.quasis[0]?.value.raw) : UNKNOWN;
}

/**
 * What a function without parameters returns, where its body is one expression. A plain `return this` gives the
 * global object in a script.
 */
function returned({ node, scope }: Value & { kind: 'function' }, evaluateIn: EvaluateIn): Value[] {
  const { body } = node;
  const last = body.type === 'BlockStatement' ? body.body[0] : undefined;
  const result = body.type !== 'BlockStatement' ? body : last?.type === 'ReturnStatement' ? last.argument : undefined;
  // TypeScript writes the type of `this` as a parameter.
  const params = node.params.filter((param) => !(param.type === 'Identifier' && param.name === 'this'));
  if (!result || params.length > 0) return UNKNOWN;
  if (result.type !== 'ThisExpression') return evaluateIn(result, scope);
  return node.type === 'ArrowFunctionExpression' ? UNKNOWN : [globalValue('globalThis')];
}

/** A call with `call`, `apply` and `Reflect.apply` looked through. */
export interface CalledFunction {
  functions: Value[];
  /** The arguments, or undefined where they are not all written out. */
  args: Value[][] | undefined;
  /** For `receiver.name(...)`: the one value the receiver can be, and the method's name, where they are known. */
  receiver?: Value;
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
  const receiver = receivers.length === 1 ? receivers[0] : undefined;
  const name = key.length === 1 ? asText(key[0]) : undefined;
  return lookThrough({ functions: member(receivers, key), args: given, receiver, name });
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
