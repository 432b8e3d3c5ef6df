/** Where a function of the program is used: as it is written, by its name, as a member, or by the name of a parameter. */
import type { Node } from '@babel/types';
import { scopeInside, type Path } from '../../../syntax/index.js';
import { memberName } from './classes.js';
import { evaluate } from './evaluate.js';
import { parametersOf } from './functions.js';
import { wrapped } from './scope.js';

/** A function or object that is used in more places than this is not followed there. */
const MAX_USES = 20;

const MEMBERS = /^(ObjectMethod|ObjectProperty|ClassMethod|ClassPrivateMethod|ClassProperty|ClassPrivateProperty)$/;

/** The places where a function is called, or handed to something that may call it. Calls on `this` are not among them. */
export function usesOf(owner: Path): readonly Path[] {
  const own = [owner, ...referencesTo(owner), ...asMember(owner)].map(wrapped);
  return [...own, ...own.flatMap(handedOn)];
}

/** The uses of the name that a value has: `function f`, `class F`, `const f = value`, `f = value`. */
function referencesTo(value: Path): readonly Path[] {
  const isDeclared = value.node.type.endsWith('Declaration');
  const holder = isDeclared ? value : wrapped(value).parentPath;
  if (!holder || !(isDeclared || /^(VariableDeclarator|AssignmentExpression)$/.test(holder.node.type))) return [];
  const { id, left = id } = holder.node as { id?: Node | null; left?: Node };
  const uses = left?.type === 'Identifier' ? holder.scope.getBinding(left.name)?.referencePaths ?? [] : [];
  return uses.length > MAX_USES ? [] : uses;
}

/** Uses of a method by the name of its object, its class, or an instance; of a constructor, by the name of the class. */
function asMember(owner: Path): readonly Path[] {
  const property = MEMBERS.test(owner.node.type) ? owner : wrapped(owner).parentPath;
  const around = property?.parentPath;
  if (!property || !around || !MEMBERS.test(property.node.type)) return [];
  const { key, computed, kind, static: isStatic } = property.node as { key: Node; computed?: boolean; kind?: string; static?: boolean };
  const holder = around.node.type === 'ClassBody' ? around.parentPath : around;
  const uses = holder ? [holder, ...referencesTo(holder)].map(wrapped) : [];
  if (kind === 'constructor') return uses;
  const name = memberName(key, computed);
  if (name === undefined) return [];
  return members(around.node.type === 'ClassBody' && !isStatic ? instancesOf(uses) : uses, name);
}

function instancesOf(uses: readonly Path[]): readonly Path[] {
  const made = uses.flatMap(({ key, parentPath }) => (key === 'callee' && parentPath?.node.type === 'NewExpression' ? [parentPath] : []));
  return [...made, ...made.flatMap(referencesTo)];
}

/** `use.name` for each of the uses. */
function members(uses: readonly Path[], name: string): readonly Path[] {
  return uses.map(wrapped).flatMap(({ key, parentPath }) => {
    const { property, computed } = (parentPath?.node ?? {}) as { property?: Node; computed?: boolean };
    return key === 'object' && parentPath && property && memberName(property, computed) === name ? [parentPath] : [];
  });
}

/** Where a function of the program uses the parameter by which it is given this one. */
function handedOn({ key, listKey, parentPath: call }: Path): readonly Path[] {
  if (listKey !== 'arguments' || !call || !('callee' in call.node)) return [];
  return evaluate(call.node.callee, call.scope).flatMap((value) => {
    const parameter = value.kind === 'function' ? parametersOf(value.node)[key as number] : undefined;
    if (value.kind !== 'function' || parameter?.type !== 'Identifier') return [];
    const uses = scopeInside(value.node)?.getBinding(parameter.name)?.referencePaths ?? [];
    return uses.length > MAX_USES ? [] : uses.map(wrapped);
  });
}
