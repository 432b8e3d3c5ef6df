/** Rows with the `document_id` of an earlier row, counted in memory that does not grow with the input. */
import type { InputRow } from './first-rows.js';

/** Ids that are remembered: in 4 MiB, half of whose places stay empty. */
const REMEMBERED = 2 ** 18;

export class RepeatedIds {
  /** Rows whose id an earlier row has; where not all ids could be remembered, at least so many. */
  rows = 0;
  /** Whether some repetition may not have been seen. */
  atLeast = false;
  /** The first of these rows. */
  first: InputRow | null = null;
  private known = 0;
  /** Hashes of the ids; 0 is an empty place. */
  private table: Float64Array | null = null;

  /** @param remembered ids at most, a power of two */
  constructor(private readonly remembered = REMEMBERED) {}

  /** @param rowNumbers of the rows with these ids, from 0 */
  see(ids: readonly string[], rowNumbers: readonly number[]): void {
    const table = (this.table ??= new Float64Array(this.remembered * 2));
    const last = table.length - 1;
    for (const [i, id] of ids.entries()) {
      const hash = hashOf(id);
      let place = hash % table.length;
      while (table[place] !== 0 && table[place] !== hash) place = place === last ? 0 : place + 1;
      if (table[place] === hash) {
        this.rows++;
        this.first ??= { row: (rowNumbers[i] as number) + 1, id };
      } else if (this.known === this.remembered) this.atLeast = true;
      else {
        table[place] = hash;
        this.known++;
      }
    }
  }
}

/** A number of 53 bits, never 0: among two million ids two are taken for one once in ten thousand runs. */
function hashOf(id: string): number {
  let high = 0x9e3779b9;
  let low = 0x85ebca6b;
  for (let i = 0; i < id.length; i++) {
    const unit = id.charCodeAt(i);
    high = Math.imul(high ^ unit, 0x01000193);
    low = Math.imul(low ^ unit, 0x5bd1e995);
  }
  high = Math.imul(high ^ (high >>> 15), 0x2c1b3c6d) ^ (low >>> 13);
  low = Math.imul(low ^ (low >>> 15), 0x297a2d39) ^ (high >>> 12);
  return (high & 0x1fffff) * 0x1_0000_0000 + (low >>> 0) || 1;
}
