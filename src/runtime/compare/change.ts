/** How far two vectors are from each other, and what many such distances say together. Pure. */

/** 1 - cosine similarity: 0 for the same direction, 2 for the opposite one. Equal vectors, zero vectors too, give exactly 0. */
export function cosineChange(a: Float32Array, b: Float32Array): number {
  let same = true;
  let ab = 0;
  let aa = 0;
  let bb = 0;
  for (let k = 0; k < a.length; k++) {
    const x = a[k] as number;
    const y = b[k] as number;
    same &&= x === y;
    ab += x * y;
    aa += x * x;
    bb += y * y;
  }
  if (same) return 0;
  // The zero vector has no direction: from it everything is new.
  if (aa === 0 || bb === 0) return 1;
  return Math.min(2, Math.max(0, 1 - ab / Math.sqrt(aa * bb)));
}

export interface Changes {
  rows: number;
  /** Rows whose vector is not the same to the last bit. */
  changed: number;
  mean: number;
  median: number;
  /** 95 of 100 rows changed by at most this. */
  p95: number;
  max: number;
}

/** Bins on a logarithmic scale from 1e-9 to 2: enough for two digits, whatever the number of rows. */
const BINS = 1024;
const LOW = Math.log10(1e-9);
const HIGH = Math.log10(2);

/** Collects changes in bounded memory; median and p95 are exact to about 2 percent. */
export class ChangeStatistics {
  private rows = 0;
  private changed = 0;
  private sum = 0;
  private max = 0;
  private readonly bins = new Uint32Array(BINS + 1);

  add(change: number): void {
    this.rows++;
    this.sum += change;
    if (change > this.max) this.max = change;
    if (change > 0) this.changed++;
    const bin = change <= 1e-9 ? 0 : 1 + Math.min(BINS - 1, Math.floor(((Math.log10(change) - LOW) / (HIGH - LOW)) * BINS));
    (this.bins[bin] as number)++;
  }

  result(): Changes {
    return { rows: this.rows, changed: this.changed, mean: this.rows === 0 ? 0 : this.sum / this.rows, median: this.quantile(0.5), p95: this.quantile(0.95), max: this.max };
  }

  private quantile(share: number): number {
    let left = Math.ceil(this.rows * share);
    for (const [bin, count] of this.bins.entries()) {
      left -= count;
      if (left > 0) continue;
      return bin === 0 ? 0 : Math.min(this.max, 10 ** (LOW + ((bin - 0.5) / BINS) * (HIGH - LOW)));
    }
    return this.max;
  }
}

export interface TopRow {
  document_id: string;
  change: number;
  /** The beginning of the row's first text, so that a person knows which it is; null where it has none. */
  text: string | null;
}

/** The rows that changed most, largest first; ties in the order in which they came. */
export class TopRows {
  private rows: TopRow[] = [];
  constructor(private readonly limit: number) {}

  /** @param text is called for rows that are kept */
  add(document_id: string, change: number, text: () => string | null): void {
    if (change === 0 || this.limit === 0 || (this.rows.length === this.limit && change <= (this.rows.at(-1) as TopRow).change)) return;
    const place = this.rows.findIndex((row) => row.change < change);
    this.rows.splice(place === -1 ? this.rows.length : place, 0, { document_id, change, text: text() });
    if (this.rows.length > this.limit) this.rows.pop();
  }

  result(): TopRow[] {
    return this.rows;
  }
}
