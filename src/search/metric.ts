/**
 * The three ways to compare vectors. Inside the search every metric is a *key*: a number that is higher for a better
 * match. Keys come twice: estimated from single-precision sums, with a bound on the error, and exact, in doubles.
 */

/** As in a manifest's `distance_metric`. */
export type Metric = 'cosine' | 'euclid' | 'dot';

/**
 * What the `score` of a match is: cosine similarity (higher is nearer, at most 1), inner product (higher is nearer) or
 * Euclidean distance (lower is nearer, at least 0).
 */
export const scoreMeaning: Readonly<Record<Metric, 'similarity' | 'product' | 'distance'>> = {
  cosine: 'similarity',
  dot: 'product',
  euclid: 'distance',
};

export interface Query {
  metric: Metric;
  vector: Float32Array;
  /** Euclidean length of `vector`, in double precision. */
  length: number;
}

/** The key of a match as the score that a user sees. */
export function scoreOf(metric: Metric, key: number): number {
  return metric === 'euclid' ? Math.sqrt(-key) : key;
}

/**
 * The key that a vector has at most, given its inner product with the query and its inner product with itself, both
 * summed in single precision in any order. NaN or Infinity when single precision cannot tell.
 */
export function highestKey(query: Query, product: number, square: number): number {
  // Below this, squares lose digits or vanish, and the bound on the error would not hold.
  if (square < 1e-30) return Number.NaN;
  // A sum of n products in single precision is off by at most n * 2^-24 of the sum of their sizes, which is at most
  // the product of the two lengths. Four times that covers the errors of the length and of the division as well.
  const slack = (query.vector.length + 8) * 2 ** -22;
  const length = Math.sqrt(square);
  switch (query.metric) {
    case 'dot':
      return product + slack * length * query.length;
    case 'cosine':
      return product / (length * query.length) + slack;
    case 'euclid': {
      const sum = length + query.length;
      return 2 * product - square - query.length * query.length + slack * sum * sum;
    }
  }
}

/**
 * The exact key of the vector that starts at `offset` of `vectors`. The order of summing is fixed, so equal vectors
 * have equal keys wherever they stand.
 *
 * @returns null for a vector that has no key: the zero vector has no cosine. NaN or Infinity for one that is not finite.
 */
export function exactKey(query: Query, vectors: Float32Array, offset: number): number | null {
  const { vector, metric } = query;
  let product = 0;
  let square = 0;
  let distance = 0;
  for (let i = 0; i < vector.length; i += 1) {
    const a = vectors[offset + i] as number;
    const b = vector[i] as number;
    product += a * b;
    square += a * a;
    distance += (a - b) * (a - b);
  }
  if (metric === 'dot') return product;
  if (metric === 'euclid') return -distance;
  if (square === 0) return null;
  // Rounding may lift the cosine of a vector with itself just over 1.
  return Number.isFinite(square) ? Math.max(-1, Math.min(1, product / (Math.sqrt(square) * query.length))) : Number.NaN;
}
