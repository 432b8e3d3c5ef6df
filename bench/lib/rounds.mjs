/** Rounds of measurements in which every side takes its turn, and what they say together. */

/** @param {number[]} values @returns {number} the middle one, or the mean of the middle two */
export function median(values) {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

/**
 * Measures each side once a round, A B A B: whatever else the machine does meanwhile hits all sides alike.
 * @template T
 * @param {Record<string, () => Promise<T>>} sides
 * @param {number} rounds
 * @returns {Promise<Record<string, T[]>>}
 */
export async function alternate(sides, rounds) {
  const results = Object.fromEntries(Object.keys(sides).map((name) => [name, []]));
  for (let round = 0; round < rounds; round++) for (const [name, side] of Object.entries(sides)) results[name].push(await side());
  return results;
}

/**
 * Medians of every number that the measurements hold.
 * @param {Record<string, number | null>[]} measured
 * @returns {Record<string, number>}
 */
export function medians(measured) {
  const keys = Object.keys(measured[0]).filter((key) => typeof measured[0][key] === 'number');
  return Object.fromEntries(keys.map((key) => [key, rounded(median(measured.map((one) => one[key])))]));
}

/**
 * How much faster `side` was than `base`: above 1 is faster.
 * @param {{ wall_s: number }[]} base
 * @param {{ wall_s: number }[]} side
 */
export function speed(base, side) {
  const walls = (all) => all.map((one) => one.wall_s);
  const pairs = base.map((one, i) => one.wall_s / side[i].wall_s);
  return {
    of_medians: rounded(median(walls(base)) / median(walls(side))),
    of_pairs: rounded(median(pairs)),
    range: [rounded(Math.min(...pairs)), rounded(Math.max(...pairs))],
  };
}

export function rounded(value) {
  return Number(value.toPrecision(4));
}
