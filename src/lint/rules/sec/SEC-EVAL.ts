/** SEC-EVAL: turning text into code. */
import type { Node } from '@babel/types';
import type { Report, SyntaxRule } from '../../rule.js';
import { isClass, isInside, type Path, type Scope } from '../../syntax/index.js';
import { evaluate, join, onCalls, unwrap, watch, wrapped, type CallPath, type Reference } from './trace/index.js';
import { isOnlyCompared, isOnlyTested, memberRead } from './uses.js';

const MAKERS = new Set(['eval', 'Function', 'ShadowRealm', 'execScript', '*.constructor']);
const TIMERS = new Set(['setTimeout', 'setInterval', 'setImmediate']);
const NAMES = new Set(['eval', 'Function', 'ShadowRealm', 'execScript', 'constructor']);

/** With two of them in a row, as in `call.bind`, the first is called on what is given to the second. */
const CALLING = new Set(['call', 'apply', 'bind']);

/** Members through which a class object would lead on to `Function`. */
const LEADING_ON = new Set([...CALLING, 'constructor', 'prototype', '__proto__']);

export const evaluation: SyntaxRule = {
  meta: {
    id: 'SEC-EVAL',
    family: 'SEC',
    severity: 'error',
    summary: '`eval`, `Function`, constructors reached through `.constructor`, and timers given text',
  },
  create(_file, report) {
    const onReference = (reference: Reference) => {
      if (MAKERS.has(reference.name) && !isHarmless(reference)) report(describe(reference));
    };
    const onCall = (path: CallPath) => {
      const timer = textTimer(path);
      if (timer) report(timer);
    };
    return join(watch(NAMES, onReference), onCalls(onCall));
  },
};

function isHarmless({ name, path, how }: Reference): boolean {
  if (how !== 'name' && how !== 'member') return false;
  if (isOnlyCompared(path)) return true;
  if (name === 'Function') return isHarmlessFunction(path);
  return name === '*.constructor' && isHarmlessConstructor(path);
}

/** `Function.prototype`, `Function.toString.call(f)`, `Function.call.bind(f)`: what all functions have, taken from this one. */
function isHarmlessFunction(path: Path): boolean {
  const member = memberRead(path) ?? '';
  if (member === 'prototype' || member === 'toString') return true;
  const { parentPath: taken } = wrapped(path);
  return CALLING.has(member) && taken !== null && CALLING.has(memberRead(taken) ?? '');
}

function isHarmlessConstructor(path: Path): boolean {
  if (isOnlyTested(path) || isStackMark(path)) return true;
  // `Sub.prototype.constructor = Sub` writes; it does not read.
  if (path.parent.type === 'AssignmentExpression' && path.key === 'left') return path.parent.operator === '=';
  const next = memberRead(path);
  if (next === 'name') return true;
  // In a class, `this.constructor.defaults` is the way to a static member.
  const { object } = path.node as Node & { object?: Node };
  const ownClass = object?.type === 'ThisExpression' && isInside(path, isClass);
  return ownClass && next !== undefined && !LEADING_ON.has(next);
}

/** `Error.captureStackTrace(this, this.constructor)`: says from where on the stack is of interest. */
function isStackMark(path: Path): boolean {
  const { parent, listKey, key, scope } = wrapped(path);
  if (listKey !== 'arguments' || key !== 1 || (parent.type !== 'CallExpression' && parent.type !== 'OptionalCallExpression')) return false;
  return evaluate(parent.callee, scope).every((value) => value.kind === 'global' && value.name === 'Error.captureStackTrace');
}

const why = 'Code made from text at run time cannot be scanned, so anything could run in it.';

function describe({ name, node }: Reference): Report {
  if (name === '*.constructor') {
    return {
      at: node,
      message: '`.constructor` leads to `Function`, which makes code from text.',
      why,
      next: 'Name the class itself; only `.constructor.name` and comparing with `===` are allowed.',
    };
  }
  return {
    at: node,
    message: `\`${name}\` makes code from text, whether it is called here or handed on.`,
    why,
    next: 'Parse data with `JSON.parse`, and choose behaviour with a table of functions.',
  };
}

function textTimer({ node, scope }: CallPath): Report | undefined {
  const [first] = node.arguments;
  // A free look at the shape first: most calls neither name a timer nor are given text.
  if (!first || !(namesTimer(node.callee) || isTextShape(unwrap(first)))) return undefined;
  const timer = evaluate(node.callee, scope).find((value) => value.kind === 'global' && TIMERS.has(value.name));
  if (timer?.kind !== 'global' || !mayBeText(first, scope)) return undefined;
  return {
    at: node,
    message: `\`${timer.name}\` is given text instead of a function.`,
    why: 'Where it does not throw, the text is run as code, and that code cannot be scanned.',
    next: 'Pass a function: `setTimeout(() => work(), 100)`.',
  };
}

function namesTimer(callee: Node): boolean {
  const node = unwrap(callee);
  return node.type === 'Identifier' && TIMERS.has(node.name);
}

function mayBeText(argument: Node, scope: Scope): boolean {
  if (isTextShape(unwrap(argument))) return true;
  return evaluate(argument, scope).some((value) => value.kind === 'constant' && typeof value.value === 'string');
}

/** What can only be text, or a number, which is no function either. */
function isTextShape(node: Node): boolean {
  if (node.type === 'BinaryExpression') return node.operator === '+';
  return node.type === 'StringLiteral' || node.type === 'TemplateLiteral';
}
