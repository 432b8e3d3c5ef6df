/**
 * Facts: a source file in terms that no language owns. A front end lowers its syntax tree to these shapes; what reads
 * them (the row tracing, and through it the rules) never sees a language.
 *
 * Conventions for front ends: names that mean something to the vocabulary are in camelCase (`encode_plus` becomes
 * `encodePlus`); `self` and `this` are `Self`; a comprehension is a call of `map` with a function; every branch of a
 * condition is kept, one after the other.
 */
import type { Place } from '../rule.js';

export type Expr =
  /** `written`: the name as the author wrote it, where the front end has changed it. */
  | { op: 'name'; name: string; at: Place; written?: string }
  /** `isBase` for `super`: the same object, with the methods of its base class. */
  | { op: 'self'; at: Place; isBase?: boolean }
  /** `of.name`; `isOptional` for `of?.name`. */
  | { op: 'member'; of: Expr; name: string; at: Place; isOptional?: boolean; written?: string }
  /** `of[key]`; `isForgiving` where a missing key is no error (`of.get(key)`). */
  | { op: 'item'; of: Expr; key: Expr; at: Place; isForgiving?: boolean }
  /**
   * `label`: the callee as the author wrote it, where the front end has changed names. `isList` where the result is a
   * list, whatever the callee is. `type`: what the author says the result is.
   */
  | { op: 'call'; callee: Expr; args: Arg[]; isNew: boolean; at: Place; label?: string; isList?: boolean; type?: string }
  | { op: 'function'; fn: FunctionFact }
  | { op: 'class'; cls: ClassFact }
  | { op: 'list'; items: Arg[] }
  | { op: 'record'; fields: Field[] }
  | { op: 'await'; value: Expr }
  /** Arithmetic, comparison, template: a new value computed from its parts; elementwise where operators work on whole columns. */
  | { op: 'computed'; parts: Expr[]; isElementwise?: boolean; isEquality?: boolean }
  /** One of its parts, unchanged: conditions, defaults, the last of a sequence. */
  | { op: 'either'; parts: Expr[] }
  /** `compound` for `a += b`, of which `a++` is one, and for `a ??= b`. */
  | { op: 'assign'; to: Pattern; value: Expr; compound: boolean }
  | { op: 'yield'; value: Expr | null; delegate: boolean }
  | { op: 'literal'; value: string | number | boolean | null };

export interface Arg {
  value: Expr;
  spread: boolean;
  /** Set for an argument that is given by name. */
  name?: string;
}

/** A field of a record; `name` is null for a spread or a computed name. */
export interface Field {
  name: string | null;
  value: Expr;
}

/** Where a value goes: a variable, a place in an object, or several of them by destructuring. */
export type Pattern =
  | { op: 'variable'; name: string; type: string | null; fallback: Expr | null }
  | { op: 'place'; target: Expr }
  | { op: 'fields'; fields: { name: string | null; to: Pattern }[]; type: string | null; fallback: Expr | null }
  | { op: 'elements'; elements: { to: Pattern; rest: boolean }[]; fallback: Expr | null };

export type Stmt =
  | { op: 'do'; value: Expr }
  | { op: 'bind'; to: Pattern; value: Expr | null }
  /**
   * A loop over the items of a collection, or over its keys; `key` takes the key or position that goes with each item.
   * `isOnce` where it always ends in its first turn, or in the first one that it does not skip.
   */
  | { op: 'each'; to: Pattern; key?: Pattern | null; over: Expr; body: Stmt[]; at: Place; isOnce?: boolean }
  /** Any other loop. */
  | { op: 'loop'; before: Stmt[]; test: Expr | null; update: Expr | null; body: Stmt[]; testFirst: boolean; at: Place }
  | { op: 'return'; value: Expr | null; at?: Place }
  /** Every branch of a condition, one after the other. */
  | { op: 'branch'; test: Expr; body: Stmt[] }
  | { op: 'block'; body: Stmt[] }
  | { op: 'define'; name: string; value: Expr }
  /** `isOptional`: in a `try` or under a condition, and so the program may go on without it. */
  | { op: 'import'; module: string; name: string; local: string; at?: Place; isOptional?: boolean };

export interface FunctionFact {
  name: string | null;
  params: { to: Pattern; rest: boolean }[];
  body: Stmt[];
  isAsync: boolean;
  isGenerator: boolean;
  /** Reachable under its name from outside the file. */
  isExported: boolean;
  /** Catches errors somewhere in its own body. */
  catches: boolean;
  /** Has no `self` of its own (an arrow function, a Python function nested in a method). */
  keepsSelf: boolean;
  /** Runs whenever the member is read, and is never called (`@property`). */
  isGetter?: boolean;
  at: Place;
}

export interface ClassFact {
  name: string | null;
  base: Expr | null;
  /** Fields with their declared type and start value. */
  fields: { name: string; type: string | null; value: Expr | null }[];
  methods: FunctionFact[];
}

/** A file: its top-level statements, definitions first. */
export interface ModuleFact {
  body: Stmt[];
  /** False where no variable can hold rows, by its name and type: tracing would find nothing. */
  mayHaveRows?: boolean;
  helpers: Helpers;
  /** What it exports; absent in languages in which everything can be imported. */
  exports?: ExportFact[];
}

/** How things are called in the file's language: what messages recommend. */
export interface Helpers {
  /** For downloads, files and other waits. */
  io: string;
  /** For APIs. */
  api: string;
  /** The method of a processor, and that of the realtime service. */
  process: string;
  runInference: string;
  /** The whole column `data`, and how nulls in it are replaced. */
  column: string;
  withoutNulls: string;
}

/** `name` is null for all names of another module; `local` is null for what this file does not define under a name. */
export interface ExportFact {
  name: string | null;
  local: string | null;
}
