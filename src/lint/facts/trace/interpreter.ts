import type { Place } from '../../rule.js';
import type { Expr, FunctionFact, ModuleFact, Stmt } from '../model.js';
import { isClock, isPartName, shapeOfParameter } from '../vocabulary/index.js';
import { asBase, bind, defineClass } from './binding.js';
import { evaluateCall } from './calls.js';
import { computedValue, joinChoice, listValue, named, recordValue } from './expressions.js';
import { pushMaking } from './costs.js';
import { partsOf } from '../walk.js';
import { loopFacts, picksRows } from './loops.js';
import { itemOf, readItem, readMember, writeItem } from './members.js';
import type { Machine } from './machine.js';
import { markConcurrent, newFrame, sharedSteps, type Call, type Frame, type Step } from './path.js';
import { join, newBox, ordinary, pendingOf, ranked, rankOf, Scope, unknown, type Closure, type Value } from './value.js';

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
export class Interpreter implements Machine {
  readonly calls: Call[] = [];
  path: Step[] = [];
  #activations: Activation[] = [];
  #entries = 0;
  #optional = 0;
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
        bind(this, stmt.to, stmt.value ? this.evaluate(stmt.value, scope, self) : unknown, scope, self, false);
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
        // A test of the row itself skips rows; any other may keep what follows from being done twice.
        if (rankOf(this.evaluate(stmt.test, scope, self)) !== 0 || hasCall(stmt.test)) for (const frame of this.frames()) frame.isGuarded = true;
        this.within({ op: 'branch' }, () => this.statements(stmt.body, new Scope(scope), self));
        return;
      case 'each': {
        const over = this.evaluate(stmt.over, scope, self);
        const part = stmt.to.op === 'variable' && over.isGuess && isPartName(stmt.to.name);
        const isOverGroups = stmt.to.op === 'variable' && over.box?.isDistinct && picksRows(stmt.to.name, stmt.body);
        const source = part ? { ...over, rank: 2 as const } : isOverGroups ? ordinary : over;
        const frame = newFrame('loop', stmt.at, rankOf(source) === 1);
        frame.isFixed = stmt.over.op === 'list' && rankOf(over) === null;
        this.within({ op: 'frame', frame }, () => {
          const inner = new Scope(scope);
          bind(this, stmt.to, itemOf(source, frame), inner, self, true);
          if (stmt.key) bind(this, stmt.key, ranked(rankOf(source) === 1 ? 0 : null, { varies: frame }), inner, self, true);
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
    const frame = newFrame('loop', stmt.at, false);
    const { stepped, bound } = loopFacts(stmt);
    if (stmt.test && isWaiting(stmt.test, stmt.body)) pushMaking(this, 'blocking', 'the loop that watches the clock', stmt.at);
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

  within<T>(step: Step, run: () => T): T {
    const before = this.path;
    this.path = [...before, step];
    try {
      return run();
    } finally {
      this.path = before;
    }
  }

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
        // A variable that starts as null is what is put into it later.
        return expr.value === null ? unknown : { ...ordinary, literal: expr.value };
      case 'name':
        return named(scope.read(expr.name) ?? { ...unknown, imported: { module: '', name: expr.name } }, expr.name);
      case 'self':
        return (expr.isBase ? asBase(this, self) : self) ?? unknown;
      case 'member':
        return readMember(this, this.evaluate(expr.of, scope, self), expr.name, expr.at);
      case 'item':
        return readItem(this, this.evaluate(expr.of, scope, self), this.evaluate(expr.key, scope, self));
      case 'call':
        return evaluateCall(this, expr, scope, self);
      case 'function':
        return { ...ordinary, closures: [this.close(expr.fn, scope, self)] };
      case 'class':
        return { ...ordinary, cls: defineClass(this, expr.cls, scope) };
      case 'list':
        return listValue(this, expr, scope, self);
      case 'record':
        return recordValue(this, expr, scope, self);
      case 'await':
        return this.wait(this.evaluate(expr.value, scope, self));
      case 'computed':
        return computedValue(expr.parts.map((part) => this.evaluate(part, scope, self)), expr.isElementwise ?? false);
      case 'either':
        return expr.parts.map((part, i) => this.#optionally(i > 0, () => this.evaluate(part, scope, self))).reduce(joinChoice, unknown);
      case 'assign': {
        // `??=` is a compound assignment, and assigns once.
        const value = this.#optionally(expr.compound, () => this.evaluate(expr.value, scope, self));
        if (expr.compound && expr.to.op === 'variable') {
          const old = scope.read(expr.to.name) ?? unknown;
          if (value.closures.length === 0 && rankOf(value) === null && value.pending.length === 0) return old;
        }
        bind(this, expr.to, value, scope, self, false, true);
        return value;
      }
      case 'yield':
        return this.#yield(expr, scope, self);
    }
  }

  isOptional(): boolean {
    return this.#optional > 0;
  }

  #optionally(is: boolean, run: () => Value): Value {
    this.#optional += is ? 1 : 0;
    try {
      return run();
    } finally {
      this.#optional -= is ? 1 : 0;
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

  close(fn: FunctionFact, scope: Scope, self: Value | null): Closure {
    const closure = { fn, scope, self };
    this.#known.set(fn, closure);
    return closure;
  }

  enter(closure: Closure, args: readonly Value[], site: Place | null): Value {
    const { fn } = closure;
    const active = this.#activations.find((one) => one.closure.fn === fn);
    if (active) {
      active.frame.isRepeated = true;
      if (args.some((arg) => arg.isTail && rankOf(arg) === 1)) active.frame.isRows = true;
      return unknown;
    }
    if (this.#activations.length >= maxDepth || ++this.#entries > maxEntries) return unknown;
    this.#entered.add(fn);
    const frame = newFrame('function', fn.at, false);
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
        bind(this, param.to, varied ? { ...given, varies: frame, literal: null } : given, scope, closure.self, true);
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

function restOf(args: readonly Value[]): Value {
  const box = newBox(0);
  box.item = args.length > 0 ? args.reduce(join) : null;
  box.rank = args.length > 0 ? rankOf(args[0] as Value) : null;
  return { ...ordinary, box };
}

function lastFrame(path: readonly Step[]): number {
  return path.findLastIndex((step) => step.op === 'frame' && step.frame.kind === 'loop') + 1;
}

function hasCall(expr: Expr): boolean {
  return expr.op === 'call' || partsOf(expr).some(hasCall);
}

/** `while (Date.now() < end) {}`: nothing but the clock is asked, and nothing is done. */
function isWaiting(test: Expr, body: readonly Stmt[]): boolean {
  const isEmpty = (stmts: readonly Stmt[]): boolean => stmts.every((stmt) => stmt.op === 'block' && isEmpty(stmt.body));
  const asks = (expr: Expr): boolean => {
    if (expr.op === 'call' && expr.callee.op === 'member') {
      const { of, name } = expr.callee;
      return of.op === 'name' && isClock(of.name, name);
    }
    return partsOf(expr).some(asks);
  };
  return isEmpty(body) && asks(test);
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
