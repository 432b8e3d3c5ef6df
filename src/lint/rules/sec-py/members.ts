/** Members of modules and objects: by name, and by entry of a dict. */
import type { PythonNode } from '../../python/index.js';
import { globals } from '../sec/SEC-GLOBAL.js';
import { imports } from '../sec/SEC-IMPORT.js';
import { at, describe, type Found } from './describe.js';
import type { Evaluator } from './evaluate.js';
import { withHandedOn } from './handed-on.js';
import { refuse } from './modules.js';
import { FORBIDDEN, INTERNALS, type Advice } from './names.js';
import { field } from './scopes.js';
import { nameOf, textOf, type Value } from './values.js';

/** Modules of which no member may be chosen at run time. */
export const GUARDED: ReadonlySet<string> = new Set(['builtins', 'os', 'subprocess', 'importlib', 'ctypes', 'posix']);
/** Methods of a dict that give an entry. */
export const ENTRY_METHODS: ReadonlySet<string> = new Set(['get', 'pop', 'setdefault', '__getitem__']);
/** Names that mean `os` wherever they stand, so that they are refused on what cannot be followed. */
const OF_OS_ONLY: ReadonlySet<string> = new Set(
  [...FORBIDDEN.keys()].filter((name) => /^os\.(exec|spawn|posix|p?open\d|popen|system|fork)/.test(name)).map((name) => name.slice('os.'.length)),
);

/** The finding for a dotted name, if it is forbidden. `only` names need to be called. */
export function named(node: PythonNode, name: string, isCalled = false): Found[] {
  const advice = FORBIDDEN.get(name);
  if (advice && (!advice.only || isCalled)) return [{ rule: advice.rule, report: describe(node, name, advice) }];
  const refusal = refuse(name);
  return refusal ? [{ rule: imports.meta, report: { at: at(node), ...refusal } }] : [];
}

/** Judges `base.name`. */
export function checkMember(evaluator: Evaluator, node: PythonNode, base: Value[], name: string): Found[] {
  const advice = INTERNALS.get(name);
  if (advice) return isLinkOrOwn(node, name) ? [] : [{ rule: advice.rule, report: describe(node, name, advice) }];
  for (const value of withHandedOn(evaluator.program, base, name)) {
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

/** `os.__dict__[key]` and `sys.modules[key]`, however it is written. */
export function checkEntry(evaluator: Evaluator, node: PythonNode, base: Value & { kind: 'namespace' }, key: PythonNode, keys: Value[]): Found[] {
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

/** The finding for a member of a guarded module that is chosen at run time. */
export function chosen(node: PythonNode, of: string): Found {
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
