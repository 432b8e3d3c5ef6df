/** Rows to JSON Lines, in memory: the sink against JSON.stringify on the same rows. */
import { alternate, median, rounded } from './rounds.mjs';

const ROWS = 1024;
const DIM = 384;
const REPEATS = 8;

/**
 * @param {number} rounds
 * @returns {Promise<{ rows_per_s: { sink: number, stringify: number }, ratio: number }>}
 */
export async function formatSpeed(rounds) {
  const { jsonlFormat } = await import('../.data/parts/jsonl.mjs');
  const vectors = Float32Array.from({ length: ROWS * DIM }, (_, i) => Math.sin(i * 12.9898) / 20);
  const ids = Array.from({ length: ROWS }, (_, i) => `r${String(i).padStart(8, '0')}`);
  const offsets = Int32Array.from({ length: ROWS + 1 }, (_, i) => i * 9);
  const columns = [
    { name: 'id', type: { kind: 'text' }, length: ROWS, nulls: 0, validity: null, offsets, data: Buffer.from(ids.join('')) },
    { name: 'embedding', type: { kind: 'vector', dim: DIM }, length: ROWS, nulls: 0, validity: null, data: vectors },
  ];
  const format = jsonlFormat(columns.map(({ name, type }) => ({ name, type, origin: 'plugin' })));
  const timed = (work) => async () => {
    const started = performance.now();
    for (let i = 0; i < REPEATS; i++) work();
    return (ROWS * REPEATS * 1000) / (performance.now() - started);
  };
  const sides = {
    sink: timed(() => format.push({ rows: ROWS, columns })),
    stringify: timed(() => Buffer.from(ids.map((id, i) => JSON.stringify({ id, embedding: Array.from(vectors.subarray(i * DIM, (i + 1) * DIM)) })).join('\n'))),
  };
  await alternate(sides, 2);
  const results = await alternate(sides, rounds);
  const rates = { sink: Math.round(median(results.sink)), stringify: Math.round(median(results.stringify)) };
  return { rows_per_s: rates, ratio: rounded(rates.sink / rates.stringify) };
}
