import type { Place } from '../../rule.js';
import type { ClassFact, Expr, FunctionFact, ModuleFact, Pattern, Stmt } from '../model.js';
import { isPartName, itemTypeOf, serviceOfMaker, serviceOfName, serviceOfType, shapeOfParameter } from '../vocabulary.js';
import { evaluateCall } from './calls.js';
import { loopFacts } from './loops.js';
import { itemOf, readItem, readMember, writeItem, writeMember } from './members.js';
import { sharedSteps, markConcurrent, type Call, type Frame, type Step } from './path.js';
import {
  isBlank, join, newBox, ordinary, pendingOf, ranked, rankOf, Scope, unknown, type ClassValue, type Closure, type Value,
} from './value.js';

// Calls entered per file. Real files stay far below; generated ones must not take for ever.
const maxEntries = 20_000;
const maxDepth = 12;

/** What a function being entered knows of its surroundings. */
interface Activation {
  closure: Closure;
  frame: Frame;
  returned: Value;
}

/**
 * Runs a file abstractly: every function is entered at each of its calls with what is known of the arguments, loops
 * are gone through once, and all branches are taken. Calls with an effect are collected with the way to them.
 */
export class Interpreter {
  readonly calls: Call[] = [];
  path: Step[] = [];
  #activations: Activation[] = [];
  #entries = 0;
  readonly #known = new Map<FunctionFact, Closure>();
  readonly #entered = new Set<FunctionFact>();

  /** Evaluates a module, then every function that nothing in it called. */
  run(module: ModuleFact): readonly Call[] {
    const scope = new Scope(null);
    this.statements(module.body, scope, null);
    const started = new Set<FunctionFact>();
    // Entering a function may make others known; a Map visits entries that are added meanwhile.
    for (const [fn, closure] of this.#known) {
      if (started.has(fn) || (this.#entered.has(fn) && !fn.isExported && !takesRows(fn))) continue;
      started.add(fn);
      this.enter(closure, fn.params.map((_, i) => (i === 0 && isProcess(fn) ? ranked(1, { isBatch: true }) : unknown)), null);
    }
    return this.calls;
  }

  /** How many loops are open, for the age of a box. */
  get depth(): number {
    return this.path.length;
  }

  /** Innermost frames first. */
  frames(): Frame[] {
    return this.path.flatMap((step) => (step.op === 'frame' ? [step.frame] : [])).reverse();
  }

  statements(body: readonly Stmt[], scope: Scope, self: Value | null): void {
    for (const stmt of body) this.#statement(stmt, scope, self);
  }

  #statement(stmt: Stmt, scope: Scope, self: Value | null): void {
    switch (stmt.op) {
      case 'do':
        this.evaluate(stmt.value, scope, self);
        return;
      case 'bind':
        this.bind(stmt.to, stmt.value ? this.evaluate(stmt.value, scope, self) : unknown, scope, self, false);
        return;
      case 'define':
        scope.declare(stmt.name, this.evaluate(stmt.value, scope, self));
        return;
      case 'import': {
        const imported = { module: stmt.module, name: stmt.name === 'default' || stmt.name === '*' ? stmt.local : stmt.name };
        scope.declare(stmt.local, { ...unknown, imported, name: stmt.local });
        return;
      }
      case 'return': {
        const value = stmt.value ? this.evaluate(stmt.value, scope, self) : unknown;
        const activation = this.#activations.at(-1);
        if (activation) activation.returned = join(activation.returned, value);
        return;
      }
      case 'block':
        this.statements(stmt.body, new Scope(scope), self);
        return;
      case 'branch':
        this.evaluate(stmt.test, scope, self);
        this.within({ op: 'branch' }, () => this.statements(stmt.body, new Scope(scope), self));
        return;
      case 'each': {
        const over = this.evaluate(stmt.over, scope, self);
        const part = stmt.to.op === 'variable' && over.isGuess && isPartName(stmt.to.name);
        const source = part ? { ...over, rank: 2 as const } : over;
        const frame = this.newFrame('loop', stmt.at, rankOf(source) === 1);
        frame.isFixed = stmt.over.op === 'list' && rankOf(over) === null;
        this.within({ op: 'frame', frame }, () => {
          const inner = new Scope(scope);
          this.bind(stmt.to, itemOf(source, frame), inner, self, true);
          this.statements(stmt.body, inner, self);
        });
        return;
      }
      case 'loop':
        this.#loop(stmt, new Scope(scope), self);
        return;
    }
  }

  #loop(stmt: Extract<Stmt, { op: 'loop' }>, scope: Scope, self: Value | null): void {
    this.statements(stmt.before, scope, self);
    const frame = this.newFrame('loop', stmt.at, false);
    const { stepped, bound } = loopFacts(stmt);
    frame.isFixed = bound !== null && bound <= 8;
    this.within({ op: 'frame', frame }, () => {
      // Variables the loop counts with differ from turn to turn.
      for (const name of stepped) scope.assign(name, { ...ordinary, varies: frame });
      const test = () => {
        if (!stmt.test) return;
        const value = this.evaluate(stmt.test, scope, self);
        if (value.isCount && value.varies === frame) frame.isRows = true;
      };
      if (stmt.testFirst) test();
      this.statements(stmt.body, scope, self);
      if (stmt.update) this.evaluate(stmt.update, scope, self);
      if (!stmt.testFirst) test();
    });
  }

  /** Runs something one step further in. */
  within<T>(step: Step, run: () => T): T {
    const before = this.path;
    this.path = [...before, step];
    try {
      return run();
    } finally {
      this.path = before;
    }
  }

  newFrame(kind: Frame['kind'], at: Place, isRows: boolean): Frame {
    return { kind, isRows, isRepeated: false, isFixed: false, at };
  }

  /** Notes that one row is taken out of a collection, in a turn of the loop that `key` changes with. */
  draw(key: Value | null): void {
    if (key?.varies) {
      if (this.frames().includes(key.varies)) key.varies.isRows = true;
      return;
    }
    if (key) return;
    // Without a key (`shift`, `next`): the innermost loop, and the functions in it should they turn out to recurse.
    for (const frame of this.frames()) {
      frame.isRows = true;
      if (frame.kind === 'loop') return;
    }
  }

  evaluate(expr: Expr, scope: Scope, self: Value | null): Value {
    switch (expr.op) {
      case 'literal':
        return { ...ordinary, literal: expr.value };
      case 'name':
        return named(scope.read(expr.name) ?? { ...unknown, imported: { module: '', name: expr.name } }, expr.name);
      case 'self':
        return self ?? unknown;
      case 'member':
        return readMember(this, this.evaluate(expr.of, scope, self), expr.name);
      case 'item':
        return readItem(this, this.evaluate(expr.of, scope, self), this.evaluate(expr.key, scope, self));
      case 'call':
        return evaluateCall(this, expr, scope, self);
      case 'function':
        return { ...ordinary, closures: [this.#close(expr.fn, scope, self)] };
      case 'class':
        return { ...ordinary, cls: this.#defineClass(expr.cls, scope) };
      case 'list':
        return this.#list(expr, scope, self);
      case 'record':
        return this.#record(expr, scope, self);
      case 'await':
        return this.wait(this.evaluate(expr.value, scope, self));
      case 'computed':
        return this.#computed(expr.parts.map((part) => this.evaluate(part, scope, self)));
      case 'either':
        return expr.parts.map((part) => this.evaluate(part, scope, self)).reduce(joinChoice, unknown);
      case 'assign': {
        const value = this.evaluate(expr.value, scope, self);
        if (expr.compound && expr.to.op === 'variable') {
          const old = scope.read(expr.to.name) ?? unknown;
          if (value.closures.length === 0 && rankOf(value) === null && value.pending.length === 0) return old;
        }
        this.bind(expr.to, value, scope, self, false, true);
        return value;
      }
      case 'yield':
        return this.#yield(expr, scope, self);
    }
  }

  /** What is left of a value once it has been waited for. Its calls have then been made one after the other. */
  wait(value: Value): Value {
    for (const { call, boxed } of pendingOf(value)) {
      call.isMaybe = false;
      // Taken out of a list that a loop elsewhere filled: those calls had all been started before.
      if (boxed && sharedSteps(call.path, this.path) < lastFrame(call.path)) markConcurrent(call, this.path);
    }
    return value.pending.length === 0 ? value : { ...value, pending: [] };
  }

  #computed(parts: Value[]): Value {
    const rank = parts.some((part) => part.rank === 0) ? 0 : null;
    const varies = parts.map((part) => part.varies).find((one) => one !== null) ?? null;
    return { ...ordinary, rank, varies, isCount: parts.some((part) => part.isCount) };
  }

  #list(expr: Extract<Expr, { op: 'list' }>, scope: Scope, self: Value | null): Value {
    const box = newBox(this.depth);
    const value: Value = { ...ordinary, box };
    for (const arg of expr.items) {
      const item = this.evaluate(arg.value, scope, self);
      const rank = rankOf(item);
      const inner = arg.spread ? (item.box?.item ?? ranked(rank === null || rank === 0 ? rank : ((rank - 1) as 0 | 1))) : item;
      const carried = arg.spread ? { ...inner, pending: [...inner.pending, ...item.pending] } : inner;
      box.item = box.item ? join(box.item, carried) : carried;
      if (rank !== null) box.rank = arg.spread ? rank : rank === 0 ? (box.rank ?? 0) : 2;
      if (arg.spread && item.isCount) box.rank = 1;
    }
    return value;
  }

  #record(expr: Extract<Expr, { op: 'record' }>, scope: Scope, self: Value | null): Value {
    const box = newBox(this.depth);
    const value: Value = { ...ordinary, box };
    let rank: 0 | null = null;
    for (const field of expr.fields) {
      const isMethod = field.value.op === 'function' && !field.value.fn.keepsSelf;
      const inner = this.evaluate(field.value, scope, isMethod ? value : self);
      if (rankOf(inner) === 0) rank = 0;
      if (field.name !== null) box.fields.set(field.name, inner);
      else for (const [name, one] of inner.box?.fields ?? []) box.fields.set(name, one);
    }
    // `{ length: rows.length }` is how JavaScript writes a list of that many.
    if (box.fields.get('length')?.isCount) return { ...value, rank: 1 };
    return { ...value, rank };
  }

  #yield(expr: Extract<Expr, { op: 'yield' }>, scope: Scope, self: Value | null): Value {
    const value = expr.value ? this.evaluate(expr.value, scope, self) : unknown;
    const activation = this.#activations.at(-1);
    if (!activation) return unknown;
    const box = activation.returned.box ?? newBox(0);
    const list: Value = { ...ordinary, box };
    if (expr.delegate) activation.returned = join(list, value);
    else {
      writeItem(this, list, value);
      activation.returned = list;
    }
    return unknown;
  }

  #close(fn: FunctionFact, scope: Scope, self: Value | null): Closure {
    const closure = { fn, scope, self };
    this.#known.set(fn, closure);
    return closure;
  }

  #defineClass(cls: ClassFact, scope: Scope): ClassValue {
    const box = newBox(0);
    const instance: Value = { ...ordinary, box };
    const base = cls.base ? this.evaluate(cls.base, scope, null) : null;
    const value: ClassValue = { cls, scope, base, instance };
    box.cls = value;
    for (const [name, inherited] of base?.cls?.instance.box?.fields ?? []) box.fields.set(name, inherited);
    for (const method of cls.methods) {
      const closure = this.#close(method, scope, instance);
      if (method.name !== null) box.fields.set(method.name, { ...ordinary, closures: [closure], name: method.name });
    }
    for (const field of cls.fields) {
      const start = field.value ? this.evaluate(field.value, scope, instance) : unknown;
      const typed = this.typed(start, field.name, field.type);
      if (!isBlank(typed)) box.fields.set(field.name, { ...typed, name: field.name });
    }
    // The constructor says what the fields hold, and methods read them.
    const constructor = cls.methods.find((method) => method.name === 'constructor' || method.name === '__init__');
    if (constructor) this.enter({ fn: constructor, scope, self: instance }, [], null);
    return value;
  }

  /** Adds what a declared type says to a value of which nothing better is known. */
  typed(value: Value, name: string, type: string | null): Value {
    if (!isBlank(value) && (value.rank !== null || value.box || value.service || value.closures.length > 0)) return value;
    const shape = shapeOfParameter(name, type);
    if (shape) return ranked(shape.rank, { isBatch: shape.isBatch, name });
    const inner = type === null ? null : itemTypeOf(type);
    const itemService = inner === null ? null : serviceOfType(inner);
    if (itemService && itemService !== 'plain') {
      const box = newBox(this.depth);
      box.item = { ...unknown, service: itemService, name };
      return { ...ordinary, box, name };
    }
    const service = type === null ? null : serviceOfType(type);
    if (service) return { ...value, service, name, isKnown: service === 'plain' };
    return value;
  }

  /**
   * Puts a value into a pattern.
   *
   * @param isFresh the variables belong to this turn or call; @param isAssignment they exist already.
   */
  bind(to: Pattern, value: Value, scope: Scope, self: Value | null, isFresh: boolean, isAssignment = false): void {
    switch (to.op) {
      case 'variable': {
        const fallback = to.fallback ? this.evaluate(to.fallback, scope, self) : unknown;
        const own = isBlank(value) ? join(value, fallback) : value;
        const known = isFresh || to.type !== null ? this.typed(own, to.name, to.type) : own;
        const kept = { ...known, name: to.name };
        if (isAssignment) scope.assign(to.name, kept);
        else scope.declare(to.name, kept);
        return;
      }
      case 'place': {
        if (to.target.op === 'member') writeMember(this, this.evaluate(to.target.of, scope, self), to.target.name, value);
        else if (to.target.op === 'item') {
          const key = this.evaluate(to.target.key, scope, self);
          writeItem(this, this.evaluate(to.target.of, scope, self), value, key);
        }
        return;
      }
      case 'fields': {
        const source = this.typed(value, '', to.type);
        for (const field of to.fields) {
          const inner = field.name === null ? source : readMember(this, source, field.name);
          this.bind(field.to, inner, scope, self, isFresh, isAssignment);
        }
        return;
      }
      case 'elements': {
        const rank = rankOf(value);
        if (rank === 1 && to.elements.some((one) => one.rest)) this.draw(null);
        const frame = this.frames()[0] ?? this.newFrame('function', nowhere, false);
        for (const element of to.elements) {
          const inner = element.rest ? value : { ...itemOf(value, frame), varies: value.varies };
          this.bind(element.to, inner, scope, self, isFresh, isAssignment);
        }
        return;
      }
    }
  }

  /**
   * Enters a function.
   *
   * @param site the call in the caller's code, or null when the function is entered by itself (a start of the tracing,
   *   or a callback written in place).
   */
  enter(closure: Closure, args: readonly Value[], site: Place | null): Value {
    const { fn } = closure;
    const active = this.#activations.find((one) => one.closure.fn === fn);
    if (active) {
      active.frame.isRepeated = true;
      return unknown;
    }
    if (this.#activations.length >= maxDepth || ++this.#entries > maxEntries) return unknown;
    this.#entered.add(fn);
    const frame = this.newFrame('function', fn.at, false);
    const activation: Activation = { closure, frame, returned: unknown };
    const firstCall = this.calls.length;
    const before = this.path;
    this.path = [...before, ...(site ? [{ op: 'call', at: site } as const] : []), { op: 'frame', frame }];
    this.#activations.push(activation);
    try {
      const scope = new Scope(closure.scope);
      fn.params.forEach((param, i) => {
        const given = param.rest ? restOf(args.slice(i)) : (args[i] ?? unknown);
        // A counter that the caller does not vary may be varied by recursion.
        const varied = given.varies === null && rankOf(given) === null && given.closures.length === 0 && !given.service && !given.box;
        this.bind(param.to, varied ? { ...given, varies: frame, literal: null } : given, scope, closure.self, true);
      });
      this.statements(fn.body, scope, closure.self);
    } finally {
      this.#activations.pop();
      this.path = before;
    }
    if (!fn.isAsync || fn.isGenerator) return activation.returned;
    const made = this.calls.slice(firstCall).map((call) => ({ call, boxed: false }));
    return { ...activation.returned, pending: [...activation.returned.pending, ...made] };
  }
}

const nowhere: Place = { line: 1, column: 1, endLine: 1, endColumn: 1 };

/** A name tells something only where nothing else does. */
function named(value: Value, name: string): Value {
  if (value.imported && !value.service) {
    const isOrdinary = serviceOfMaker(value.imported.name) === 'plain';
    return { ...value, name, service: isOrdinary ? 'plain' : serviceOfName(value.imported.name) };
  }
  if (value.isKnown || value.rank !== null || value.service || value.box || value.closures.length > 0 || value.method) return value;
  const service = serviceOfName(name);
  return service ? { ...value, service, name } : { ...value, name };
}

function joinChoice(a: Value, b: Value): Value {
  // A plain alternative (`?? []`, a test) must not hide what the other one is.
  return isBlank(a) || (a.isKnown && isPlain(a)) ? keepPending(b, a) : isPlain(b) && b.isKnown ? keepPending(a, b) : join(a, b);
}

function isPlain(value: Value): boolean {
  return (
    rankOf(value) === null && !value.service && !value.method && !value.varies && !value.isCount && !value.cls &&
    value.closures.length === 0 && (value.box === null || (value.box.item === null && value.box.fields.size === 0))
  );
}

function keepPending(value: Value, other: Value): Value {
  return other.pending.length === 0 ? value : { ...value, pending: [...value.pending, ...other.pending] };
}

function restOf(args: readonly Value[]): Value {
  const box = newBox(0);
  box.item = args.length > 0 ? args.reduce(join) : null;
  box.rank = args.length > 0 ? rankOf(args[0] as Value) : null;
  return { ...ordinary, box };
}

function lastFrame(path: readonly Step[]): number {
  return path.findLastIndex((step) => step.op === 'frame' && step.frame.kind === 'loop') + 1;
}

/** Whether a function is the `process` of a processor: an exported function or a method of that name. */
function isProcess(fn: FunctionFact): boolean {
  const first = fn.params[0]?.to;
  if (!fn.isExported || fn.name !== 'process') return false;
  return first?.op === 'variable' && (first.type === null || !/^(string|number|boolean)/.test(first.type));
}

function takesRows(fn: FunctionFact): boolean {
  return fn.params.some(({ to }) => to.op === 'variable' && shapeOfParameter(to.name, to.type) !== null);
}
