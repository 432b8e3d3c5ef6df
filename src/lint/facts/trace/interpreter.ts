import type { Place } from '../../rule.js';
import type { Expr, FunctionFact, ModuleFact } from '../model.js';
import { shapeOfParameter } from '../vocabulary/index.js';
import { bind } from './binding.js';
import { evaluateExpression } from './evaluate.js';
import { chainsOf, countsAt, gatesOf, letsAllRun } from './limiters.js';
import type { Activation, Machine } from './machine.js';
import { newFrame, type Call, type Frame, type Step } from './path.js';
import { runStatements } from './statements.js';
import { join, newBox, ordinary, ranked, rankOf, Scope, unknown, type Closure, type Value } from './value.js';

// Calls entered per file. Real files stay far below; generated ones must not take for ever.
const maxEntries = 20_000;
const maxDepth = 12;

/**
 * Runs a file abstractly: every function is entered at each of its calls with what is known of the arguments, loops
 * are gone through once, and all branches are taken. Calls with an effect are collected with the way to them.
 */
export class Interpreter implements Machine {
  readonly calls: Call[] = [];
  path: Step[] = [];
  chains: ReadonlySet<string> = new Set();
  readonly #activations: Activation[] = [];
  #entries = 0;
  #optional = 0;
  #gates: ReadonlySet<string> = new Set();
  readonly #known = new Map<FunctionFact, Closure>();
  readonly #entered = new Set<FunctionFact>();

  /** Evaluates a module, then every function that nothing in it called. */
  run(module: ModuleFact): readonly Call[] {
    this.#gates = gatesOf(module);
    this.chains = chainsOf(module);
    const scope = new Scope(null);
    runStatements(this, module.body, scope, null);
    const started = new Set<FunctionFact>();
    // Entering a function may make others known; a Map visits entries that are added meanwhile.
    for (const [fn, closure] of this.#known) {
      if (started.has(fn) || (this.#entered.has(fn) && !fn.isExported && !takesRows(fn))) continue;
      started.add(fn);
      this.enter(closure, fn.params.map((_, i) => (i === 0 && isProcess(fn) ? ranked(1, { isBatch: true }) : unknown)), null);
    }
    return this.calls;
  }

  get activation(): Activation | null {
    return this.#activations.at(-1) ?? null;
  }

  frames(): Frame[] {
    return this.path.flatMap((step) => (step.op === 'frame' ? [step.frame] : [])).reverse();
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

  optionally<T>(run: () => T): T {
    this.#optional++;
    try {
      return run();
    } finally {
      this.#optional--;
    }
  }

  isOptional(): boolean {
    return this.#optional > 0;
  }

  evaluate(expr: Expr, scope: Scope, self: Value | null): Value {
    return evaluateExpression(this, expr, scope, self);
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
    frame.isBounded = countsAt(this.#gates, fn) && !letsAllRun(closure.self?.box?.cls?.limiter, this);
    const activation: Activation = { closure, frame, returned: unknown };
    const firstCall = this.calls.length;
    const before = this.path;
    this.path = [...before, ...(site ? [{ op: 'call', at: site } as const] : []), { op: 'frame', frame }];
    this.#activations.push(activation);
    try {
      runStatements(this, fn.body, this.#parameters(activation, args), closure.self);
    } finally {
      this.#activations.pop();
      this.path = before;
    }
    if (!fn.isAsync || fn.isGenerator) return activation.returned;
    const made = this.calls.slice(firstCall).map((call) => ({ call, boxed: false }));
    return { ...activation.returned, pending: [...activation.returned.pending, ...made] };
  }

  /** The scope that a function's body begins with: its parameters. */
  #parameters({ closure, frame }: Activation, args: readonly Value[]): Scope {
    const scope = new Scope(closure.scope);
    closure.fn.params.forEach((param, i) => {
      const given = param.rest ? restOf(args.slice(i)) : (args[i] ?? unknown);
      // A counter that the caller does not vary may be varied by recursion.
      const varied = given.varies === null && rankOf(given) === null && given.closures.length === 0 && !given.service && !given.box;
      bind(this, param.to, varied ? { ...given, varies: frame, literal: null } : given, scope, closure.self, 'enter');
    });
    return scope;
  }
}

function restOf(args: readonly Value[]): Value {
  const box = newBox(0);
  const [first] = args;
  if (first) {
    box.item = args.reduce(join);
    box.rank = rankOf(first);
  }
  return { ...ordinary, box };
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
