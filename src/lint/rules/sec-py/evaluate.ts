/** What expressions may be worth: follows names, members, calls and containers through a file. */
import type { PythonNode } from '../../python/index.js';
import { readNumber, readString } from './literals.js';
import { memberName, moduleName } from './modules.js';
import { binary, callMethod, callPure, itemOf, itemsOf, sliceOf } from './pure.js';
import { field, lookUp, type Binding, type Program, type Scope, type Spot, type Step } from './scopes.js';
import { anyOf, COMPLEX, constant, known, nameOf, single, textOf, UNKNOWN, type Value } from './values.js';

/** Longer ways than people write, within the stack there is. */
const MAX_DEPTH = 300;
const MAX_COMBINATIONS = 64;
/** For a whole file. */
const MAX_STEPS = 2_000_000;

/** Calls that hand out a member of their first argument by name, and where the name stands. */
const READERS = new Set(['builtins.getattr', 'inspect.getattr_static', 'builtins.object.__getattribute__', 'builtins.type.__getattribute__']);
/** Calls that give back what they are given. */
const SAME = new Set(['builtins.iter', 'contextlib.closing', 'contextlib.nullcontext', 'copy.copy', 'copy.deepcopy']);
const RECORDS = new Set(['builtins.dict', 'types.SimpleNamespace', 'argparse.Namespace']);
const IMPORTERS = new Set(['importlib.import_module', 'builtins.__import__']);

/** The dict of all loaded modules. */
const MODULES: Value[] = [{ kind: 'namespace', of: null }];

/** The arguments of a call: by position with `*list` unpacked, and by keyword. */
export interface Args {
  list: Value[][];
  named: ReadonlyMap<string, Value[]>;
}

export class Evaluator {
  /** By node, list of bindings, binding, or scope of a function: whatever has a value of its own. */
  readonly #memo = new Map<object, Value[]>();
  readonly #open = new Set<object>();

  constructor(
    readonly program: Program,
    /** Values of names that stand for something else than their bindings say. */
    readonly overrides: ReadonlyMap<string, Value[]> = new Map(),
    /** What all evaluators of a file share: the steps that are left, how deep they are, and in how many comprehensions. */
    readonly budget = { steps: MAX_STEPS, depth: 0, comprehensions: 0 },
  ) {}

  /** What a node may be worth, seen from a scope. Never empty. */
  evaluate(node: PythonNode, scope: Scope): Value[] {
    return this.#memo.get(node) ?? this.#once(node, () => this.#read(node, scope));
  }

  /**
   * Reads a value once. What depends on itself adds nothing to itself; where several depend on each other, those on the
   * way may miss a part, which keeps the time in proportion to the file.
   */
  #once(key: object, read: () => Value[]): Value[] {
    const before = this.#memo.get(key);
    if (before) return before;
    if (this.#open.has(key)) return UNKNOWN;
    if (this.budget.depth >= MAX_DEPTH || --this.budget.steps < 0) return COMPLEX;
    this.#open.add(key);
    this.budget.depth++;
    try {
      const values = read();
      this.#memo.set(key, values);
      return values;
    } finally {
      this.budget.depth--;
      this.#open.delete(key);
    }
  }

  #read(node: PythonNode, scope: Scope): Value[] {
    const at = (inner: PythonNode) => this.evaluate(inner, scope);
    switch (node.type) {
      case 'identifier':
        return this.#name(nameOf(node), scope);
      case 'attribute':
        return this.member(at(field(node, 'object')), nameOf(field(node, 'attribute')));
      case 'call':
        return this.#call(node, scope);
      case 'subscript':
        return this.#subscript(node, scope);
      case 'string':
        return readString(node, at);
      case 'concatenated_string':
        return this.#combined(node.namedChildren.map(at), (values) => values.reduce((a, b) => single(binary('+', a, b)) ?? { kind: 'unknown' }));
      case 'integer':
      case 'float':
        return readNumber(node.text);
      case 'true':
      case 'false':
        return constant(node.type === 'true');
      case 'none':
        return constant(null);
      case 'unary_operator': {
        const value = single(at(field(node, 'argument')));
        return field(node, 'operator').text === '-' && value?.kind === 'constant' ? constant(-Number(value.value)) : UNKNOWN;
      }
      case 'binary_operator': {
        const operator = field(node, 'operator').text;
        return this.#combined([at(field(node, 'left')), at(field(node, 'right'))], ([a, b]) => binary(operator, a as Value, b as Value));
      }
      case 'boolean_operator':
        return anyOf([at(field(node, 'left')), at(field(node, 'right'))]);
      case 'conditional_expression': {
        const [yes, , no] = node.namedChildren;
        return yes && no ? anyOf([at(yes), at(no)]) : UNKNOWN;
      }
      case 'named_expression':
        return at(field(node, 'value'));
      case 'parenthesized_expression':
      case 'await':
      case 'interpolation':
        return node.namedChildren[0] ? at(node.namedChildren[0]) : UNKNOWN;
      case 'list':
      case 'tuple':
      case 'set':
      case 'expression_list':
        return [{ kind: 'list', items: node.namedChildren.flatMap((child) => this.#items(child, scope)) }];
      case 'dictionary':
        return this.#dictionary(node, scope);
      case 'lambda':
        return this.#functionOf(node);
      case 'list_comprehension':
      case 'generator_expression':
        return this.#comprehension(node);
      default:
        return UNKNOWN;
    }
  }

  #name(name: string, scope: Scope): Value[] {
    const given = this.overrides.get(name);
    if (given) return given;
    const bindings = lookUp(this.program, name, scope)?.names.get(name);
    if (bindings) return this.#all(bindings);
    return known(name === '__builtins__' ? 'builtins' : `builtins.${name}`);
  }

  #all(bindings: Binding[]): Value[] {
    return this.#once(bindings, () => anyOf(bindings.map((binding) => this.bound(binding))));
  }

  /** What a binding gives. */
  bound(binding: Binding): Value[] {
    switch (binding.kind) {
      case 'known':
        return binding.name === 'sys.modules' ? MODULES : known(binding.name);
      case 'function':
        return [{ kind: 'function', scope: binding.scope }];
      case 'value':
        return this.#steps(this.evaluate(binding.node, binding.scope), binding.steps);
      case 'parameter':
        return this.#once(binding, () => this.#parameter(binding));
      case 'unknown':
        return UNKNOWN;
    }
  }

  #steps(values: Value[], steps: readonly Step[]): Value[] {
    return steps.reduce((from, step) => {
      if (step !== 'each') return anyOf(from.map((value) => itemOf(value, constant(step))));
      return anyOf(from.map((value) => anyOf([...(itemsOf(value) ?? [UNKNOWN])])));
    }, values);
  }

  /** A parameter is its default, or what the calls in this file give it. */
  #parameter({ scope, index, name, fallback, outer }: Binding & { kind: 'parameter' }): Value[] {
    const method = scope.parent?.kind === 'class' ? scope.node.childForFieldName('name') : null;
    // A class is called by its own name, and then calls its `__init__`.
    const isInit = method !== null && nameOf(method) === '__init__';
    const given = this.#callsOf(isInit ? (scope.parent as Scope) : scope, outer).map(({ node, scope: from }) => {
      const { list, named } = this.args(node, from);
      const first = isInit || (method && field(node, 'function').type === 'attribute') ? 1 : 0;
      return named.get(name) ?? list[index - first] ?? UNKNOWN;
    });
    const values = [...(fallback ? [this.evaluate(fallback, outer)] : []), ...given];
    return values.length > 0 ? anyOf(values) : UNKNOWN;
  }

  /** The calls in this file of a function or class, as far as they use its name; of a lambda, the call around it. */
  #callsOf({ node }: Scope, outer: Scope): Spot[] {
    if (node.type !== 'lambda') return this.#callsByName(node.childForFieldName('name'));
    let at = node;
    while (at.parent?.type === 'parenthesized_expression') at = at.parent;
    if (at.parent?.type === 'call' && at.fieldName === 'function') return [{ node: at.parent, scope: outer }];
    return at.parent?.type === 'assignment' ? this.#callsByName(at.parent.childForFieldName('left')) : [];
  }

  #callsByName(name: PythonNode | null): Spot[] {
    return name?.type === 'identifier' ? (this.program.calls.get(nameOf(name)) ?? []).slice(0, 16) : [];
  }

  /** `base.name`. */
  member(base: Value[], name: string): Value[] {
    return anyOf(base.map((value) => {
      switch (value.kind) {
        case 'known':
          if (name === '__dict__') return [{ kind: 'namespace', of: value.name }];
          if (name === 'modules' && value.name === 'sys') return MODULES;
          return known(memberName(value.name, name));
        case 'complex':
          return COMPLEX;
        case 'record':
          return value.entries.get(name) ?? [{ kind: 'method', of: [value], name }];
        case 'unknown':
        case 'function':
          return this.#written(name);
        default:
          return [{ kind: 'method', of: [value], name }];
      }
    }));
  }

  /** What the file itself gives to members of this name; which object they belong to is not told apart. */
  #written(name: string): Value[] {
    const bindings = this.program.members.get(name);
    return bindings ? this.#once(bindings, () => anyOf([...bindings.map((binding) => this.#property(binding)), UNKNOWN])) : UNKNOWN;
  }

  #property(binding: Binding): Value[] {
    if (binding.kind !== 'function' || binding.by.parent?.type !== 'decorated_definition') return this.bound(binding);
    const isProperty = binding.by.parent.children.some((child) => child.type === 'decorator' && child.text.includes('property'));
    return isProperty ? this.#returned(binding.scope) : this.bound(binding);
  }

  #call(node: PythonNode, scope: Scope): Value[] {
    const callees = this.evaluate(field(node, 'function'), scope);
    if (callees.every((callee) => callee.kind === 'unknown')) return UNKNOWN;
    const args = this.args(node, scope);
    return anyOf(callees.map((callee) => this.apply(callee, args)));
  }

  /** The arguments of a call. */
  args(node: PythonNode, scope: Scope): Args {
    const list: Value[][] = [];
    const named = new Map<string, Value[]>();
    const given = field(node, 'arguments');
    if (given.type === 'generator_expression') return { list: [this.evaluate(given, scope)], named };
    for (const child of given.namedChildren) {
      if (child.type === 'keyword_argument') named.set(nameOf(field(child, 'name')), this.evaluate(field(child, 'value'), scope));
      else if (child.type !== 'dictionary_splat') list.push(...this.#items(child, scope));
    }
    return { list, named };
  }

  /** What a call gives back. */
  apply(callee: Value, { list, named }: Args): Value[] {
    const [first = UNKNOWN, second = UNKNOWN] = list;
    switch (callee.kind) {
      case 'function':
        return this.#returned(callee.scope);
      case 'getter':
        return anyOf(callee.names.map((name) => this.#dotted(first, textOf(name))));
      case 'partial':
        return anyOf(callee.callee.map((inner) => this.apply(inner, { list: [...callee.args, ...list], named })));
      case 'method':
        return this.#method(callee, list);
      case 'known':
        break;
      default:
        return UNKNOWN;
    }
    if (READERS.has(callee.name)) return anyOf(second.map((name) => this.#dotted(first, textOf(name))));
    if (IMPORTERS.has(callee.name)) return anyOf((named.get('name') ?? first).map((name) => this.#module(textOf(name), callee.name)));
    if (callee.name === 'builtins.vars') return this.member(first, '__dict__');
    if (callee.name === 'operator.attrgetter' || callee.name === 'operator.methodcaller') return [{ kind: 'getter', names: first }];
    if (RECORDS.has(callee.name) && list.length === 0) return [{ kind: 'record', entries: named }];
    if (SAME.has(callee.name)) return first;
    if (callee.name === 'builtins.next') return anyOf(first.flatMap((value) => itemsOf(value) ?? [UNKNOWN]));
    if (callee.name === 'functools.partial') return [{ kind: 'partial', callee: first, args: list.slice(1) }];
    if (callee.name === 'builtins.map') return this.#map(first, list.slice(1));
    if (/\.__getattribute__$/.test(callee.name)) return this.#dotted(known(callee.name.slice(0, -'.__getattribute__'.length)), first[0] && textOf(first[0]));
    return callPure(callee.name, list) ?? UNKNOWN;
  }

  #dotted(base: Value[], path: string | undefined): Value[] {
    return path === undefined ? UNKNOWN : path.split('.').slice(0, 8).reduce((from, name) => this.member(from, name), base);
  }

  #module(name: string | undefined, how: string): Value[] {
    if (name === undefined || name.startsWith('.')) return UNKNOWN;
    return known(moduleName(how === 'importlib.import_module' ? name : (name.split('.', 1)[0] as string)));
  }

  #map(callee: Value[], over: Value[][]): Value[] {
    const run = single(callee);
    const rows = rowsOf(over);
    if (!run || !rows) return UNKNOWN;
    return [{ kind: 'list', items: rows.map((list) => this.apply(run, { list, named: new Map() })) }];
  }

  #method({ of, name }: Value & { kind: 'method' }, args: Value[][]): Value[] {
    return anyOf(of.map((value) => {
      if (value.kind === 'namespace' && /^(get|pop|setdefault|__getitem__)$/.test(name)) return this.#entry(value, args[0] ?? UNKNOWN);
      return callMethod(value, name, args) ?? UNKNOWN;
    }));
  }

  /** `os.__dict__[key]`, `sys.modules[key]`. */
  #entry({ of }: Value & { kind: 'namespace' }, key: Value[]): Value[] {
    return anyOf(key.map((one) => {
      const name = textOf(one);
      if (name === undefined) return UNKNOWN;
      return known(of === null ? moduleName(name) : memberName(of, name));
    }));
  }

  #subscript(node: PythonNode, scope: Scope): Value[] {
    const base = this.evaluate(field(node, 'value'), scope);
    const [key, ...others] = node.childrenForFieldName('subscript');
    if (!key || others.length > 0 || base.every((value) => value.kind === 'unknown')) return UNKNOWN;
    if (key.type === 'slice') {
      const bounds = this.#bounds(key, scope);
      return bounds ? anyOf(base.map((value) => sliceOf(value, bounds))) : UNKNOWN;
    }
    const index = this.evaluate(key, scope);
    return anyOf(base.map((value) => {
      if (value.kind === 'namespace') return this.#entry(value, index);
      // `__builtins__` is a module in one place and its dict in another.
      if (value.kind === 'known' && value.name === 'builtins') return this.#entry({ kind: 'namespace', of: 'builtins' }, index);
      return itemOf(value, index);
    }));
  }

  #bounds(slice: PythonNode, scope: Scope): (number | undefined)[] | undefined {
    const bounds: (number | undefined)[] = [undefined];
    for (const part of slice.children) {
      if (part.type === ':') bounds.push(undefined);
      else {
        const value = single(this.evaluate(part, scope));
        if (value?.kind !== 'constant' || typeof value.value !== 'number') return undefined;
        bounds[bounds.length - 1] = value.value;
      }
    }
    return bounds;
  }

  /** The items that an element of a list, or an argument, stands for. */
  #items(node: PythonNode, scope: Scope): Value[][] {
    if (node.type !== 'list_splat' && node.type !== 'list_splat_pattern') return [this.evaluate(node, scope)];
    const [inner] = node.namedChildren;
    const list = inner && single(this.evaluate(inner, scope));
    return (list && itemsOf(list)) ?? [UNKNOWN];
  }

  #dictionary(node: PythonNode, scope: Scope): Value[] {
    const entries = new Map<string, Value[]>();
    for (const pair of node.namedChildren.slice(0, 1_000)) {
      const key = pair.type === 'pair' ? single(this.evaluate(field(pair, 'key'), scope)) : undefined;
      const value = pair.type === 'pair' ? this.evaluate(field(pair, 'value'), scope) : UNKNOWN;
      entries.set((key && textOf(key)) ?? `(${entries.size})`, value);
    }
    return [{ kind: 'record', entries }];
  }

  #functionOf(node: PythonNode): Value[] {
    const scope = this.program.scopes.get(node);
    return scope ? [{ kind: 'function', scope }] : UNKNOWN;
  }

  #returned(scope: Scope): Value[] {
    const { returns, yields } = scope;
    if (returns.length + yields.length === 0) return UNKNOWN;
    const all = (nodes: PythonNode[]) => nodes.slice(0, MAX_COMBINATIONS).map((node) => this.evaluate(node, scope));
    return this.#once(scope, () => (yields.length > 0 ? [{ kind: 'list', items: all(yields) }] : anyOf(all(returns))));
  }

  /** A comprehension with one loop over known items, item by item. */
  #comprehension(node: PythonNode): Value[] {
    const scope = this.program.scopes.get(node);
    const [body, clause, ...more] = node.namedChildren;
    if (!scope || !body || clause?.type !== 'for_in_clause' || more.length > 0) return UNKNOWN;
    const left = field(clause, 'left');
    const over = single(this.evaluate(field(clause, 'right'), scope.parent ?? scope));
    const items = over && itemsOf(over);
    if (left.type !== 'identifier' || !items || items.length > MAX_COMBINATIONS || this.budget.comprehensions >= 2) return UNKNOWN;
    const name = nameOf(left);
    this.budget.comprehensions++;
    try {
      const each = items.map((item) => new Evaluator(this.program, new Map([...this.overrides, [name, item]]), this.budget).evaluate(body, scope));
      return [{ kind: 'list', items: each }];
    } finally {
      this.budget.comprehensions--;
    }
  }

  #combined(parts: Value[][], apply: (values: Value[]) => Value[] | Value): Value[] {
    const [first = UNKNOWN, ...others] = parts;
    let rows: Value[][] = first.map((value) => [value]);
    for (const part of others) {
      if (rows.length * part.length > MAX_COMBINATIONS) return UNKNOWN;
      rows = rows.flatMap((row) => part.map((value) => [...row, value]));
    }
    return anyOf(rows.map((row) => [apply(row)].flat()));
  }
}

/** What `map` and `zip` make of several lists: the first of each, the second of each; undefined where they are not known. */
export function rowsOf(over: Value[][]): Value[][][] | undefined {
  const lists = over.map((values) => {
    const value = single(values);
    return value && itemsOf(value);
  });
  const length = Math.min(...lists.map((list) => list?.length ?? Infinity));
  if (lists.includes(undefined) || length > MAX_COMBINATIONS) return undefined;
  return Array.from({ length }, (_, row) => lists.map((list) => list?.[row] ?? UNKNOWN));
}
