/** A declared vector while its frame is put together: one flat column, and what became of each row's value. */
import { isValid, type FeatureStats, type WireColumn } from '../protocol/index.js';
import type { Column } from '../sdk/index.js';

export class FeatureColumn {
  /** Not zero at first: nearly all of it is written over. */
  private readonly data: Float32Array;
  private readonly validity: Uint8Array;
  /** Rows that a batch had a value for, null included: 1 each. */
  private readonly filled: Uint8Array;
  private readonly counted: FeatureStats = { written: 0, null: 0, wrong_size: 0, nan: 0, zero: 0, seen_size: 0 };

  /**
   * @param dim what does not have this size is null, and counted
   * @param rows of the frame
   * @param matched rows that some step matched (1 each): a null in another row is not the plugin's
   */
  constructor(
    private readonly name: string,
    private readonly dim: number,
    private readonly rows: number,
    private readonly matched: Uint8Array,
  ) {
    this.data = new Float32Array(Buffer.allocUnsafeSlow(rows * dim * Float32Array.BYTES_PER_ELEMENT).buffer);
    this.validity = new Uint8Array((rows + 7) >> 3);
    this.filled = new Uint8Array(rows);
  }

  /** Copies a batch's values while they are warm; nothing of the batch is kept. `positions` ascend. */
  add(positions: ArrayLike<number>, column: Column): void {
    const { data, dim, counted } = this;
    const flat = column.type.kind === 'vector' && column.type.dim === dim && column.values instanceof Float32Array ? column.values : null;
    if (flat !== null && column.validity === null && isRange(positions)) {
      const first = positions[0] as number;
      const end = first + positions.length;
      data.set(flat, first * dim);
      this.filled.fill(1, first, end);
      for (let row = first; row < end; row++) this.judge(row);
      return;
    }
    for (let k = 0; k < positions.length; k++) {
      const row = positions[k] as number;
      const vector = flat === null ? (column.get(k) as ArrayLike<number> | null) : column.validity === null || column.get(k) !== null ? flat.subarray(k * dim, (k + 1) * dim) : null;
      this.filled[row] = 1;
      // A null in a row that no step matched is not the plugin's.
      if (vector === null) counted.null += this.matched[row] as number;
      else if (typeof vector === 'string') counted.nan++;
      else if (typeof vector !== 'object' || vector.length !== dim) {
        counted.wrong_size++;
        counted.seen_size = (vector as ArrayLike<number>).length ?? 1;
      } else this.store(row, vector);
    }
  }

  finish(): { column: WireColumn; counted: FeatureStats } {
    const { name, dim, rows, matched, filled, counted, validity, data } = this;
    // Rows a step matched but for which nothing was written are nulls too; failed rows are not counted here.
    for (let row = 0; row < rows; row++) if (matched[row] === 1 && filled[row] === 0) counted.null++;
    const nulls = rows - counted.written;
    // What a null stands on is zero, whatever was in the memory before.
    if (nulls > 0) for (let row = 0; row < rows; row++) if (!isValid(validity, row)) data.fill(0, row * dim, (row + 1) * dim);
    return { column: { name, type: { kind: 'vector', dim }, length: rows, nulls, validity: nulls === 0 ? null : validity, data }, counted };
  }

  private store(row: number, vector: ArrayLike<number>): void {
    const base = row * this.dim;
    for (let k = 0; k < this.dim; k++) {
      const value = vector[k] as unknown;
      this.data[base + k] = typeof value === 'number' ? value : typeof value === 'bigint' ? Number(value) : NaN;
    }
    this.judge(row);
  }

  /** Counts a stored vector as what it is. What counts is what is stored: float32 has neither 1e100 nor 1e-100. */
  private judge(row: number): void {
    const { data, dim, counted, validity } = this;
    const base = row * dim;
    let sum = 0;
    for (let k = base; k < base + dim; k++) {
      const stored = data[k] as number;
      sum += stored * stored;
    }
    // One sum tells all: NaN and infinities spread into it, and it is zero for the zero vector alone.
    if (!Number.isFinite(sum)) {
      counted.nan++;
      return;
    }
    if (sum === 0) counted.zero++;
    validity[row >> 3] = (validity[row >> 3] as number) | (1 << (row & 7));
    counted.written++;
  }
}

/** Whether the positions, which ascend, are without gaps. */
function isRange(positions: ArrayLike<number>): boolean {
  return positions.length > 0 && (positions[positions.length - 1] as number) - (positions[0] as number) === positions.length - 1;
}
