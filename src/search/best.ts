export interface Candidate {
  row: number;
  key: number;
}

/** The best `k` candidates seen so far: highest key first, equal keys in the order of their rows. */
export class Best {
  readonly #k: number;
  readonly #sorted: Candidate[] = [];

  constructor(k: number) {
    this.#k = k;
  }

  /** Whether a candidate with this key could still get in. */
  admits(key: number): boolean {
    const worst = this.#sorted[this.#k - 1];
    return worst === undefined || key >= worst.key;
  }

  add(candidate: Candidate): void {
    let low = 0;
    let high = this.#sorted.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      const other = this.#sorted[middle] as Candidate;
      const goesAfter = other.key > candidate.key || (other.key === candidate.key && other.row < candidate.row);
      if (goesAfter) low = middle + 1;
      else high = middle;
    }
    if (low === this.#k) return;
    this.#sorted.splice(low, 0, candidate);
    if (this.#sorted.length > this.#k) this.#sorted.pop();
  }

  get all(): readonly Candidate[] {
    return this.#sorted;
  }
}
