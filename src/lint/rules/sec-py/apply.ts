/** What calls give back: functions of the file, functions of Python, and methods of known values. */
import type { PythonNode } from '../../python/index.js';
import { callContainer, containerMethod, rowsOf } from './containers.js';
import type { Evaluator } from './evaluate.js';
import { itemsIn } from './expressions.js';
import { memberName, moduleName } from './modules.js';
import { RUNNERS } from './names.js';
import { callMethod, callPure, itemsOf } from './pure.js';
import { field, type Scope } from './scopes.js';
import { anyOf, known, MAX_COMBINATIONS, nameOf, single, textOf, UNKNOWN, type Value } from './values.js';

/** Calls that hand out a member of their first argument by name. */
const READERS = new Set(['builtins.getattr', 'inspect.getattr_static', 'builtins.object.__getattribute__', 'builtins.type.__getattribute__']);
/** Calls that give back what they are given. */
const SAME = new Set(['builtins.iter', 'contextlib.closing', 'contextlib.nullcontext', 'copy.copy', 'copy.deepcopy', 'importlib.reload']);
const RECORDS = new Set(['builtins.dict', 'types.SimpleNamespace', 'argparse.Namespace']);
const IMPORTERS = new Set(['importlib.import_module', 'builtins.__import__']);

/** The arguments of a call: by position with `*list` unpacked, and by keyword. */
export interface Args {
  list: Value[][];
  named: ReadonlyMap<string, Value[]>;
}

/** What a call node gives back. */
export function callValue(evaluator: Evaluator, node: PythonNode, scope: Scope): Value[] {
  const callees = evaluator.evaluate(field(node, 'function'), scope);
  if (callees.every((callee) => callee.kind === 'unknown')) return UNKNOWN;
  const args = argsOf(evaluator, node, scope);
  return anyOf(callees.map((callee) => apply(evaluator, callee, args)));
}

/** The arguments of a call. */
export function argsOf(evaluator: Evaluator, node: PythonNode, scope: Scope): Args {
  const list: Value[][] = [];
  const named = new Map<string, Value[]>();
  const given = field(node, 'arguments');
  if (given.type === 'generator_expression') return { list: [evaluator.evaluate(given, scope)], named };
  for (const child of given.namedChildren) {
    if (child.type === 'keyword_argument') named.set(nameOf(field(child, 'name')), evaluator.evaluate(field(child, 'value'), scope));
    else if (child.type !== 'dictionary_splat') list.push(...itemsIn(evaluator, child, scope));
  }
  return { list, named };
}

/** What a call gives back. */
function apply(evaluator: Evaluator, callee: Value, { list, named }: Args): Value[] {
  const [first = UNKNOWN, second = UNKNOWN] = list;
  switch (callee.kind) {
    case 'function':
      return returnedBy(evaluator, callee.scope);
    case 'getter':
      return anyOf(callee.names.map((name) => dotted(evaluator, first, textOf(name))));
    case 'partial':
      return anyOf(callee.callee.map((inner) => apply(evaluator, inner, { list: [...callee.args, ...list], named })));
    case 'method':
      return methodValue(callee, list);
    case 'known':
      break;
    default:
      return UNKNOWN;
  }
  if (READERS.has(callee.name)) return anyOf(second.map((name) => dotted(evaluator, first, textOf(name))));
  if (IMPORTERS.has(callee.name)) return anyOf((named.get('name') ?? first).map((name) => moduleValue(textOf(name), callee.name)));
  if (callee.name === 'builtins.vars') return evaluator.member(first, '__dict__');
  if (callee.name === 'operator.attrgetter' || callee.name === 'operator.methodcaller') return [{ kind: 'getter', names: first }];
  if (RECORDS.has(callee.name) && list.length === 0) return [{ kind: 'record', entries: named }];
  if (callee.name === 'builtins.type' && list.length === 1) return anyOf(first.map(typeOf));
  if (SAME.has(callee.name)) return first;
  if (RUNNERS.has(callee.name)) return [callee];
  if (callee.name === 'builtins.next') return anyOf(first.flatMap((value) => itemsOf(value) ?? [UNKNOWN]));
  if (callee.name === 'functools.partial') return [{ kind: 'partial', callee: first, args: list.slice(1) }];
  if (callee.name === 'builtins.map') return mapped(evaluator, first, list.slice(1));
  if (/\.__getattribute__$/.test(callee.name)) return dotted(evaluator, known(callee.name.slice(0, -'.__getattribute__'.length)), first[0] && textOf(first[0]));
  return callContainer(callee.name, list) ?? callPure(callee.name, list) ?? UNKNOWN;
}

/** The type of a module reads members as the module does, and that of a function makes functions. */
function typeOf(value: Value): Value[] {
  if (value.kind === 'function') return known('types.FunctionType');
  return value.kind === 'known' ? known('types.ModuleType') : UNKNOWN;
}

function dotted(evaluator: Evaluator, base: Value[], path: string | undefined): Value[] {
  return path === undefined ? UNKNOWN : path.split('.').slice(0, 8).reduce((from, name) => evaluator.member(from, name), base);
}

function moduleValue(name: string | undefined, how: string): Value[] {
  if (name === undefined || name.startsWith('.')) return UNKNOWN;
  return known(moduleName(how === 'importlib.import_module' ? name : (name.split('.', 1)[0] as string)));
}

function mapped(evaluator: Evaluator, callee: Value[], over: Value[][]): Value[] {
  const run = single(callee);
  const rows = rowsOf(over);
  if (!run || !rows) return UNKNOWN;
  return [{ kind: 'list', items: rows.map((list) => apply(evaluator, run, { list, named: new Map() })) }];
}

function methodValue({ of, name }: Value & { kind: 'method' }, args: Value[][]): Value[] {
  return anyOf(of.map((value) => {
    if (value.kind === 'namespace' && /^(get|pop|setdefault|__getitem__)$/.test(name)) return entryOf(value, args[0] ?? UNKNOWN);
    return containerMethod(value, name, args) ?? callMethod(value, name, args) ?? UNKNOWN;
  }));
}

/** `os.__dict__[key]`, `sys.modules[key]`. */
export function entryOf({ of }: Value & { kind: 'namespace' }, key: Value[]): Value[] {
  return anyOf(key.map((one) => {
    const name = textOf(one);
    if (name === undefined) return UNKNOWN;
    return known(of === null ? moduleName(name) : memberName(of, name));
  }));
}

/** What a function gives back; a generator gives a list of what it yields. */
export function returnedBy(evaluator: Evaluator, scope: Scope): Value[] {
  const { returns, yields } = scope;
  if (returns.length + yields.length === 0) return UNKNOWN;
  const all = (nodes: PythonNode[]) => nodes.slice(0, MAX_COMBINATIONS).map((node) => evaluator.evaluate(node, scope));
  return evaluator.once(scope, () => (yields.length > 0 ? [{ kind: 'list', items: all(yields) }] : anyOf(all(returns))));
}
