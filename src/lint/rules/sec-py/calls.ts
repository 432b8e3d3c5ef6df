/** Calls that hand out what is forbidden: readers of members, importers, and functions that are given those. */
import type { PythonNode } from '../../python/index.js';
import { imports } from '../sec/SEC-IMPORT.js';
import type { Args } from './apply.js';
import { rowsOf } from './containers.js';
import { at, describe, type Found } from './describe.js';
import type { Evaluator } from './evaluate.js';
import { checkEntry, checkMember, chosen, ENTRY_METHODS, GUARDED } from './members.js';
import { refuse } from './modules.js';
import { FORBIDDEN } from './names.js';
import { field } from './scopes.js';
import { textOf, UNKNOWN, type Value } from './values.js';

/** Functions that read a member of their first argument, and what makes such functions. */
const READERS = new Set(['builtins.getattr', 'inspect.getattr_static', 'operator.attrgetter', 'operator.methodcaller']);
const IMPORTER = 'importlib.import_module';
/** Functions that are given readers or an importer, or that read everything. */
const HANDING_ON = new Set(['builtins.map', 'functools.reduce', 'inspect.getmembers']);

/** Methods of a dict that hand out all that is in there. */
const HANDING_OUT = new Set(['copy', 'items', 'values']);

/** Judges a call by what is called; the arguments are asked for only where they matter. */
export function checkCall(evaluator: Evaluator, node: PythonNode, callees: Value[], args: () => Args): Found[] {
  for (const callee of callees) {
    const found = checkCallee(evaluator, node, callee, args);
    if (found.length > 0) return found;
  }
  return [];
}

function checkCallee(evaluator: Evaluator, node: PythonNode, callee: Value, args: () => Args): Found[] {
  switch (callee.kind) {
    case 'partial': {
      const { list, named: byName } = args();
      const all = () => ({ list: [...callee.args, ...list], named: byName });
      return callee.callee.flatMap((inner) => checkCallee(evaluator, node, inner, all)).slice(0, 1);
    }
    case 'getter': {
      const [base = []] = args().list;
      return checkNames(evaluator, node, base, callee.names);
    }
    case 'method': {
      const base = callee.of.find((value) => value.kind === 'namespace');
      // `sys.modules.values()` hands out every module.
      if (base?.kind === 'namespace' && base.of === null && HANDING_OUT.has(callee.name)) return [chosen(node, 'sys.modules')];
      const key = field(node, 'arguments').namedChildren[0];
      if (base?.kind !== 'namespace' || !key || !ENTRY_METHODS.has(callee.name)) return [];
      return checkEntry(evaluator, node, base, key, args().list[0] ?? []);
    }
    case 'known':
      return checkKnown(evaluator, node, callee.name, args);
    default:
      return [];
  }
}

function checkKnown(evaluator: Evaluator, node: PythonNode, name: string, args: () => Args): Found[] {
  if (name === IMPORTER) {
    const { list, named: byName } = args();
    return checkImported(node, byName.get('name') ?? list[0] ?? []);
  }
  // Asking whether a package is there is fine; the spec of a forbidden module loads it.
  if (name === 'importlib.util.find_spec') return checkImported(node, (args().list[0] ?? []).filter((value) => textOf(value) !== undefined));
  if (isReader(name)) return checkReader(evaluator, node, name, args().list);
  if (HANDING_ON.has(name)) return checkHandedOn(evaluator, node, name, args().list);
  const advice = FORBIDDEN.get(name);
  if (!advice?.only) return [];
  if (advice.only === 'given text' && !hasText(args())) return [];
  return [{ rule: advice.rule, report: describe(node, name, advice) }];
}

function isReader(name: string): boolean {
  return READERS.has(name) || name.endsWith('.__getattribute__');
}

/** `getattr(os, "system")` and its kin. */
function checkReader(evaluator: Evaluator, node: PythonNode, name: string, [first = [], second]: Value[][]): Found[] {
  if (name.startsWith('operator.')) return checkNames(evaluator, node, [], first);
  // `os.__getattribute__("system")` has its object in front.
  const own = name.endsWith('.__getattribute__') && !second;
  if (own) return checkNames(evaluator, node, [{ kind: 'known', name: name.slice(0, -'.__getattribute__'.length) }], first);
  return checkNames(evaluator, node, first, second ?? []);
}

/** Functions that are given `getattr` and what to read, or `import_module` and what to load, or that read every member. */
function checkHandedOn(evaluator: Evaluator, node: PythonNode, name: string, [first = [], ...others]: Value[][]): Found[] {
  if (name === 'inspect.getmembers') {
    const guarded = first.find((value) => value.kind === 'known' && GUARDED.has(value.name));
    return guarded?.kind === 'known' ? [chosen(node, guarded.name)] : [];
  }
  const reader = first.find((value) => value.kind === 'getter' || (value.kind === 'known' && (isReader(value.name) || value.name === IMPORTER)));
  if (!reader) return [];
  if (name === 'functools.reduce') {
    const names = others[0]?.[0]?.kind === 'list' ? others[0][0].items.flat() : (others[0] ?? []);
    return checkPath(evaluator, node, others[1] ?? [], names);
  }
  for (const row of rowsOf(others) ?? [others.map(() => UNKNOWN)]) {
    const args = () => ({ list: row, named: new Map() });
    const found = checkCallee(evaluator, node, reader, args);
    if (found.length > 0) return found;
  }
  return [];
}

/** `reduce(getattr, ["path", "os"], os)`: one name after the other. */
function checkPath(evaluator: Evaluator, node: PythonNode, base: Value[], names: Value[]): Found[] {
  let from = base;
  for (const name of names) {
    const found = checkNames(evaluator, node, from, [name]);
    if (found.length > 0) return found;
    from = evaluator.member(from, textOf(name) ?? '');
  }
  return [];
}

function hasText({ list, named: byName }: Args): boolean {
  const texts = [list[0], list[1], byName.get('stmt'), byName.get('setup')];
  return texts.some((values) => values?.some((value) => textOf(value) !== undefined && textOf(value) !== 'pass'));
}

/** `getattr(base, name)`: every name it may be, of everything the base may be. */
function checkNames(evaluator: Evaluator, node: PythonNode, base: Value[], names: Value[]): Found[] {
  const guarded = base.find((value) => value.kind === 'known' && GUARDED.has(value.name));
  for (const value of names) {
    const path = textOf(value);
    if (path === undefined) {
      if (guarded?.kind === 'known') return [chosen(node, guarded.name)];
      continue;
    }
    let from = base.length > 0 ? base : ([{ kind: 'unknown' }] as Value[]);
    for (const name of path.split('.').slice(0, 8)) {
      const found = checkMember(evaluator, node, from, name);
      if (found.length > 0) return found;
      from = evaluator.member(from, name);
    }
  }
  return [];
}

function checkImported(node: PythonNode, names: Value[]): Found[] {
  for (const value of names) {
    const name = textOf(value);
    const refusal = name === undefined ? RUN_TIME_MODULE : name.startsWith('.') ? undefined : refuse(name);
    if (refusal) return [{ rule: imports.meta, report: { at: at(node), ...refusal } }];
  }
  return [];
}

const RUN_TIME_MODULE = {
  message: 'This module is chosen at run time.',
  why: 'It may be any module, also one that is not open to plugins.',
  next: 'Import what is needed by name; choose between modules with a dict of functions that import them.',
};
