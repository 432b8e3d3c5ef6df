/** What the classes of a program hold. */
import type { ClassBody, Node } from '@babel/types';
import { isClass, isFunction, scopeInside, type Path, type Scope } from '../../../syntax/index.js';
import { valuesFrom } from './bindings.js';
import { follow } from './follow.js';
import { returned } from './functions.js';
import { bindingOf, propertyName, unwrap } from './scope.js';
import { anyOf, UNKNOWN, type Value } from './values.js';

type EvaluateIn = (part: Node, scope: Scope) => Value[];

/** One way in which a member gets a value. */
type Source = (evaluateIn: EvaluateIn) => Value[];

/** A class, and where it stands. */
interface Place {
  node: Node;
  scope: Scope;
}

/** Longer chains of names and classes than people write. */
const MAX_HOPS = 20;

/**
 * A member of `this` in a class, of a class by its name, or of what `new` makes of it: what fields, getters and methods
 * say, what methods assign to it, and what is inherited. Anything else may be assigned elsewhere, so "unknown" is always
 * among it. Undefined where the object is no class of the program.
 */
export function classMember(object: Node, name: string, scope: Scope, evaluateIn: EvaluateIn, hops = 0): Value[] | undefined {
  const place = hops > MAX_HOPS ? undefined : classOf(unwrap(object), scope);
  if (!place) return undefined;
  const sources = sourcesIn(place).get(name);
  const own = sources ? follow(sources, () => anyOf(...sources.map((source) => source(evaluateIn)), UNKNOWN)) : UNKNOWN;
  const { superClass } = place.node as { superClass?: Node | null };
  const inherited = superClass ? classMember(superClass, name, place.scope, evaluateIn, hops + 1) : undefined;
  return inherited ? anyOf(own, inherited) : own;
}

/** The name of a member that is written out: `p`, `"p"`, `["p"]`, or with its mark `#p`. */
export function memberName(key: Node, computed: boolean | null | undefined): string | undefined {
  if (key.type === 'StringLiteral') return key.value;
  if (key.type === 'PrivateName') return `#${key.id.name}`;
  return key.type === 'Identifier' && !computed ? key.name : undefined;
}

function classOf(object: Node, scope: Scope, hops = 0): Place | undefined {
  if (hops > MAX_HOPS) return undefined;
  switch (object.type) {
    case 'ClassExpression':
      return { node: object, scope };
    case 'NewExpression':
      return classOf(unwrap(object.callee), scope, hops + 1);
    case 'ThisExpression':
      return classAround(scope);
    case 'Identifier': {
      const { path, constantViolations = [] } = bindingOf(scope, object.name) ?? {};
      if (!path || constantViolations.length > 0) return undefined;
      if (isClass(path.node)) return path;
      const { type, id, init } = path.node as { type: string; id?: Node; init?: Node | null };
      return type === 'VariableDeclarator' && id?.type === 'Identifier' && init ? classOf(unwrap(init), path.scope, hops + 1) : undefined;
    }
    default:
      return undefined;
  }
}

function classAround(scope: Scope): Place | undefined {
  for (let at: Path | null = scope.path; at; at = at.parentPath) {
    if (isClass(at.node)) return at;
    if (isFunction(at.node) && !/^(Arrow|ClassMethod|ClassPrivateMethod)/.test(at.node.type)) return undefined;
  }
  return undefined;
}

const known = new WeakMap<Node, ReadonlyMap<string, Source[]>>();

/** By name: where the members of a class get their values. */
function sourcesIn(place: Place): ReadonlyMap<string, Source[]> {
  const before = known.get(place.node);
  if (before) return before;
  const sources = new Map<string, Source[]>();
  known.set(place.node, sources);
  for (const [name, source] of readMembers(place)) {
    const others = sources.get(name);
    if (others) others.push(source);
    else sources.set(name, [source]);
  }
  return sources;
}

function* readMembers({ node, scope }: Place): Generator<[name: string, source: Source]> {
  for (const member of (node as Node & { body: ClassBody }).body.body) {
    const name = 'key' in member ? memberName(member.key, 'computed' in member && member.computed) : undefined;
    if (member.type === 'ClassMethod' || member.type === 'ClassPrivateMethod') {
      const method: Value & { kind: 'function' } = { kind: 'function', node: member, scope };
      if (name !== undefined && member.kind === 'get') yield [name, (evaluateIn) => returned(method, evaluateIn)];
      if (name !== undefined && member.kind === 'method') yield [name, () => [method]];
      const own = scopeInside(member);
      if (!own) continue;
      for (const parameter of own.path.get('params')) {
        // `constructor(private name)` is a field too.
        const field = propertyName(parameter.node);
        if (field !== undefined) yield [field, () => valuesFrom(parameter, field)];
      }
      for (const field of member.body.body.map(assignedField)) if (field) yield [field.name, (evaluateIn) => evaluateIn(field.value, own)];
    } else if (name !== undefined && 'value' in member && member.value) {
      const { value } = member;
      yield [name, (evaluateIn) => evaluateIn(value, scope)];
    }
  }
}

interface Field {
  name: string;
  value: Node;
}

/** `this.name = value`, as a statement. */
function assignedField(statement: Node): Field | undefined {
  const assignment = statement.type === 'ExpressionStatement' ? statement.expression : undefined;
  if (assignment?.type !== 'AssignmentExpression' || assignment.left.type !== 'MemberExpression') return undefined;
  const { object, property, computed } = assignment.left;
  const name = object.type === 'ThisExpression' ? memberName(property, computed) : undefined;
  return name === undefined ? undefined : { name, value: assignment.right };
}
