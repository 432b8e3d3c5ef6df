/** Which variables hold a batch, as far as names and assignments tell. */
import type { Expr, FunctionFact, ModuleFact, Pattern, Stmt } from './model.js';
import { isBatchMember } from './vocabulary/index.js';
import { eachStatement, everyExpression, functionsNamed, namesIn, processorMethods } from './walk.js';

const frameNames = /^_?(batch|df|frame|dataFrame|dataframe|pdf)$|(Df|Batch|Frame|Dataframe|DataFrame)$/;

/** The processors of a file: functions called like one, whose first parameter may be a batch by its type, else by its name. */
export function processorsOf(module: ModuleFact): { fn: FunctionFact; batch: string }[] {
  return functionsNamed(module.body, processorMethods).flatMap((fn) => {
    const to = fn.params[0]?.to;
    if (to?.op !== 'variable' || fn.params[0]?.rest) return [];
    const isOpen = to.type === null || /^(any|unknown|object)$/.test(to.type);
    const mayBe = isOpen ? frameNames.test(to.name) || /^(table|data|input|inputs|rows)$/.test(to.name) : /Batch|DataFrame|Table/.test(to.type ?? '');
    return mayBe ? [{ fn, batch: to.name }] : [];
  });
}

/** Names that may stand for a batch somewhere in a file: those of processors, those that sound like it, and their copies. */
export function batchVariables(module: ModuleFact): ReadonlySet<string> {
  const names = new Set(processorsOf(module).map(({ batch }) => batch));
  const bound: { to: Pattern; value: Expr | null }[] = [];
  for (const { to, value } of bindingsIn(module.body)) {
    bound.push({ to, value });
    for (const name of namesIn(to)) if (frameNames.test(name)) names.add(name);
  }
  everyExpression(module.body, (expr) => {
    for (const fn of expr.op === 'function' ? [expr.fn] : expr.op === 'class' ? expr.cls.methods : []) {
      for (const { to } of fn.params) for (const name of namesIn(to)) if (frameNames.test(name)) names.add(name);
    }
  });
  // Twice, for the copy of a copy.
  for (let round = 0; round < 2; round++) {
    for (const { to, value } of bound) if (to.op === 'variable' && value && isBatchOf(value, names)) names.add(to.name);
  }
  return names;
}

export interface BatchNames {
  /** Names that hold the batch of a processor or some of its rows, and nothing else. */
  names: ReadonlySet<string>;
  /** Loop variables that hold one row of it. */
  rows: ReadonlySet<string>;
  /** False where a name stands for something else as well. */
  isSure: boolean;
}

/** The names under which a processor has its batch. */
export function batchNamesIn(fn: FunctionFact, batch: string): BatchNames {
  const names = new Set([batch]);
  const rows = new Set<string>();
  // `rows = batch.to_dict("records")`
  const lists = new Set<string>();
  const others = new Set<string>();
  const isRows = (expr: Expr): boolean => (expr.op === 'name' && lists.has(expr.name)) || isRowsOf(expr, names);
  for (let round = 0; round < 2; round++) {
    for (const { to, value, isLoop } of bindingsIn(fn.body)) {
      if (isLoop && value && isRows(value)) for (const name of namesIn(to)) rows.add(name);
      else if (to.op === 'variable' && value && !isLoop && isBatchOf(value, names)) names.add(to.name);
      else if (to.op === 'variable' && value && !isLoop && isRowsOf(value, names)) lists.add(to.name);
      else if (round === 1) for (const name of namesIn(to)) others.add(name);
    }
  }
  const forRows = new Set<FunctionFact>();
  everyExpression(fn.body, (expr) => {
    if (expr.op === 'call' && expr.callee.op === 'member' && isRows(expr.callee.of)) {
      const given = expr.args[0]?.value;
      if (given?.op === 'function') forRows.add(given.fn);
      for (const { to } of given?.op === 'function' ? given.fn.params.slice(0, 1) : []) for (const name of namesIn(to)) rows.add(name);
    } else if (expr.op === 'function' && !forRows.has(expr.fn)) for (const { to } of expr.fn.params) for (const name of namesIn(to)) others.add(name);
    // `row.update(title="")`
    if (expr.op === 'call' && expr.callee.op === 'member' && expr.callee.name === 'update' && expr.callee.of.op === 'name') others.add(expr.callee.of.name);
  });
  return { names, rows: new Set([...rows].filter((name) => !others.has(name))), isSure: ![...others].some((name) => names.has(name) || lists.has(name)) };
}

/** The variable that an expression starts from: `batch` for `batch.loc[mask, "x"]`; null where it starts from none. */
export function rootOf(expr: Expr): string | null {
  switch (expr.op) {
    case 'name':
      return expr.name;
    case 'member':
    case 'item':
      return rootOf(expr.of);
    case 'call':
      return expr.callee.op === 'member' ? rootOf(expr.callee.of) : null;
    case 'await':
      return rootOf(expr.value);
    default:
      return null;
  }
}

/** A batch, or a batch made of one: `batch.copy()`, `batch[mask]`. */
export function isBatchOf(expr: Expr, names: ReadonlySet<string>): boolean {
  switch (expr.op) {
    case 'name':
      return names.has(expr.name);
    case 'await':
      return isBatchOf(expr.value, names);
    case 'item':
      return expr.key.op !== 'literal' && isBatchOf(expr.of, names);
    case 'call':
      return expr.callee.op === 'member' && isBatchMember(expr.callee.name) && isBatchOf(expr.callee.of, names);
    default:
      return false;
  }
}

/** `batch.iterrows()`: rows, each with its columns by name. */
export function isRowsOf(expr: Expr, names: ReadonlySet<string>): boolean {
  return expr.op === 'call' && expr.callee.op === 'member' && expr.callee.name === 'iterrows' && isBatchOf(expr.callee.of, names);
}

interface Binding {
  to: Pattern;
  value: Expr | null;
  isLoop: boolean;
}

/** Every place that gives a variable a value, parameters left out. */
function bindingsIn(body: readonly Stmt[]): Binding[] {
  const found: Binding[] = [];
  eachStatement(body, (stmt) => {
    if (stmt.op === 'bind' && stmt.value) found.push({ to: stmt.to, value: stmt.value, isLoop: false });
    if (stmt.op === 'each') found.push({ to: stmt.to, value: stmt.over, isLoop: true });
    if (stmt.op === 'each' && stmt.key) found.push({ to: stmt.key, value: null, isLoop: true });
  }, true);
  everyExpression(body, (expr) => {
    if (expr.op === 'assign') found.push({ to: expr.to, value: expr.value, isLoop: false });
  });
  return found;
}
