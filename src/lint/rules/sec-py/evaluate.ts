/** What expressions may be worth: follows names, members, calls and containers through a file. */
import type { PythonNode } from '../../python/index.js';
import { returnedBy } from './apply.js';
import { readExpression } from './expressions.js';
import { fillsOf } from './fills.js';
import { withHandedOn } from './handed-on.js';
import { memberName } from './modules.js';
import { parameterValue } from './parameters.js';
import { itemOf, itemsOf } from './pure.js';
import { lookUp, type Binding, type Program, type Scope, type Step } from './scopes.js';
import { anyOf, COMPLEX, constant, known, UNKNOWN, type Value } from './values.js';

/** Longer ways than people write, within the stack there is. */
const MAX_DEPTH = 300;
/** For a whole file. */
const MAX_STEPS = 2_000_000;

export class Evaluator {
  /** By node, list of bindings, binding, or scope of a function: whatever has a value of its own. */
  readonly #memo = new Map<object, Value[]>();

  constructor(
    readonly program: Program,
    /** Values of names that stand for something else than their bindings say. */
    readonly overrides: ReadonlyMap<string, Value[]> = new Map(),
    /** What all evaluators of a file share: the steps that are left, how deep they are, and in how many comprehensions. */
    readonly budget = { steps: MAX_STEPS, depth: 0, comprehensions: 0 },
  ) {}

  /** What a node may be worth, seen from a scope. Never empty. */
  evaluate(node: PythonNode, scope: Scope): Value[] {
    return this.#memo.get(node) ?? this.once(node, () => readExpression(this, node, scope));
  }

  /**
   * Reads a value once. What depends on itself adds nothing to itself; where several depend on each other, those on the
   * way may miss a part, which keeps the time in proportion to the file.
   */
  once(key: object, read: () => Value[]): Value[] {
    const before = this.#memo.get(key);
    if (before) return before;
    if (this.budget.depth >= MAX_DEPTH || --this.budget.steps < 0) return COMPLEX;
    // As long as it is being read.
    this.#memo.set(key, UNKNOWN);
    this.budget.depth++;
    try {
      const values = read();
      this.#memo.set(key, values);
      return values;
    } finally {
      this.budget.depth--;
    }
  }

  /** The same, for a name that has a certain value: one turn of a comprehension. */
  where(name: string, value: Value[]): Evaluator {
    return new Evaluator(this.program, new Map([...this.overrides, [name, value]]), this.budget);
  }

  /** What a name means in a scope; built-in names are members of `builtins`. */
  name(name: string, scope: Scope): Value[] {
    const given = this.overrides.get(name);
    if (given) return given;
    const owner = lookUp(this.program, name, scope);
    const bindings = owner?.names.get(name);
    if (owner && bindings) return this.#all(name, owner, bindings);
    return known(name === '__builtins__' ? 'builtins' : `builtins.${name}`);
  }

  #all(name: string, owner: Scope, bindings: Binding[]): Value[] {
    return this.once(bindings, () => {
      const values = anyOf(bindings.map((binding) => this.bound(binding)));
      const isTable = values.some(({ kind }) => kind === 'list' || kind === 'record' || kind === 'unknown');
      return isTable ? anyOf([values, ...fillsOf(this, name, owner)]) : values;
    });
  }

  /** What a binding gives. */
  bound(binding: Binding): Value[] {
    switch (binding.kind) {
      case 'known':
        return known(binding.name);
      case 'function':
        return [{ kind: 'function', scope: binding.scope }];
      case 'value':
        return this.#steps(this.evaluate(binding.node, binding.scope), binding.steps);
      case 'parameter':
        return this.once(binding, () => parameterValue(this, binding));
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

  /** `base.name`. */
  member(base: Value[], name: string): Value[] {
    return anyOf(withHandedOn(this.program, base, name).map((value) => {
      switch (value.kind) {
        case 'known':
          if (name === '__dict__') return [{ kind: 'namespace', of: value.name }];
          // A name with a dot may be a module's or a function's; that of a function is the other half.
          if (name === '__name__' && !value.name.includes('.')) return constant(value.name);
          if (name === '__module__' && value.name.includes('.')) return constant(value.name.slice(0, value.name.lastIndexOf('.')));
          return known(memberName(value.name, name));
        case 'complex':
          return COMPLEX;
        case 'record':
          return value.entries.get(name) ?? [{ kind: 'method', of: [value], name }];
        case 'unknown':
        case 'function':
          return this.written(name);
        default:
          return [{ kind: 'method', of: [value], name }];
      }
    }));
  }

  /** What the file itself gives to members of this name, or to entries; which object they belong to is not told apart. */
  written(name: string): Value[] {
    const bindings = this.program.members.get(name);
    return bindings ? this.once(bindings, () => anyOf([...bindings.map((binding) => this.#property(binding)), UNKNOWN])) : UNKNOWN;
  }

  #property(binding: Binding): Value[] {
    if (binding.kind !== 'function' || binding.by.parent?.type !== 'decorated_definition') return this.bound(binding);
    const isProperty = binding.by.parent.children.some((child) => child.type === 'decorator' && child.text.includes('property'));
    return isProperty ? returnedBy(this, binding.scope) : this.bound(binding);
  }
}
