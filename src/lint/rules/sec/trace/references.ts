/** Every place where code reaches for something global, under one name however it was written. */
import type { Node } from '@babel/types';
import type { Handlers, Path } from '../../../syntax/index.js';
import { assignedIn, takeApart } from './bindings.js';
import { builtinCall } from './calls.js';
import { evaluate, keyValues } from './evaluate.js';
import { onCalls, type CallPath } from './join.js';
import { isFree, isValueUse, unwrap } from './scope.js';
import { asText, constant, globalValue, isSymbol, type Value } from './values.js';

/**
 * A use of something global. The name is dotted, with the global object left out: `eval`, `process.binding`,
 * `require.main`. Two names have a star: `process.*` is a member whose name cannot be told, and `*.constructor`
 * a member of anything at all. `*.*` is a member of a function, or of anything, whose name cannot be told.
 */
export interface Reference {
  name: string;
  /** Where to report it. */
  node: Node;
  /** The path of the whole use; for a pattern, of the assignment it stands in. */
  path: Path;
  how: 'name' | 'member' | 'pattern' | 'call';
}

/** Members that are dangerous on any object. */
const ON_ANYTHING = new Set(['constructor']);

/** Calls that read the property named by their second argument. */
const READING_CALLS = new Set(['Reflect.get', 'Object.getOwnPropertyDescriptor', 'Reflect.getOwnPropertyDescriptor']);

const seen = new WeakMap<Node, Reference[]>();

/**
 * A visitor that hands every reference to `take`. Rules share the work: each node is looked at once.
 *
 * @param names the last parts of the names that `take` cares about; others may be left out.
 */
export function watch(names: ReadonlySet<string>, take: (reference: Reference) => void): Handlers {
  const visit = <P extends Path>(path: P, find: (path: P) => Reference[]) => {
    let found = seen.get(path.node);
    if (!found) seen.set(path.node, (found = find(path)));
    found.forEach(take);
  };
  const atName = (path: Path<Node & { name: string }>) => {
    if (names.has(path.node.name)) visit(path, inName);
  };
  const atMember = (path: Path<Node & { computed?: boolean | null; property: Node }>) => {
    const { computed, property } = path.node;
    if (!computed && property.type === 'Identifier' && !names.has(property.name)) return;
    if (property.type === 'NumericLiteral' || property.type === 'PrivateName') return;
    visit(path, inMember);
  };
  const atAssignment = (path: Path) => visit(path, inPattern);
  return {
    Identifier: (path) => atName(path),
    JSXIdentifier: (path) => atName(path),
    MemberExpression: (path) => atMember(path),
    OptionalMemberExpression: (path) => atMember(path),
    JSXMemberExpression: (path) => {
      if (path.parent.type !== 'JSXClosingElement') atMember(path);
    },
    VariableDeclarator: atAssignment,
    AssignmentExpression: atAssignment,
    ForOfStatement: atAssignment,
    ObjectPattern: (path) => {
      if (path.parent.type === 'CatchClause') visit(path, inPattern);
    },
    Function: (path) => {
      if (path.node.params.every((parameter) => parameter.type === 'Identifier')) return;
      for (const parameter of path.get('params')) visit(parameter, inPattern);
    },
    ...onCalls((path) => visit(path, inCall)),
    ImportSpecifier: (path) => visit(path, inSpecifier),
    ExportSpecifier: (path) => visit(path, inSpecifier),
    ExportAllDeclaration: (path) => visit(path, inExportAll),
    TSQualifiedName: (path) => visit(path, inAlias),
  };
}

function inName(path: Path): Reference[] {
  const { node } = path;
  const { name } = node as Node & { name: string };
  if (!isValueUse(path) || !isFree(path.scope, name)) return [];
  return [{ name: nameOf(globalValue(name)), node, path, how: 'name' }];
}

function inMember(path: Path): Reference[] {
  const { node, scope } = path;
  const object = (node as Node & { object: Node }).object;
  const keys = keyValues(node, scope);
  const names = memberNames(() => evaluate(object, scope), keys);
  if (isBare(unwrap(object)) && keys.some((key) => asText(key) === undefined && !isSymbol(key))) names.push('*.*');
  const at = (node as Node & { property: Node }).property;
  return names.map((name) => ({ name, node: at, path, how: 'member' }));
}

/** `[][key]`, `({})[key]`, `""[key]`: with nothing of its own to look up, only what it inherits can be meant. */
function isBare(object: Node): boolean {
  switch (object.type) {
    case 'ArrayExpression':
      return object.elements.length === 0;
    case 'ObjectExpression':
      return object.properties.length === 0;
    case 'StringLiteral':
      return object.value === '';
    default:
      return /^(Numeric|Boolean|RegExp)Literal$/.test(object.type);
  }
}

function inPattern(path: Path): Reference[] {
  const assigned = assignedIn(path);
  if (!assigned || !/Pattern|Parameter/.test(assigned.target.type)) return [];
  const references: Reference[] = [];
  takeApart(assigned.target, assigned.values(), path.scope, (part, values) => {
    if (part.type !== 'ObjectProperty') return;
    if (part.value.type === 'ObjectPattern' && onlyName(part.value.properties)) return;
    const names = memberNames(() => values, keyValues(part, path.scope));
    references.push(...names.map((name) => ({ name, node: part, path, how: 'pattern' as const })));
  });
  return references;
}

/** `{ constructor: { name } }` reads no more than `.constructor.name`. */
function onlyName(properties: readonly Node[]): boolean {
  return properties.length > 0 && properties.every((property) => {
    const key = property.type === 'ObjectProperty' && !property.computed ? property.key : undefined;
    return key?.type === 'Identifier' && key.name === 'name';
  });
}

function inCall(path: CallPath): Reference[] {
  const { node, scope } = path;
  const call = builtinCall(node, (part) => evaluate(part, scope));
  if (!call?.names.some((name) => READING_CALLS.has(name))) return [];
  const names = memberNames(() => call.args[0] ?? [], call.args[1] ?? []);
  return names.map((name) => ({ name, node, path, how: 'call' }));
}

/** `import { kill } from "node:process"`, and the same as a re-export. */
function inSpecifier(path: Path): Reference[] {
  const { node, parent } = path;
  if (!('source' in parent) || !isProcess(parent.source) || isTypeOnly(node) || isTypeOnly(parent)) return [];
  const name = node.type === 'ImportSpecifier' ? node.imported : node.type === 'ExportSpecifier' ? node.local : undefined;
  if (!name) return [];
  const key = constant(name.type === 'Identifier' ? name.name : name.value);
  return memberNames(() => [globalValue('process')], key).map((found) => ({ name: found, node, path, how: 'pattern' }));
}

/** `export * from "node:process"` hands on every member. */
function inExportAll(path: Path): Reference[] {
  const { node } = path;
  if (node.type !== 'ExportAllDeclaration' || !isProcess(node.source) || isTypeOnly(node)) return [];
  return [{ name: 'process.*', node, path, how: 'pattern' }];
}

function isProcess(source: unknown): boolean {
  const { value } = (source ?? {}) as { value?: string };
  return value === 'process' || value === 'node:process';
}

function isTypeOnly(node: Node): boolean {
  const { importKind, exportKind } = node as { importKind?: string; exportKind?: string };
  return importKind === 'type' || exportKind === 'type';
}

/** `import run = globalThis.eval`: TypeScript's alias, which is a value unless it is a type. */
function inAlias(path: Path): Reference[] {
  if (path.parent.type !== 'TSImportEqualsDeclaration' || path.parent.importKind === 'type') return [];
  const values = evaluate(path.node, path.scope);
  return values.filter(({ kind }) => kind === 'global').map((value) => ({ name: nameOf(value), node: path.node, path, how: 'member' }));
}

/** The names of `object[key]`. The object is evaluated only where the key does not decide alone. */
function memberNames(object: () => Value[], keys: Value[]): string[] {
  const names = new Set<string>();
  for (const key of keys) {
    const text = asText(key);
    if (key.kind === 'complex') names.add('*.*');
    else if (text !== undefined && ON_ANYTHING.has(text)) names.add(`*.${text}`);
    else if (!isSymbol(key)) for (const name of namesOn(object(), text)) names.add(name);
  }
  return [...names];
}

function namesOn(objects: Value[], key: string | undefined): string[] {
  return objects.flatMap((value) => {
    // An object nested too deeply to be followed is taken for the worst it could be.
    if (value.kind === 'complex') return key === undefined ? ['*.*'] : [key, `process.${key}`];
    // A function has a `constructor`, and hardly ever anything else to look up.
    if (value.kind === 'function') return key === undefined && objects.length === 1 ? ['*.*'] : [];
    if (value.kind !== 'global') return [];
    if (value.name === 'globalThis') return key === undefined ? ['globalThis.*'] : [nameOf(globalValue(key))];
    return key === 'default' ? [] : [`${value.name}.${key ?? '*'}`];
  });
}

function nameOf(value: Value): string {
  return value.kind === 'global' ? value.name : '';
}
