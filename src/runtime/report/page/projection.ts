/** Vectors as points on a plane: their two principal components. Deterministic. */

/** Columns are dimensions, at most this many rows are looked at. */
export const SAMPLE = 1500;
const ROUNDS = 60;

/**
 * @param vectors rows of `dim` floats, one after the other
 * @returns two numbers a row, each axis scaled to -1 to 1; `share`: how much of the variance each axis shows, 0 to 1
 */
export function project(vectors: Float32Array, dim: number): { points: Float32Array; share: [number, number] } {
  const rows = vectors.length / dim;
  const centred = centre(vectors, rows, dim);
  const total = centred.reduce((sum, value) => sum + value * value, 0);
  const points = new Float32Array(rows * 2);
  if (rows < 2 || total === 0) return { points, share: [0, 0] };
  const share: [number, number] = [0, 0];
  let first: Float64Array | null = null;
  for (const axis of [0, 1] as const) {
    const direction = strongest(centred, rows, dim, first);
    const along = times(centred, direction, rows, dim);
    share[axis] = along.reduce((sum, value) => sum + value * value, 0) / total;
    const widest = along.reduce((most, value) => Math.max(most, Math.abs(value)), 0) || 1;
    for (let row = 0; row < rows; row++) points[row * 2 + axis] = (along[row] as number) / widest;
    first ??= direction;
  }
  return { points, share };
}

function centre(vectors: Float32Array, rows: number, dim: number): Float64Array {
  const centred = Float64Array.from(vectors);
  for (let k = 0; k < dim; k++) {
    let sum = 0;
    for (let row = 0; row < rows; row++) sum += centred[row * dim + k] as number;
    for (let row = 0; row < rows; row++) (centred[row * dim + k] as number) -= sum / rows;
  }
  return centred;
}

/** The direction of most variance, by repeated multiplication; orthogonal to `other`. Its first part that is not zero is positive. */
function strongest(centred: Float64Array, rows: number, dim: number, other: Float64Array | null): Float64Array {
  // Any start that is not orthogonal to the answer will do; this one has no symmetry that data might share.
  let direction = Float64Array.from({ length: dim }, (_, k) => Math.sin(k + 1) + 1.5);
  for (let round = 0; round < ROUNDS; round++) {
    const along = times(centred, direction, rows, dim);
    const next = new Float64Array(dim);
    for (let row = 0; row < rows; row++) for (let k = 0; k < dim; k++) (next[k] as number) += (centred[row * dim + k] as number) * (along[row] as number);
    if (other !== null) {
      const overlap = dot(next, other);
      for (let k = 0; k < dim; k++) (next[k] as number) -= overlap * (other[k] as number);
    }
    const norm = Math.sqrt(dot(next, next));
    if (norm === 0) return next;
    direction = next.map((value) => value / norm);
  }
  const sign = Math.sign(direction.find((value) => Math.abs(value) > 1e-9) ?? 1);
  return direction.map((value) => value * sign);
}

function times(centred: Float64Array, direction: Float64Array, rows: number, dim: number): Float64Array {
  const along = new Float64Array(rows);
  for (let row = 0; row < rows; row++) {
    let sum = 0;
    for (let k = 0; k < dim; k++) sum += (centred[row * dim + k] as number) * (direction[k] as number);
    along[row] = sum;
  }
  return along;
}

function dot(a: Float64Array, b: Float64Array): number {
  return a.reduce((sum, value, k) => sum + value * (b[k] as number), 0);
}
