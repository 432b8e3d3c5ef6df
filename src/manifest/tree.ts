/**
 * The plain tree that every check reads, whether a manifest was evaluated or only read: JSON values, in which a part
 * that static reading could not determine is `UNKNOWN`, and an object that may have further keys is *open*.
 * Checks stay silent about both.
 */

/** Stands where static reading could not determine a value. */
export const UNKNOWN: unique symbol = Symbol('unknown');

/** Marks an object that may have keys besides those listed. */
const OPEN: unique symbol = Symbol('open');

export type Path = readonly (string | number)[];
export type TreeObject = { [key: string]: unknown; [OPEN]?: true };

/** Marks the object as one that may have further keys. */
export function markOpen(object: TreeObject): void {
  // Not enumerable: spreading or listing an open object must not show the mark.
  Object.defineProperty(object, OPEN, { value: true });
}

export function isOpen(object: TreeObject): boolean {
  return object[OPEN] === true;
}

/** Whether the value is an object with named keys: no array, no class instance, no UNKNOWN. */
export function isTreeObject(value: unknown): value is TreeObject {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
  // By shape, not by identity: a manifest evaluated in another realm has another Object.prototype.
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === null || Object.getPrototypeOf(prototype) === null;
}

/** The value of an own key; undefined when absent, UNKNOWN when the object is open and the key is not listed. */
export function valueOf(object: TreeObject, key: string): unknown {
  if (Object.hasOwn(object, key)) return object[key];
  return isOpen(object) ? UNKNOWN : undefined;
}

/** The value at a path: undefined when absent, UNKNOWN as soon as the way there is. */
export function valueAt(tree: unknown, path: Path): unknown {
  let value = tree;
  for (const key of path) {
    if (value === UNKNOWN) return UNKNOWN;
    if (Array.isArray(value)) value = value[Number(key)];
    else if (isTreeObject(value)) value = valueOf(value, String(key));
    else return undefined;
  }
  return value;
}

/** Whether anything in the value is UNKNOWN or open. */
export function hasUnknown(value: unknown): boolean {
  if (value === UNKNOWN) return true;
  if (Array.isArray(value)) return value.some(hasUnknown);
  return isTreeObject(value) && (isOpen(value) || Object.values(value).some(hasUnknown));
}

/** Whether the value nests deeper than `limit`. Needs no stack of its own, so it also ends for cycles. */
export function isDeeperThan(value: unknown, limit: number): boolean {
  const stack: [unknown, number][] = [[value, 0]];
  for (let item = stack.pop(); item !== undefined; item = stack.pop()) {
    const [current, depth] = item;
    if (depth > limit) return true;
    if (!Array.isArray(current) && !isTreeObject(current)) continue;
    for (const child of Object.values(current)) stack.push([child, depth + 1]);
  }
  return false;
}

const plainKey = /^[\w$-]{1,100}$/;

/** `features[0].embedding_dim`, with keys that are no plain words in quotes. */
export function formatPath(path: Path): string {
  return path.map((key, i) => (typeof key === 'string' && plainKey.test(key) ? (i === 0 ? key : `.${key}`) : `[${show(key)}]`)).join('');
}

/** A value as it would be written in source, shortened to one line of at most 60 characters. */
export function show(value: unknown): string {
  if (typeof value === 'string') return `'${shorten(escapeControls(value))}'`;
  if (typeof value === 'function') return 'a function';
  if (typeof value === 'bigint' || typeof value === 'symbol' || value === undefined) return String(value);
  if (Array.isArray(value)) return value.length === 0 ? '[]' : 'a list';
  if (typeof value === 'object' && value !== null) return 'an object';
  return String(value);
}

/** Control characters and line breaks of any kind as escapes: a message is one line, and may go to a terminal. */
function escapeControls(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}\u2028\u2029]/gu, (character) => `\\u${(character.codePointAt(0) ?? 0).toString(16).padStart(4, '0')}`);
}

function shorten(text: string): string {
  return text.length <= 60 ? text : `${text.slice(0, 57)}...`;
}
