/** Going from a name to what was assigned to it, or from a call to what the function returns: once each. */
import { UNKNOWN, type Value } from './values.js';

/** Longer ways than this are given up: a large program's names form chains of thousands. */
const MAX_HOPS = 300;

const known = new WeakMap<object, Value[]>();
let hops = 0;

/**
 * The values behind a binding or function, found once and remembered.
 *
 * @param from what is followed; what depends on itself (`i = i + 1`) sees "unknown" on the way round.
 */
export function follow(from: object, find: () => Value[]): Value[] {
  const before = known.get(from);
  if (before) return before;
  if (hops >= MAX_HOPS) return UNKNOWN;
  known.set(from, UNKNOWN);
  hops++;
  try {
    const values = find();
    known.set(from, values);
    return values;
  } finally {
    hops--;
  }
}
