/** Statements, one after the other: every branch is taken, and a loop is gone through once. */
import type { Expr, Stmt } from '../model.js';
import { isClock, isPartName } from '../vocabulary/index.js';
import { partsOf } from '../walk.js';
import { bind } from './binding.js';
import { pushMaking } from './costs.js';
import { loopFacts, picksRows } from './loops.js';
import type { Machine } from './machine.js';
import { itemOf } from './members.js';
import { newFrame } from './path.js';
import { join, ordinary, ranked, rankOf, Scope, unknown, type Value } from './value.js';

type Each = Extract<Stmt, { op: 'each' }>;
type Loop = Extract<Stmt, { op: 'loop' }>;

// A loop that counts to a number as small as this does not go over rows.
const fewTurns = 8;

/** Runs statements, of which the variables belong to `scope`. */
export function runStatements(machine: Machine, body: readonly Stmt[], scope: Scope, self: Value | null): void {
  for (const stmt of body) runStatement(machine, stmt, scope, self);
}

function runStatement(machine: Machine, stmt: Stmt, scope: Scope, self: Value | null): void {
  switch (stmt.op) {
    case 'do':
      machine.evaluate(stmt.value, scope, self);
      return;
    case 'bind':
      bind(machine, stmt.to, stmt.value ? machine.evaluate(stmt.value, scope, self) : unknown, scope, self, 'declare');
      return;
    case 'define':
      scope.declare(stmt.name, machine.evaluate(stmt.value, scope, self));
      return;
    case 'import': {
      const imported = { module: stmt.module, name: stmt.name === 'default' || stmt.name === '*' ? stmt.local : stmt.name };
      scope.declare(stmt.local, { ...unknown, imported, name: stmt.local });
      return;
    }
    case 'return': {
      const value = stmt.value ? machine.evaluate(stmt.value, scope, self) : unknown;
      const { activation } = machine;
      if (activation) activation.returned = join(activation.returned, value);
      return;
    }
    case 'block':
      runStatements(machine, stmt.body, new Scope(scope), self);
      return;
    case 'branch':
      // A test of the row itself skips rows; any other may keep what follows from being done twice.
      if (rankOf(machine.evaluate(stmt.test, scope, self)) !== 0 || hasCall(stmt.test)) for (const frame of machine.frames()) frame.isGuarded = true;
      machine.within({ op: 'branch' }, () => runStatements(machine, stmt.body, new Scope(scope), self));
      return;
    case 'each':
      runEach(machine, stmt, scope, self);
      return;
    case 'loop':
      runLoop(machine, stmt, new Scope(scope), self);
      return;
  }
}

/** `for (const row of rows)` */
function runEach(machine: Machine, stmt: Each, scope: Scope, self: Value | null): void {
  const over = iterated(machine, machine.evaluate(stmt.over, scope, self));
  const isOverParts = stmt.to.op === 'variable' && over.isGuess && isPartName(stmt.to.name);
  const isOverGroups = stmt.to.op === 'variable' && over.box?.isDistinct && picksRows(stmt.to.name, stmt.body);
  const source = isOverParts ? { ...over, rank: 2 as const } : isOverGroups ? ordinary : over;
  const frame = newFrame('loop', stmt.at, rankOf(source) === 1);
  frame.isFixed = stmt.isOnce === true || (stmt.over.op === 'list' && rankOf(over) === null);
  machine.within({ op: 'frame', frame }, () => {
    const inner = new Scope(scope);
    bind(machine, stmt.to, itemOf(machine, source, frame), inner, self, 'enter');
    if (stmt.key) bind(machine, stmt.key, ranked(rankOf(source) === 1 ? 0 : null, { varies: frame }), inner, self, 'enter');
    runStatements(machine, stmt.body, inner, self);
  });
}

/** What an object is gone through for: of a class in the file, what its own iterator yields. */
function iterated(machine: Machine, over: Value): Value {
  const { cls, fields } = over.box ?? {};
  const own = cls && (fields?.get('iterator') ?? fields?.get('__iter__'))?.closures;
  return own?.length ? own.map((closure) => machine.enter(closure, [], null)).reduce(join) : over;
}

/** `for (;;)`, `while`, `do`; `scope` is the loop's own. */
function runLoop(machine: Machine, stmt: Loop, scope: Scope, self: Value | null): void {
  runStatements(machine, stmt.before, scope, self);
  const frame = newFrame('loop', stmt.at, false);
  const { stepped, stride, bound } = loopFacts(stmt);
  if (stmt.test && isWaiting(stmt.test, stmt.body)) pushMaking(machine, 'blocking', 'the loop that watches the clock', stmt.at);
  frame.isFixed = bound !== null && bound <= fewTurns;
  machine.within({ op: 'frame', frame }, () => {
    // Variables the loop counts with differ from turn to turn.
    for (const name of stepped) scope.assign(name, { ...ordinary, varies: frame });
    // `for (let i = lane; i < rows.length; i += lanes)`: one of several that share the rows. From 0 on it
    // takes parts of them, unless they are parts of one.
    const isShared = stride !== null && (scope.read(stride.name)?.varies || machine.evaluate(stride.by, scope, self).literal === 1);
    if (isShared) scope.assign(stride.name, { ...ordinary, varies: frame });
    const test = () => {
      if (!stmt.test) return;
      const value = machine.evaluate(stmt.test, scope, self);
      if (value.isCount && value.varies === frame) frame.isRows = true;
    };
    if (stmt.testFirst) test();
    runStatements(machine, stmt.body, scope, self);
    if (stmt.update) machine.evaluate(stmt.update, scope, self);
    if (!stmt.testFirst) test();
  });
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
