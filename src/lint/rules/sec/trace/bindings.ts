/** What a name of the program may be worth: its initialiser, its assignments, and patterns taken apart. */
import type { ImportSpecifier, Node, TSImportEqualsDeclaration } from '@babel/types';
import type { Binding, Path, Scope } from '../../../syntax/index.js';
import { ASSIGNING, evaluate, keyValues } from './evaluate.js';
import { follow } from './follow.js';
import { argument } from './parameters.js';
import { isUnchanged } from './unchanged.js';
import { anyOf, asText, constant, copied, globalValue, itemsOf, member, UNKNOWN, type Value } from './values.js';

/** A name that is assigned more often than this is not followed. */
const MAX_ASSIGNMENTS = 12;

/** Of a table that is used in more places than this, the others are not looked at. */
const MAX_STORES = 50;

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
    if ((method === 'push' || method === 'unshift' || method === 'add') && first) items.push(evaluate(first, use.scope));
  }
  const tables: Value[] = entries.size > 0 ? [{ kind: 'record', entries }] : [];
  return items.length > 0 ? [...tables, { kind: 'list', items }] : tables;
}

function isTable({ kind }: Value): boolean {
  return kind === 'list' || kind === 'record';
}

/** What a declaration, an assignment or a parameter gives to a name. */
export function valuesFrom(path: Path, name: string): Value[] {
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
      if (loop?.type === 'ForOfStatement') return { target: node.id, values: () => itemsOf(evaluate(loop.right, scope)) };
      // What a namespace exports may be set from outside.
      if (loop?.type === 'ForInStatement' || loop?.type === 'ExportNamedDeclaration') return undefined;
      return { target: node.id, values: () => constant(undefined) };
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
