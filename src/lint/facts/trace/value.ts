/** Values of the row tracing: what is known of an expression, joined over all paths. */
import type { ClassFact, FunctionFact } from '../model.js';
import type { Rank, Service } from '../vocabulary/index.js';
import type { Limiter } from './limiters.js';
import type { Frame, Call } from './path.js';

/** A function with the variables it sees and the object it belongs to. */
export interface Closure {
  fn: FunctionFact;
  scope: Scope;
  self: Value | null;
}

/** A list or an object: shared by every value that refers to it, and changed by `push` and assignment. */
export interface Box {
  fields: Map<string, Value>;
  /** What its items have in common; null while it is empty. */
  item: Value | null;
  rank: Rank | null;
  /** Holds each value once: it may have one per group of rows. */
  isDistinct: boolean;
  /** How many loops were open when it was made. */
  depth: number;
  /** Loops and functions in which it was filled. */
  fedIn: Set<Frame>;
  cls: ClassValue | null;
}

export interface ClassValue {
  cls: ClassFact;
  scope: Scope;
  base: Value | null;
  instance: Value;
  /** Where its latest object was made, should it be a limiter. */
  limiter: Limiter | null;
}

/** A call whose promise a value carries; `boxed` when the value was taken out of a list. */
export interface Pending {
  call: Call;
  boxed: boolean;
}

export interface Value {
  rank: Rank | null;
  isBatch: boolean;
  /** The number of rows. */
  isCount: boolean;
  /** Came from a function that is not known: its rank is a guess. */
  isGuess: boolean;
  /** All but the first of a collection: what a recursion goes on with. */
  isTail: boolean;
  /** The loop it changes with. */
  varies: Frame | null;
  limiter: Limiter | null;
  service: Service | null;
  /** Set for a method taken from a service: what it is called on, and how. */
  method: { service: Service | null; name: string; receiver: string; maker: string | null } | null;
  /** The foreign class that made it. */
  maker: string | null;
  /** Set for what is imported: the module and the name there. */
  imported: { module: string; name: string } | null;
  closures: readonly Closure[];
  cls: ClassValue | null;
  box: Box | null;
  pending: readonly Pending[];
  /** A literal, for keys and bounds. */
  literal: string | number | boolean | null;
  /** The name it was last reached by. */
  name: string;
  /** Names must not be guessed from any more: something is known of it. */
  isKnown: boolean;
}

/** A value nothing is known of. */
export const unknown: Value = {
  rank: null,
  isBatch: false,
  isCount: false,
  isGuess: false,
  isTail: false,
  varies: null,
  limiter: null,
  service: null,
  method: null,
  maker: null,
  imported: null,
  closures: [],
  cls: null,
  box: null,
  pending: [],
  literal: null,
  name: '',
  isKnown: false,
};

/** A value that is known to be something ordinary. */
export const ordinary: Value = { ...unknown, isKnown: true };

/** A value with a rank. */
export function ranked(rank: Rank | null, more: Partial<Value> = {}): Value {
  return { ...ordinary, rank, ...more };
}

export function newBox(depth: number): Box {
  return { fields: new Map(), item: null, rank: null, isDistinct: false, depth, fedIn: new Set(), cls: null };
}

/** The rank of a value, or of the box it refers to. */
export function rankOf(value: Value): Rank | null {
  return value.rank ?? value.box?.rank ?? null;
}

/** Promises a value carries, those of its items included. */
export function pendingOf(value: Value): readonly Pending[] {
  const inside = value.box?.item?.pending ?? [];
  return inside.length === 0 ? value.pending : [...value.pending, ...inside];
}

/** What is true of one or the other. Later knowledge wins where only one can be kept. */
export function join(a: Value, b: Value): Value {
  if (a === b || isBlank(b)) return a;
  if (isBlank(a)) return b;
  return {
    rank: b.rank ?? a.rank,
    isBatch: b.rank === null ? a.isBatch : b.isBatch,
    isCount: a.isCount || b.isCount,
    isGuess: a.isGuess || b.isGuess,
    isTail: a.isTail || b.isTail,
    varies: b.varies ?? a.varies,
    limiter: b.limiter ?? a.limiter,
    service: b.service ?? a.service,
    method: b.method ?? a.method,
    maker: b.maker ?? a.maker,
    imported: b.imported ?? a.imported,
    closures: union(a.closures, b.closures),
    cls: b.cls ?? a.cls,
    box: b.box && (!a.box || !isEmpty(b.box)) ? b.box : a.box,
    pending: union(a.pending, b.pending),
    literal: a.literal === b.literal ? a.literal : null,
    name: b.name || a.name,
    isKnown: a.isKnown && b.isKnown,
  };
}

function union<T>(a: readonly T[], b: readonly T[]): readonly T[] {
  if (b.length === 0) return a;
  return a.length === 0 ? b : [...new Set([...a, ...b])];
}

/** Nothing is known but, perhaps, its name. */
export function isBlank(value: Value): boolean {
  return (
    !value.isKnown && value.rank === null && !value.service && !value.method && !value.imported && !value.cls &&
    !value.box && value.closures.length === 0 && value.pending.length === 0 && !value.varies && !value.isCount && !value.limiter
  );
}

function isEmpty(box: Box): boolean {
  return box.item === null && box.fields.size === 0;
}

/** Variables, found through the scopes around. */
export class Scope {
  readonly #values = new Map<string, Value>();
  readonly #outer: Scope | null;

  constructor(outer: Scope | null) {
    this.#outer = outer;
  }

  /** The value of a variable; undefined when no scope declares it. */
  read(name: string): Value | undefined {
    return this.#values.get(name) ?? this.#outer?.read(name);
  }

  declare(name: string, value: Value): void {
    this.#values.set(name, value);
  }

  /** Adds a value to a variable where it is declared, else here. */
  assign(name: string, value: Value): void {
    if (this.#add(name, value)) return;
    this.#values.set(name, value);
  }

  #add(name: string, value: Value): boolean {
    const old = this.#values.get(name);
    if (!old) return this.#outer ? this.#outer.#add(name, value) : false;
    this.#values.set(name, join(old, value));
    return true;
  }
}
