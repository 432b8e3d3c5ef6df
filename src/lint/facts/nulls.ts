/** Finds processors that use the texts of a batch as if each row had one. */
import type { Place } from '../rule.js';
import { batchNamesIn, processorsOf } from './batches.js';
import type { Expr, FunctionFact, ModuleFact, Pattern, Stmt } from './model.js';
import { effectOfMethod, isCallable, perItemMethods, serviceOfName } from './vocabulary/index.js';
import { bodyOf, expressionsOf, namesIn, partsOf } from './walk.js';

export interface UnguardedNull {
  at: Place;
  /** What would fail, for messages: `"this.model.encode"`, `"length" of each text`. */
  use: string;
  /** A model or tokenizer that is given the column, or a text of it. */
  isModel: boolean;
}

/** The whole column `data` or one of its values; all rows with their columns, or one of them. */
type Part = 'column' | 'text' | 'rows' | 'row';

/** One of several. */
const oneOf: Partial<Record<Part, Part>> = { column: 'text', rows: 'row' };

const sameValues = /^(toArray|toList|values|entries|copy|resetIndex|slice|head|to_list)$/;
const rowsOfBatch = /^(rows|rowsAsync|toArray|iterrows)$/;

/** Uses of `data` in processors that do nothing about nulls anywhere; none in those that do, or that catch errors. */
export function unguardedNulls(module: ModuleFact): UnguardedNull[] {
  return processorsOf(module).flatMap(({ fn, batch }) => new Reading(fn, batch).result());
}

/** One processor, read from top to bottom. */
class Reading {
  readonly #batches: ReadonlySet<string>;
  readonly #names = new Map<string, Part>();
  readonly #found: UnguardedNull[] = [];
  #handles = false;

  constructor(fn: FunctionFact, batch: string) {
    this.#batches = batchNamesIn(fn, batch).names;
    this.#handles = fn.catches;
    this.#body(fn.body);
  }

  result(): UnguardedNull[] {
    return this.#handles ? [] : this.#found;
  }

  #body(body: readonly Stmt[]): void {
    for (const stmt of body) {
      const [value = null] = expressionsOf(stmt).map((expr) => this.#part(expr));
      // A text by itself as a condition: `if text`, `[... for text in texts if text]`.
      if ((stmt.op === 'branch' || stmt.op === 'do') && value === 'text') this.#handles = true;
      if (stmt.op === 'branch' && this.#mentions(stmt.test, ['text'])) this.#handles = true;
      if (stmt.op === 'bind') this.#bind(stmt.to, value);
      if (stmt.op === 'each') this.#bind(stmt.to, (value && oneOf[value]) ?? null);
      this.#body(bodyOf(stmt));
    }
  }

  #bind(to: Pattern, value: Part | null): void {
    // `[i, text]` of `texts.entries()`
    if (to.op === 'elements' && to.elements.length === 2 && to.elements[1]) return this.#bind(to.elements[1].to, value);
    if (to.op === 'fields' && value === 'row') return to.fields.forEach((field) => this.#bindField(field.to, field.name === 'data'));
    for (const name of namesIn(to)) {
      if (to.op === 'variable' && value !== null) this.#names.set(name, value);
      else this.#names.delete(name);
    }
    // `batch["data"] = ...` puts something else there.
    if (to.op === 'place' && to.target.op === 'item' && this.#part(to.target) === 'column') this.#handles = true;
  }

  #bindField(to: Pattern, isText: boolean): void {
    // `{ data = '' }`: something is done about it.
    if (isText && to.op === 'variable' && to.fallback) this.#handles = true;
    this.#bind(to, isText ? 'text' : null);
  }

  #part(expr: Expr): Part | null {
    switch (expr.op) {
      case 'name':
        return this.#names.get(expr.name) ?? null;
      case 'await':
        return this.#part(expr.value);
      case 'item':
        return this.#item(expr);
      case 'member': {
        const of = this.#part(expr.of);
        if (of !== null && expr.isOptional) this.#handles = true;
        else if (of === 'row') return expr.name === 'data' ? 'text' : null;
        else if (of === 'text') this.#found.push({ at: expr.at, use: `"${expr.name}" of each text`, isModel: false });
        if (of === 'column' && expr.name === 'nulls') this.#handles = true;
        return of === 'column' && sameValues.test(expr.name) ? of : null;
      }
      case 'call':
        return this.#call(expr);
      case 'assign': {
        const value = this.#part(expr.value);
        this.#bind(expr.to, value);
        return value;
      }
      case 'either':
        // `text ?? ''`, `text or ""`, `f(text) if text else ...`: something is done about it.
        if (expr.parts.length > 1 && this.#mentions(expr, ['text'])) this.#handles = true;
        for (const part of expr.parts) this.#part(part);
        return null;
      case 'function':
        this.#body(expr.fn.body);
        return null;
      case 'class':
        return null;
      case 'list': {
        const parts = expr.items.map(({ value }) => this.#part(value));
        return expr.items.length === 1 && expr.items[0]?.spread ? (parts[0] ?? null) : null;
      }
      default:
        // `text is None`, `texts.includes(null)`
        if (expr.op === 'computed' && expr.parts.some(isNull) && this.#mentions(expr, ['text', 'column'])) this.#handles = true;
        for (const part of partsOf(expr)) this.#part(part);
        return null;
    }
  }

  /** Whether an expression has one of these in it; asking a text for something, as in `text.length`, is no question about the text. */
  #mentions(expr: Expr, parts: readonly Part[]): boolean {
    if (expr.op === 'name') return parts.includes(this.#names.get(expr.name) as Part);
    if (this.#isDataOfRow(expr)) return true;
    if (expr.op === 'member' && !expr.isOptional && (this.#isDataOfRow(expr.of) || (expr.of.op === 'name' && this.#names.get(expr.of.name) === 'text'))) return false;
    return partsOf(expr).some((part) => this.#mentions(part, parts));
  }

  #isDataOfRow(expr: Expr): boolean {
    return isData(expr) && this.#mentions(expr.of, ['row', 'rows']);
  }

  #item(expr: Extract<Expr, { op: 'item' }>): Part | null {
    const { of, key } = expr;
    const isBatch = of.op === 'name' && this.#batches.has(of.name);
    if (isBatch) {
      // `batch[batch["data"].notna()]`
      this.#part(key);
      return key.op === 'literal' && key.value === 'data' ? 'column' : null;
    }
    const [part, ofKey] = [this.#part(of), this.#part(key)];
    // `row.get("data", "")` may see to it.
    if (part === 'row') return isData(expr) && !expr.isForgiving ? 'text' : null;
    return part !== null && ofKey === null && key.op !== 'literal' ? (oneOf[part] ?? null) : null;
  }

  #call(expr: Extract<Expr, { op: 'call' }>): Part | null {
    const { callee, args } = expr;
    if (callee.op === 'member' && callee.of.op === 'name' && this.#batches.has(callee.of.name)) {
      const [name] = args;
      for (const { value } of args) this.#part(value);
      // Rows without a text are dropped or filled, or may be.
      if (/^(filter|take|dropna|dropNulls|fillna|query|mask|where)$/.test(callee.name)) this.#handles = true;
      if (rowsOfBatch.test(callee.name)) return 'rows';
      if (callee.name === 'get' && name?.value.op !== 'literal') return 'row';
      return callee.name === 'column' && name?.value.op === 'literal' && name.value.value === 'data' ? 'column' : null;
    }
    // `Array.from(texts, f)` is `texts.map(f)`.
    if (callee.op === 'member' && callee.name === 'from' && callee.of.op === 'name' && callee.of.name === 'Array') return this.#from(args.map(({ value }) => value));
    const of = callee.op === 'member' ? this.#part(callee.of) : this.#part(callee);
    if (callee.op === 'member' && callee.isOptional && of !== null) this.#handles = true;
    if ((of === 'column' || of === 'rows') && callee.op === 'member') return this.#ofMany(expr, callee.name, of);
    const given = args.map(({ value }) => this.#part(value));
    if (of === 'text' && callee.op === 'member') this.#found.push({ at: expr.at, use: `"${callee.name}" of each text`, isModel: false });
    else if (given.some((part) => part === 'column' || part === 'text') && isModelOrTokenizer(callee)) this.#found.push({ at: expr.at, use: `"${expr.label ?? labelOf(callee)}"`, isModel: true });
    return null;
  }

  #from([source, fn]: readonly Expr[]): Part | null {
    const of = source ? this.#part(source) : null;
    if (fn === undefined) return of;
    const item = fn.op === 'function' ? fn.fn.params[0]?.to : undefined;
    if (item) this.#bind(item, (of && oneOf[of]) ?? null);
    // A function that is not written here may see to nulls.
    else if (of !== null) this.#handles = true;
    this.#part(fn);
    return null;
  }

  #ofMany(expr: Extract<Expr, { op: 'call' }>, name: string, many: 'column' | 'rows'): Part | null {
    const [fn, ...rest] = expr.args.map(({ value }) => value);
    for (const value of rest) this.#part(value);
    if (perItemMethods.has(name) && fn?.op === 'function') {
      const item = fn.fn.params[perItemMethods.get(name) ?? 0]?.to;
      // Filtering is how rows without a text are found.
      if (name === 'filter') this.#handles = true;
      if (item) this.#bind(item, oneOf[many] ?? null);
      this.#body(fn.fn.body);
      return null;
    }
    if (sameValues.test(name)) return many;
    // `fillna`, `map(String)`, `isna`, `nulls`: whatever else is done with a column may see to its nulls.
    if (!/^(apply|join|length)$/.test(name)) this.#handles = true;
    return null;
  }
}

/** `row.data`, `row['data']` */
function isData(expr: Expr): expr is Extract<Expr, { op: 'member' | 'item' }> {
  return (expr.op === 'member' && expr.name === 'data') || (expr.op === 'item' && expr.key.op === 'literal' && expr.key.value === 'data');
}

function isModelOrTokenizer(callee: Expr): boolean {
  if (callee.op === 'member') {
    const receiver = callee.of.op === 'member' || callee.of.op === 'name' ? callee.of.name : '';
    const service = serviceOfName(receiver);
    const effect = service === null ? null : effectOfMethod(service, callee.name, receiver)?.effect;
    if (effect === 'model' || effect === 'tokenizer') return true;
  }
  const own = callee.op === 'member' || callee.op === 'name' ? serviceOfName(callee.name) : null;
  return isCallable(own) && own !== 'api';
}

function isNull(expr: Expr): boolean {
  return (expr.op === 'literal' && expr.value === null) || (expr.op === 'either' && expr.parts.length === 0);
}

function labelOf(expr: Expr): string {
  if (expr.op === 'name') return expr.name;
  if (expr.op === 'self') return 'this';
  return expr.op === 'member' ? `${labelOf(expr.of)}.${expr.name}` : '';
}
