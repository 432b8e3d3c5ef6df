/** What JSON makes of a value. Columns of other things than text, numbers and vectors travel as JSON. */
import { describe } from './describe.js';

/** What to write instead, for what is most often given by mistake. */
const INSTEAD: Record<string, string> = { Map: 'give Object.fromEntries(map)', Set: 'give [...set]', Promise: 'await it first, all of them with Promise.all' };

/**
 * What of a value would not come back from JSON, in words that follow "a value is"; null where all would. Dates, typed
 * arrays and big integers count as what JSON makes of them. Quick for what such columns mostly hold: lists of texts.
 */
export function lostAsJson(value: unknown): string | null {
  if (isPlain(value) || (Array.isArray(value) && value.every(isPlain))) return null;
  try {
    return JSON.stringify(value, refuseEmptied) === undefined ? `${describe(value)}, which has no JSON form` : null;
  } catch (error) {
    if (error instanceof Lost) return error.message;
    return `${describe(value)} that has no JSON form (${(error instanceof Error ? error.message : String(error)).split('\n', 1)[0]})`;
  }
}

class Lost extends Error {}

/** JSON writes as `{}`, without a word, what keeps its content elsewhere than in properties. */
function refuseEmptied(_key: string, item: unknown): unknown {
  if (typeof item === 'bigint') return Number(item);
  if (typeof item !== 'object' || item === null || ArrayBuffer.isView(item)) return item;
  const kind = Array.isArray(item) || Object.keys(item).length > 0 ? undefined : (Object.getPrototypeOf(item) as { constructor?: { name?: string } } | null)?.constructor?.name;
  if (kind === undefined || kind === 'Object') return item;
  throw new Lost(`or holds an object of class ${kind}, which JSON writes as {}${INSTEAD[kind] === undefined ? '' : `; ${INSTEAD[kind]}`}`);
}

function isPlain(value: unknown): boolean {
  return value === null || value === undefined || ArrayBuffer.isView(value) || (typeof value !== 'object' && typeof value !== 'function' && typeof value !== 'symbol');
}
