/** SEC-GLOBAL: changing what all code shares, and reaching it by names that cannot be told. */
import type { Node } from '@babel/types';
import type { Report, SyntaxRule } from '../../rule.js';
import type { Scope } from '../../syntax/index.js';
import { isBuiltIn, isHarmlessMember, isShared, isSharedName } from './shared.js';
import {
  asText, builtinCall, evaluate, isFree, join, keyValues, member, onCalls, SOME_PROTOTYPE, takeApart, unwrap, watch,
  type BuiltinCall, type CallPath, type Value,
} from './trace/index.js';

/** Members whose name is chosen at run time, of objects that hold dangerous ones. */
const ANY_MEMBER = new Set(['globalThis.*', 'Reflect.*', 'Object.*', 'Function.prototype.*', '*.*']);
const DEFINERS = new Set(['__defineGetter__', '__defineSetter__']);
/** Node keeps `process` behind a getter, which gives it to whoever holds the getter. */
const LOOK_UP = '__lookupGetter__';

/** Calls that change their first argument. */
const CHANGING_CALLS = new Set([
  'Object.assign', 'Object.defineProperties', 'Object.defineProperty', 'Object.freeze', 'Object.preventExtensions', 'Object.seal',
  'Object.setPrototypeOf', 'Reflect.defineProperty', 'Reflect.deleteProperty', 'Reflect.preventExtensions', 'Reflect.set',
  'Reflect.setPrototypeOf',
]);
/** Calls that make the second argument's members those of the first. */
const INHERITING_CALLS = new Set(['Object.setPrototypeOf', 'Reflect.setPrototypeOf']);
/** Calls that hand out every member. */
const COPYING_CALLS = new Set(['Object.getOwnPropertyDescriptors', 'Object.values', 'Object.entries']);
/** Objects that lead on to something forbidden. */
const REACHING = new Set(['globalThis', 'process', 'Reflect', 'module', 'Function.prototype']);

export const globals: SyntaxRule = {
  meta: {
    id: 'SEC-GLOBAL',
    family: 'SEC',
    severity: 'error',
    summary: 'changes to the global object and to built-in objects and prototypes; global names chosen at run time',
  },
  create(_file, report) {
    const onWrite = (target: Node, scope: Scope) => {
      const changed = changedGlobal(target, scope);
      if (changed) report(describeChange(target, changed));
    };
    const onCall = ({ node, scope }: CallPath) => {
      const read = (part: Node) => evaluate(part, scope);
      const call = builtinCall(node, read);
      const [target = [], source = []] = call?.args ?? [];
      const changed = target.find(isShared);
      if (changed && call?.names.some((name) => CHANGING_CALLS.has(name))) report(describeChange(node, changed.name));
      const copied = call?.names.some((name) => COPYING_CALLS.has(name)) ? target : described(call);
      const inherited = call?.names.some((name) => INHERITING_CALLS.has(name)) ? source : [];
      if (isReached(copied) || isReached(inherited)) report(describeCopy(node));
    };
    const members = watch(new Set([...DEFINERS, LOOK_UP]), ({ name, node, path }) => {
      // What is only written is a change, and judged as one.
      const written = path.key === 'left' && path.parent.type === 'AssignmentExpression' && path.parent.operator === '=';
      if (ANY_MEMBER.has(name) && !written) report(describeAnyMember(node, name));
      const [, owner = 'globalThis', method] = /^(?:(.+)\.)?(__\w+__)$/.exec(name) ?? [];
      if (method && DEFINERS.has(method) && isSharedName(owner)) report(describeChange(node, owner));
      if (name === LOOK_UP) report(describeCopy(node));
    });
    return join(members, onCalls(onCall), {
      AssignmentExpression: ({ node, scope }) => onWrite(node.left, scope),
      UpdateExpression: ({ node, scope }) => onWrite(node.argument, scope),
      UnaryExpression: ({ node, scope }) => {
        if (node.operator === 'delete') onWrite(node.argument, scope);
      },
      ForOfStatement: ({ node, scope }) => onWrite(node.left, scope),
      ForInStatement: ({ node, scope }) => onWrite(node.left, scope),
      NewExpression: ({ node, scope }) => {
        const [target] = node.arguments;
        if (target && isProxy(node.callee, scope) && isReached(evaluate(target, scope))) report(describeCopy(node));
      },
    });
  },
};

/** What stands behind the descriptor that a call hands out. */
function described(call: BuiltinCall | undefined): Value[] {
  const [target = [], key = []] = call?.args ?? [];
  return call?.names.some((name) => name.endsWith('.getOwnPropertyDescriptor')) ? member(target, key) : [];
}

function isReached(values: Value[]): boolean {
  return values.some((value) => value.kind === 'global' && REACHING.has(value.name));
}

function isProxy(callee: Node, scope: Scope): boolean {
  return evaluate(callee, scope).some((value) => value.kind === 'global' && value.name === 'Proxy');
}

/** What an assignment changes for everybody, by name, or undefined. A pattern is looked at part by part. */
function changedGlobal(target: Node, scope: Scope): string | undefined {
  const place = unwrap(target);
  if (place.type === 'Identifier') return isBuiltIn(place.name) && isFree(scope, place.name) ? place.name : undefined;
  if (place.type === 'MemberExpression') {
    const owner = evaluate(place.object, scope).find(isShared);
    if (!owner) return undefined;
    const [key] = keyValues(place, scope);
    return isHarmlessMember(owner.name, asText(key)) ? undefined : owner.name;
  }
  if (!place.type.endsWith('Pattern')) return undefined;
  let changed: string | undefined;
  takeApart(place, [], scope, (part) => {
    if (part.type !== 'ObjectProperty') changed ??= changedGlobal(part, scope);
  });
  return changed;
}

function describeChange(at: Node, what: string): Report {
  const shown = what === SOME_PROTOTYPE ? 'the prototype of another object' : `\`${what}\``;
  return {
    at,
    message: `This changes ${shown}, which all code in the process shares.`,
    why: 'Other plugins, libraries and the worker itself would run with the change, and a call could be redirected unseen.',
    next: 'Keep state in the processor or in a module-level variable, and write a helper function instead of a patch.',
  };
}

function describeCopy(at: Node): Report {
  return {
    at,
    message: 'This makes a stand-in for a global object with all its members.',
    why: 'What is read through the stand-in later cannot be told from the text.',
    next: 'Use the members that you need directly, by name.',
  };
}

function describeAnyMember(at: Node, name: string): Report {
  const owner = name === '*.*' ? 'a member' : `a member of \`${name.slice(0, -2)}\``;
  return {
    at,
    message: `The name of ${owner} is put together at run time and cannot be told from the text.`,
    why: 'It may spell `eval`, `Function` or `constructor`.',
    next: 'Write the name out, or look it up in an object or Map of your own.',
  };
}
