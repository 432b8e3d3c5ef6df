/** What the classes of a program hold. */
import type { ClassBody, Node } from '@babel/types';
import { isClass, isFunction, scopeOfFunction, type Path, type Scope } from '../../../syntax/index.js';
import { follow } from './follow.js';
import { returned } from './functions.js';
import { bindingOf, unwrap } from './scope.js';
import { anyOf, UNKNOWN, type Value } from './values.js';

type EvaluateIn = (part: Node, scope: Scope) => Value[];
type Member = ClassBody['body'][number];

/** By class and name: what a member was found to be. */
const members = new WeakMap<Node, Map<string, object>>();

/**
 * `this.name` in a method, and `Name.member` of a class: what fields, getters and methods of the class say, and what
 * methods assign to it. Anything else may be assigned elsewhere, so "unknown" is always among it. Undefined where the
 * object is no class of the program.
 */
export function classMember(object: Node, property: Node, scope: Scope, evaluateIn: EvaluateIn): Value[] | undefined {
  const name = nameOf(property);
  const around = name === undefined ? undefined : classOf(unwrap(object), scope);
  if (name === undefined || !around) return undefined;
  const known = members.get(around.node) ?? new Map<string, object>();
  members.set(around.node, known);
  const key = known.get(name) ?? {};
  known.set(name, key);
  return follow(key, () => {
    const { body } = (around.node as Node & { body: ClassBody }).body;
    return anyOf(...body.flatMap((member) => valuesIn(member, name, around.scope, evaluateIn)), UNKNOWN);
  });
}

/** `#p` for a private name. */
function nameOf(key: Node): string | undefined {
  return key.type === 'Identifier' ? key.name : key.type === 'PrivateName' ? `#${key.id.name}` : undefined;
}

function classOf(object: Node, scope: Scope): Path | undefined {
  if (object.type === 'Identifier') {
    const path = bindingOf(scope, object.name)?.path;
    return path && isClass(path.node) ? path : undefined;
  }
  if (object.type !== 'ThisExpression') return undefined;
  for (let at: Path | null = scope.path; at; at = at.parentPath) {
    if (isClass(at.node)) return at;
    if (isFunction(at.node) && !/^(Arrow|ClassMethod|ClassPrivateMethod)/.test(at.node.type)) return undefined;
  }
  return undefined;
}

function valuesIn(member: Member, name: string, scope: Scope, evaluateIn: EvaluateIn): Value[][] {
  const isNamed = 'key' in member && !('computed' in member && member.computed) && nameOf(member.key) === name;
  if (member.type !== 'ClassMethod' && member.type !== 'ClassPrivateMethod') {
    return isNamed && 'value' in member && member.value ? [evaluateIn(member.value, scope)] : [];
  }
  const method: Value & { kind: 'function' } = { kind: 'function', node: member, scope };
  const own = scopeOfFunction(member);
  const assigned = own ? assignedTo(name, member.body.body).map((value) => evaluateIn(value, own)) : [];
  if (own) for (const fallback of member.params.map((param) => fallbackOf(param, name))) if (fallback) assigned.push(evaluateIn(fallback, own));
  if (isNamed && member.kind === 'get') assigned.push(returned(method, evaluateIn));
  if (isNamed && member.kind === 'method') assigned.push([method]);
  return assigned;
}

/** The right sides of `this.name = ...` among the statements of a method. */
function assignedTo(name: string, statements: readonly Node[]): Node[] {
  return statements.flatMap((statement) => {
    const assignment = statement.type === 'ExpressionStatement' ? statement.expression : undefined;
    if (assignment?.type !== 'AssignmentExpression' || assignment.left.type !== 'MemberExpression') return [];
    const { object, property, computed } = assignment.left;
    return object.type === 'ThisExpression' && !computed && nameOf(property) === name ? [assignment.right] : [];
  });
}

/** The default of a parameter that is a field as well: `constructor(private name = value)`. */
function fallbackOf(param: Node, name: string): Node | undefined {
  const pattern = param.type === 'TSParameterProperty' ? param.parameter : undefined;
  if (pattern?.type !== 'AssignmentPattern' || pattern.left.type !== 'Identifier') return undefined;
  return pattern.left.name === name ? pattern.right : undefined;
}
