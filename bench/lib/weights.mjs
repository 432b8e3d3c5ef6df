/** Numbers out of a formula, for models whose answers nobody reads. */

/** Weights of about the size that keeps sums near 1. */
export function weights(rows, columns, seed) {
  const data = new Float32Array(rows * columns);
  const scale = 1 / Math.sqrt(rows);
  for (let i = 0; i < data.length; i++) data[i] = Math.sin((i + 1) * 12.9898 + seed * 78.233) * scale * 1.4;
  return data;
}
