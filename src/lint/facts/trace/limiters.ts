/** What lets only so many run at a time: limiters, and helpers that are told how many. */
import type { Arg, Expr, Field, FunctionFact, ModuleFact, Stmt } from '../model.js';
import { isContinuing, isLimiterMaker, isLimitName } from '../vocabulary/index.js';
import { eachExpression, eachStatement, everyExpression, expressionsOf } from '../walk.js';
import type { Machine } from './machine.js';
import { isRowLoop, type Frame } from './path.js';
import type { Site } from './site.js';

/** A limiter such as `pLimit(5)`. */
export interface Limiter {
  /** The loop that makes one in each turn; null for a limiter that may be shared by all turns. */
  madeIn: Frame | null;
  /** Lets one run at a time. */
  isSerial: boolean;
}

/** The limiter that a call makes; null when it makes something else. */
export function limiterOf(site: Site): Limiter | null {
  return isLimiterMaker(site.name) ? limiterMadeBy(site) : null;
}

/** A limiter, if that is what a call makes. */
export function limiterMadeBy({ machine, expr }: Site): Limiter {
  const loop = machine.isOptional() ? undefined : machine.frames().find((frame) => frame.kind === 'loop' && !frame.isGuarded);
  return { madeIn: loop ?? null, isSerial: limitIn(expr.args, 'limit') === 1 };
}

/** What a file counts up and down again, one at a time: how many are running. */
export function gatesOf(module: ModuleFact): ReadonlySet<string> {
  const ways = new Map<string, Set<number>>();
  eachStep(module.body, true, (name, by) => ways.set(name, (ways.get(name) ?? new Set()).add(by)));
  return new Set([...ways].filter(([, by]) => by.size === 2).map(([name]) => name));
}

/** Whether a function itself counts at one of the gates, and so waits for its turn or lets others in. */
export function countsAt(gates: ReadonlySet<string>, fn: FunctionFact): boolean {
  let isFound = false;
  if (gates.size > 0) eachStep(fn.body, false, (name) => (isFound ||= gates.has(name)));
  return isFound;
}

/** What a file appends to, promise by promise, so that each waits for the one before: `chain = chain.then(f)`. */
export function chainsOf(module: ModuleFact): ReadonlySet<string> {
  const names = new Set<string>();
  everyExpression(module.body, (expr) => {
    if (expr.op !== 'assign' || expr.compound || expr.value.op !== 'call' || expr.value.callee.op !== 'member' || !isContinuing(expr.value.callee.name)) return;
    const name = expr.to.op === 'variable' ? expr.to.name : expr.to.op === 'place' ? linkOf(expr.to.target) : null;
    if (name !== null) names.add(name);
  });
  return names;
}

/** The chain that a promise is taken from, by its own name: `chain`, `this.chain`, one of `chains[i]`. */
export function linkOf(expr: Expr): string | null {
  if (expr.op === 'item') return linkOf(expr.of);
  return expr.op === 'name' || expr.op === 'member' ? expr.name : null;
}

/** Visits each `name++` and `of.name--` but those that a loop counts its turns with. */
function eachStep(body: readonly Stmt[], intoFunctions: boolean, visit: (name: string, by: 1 | -1) => void): void {
  const look = (expr: Expr) => {
    if (expr.op !== 'assign' || !expr.compound || expr.value.op !== 'literal') return;
    const { to, value: { value: by } } = expr;
    const name = to.op === 'variable' ? to.name : to.op === 'place' && to.target.op === 'member' ? to.target.name : null;
    if (name !== null && (by === 1 || by === -1)) visit(name, by);
  };
  eachStatement(body, (stmt) => stmt.op !== 'loop' && expressionsOf(stmt).forEach((expr) => eachExpression(expr, look)), intoFunctions);
}

/** A limiter that each row makes for itself lets all rows run. */
export function letsAllRun(limiter: Limiter | null | undefined, machine: Machine): boolean {
  return limiter?.madeIn != null && isRowLoop(limiter.madeIn) && machine.frames().includes(limiter.madeIn);
}

/**
 * How many may run at a time, where that is written down: `{ maxConcurrent: 1 }`, `max_workers=1`.
 *
 * @param unnamed what a number without a name is called: `limit` in `pLimit(1)`
 */
export function limitIn(args: readonly Arg[], unnamed: string | null): number | null {
  const found = named(args, unnamed).find((one) => one.name !== null && isLimitName(one.name) && one.value.op === 'literal' && typeof one.value.value === 'number');
  return found?.value.op === 'literal' ? (found.value.value as number) : null;
}

/** Whether arguments say how many may run at a time. */
export function tellsLimit(args: readonly Arg[]): boolean {
  return named(args, null).some((one) => one.name !== null && isLimitName(one.name));
}

/** Arguments with a name, those in records included. */
function named(args: readonly Arg[], unnamed: string | null): Field[] {
  return args.flatMap(({ name, value }) => (value.op === 'record' ? value.fields : [{ name: name ?? unnamed, value }]));
}
