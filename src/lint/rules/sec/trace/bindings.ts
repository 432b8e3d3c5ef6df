/** What a name of the program may be worth: its initialiser, its assignments, and patterns taken apart. */
import type { ImportSpecifier, Node, TSImportEqualsDeclaration } from '@babel/types';
import type { Binding, Path, Scope } from '../../../syntax/index.js';
import { memberName } from './classes.js';
import { ASSIGNING, evaluate, keyValues } from './evaluate.js';
import { follow } from './follow.js';
import { isUnchanged } from './unchanged.js';
import { anyOf, asText, constant, copied, globalValue, member, UNKNOWN, type Value } from './values.js';

/** A name that is assigned more often than this is not followed. */
const MAX_ASSIGNMENTS = 12;

/** A function that is called in more places than this is not followed back to its callers. */
const MAX_CALLS = 20;

/** Of a table that is used in more places than this, the others are not looked at. */
const MAX_STORES = 50;

/** Methods of a list that call back for its items; what follows the callback is its `this`. */
export const ITEM_CALLBACKS = new Set(['every', 'filter', 'find', 'findLast', 'flatMap', 'forEach', 'map', 'some']);

/** Every value a binding may have. */
export function bindingValues(binding: Binding): Value[] {
  return follow(binding, () => {
    const places = [binding.path, ...binding.constantViolations];
    if (places.length > MAX_ASSIGNMENTS) return UNKNOWN;
    const values = anyOf(...places.map((place) => valuesFrom(place, binding.identifier.name)));
    return values.some(isTable) && !isUnchanged(binding) ? anyOf(values, stored(binding), UNKNOWN) : values;
  });
}

/** What is put into a table by its name: `table.key = value`, `map.set(key, value)`, `list.push(value)`. */
function stored({ referencePaths }: Binding): Value[] {
  const entries = new Map<string, Value[]>();
  const items: Value[][] = [];
  for (const use of referencePaths.slice(0, MAX_STORES)) {
    const place = use.key === 'object' ? use.parentPath : null;
    const around = place?.parent;
    if (!place || place.node.type !== 'MemberExpression' || !around) continue;
    const set = (keys: Value[], value: Node) => {
      for (const key of keys) entries.set(asText(key) ?? '', anyOf(entries.get(asText(key) ?? '') ?? [], evaluate(value, use.scope)));
    };
    if (around.type === 'AssignmentExpression' && place.key === 'left') set(keyValues(place.node, use.scope), around.right);
    if (around.type !== 'CallExpression' || place.key !== 'callee') continue;
    const [method] = keyValues(place.node, use.scope).map(asText);
    const [first, second] = around.arguments;
    if (method === 'set' && first && second) set(evaluate(first, use.scope), second);
    if ((method === 'push' || method === 'add') && first) items.push(evaluate(first, use.scope));
  }
  const tables: Value[] = entries.size > 0 ? [{ kind: 'record', entries }] : [];
  return items.length > 0 ? [...tables, { kind: 'list', items }] : tables;
}

function isTable({ kind }: Value): boolean {
  return kind === 'list' || kind === 'record';
}

function valuesFrom(path: Path, name: string): Value[] {
  const { node } = path;
  if (path.parent.type === 'ImportDeclaration') return imported(node, path.parent.source.value);
  if (node.type === 'FunctionDeclaration') return [{ kind: 'function', node, scope: path.scope }];
  if (node.type === 'TSImportEqualsDeclaration') return aliased(node, path.scope);
  const assigned = assignedIn(path);
  if (!assigned) return UNKNOWN;
  let found: Value[] = UNKNOWN;
  takeApart(assigned.target, assigned.values(), path.scope, (leaf, values) => {
    if (leaf.type === 'Identifier' && leaf.name === name) found = values;
  });
  return found;
}

/** Modules that hand out globals: `node:process` is one, the others export some under their own names. */
function imported(specifier: Node, source: string): Value[] {
  const module = source.replace(/^node:/, '');
  const process = [globalValue('process')];
  if (specifier.type !== 'ImportSpecifier') return module === 'process' ? process : UNKNOWN;
  if (module === 'process') return member(process, importedName(specifier));
  if (module !== 'buffer' && module !== 'timers') return UNKNOWN;
  return member([globalValue('globalThis')], importedName(specifier));
}

/** `import p = require("process")`, `import p = globalThis.process`. */
function aliased(declaration: TSImportEqualsDeclaration, scope: Scope): Value[] {
  const { moduleReference } = declaration;
  if (moduleReference.type !== 'TSExternalModuleReference') return evaluate(moduleReference, scope);
  return imported(declaration, moduleReference.expression.value);
}

function importedName({ imported: name }: ImportSpecifier): Value[] {
  return constant(name.type === 'Identifier' ? name.name : name.value);
}

/** The target of an assignment (a name or a pattern) and what flows into it. */
export interface Assigned {
  target: Node;
  values: () => Value[];
}

/** What a declarator, assignment, loop or parameter assigns; undefined for any other node. */
export function assignedIn(path: Path): Assigned | undefined {
  const { node, scope } = path;
  switch (node.type) {
    case 'VariableDeclarator': {
      const loop = path.parentPath?.parent;
      if (node.init) return { target: node.id, values: () => evaluate(node.init as Node, scope) };
      if (loop?.type !== 'ForOfStatement') return undefined;
      return { target: node.id, values: () => itemsOf(evaluate(loop.right, scope)) };
    }
    case 'AssignmentExpression':
      if (!ASSIGNING.has(node.operator)) return undefined;
      return { target: node.left, values: () => evaluate(node.right, scope) };
    case 'ForOfStatement':
      return { target: node.left, values: () => itemsOf(evaluate(node.right, scope)) };
    default:
      if (path.parent.type === 'CatchClause' && node !== path.parent.body) return { target: node, values: () => UNKNOWN };
      if (path.listKey !== 'params') return undefined;
      return { target: node.type === 'RestElement' ? node.argument : node, values: () => argument(path) };
  }
}

/** What flows into a parameter from the calls that can be seen; "unknown" is always among it. */
function argument(parameter: Path): Value[] {
  const owner = parameter.parentPath;
  if (!owner) return UNKNOWN;
  const position = parameter.key as number;
  const isRest = parameter.node.type === 'RestElement';
  const calls = [owner, ...usesOf(owner)].map((use) => (isRest ? rest(use, position) : passed(use, position)));
  return anyOf(...calls, UNKNOWN);
}

/** Where a function is used by its name. */
export function usesOf(owner: Path): readonly Path[] {
  const holder = owner.node.type === 'FunctionDeclaration' ? owner : owner.parentPath;
  if (holder !== owner && !/^(VariableDeclarator|AssignmentExpression)$/.test(holder?.node.type ?? '')) return [];
  const { id, left = id } = (holder?.node ?? {}) as { id?: Node | null; left?: Node };
  const binding = left?.type === 'Identifier' ? holder?.scope.getBinding(left.name) : undefined;
  const uses = binding?.referencePaths ?? [];
  return uses.length > MAX_CALLS ? [] : uses;
}

/** What is passed where a function is called, or called back for the items of a list or the value of a promise. */
function passed(use: Path, position: number): Value[] {
  const call = use.parentPath;
  if (!call || !('arguments' in call.node) || call.node.type === 'NewExpression') return [];
  const { arguments: given, callee } = call.node;
  if (use.key === 'callee') return given[position] ? evaluate(given[position], call.scope) : [];
  if (position > 0 || use.key !== 0) return [];
  if (callee.type !== 'MemberExpression' && callee.type !== 'OptionalMemberExpression') return [];
  const method = memberName(callee.property, callee.computed) ?? '';
  const receiver = () => evaluate(callee.object, call.scope);
  if (ITEM_CALLBACKS.has(method)) return itemsOf(receiver());
  return method === 'then' ? receiver() : [];
}

/** What is passed for `...parameter`. */
function rest({ key, parentPath: call }: Path, position: number): Value[] {
  if (key !== 'callee' || !call || !('arguments' in call.node)) return [];
  return [{ kind: 'list', items: call.node.arguments.slice(position).map((given) => evaluate(given, call.scope)) }];
}

function itemsOf(values: Value[]): Value[] {
  return anyOf(...values.map((value) => (value.kind === 'list' ? value.items.flat() : UNKNOWN)));
}

/**
 * Walks a pattern from the outside in and names what flows into each part: every object property (before its
 * default), and every name or member at the end.
 */
export function takeApart(target: Node, values: Value[], scope: Scope, visit: (part: Node, values: Value[]) => void): void {
  const into = (part: Node, flowing: Value[]) => takeApart(part, flowing, scope, visit);
  switch (target.type) {
    case 'ObjectPattern':
      for (const property of target.properties) {
        if (property.type === 'RestElement') {
          into(property.argument, copied(values));
          continue;
        }
        const part = member(values, keyValues(property, scope));
        visit(property, values);
        into(property.value, part);
      }
      return;
    case 'ArrayPattern':
      target.elements.forEach((element, i) => {
        if (element) into(element, element.type === 'RestElement' ? UNKNOWN : member(values, constant(i)));
      });
      return;
    case 'AssignmentPattern':
      return into(target.left, anyOf(values, evaluate(target.right, scope)));
    case 'TSParameterProperty':
      return into(target.parameter, values);
    default:
      visit(target, values);
  }
}
