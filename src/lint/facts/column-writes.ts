/** The columns that code writes, where their names are written down. */
import { batchVariables, rootOf } from './batches.js';
import type { Arg, Expr, FunctionFact, ModuleFact, Pattern } from './model.js';
import { eachStatement, everyExpression, functionsNamed, namesIn, processorMethods } from './walk.js';

/** Column names that some code writes, as far as they can be seen. */
export interface ColumnWrites {
  names: Set<string>;
  /** False when a column may be written whose name is not to be seen. */
  isKnown: boolean;
}

/** Methods of DataFrames that add or rename columns in ways that are not read here. */
const opaque = /^(join|merge|joinAsof|mergeAsof|pivot|pivotTable|melt|unpivot|pipe|update|unstack|stack|transform|addPrefix|addSuffix|setAxis|eval|hstack|combine|combineFirst|mapPartitions|mapBatches|unnest|fromDict|fromRecords|fromDicts|concat)$/;
/** Calls that are given a batch and write nothing into it. */
const harmless = /^(len|list|tuple|enumerate|zip|range|print|isinstance|type|id|iter|log|debug|info|warning|warn|error|Boolean|String|assert\w*|collect)$/;

/** Every column that the code of a plugin writes. */
export function columnWrites(modules: readonly ModuleFact[]): ColumnWrites {
  const own = new Set(modules.flatMap((module) => functionNames(module)));
  const writes: ColumnWrites = { names: new Set(), isKnown: true };
  for (const module of modules) new Reading(module, own, writes).read(module);
  return writes;
}

function functionNames(module: ModuleFact): string[] {
  const names: string[] = [];
  everyExpression(module.body, (expr) => {
    if (expr.op === 'function' && expr.fn.name !== null) names.push(expr.fn.name);
    if (expr.op === 'class') names.push(...expr.cls.methods.flatMap(({ name }) => (name === null ? [] : [name])));
  });
  eachStatement(module.body, (stmt) => {
    if (stmt.op === 'import' && stmt.module.startsWith('.')) names.push(stmt.local);
    if (stmt.op === 'bind' && stmt.to.op === 'variable' && stmt.value?.op === 'function') names.push(stmt.to.name);
  }, true);
  return names;
}

/** Names of the parameters of a file's functions. */
function parametersOf(module: ModuleFact): Set<string> {
  const names = new Set<string>();
  everyExpression(module.body, (expr) => {
    const functions = expr.op === 'function' ? [expr.fn] : expr.op === 'class' ? expr.cls.methods : [];
    for (const { to } of functions.flatMap(({ params }) => params)) for (const name of namesIn(to)) names.add(name);
  });
  return names;
}

/** One file, read for what it writes. */
class Reading {
  readonly #batches: ReadonlySet<string>;
  /** Whatever a function is given may be a batch under another name. */
  readonly #given: ReadonlySet<string>;
  readonly #constants: ReadonlyMap<string, string>;
  readonly #own: ReadonlySet<string>;
  readonly #writes: ColumnWrites;

  constructor(module: ModuleFact, own: ReadonlySet<string>, writes: ColumnWrites) {
    this.#batches = batchVariables(module);
    this.#given = parametersOf(module);
    this.#constants = constantsOf(module);
    this.#own = own;
    this.#writes = writes;
  }

  read(module: ModuleFact): void {
    eachStatement(module.body, (stmt) => stmt.op === 'bind' && this.#assigned(stmt.to), true);
    everyExpression(module.body, (expr) => {
      if (expr.op === 'assign') this.#assigned(expr.to);
      if (expr.op === 'call') this.#called(expr);
    });
    for (const fn of functionsNamed(module.body, processorMethods)) this.#returned(fn);
  }

  /** `batch["x"] = ...`, `batch.loc[mask, "x"] = ...` */
  #assigned(to: Pattern): void {
    if (to.op === 'elements') for (const { to: inner } of to.elements) this.#assigned(inner);
    if (to.op === 'fields') for (const { to: inner } of to.fields) this.#assigned(inner);
    if (to.op !== 'place' || to.target.op !== 'item') return;
    const { of, key } = to.target;
    const keys = key.op === 'list' ? key.items.map((item) => item.value) : [key];
    const names = keys.flatMap((one) => this.#nameIn(one) ?? []);
    if (names.length > 0) for (const name of names) this.#writes.names.add(name);
    else if (this.#isBatch(of) || this.#given.has(rootOf(of) ?? '')) this.#writes.isKnown = false;
  }

  #called({ callee, args }: Extract<Expr, { op: 'call' }>): void {
    const name = callee.op === 'member' || callee.op === 'name' ? callee.name : '';
    if (callee.op === 'member') {
      if (name === 'withColumn' || name === 'collect' || name === 'alias') return this.#writeNamed(args[0]);
      const isBatch = this.#isBatch(callee.of);
      if (name === 'insert' && isBatch) return this.#writeNamed(args[1]);
      if ((name === 'assign' || name === 'withColumns') && isBatch) return this.#writeArguments(args);
      if (name === 'rename' && isBatch) return this.#writeFields(args.find((arg) => arg.name === 'columns'), 'value');
      if (opaque.test(name) && (isBatch || /^(pd|pl|pandas|polars)$/.test(rootOf(callee.of) ?? ''))) this.#writes.isKnown = false;
    }
    // `new Batch([...batch.columns(), embedding], batch.numRows)`: the columns say their names.
    if (name === 'Batch') this.#writes.isKnown = false;
    if (name === 'DataFrame') return this.#writeFields(args[0], 'name');
    if (name === 'Series' && args[0]?.value.op === 'literal') return this.#writeNamed(args[0]);
    const isSeen = this.#own.has(name) || harmless.test(name) || opaque.test(name);
    // Whoever is given the batch may write into it.
    if (!isSeen && args.some(({ value }) => value.op === 'name' && this.#batches.has(value.name))) this.#writes.isKnown = false;
  }

  #writeNamed(arg: Arg | undefined): void {
    const name = arg && !arg.spread ? this.#nameIn(arg.value) : null;
    if (name === null) this.#writes.isKnown = false;
    else this.#writes.names.add(name);
  }

  #writeArguments(args: readonly Arg[]): void {
    for (const arg of args) {
      if (arg.name !== undefined) this.#writes.names.add(snakeCase(arg.name)).add(arg.name);
      // `with_columns(pl.Series("x", ...))`: the series says its name.
      else if (arg.spread || arg.value.op !== 'call') this.#writes.isKnown = false;
    }
  }

  /** `{"old": "new"}`: names under the keys, or as the values. */
  #writeFields(arg: Arg | undefined, where: 'name' | 'value'): void {
    const fields = arg?.value.op === 'record' ? arg.value.fields : null;
    if (fields === null) this.#writes.isKnown = false;
    for (const field of fields ?? []) {
      const name = where === 'name' ? field.name : this.#nameIn(field.value);
      if (name === null) this.#writes.isKnown = false;
      else this.#writes.names.add(name);
    }
  }

  /** A processor may return a dict of columns. */
  #returned(fn: FunctionFact): void {
    eachStatement(fn.body, (stmt) => {
      if (stmt.op === 'return' && stmt.value?.op === 'record') this.#writeFields({ value: stmt.value, spread: false }, 'name');
    });
  }

  #nameIn(expr: Expr): string | null {
    if (expr.op === 'literal') return typeof expr.value === 'string' ? expr.value : null;
    return expr.op === 'name' ? (this.#constants.get(expr.name) ?? null) : null;
  }

  #isBatch(expr: Expr): boolean {
    const root = rootOf(expr);
    return root !== null && this.#batches.has(root);
  }
}

// Keywords are in camelCase like all names of facts, and columns are not.
function snakeCase(name: string): string {
  return name.replace(/([a-z0-9])([A-Z])/g, '$1_$2').toLowerCase();
}

/** Names at the top of a file that stand for one text, wherever they are used in it. */
export function constantsOf(module: ModuleFact): Map<string, string> {
  const found = new Map<string, string>();
  const others = parametersOf(module);
  const top = new Set(module.body);
  eachStatement(module.body, (stmt) => {
    if (stmt.op !== 'bind' && stmt.op !== 'each') return;
    const text = stmt.op === 'bind' && top.has(stmt) && stmt.value?.op === 'literal' ? stmt.value.value : null;
    for (const name of namesIn(stmt.to)) {
      if (typeof text === 'string' && !found.has(name)) found.set(name, text);
      else others.add(name);
    }
  }, true);
  for (const name of others) found.delete(name);
  return found;
}
