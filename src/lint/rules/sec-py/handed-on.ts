/**
 * Modules that are used as values. What is put into an object, given to a library or thrown cannot be followed; so where
 * a file hands on `os`, whatever cannot be told may be `os`.
 */
import type { PythonNode } from '../../python/index.js';
import { FORBIDDEN } from './names.js';
import { field, lookUp, type Program, type Scope } from './scopes.js';
import { nameOf, type Value } from './values.js';
import { isRead } from './wanted.js';

const MODULES: ReadonlySet<string> = new Set(['builtins', 'importlib', 'os', 'sys']);
/** Members that give what is forbidden without being so themselves. */
const LEADING_ON: ReadonlySet<string> = new Set(['importlib.import_module', 'sys.modules']);
/** Functions that only look at what they are given, or whose result is judged where it is asked for. */
const LOOKING: ReadonlySet<string> = new Set(['dir', 'getattr', 'hasattr', 'help', 'id', 'isinstance', 'print', 'repr', 'str', 'type', 'vars']);

const known = new WeakMap<Program, readonly string[]>();

/** What an object may be that is asked for a member of this name: where it cannot be told, also what the file hands on. */
export function withHandedOn(program: Program, base: Value[], name: string): Value[] {
  if (!REACHED.has(name) || !base.some(({ kind }) => kind === 'unknown' || kind === 'function')) return base;
  const modules = handedOn(program).filter((module) => isReached(`${module}.${name}`));
  return [...base, ...modules.map((module): Value => ({ kind: 'known', name: module }))];
}

function isReached(name: string): boolean {
  return FORBIDDEN.has(name) || LEADING_ON.has(name);
}

/** Many other things have an `open` or a `kill`. */
const REACHED: ReadonlySet<string> = new Set([...FORBIDDEN.keys(), ...LEADING_ON].map((name) => name.slice(name.lastIndexOf('.') + 1)).filter((name) => !/^(open|kill)$/.test(name)));

function handedOn(program: Program): readonly string[] {
  const before = known.get(program);
  if (before) return before;
  const modules = importedAs(program);
  const found = new Set<string>();
  for (const { node, scope } of program.spots) {
    const name = node.type === 'attribute' ? nameOf(field(node, 'attribute')) : '';
    if (MODULES.has(name) && isHandedOn(node) && isOfModule(program, field(node, 'object'), scope)) found.add(name);
  }
  const open = modules.size > 0 ? [program.module.node] : [];
  for (let node = open.pop(); node; node = open.pop()) {
    for (const child of node.children) open.push(child);
    const module = node.type === 'identifier' ? modules.get(nameOf(node)) : undefined;
    if (module !== undefined && isRead(node) && isHandedOn(node)) found.add(module);
  }
  const result = [...found];
  known.set(program, result);
  return result;
}

/** The modules in question by the names that imports give them, in whatever scope. */
function importedAs(program: Program): ReadonlyMap<string, string> {
  const modules = new Map<string, string>();
  for (const scope of [program.module, ...program.scopes.values()]) {
    for (const [name, bindings] of scope.names) {
      for (const binding of bindings) if (binding.kind === 'known' && MODULES.has(binding.name)) modules.set(name, binding.name);
    }
  }
  return modules;
}

/** `logging.os`, but not `device.os`. */
function isOfModule(program: Program, object: PythonNode, scope: Scope): boolean {
  const name = nameOf(object);
  return object.type === 'identifier' && (lookUp(program, name, scope)?.names.get(name)?.some(({ kind }) => kind === 'known') ?? false);
}

/** Whether a name is used as a value, and not only for a member of it. */
function isHandedOn({ parent, fieldName }: PythonNode): boolean {
  if (parent?.type === 'attribute' && fieldName === 'object') return false;
  if (parent?.type === 'dotted_name') return false;
  const call = parent?.type === 'argument_list' ? parent.parent : null;
  return !call || !LOOKING.has(nameOf(field(call, 'function')));
}
