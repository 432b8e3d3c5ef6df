/** Uses of forbidden names: bare, as members, by subscript, and handed out by calls. */
import type { PythonNode } from '../../python/index.js';
import { imports } from '../sec/SEC-IMPORT.js';
import { globals } from '../sec/SEC-GLOBAL.js';
import { at, describe, type Found } from './describe.js';
import { rowsOf, type Args, type Evaluator } from './evaluate.js';
import { REACHABLE, refuse } from './modules.js';
import { BUILT_IN, FORBIDDEN, INTERNALS, type Advice } from './names.js';
import { isShadowed } from './shadow.js';
import { field, type Spot } from './scopes.js';
import { nameOf, textOf, type Value } from './values.js';

/** Names of members that may be forbidden, whatever they are members of. */
const MEMBERS: ReadonlySet<string> = new Set([
  '__dict__', 'TYPE_CHECKING', ...REACHABLE, ...INTERNALS.keys(), ...[...FORBIDDEN.keys()].map((name) => name.slice(name.lastIndexOf('.') + 1)),
]);
/** Names that mean `os` wherever they stand, so that they are refused on what cannot be followed. */
const OF_OS_ONLY: ReadonlySet<string> = new Set([...FORBIDDEN.keys()].filter((name) => /^os\.(exec|spawn|posix|p?open\d|popen|system|fork)/.test(name)).map((name) => name.slice(3)));
/** Modules of which no member may be chosen at run time. */
const GUARDED = new Set(['builtins', 'os', 'subprocess', 'importlib', 'ctypes', 'posix']);
const READERS = new Set(['builtins.getattr', 'inspect.getattr_static', 'operator.attrgetter', 'operator.methodcaller']);
const HANDING_ON = new Set(['builtins.map', 'functools.reduce', 'inspect.getmembers']);
const IMPORTERS = new Set(['importlib.import_module']);
const isReader = (name: string): boolean => READERS.has(name) || name.endsWith('.__getattribute__');
const ENTRY_METHODS = new Set(['get', 'pop', 'setdefault', '__getitem__']);

/** Whether a node of the tree may be a finding of this file; asked for every node, so it only looks. */
export function isWanted(node: PythonNode): boolean {
  switch (node.type) {
    case 'identifier':
      return isWord(node, BUILT_IN) && isRead(node);
    case 'attribute':
      return isWord(field(node, 'attribute'), MEMBERS);
    case 'keyword_pattern':
      return node.children[0] !== undefined && isWord(node.children[0], MEMBERS);
    case 'call':
    case 'subscript':
    case 'exec_statement':
    case 'import_statement':
    case 'import_from_statement':
      return true;
    default:
      return false;
  }
}

function isWord(node: PythonNode, words: ReadonlySet<string>): boolean {
  return words.has(nameOf(node));
}

const NO_NAMES = new Set(['keyword_pattern', 'global_statement', 'nonlocal_statement', 'aliased_import', 'future_import_statement']);
const TARGETS = new Set([
  'parameters', 'lambda_parameters', 'typed_parameter', 'list_splat_pattern', 'dictionary_splat_pattern', 'tuple_pattern', 'list_pattern',
  'as_pattern_target', 'splat_pattern', 'delete_statement',
]);
const TARGET_FIELDS: Readonly<Record<string, string>> = {
  assignment: 'left', for_statement: 'left', for_in_clause: 'left', named_expression: 'name', function_definition: 'name', class_definition: 'name',
  default_parameter: 'name', typed_default_parameter: 'name', keyword_argument: 'name', attribute: 'attribute', except_clause: 'alias',
};

/** Whether an identifier reads the name, rather than binding it or being part of some other syntax. */
function isRead(node: PythonNode): boolean {
  const { parent, fieldName } = node;
  if (!parent || NO_NAMES.has(parent.type)) return false;
  if (TARGETS.has(parent.type) && fieldName === null) return false;
  if (fieldName !== null && TARGET_FIELDS[parent.type] === fieldName) return false;
  if (parent.type === 'pattern_list') return parent.fieldName !== 'left';
  if (parent.type !== 'dotted_name') return !(parent.type === 'as_pattern' && parent.parent?.type === 'case_pattern');
  // `case eval(x)` and `case eval.x` read the name; `case eval` binds it; imports do neither.
  if (parent.children[0] !== node) return false;
  return parent.parent?.type === 'class_pattern' || (parent.children.length > 1 && /pattern$/.test(parent.parent?.type ?? ''));
}

/** Judges one place. */
export function checkReference(evaluator: Evaluator, { node, scope }: Spot): Found[] {
  const read = (inner: PythonNode) => evaluator.evaluate(inner, scope);
  switch (node.type) {
    case 'identifier':
      return isShadowed(evaluator.program, nameOf(node), node, scope) ? [] : named(node, `builtins.${nameOf(node)}`, true);
    case 'attribute':
      return checkMember(evaluator, node, read(field(node, 'object')), nameOf(field(node, 'attribute')));
    case 'keyword_pattern': {
      const subject = matchSubject(node);
      return subject ? checkMember(evaluator, node, read(subject), nameOf(node.children[0] as PythonNode)) : [];
    }
    case 'subscript':
      return checkSubscript(evaluator, node, read);
    case 'call':
      return checkCall(evaluator, node, read(field(node, 'function')), () => evaluator.args(node, scope));
    case 'exec_statement':
      return named(node, 'builtins.exec', true);
    default:
      return [];
  }
}

/** The finding for a dotted name, if it is forbidden. `only` names need to be called. */
function named(node: PythonNode, name: string, isCalled = false): Found[] {
  const advice = FORBIDDEN.get(name);
  if (advice && (!advice.only || isCalled)) return [{ rule: advice.rule, report: describe(node, name, advice) }];
  const refusal = refuse(name);
  return refusal ? [{ rule: imports.meta, report: { at: at(node), ...refusal } }] : [];
}

function checkMember(evaluator: Evaluator, node: PythonNode, base: Value[], name: string): Found[] {
  const advice = INTERNALS.get(name);
  if (advice) return isLinkOrOwn(node, name) ? [] : [{ rule: advice.rule, report: describe(node, name, advice) }];
  for (const value of base) {
    if (value.kind === 'complex' && OF_OS_ONLY.has(name)) return [tooComplex(node)];
    if (value.kind !== 'known') continue;
    if (name === '__dict__') {
      if (GUARDED.has(value.name) && !isLookedUp(node)) return [chosen(node, value.name)];
      continue;
    }
    for (const reached of evaluator.member([value], name)) {
      // An imported module has been reported where it is imported.
      if (reached.kind !== 'known' || refuse(value.name)) continue;
      const found = named(node, reached.name);
      if (found.length > 0) return found;
    }
  }
  return [];
}

/** `x.__dict__[...]` and `x.__dict__.get(...)` are judged as a whole. */
function isLookedUp({ parent, fieldName }: PythonNode): boolean {
  if (parent?.type === 'subscript') return fieldName === 'value';
  return parent?.type === 'attribute' && parent.parent?.type === 'call' && ENTRY_METHODS.has(nameOf(field(parent, 'attribute')));
}

/** A link of a longer chain, which is reported as a whole; `super().__setattr__` in a method of that name. */
function isLinkOrOwn(node: PythonNode, name: string): boolean {
  const { parent } = node;
  if (parent?.type === 'attribute' && node.fieldName === 'object' && INTERNALS.has(nameOf(field(parent, 'attribute')))) return true;
  if (name !== '__setattr__' && name !== '__delattr__') return false;
  if (field(node, 'object').text !== 'super()') return false;
  for (let up = parent; up; up = up.parent) if (up.type === 'function_definition') return nameOf(field(up, 'name')) === name;
  return false;
}

function matchSubject(pattern: PythonNode): PythonNode | null {
  for (let up = pattern.parent; up; up = up.parent) if (up.type === 'match_statement') return up.childForFieldName('subject');
  return null;
}

function checkSubscript(evaluator: Evaluator, node: PythonNode, read: (inner: PythonNode) => Value[]): Found[] {
  const base = read(field(node, 'value')).find((value) => value.kind === 'namespace');
  if (base?.kind !== 'namespace') return [];
  const [key] = node.childrenForFieldName('subscript');
  return key ? checkEntry(evaluator, node, base, key, read(key)) : [];
}

/** `os.__dict__[key]` and `sys.modules[key]`, however it is written. */
function checkEntry(evaluator: Evaluator, node: PythonNode, base: Value & { kind: 'namespace' }, key: PythonNode, keys: Value[]): Found[] {
  for (const value of keys) {
    const name = textOf(value);
    if (name === undefined) {
      if (base.of === null ? !/__(name|module)__$/.test(key.text) : GUARDED.has(base.of)) return [chosen(node, base.of ?? 'sys.modules')];
      continue;
    }
    const found = base.of === null ? named(node, name) : checkMember(evaluator, node, [{ kind: 'known', name: base.of }], name);
    if (found.length > 0) return found;
  }
  return [];
}

function checkCall(evaluator: Evaluator, node: PythonNode, callees: Value[], args: () => Args): Found[] {
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
  if (IMPORTERS.has(name)) {
    const { list, named: byName } = args();
    return checkImported(node, byName.get('name') ?? list[0] ?? []);
  }
  if (isReader(name)) return checkReader(evaluator, node, name, args().list);
  if (HANDING_ON.has(name)) return checkHandedOn(evaluator, node, name, args().list);
  const advice = FORBIDDEN.get(name);
  if (!advice?.only) return [];
  if (advice.only === 'given text' && !hasText(args())) return [];
  return [{ rule: advice.rule, report: describe(node, name, advice) }];
}

/** `getattr(os, "system")` and its kin. */
function checkReader(evaluator: Evaluator, node: PythonNode, name: string, [first = [], second]: Value[][]): Found[] {
  if (name.startsWith('operator.')) return checkNames(evaluator, node, [], first);
  // `os.__getattribute__("system")` has its object in front.
  const own = name.endsWith('.__getattribute__') && !second;
  if (own) return checkNames(evaluator, node, [{ kind: 'known', name: name.slice(0, -'.__getattribute__'.length) }], first);
  return checkNames(evaluator, node, first, second ?? []);
}

/** Functions that are given `getattr` and what to read, or that read every member. */
function checkHandedOn(evaluator: Evaluator, node: PythonNode, name: string, [first = [], ...others]: Value[][]): Found[] {
  if (name === 'inspect.getmembers') {
    const guarded = first.find((value) => value.kind === 'known' && GUARDED.has(value.name));
    return guarded?.kind === 'known' ? [chosen(node, guarded.name)] : [];
  }
  const reader = first.find((value) => value.kind === 'getter' || (value.kind === 'known' && isReader(value.name)));
  if (!reader) return [];
  if (name === 'functools.reduce') {
    const names = others[0]?.[0]?.kind === 'list' ? others[0][0].items.flat() : (others[0] ?? []);
    return checkPath(evaluator, node, others[1] ?? [], names);
  }
  for (const row of rowsOf(others) ?? []) {
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

function chosen(node: PythonNode, of: string): Found {
  const advice: Advice = {
    rule: globals.meta,
    what: 'is asked for a member that is chosen at run time',
    why: 'The name may be that of any function in it, also of a forbidden one.',
    next: 'Write the member out, as in `os.environ`.',
  };
  return { rule: advice.rule, report: describe(node, of, advice) };
}

function tooComplex(node: PythonNode): Found {
  return {
    rule: globals.meta,
    report: {
      at: at(node),
      message: 'What this is a member of is too far away in the code to be told.',
      why: 'What the scanner cannot follow may be anything, so it is refused.',
      next: 'Call it on the object itself, without a long way of names in between.',
    },
  };
}
