import { Failure } from '../errors/index.js';
import { Best } from './best.js';
import { type Metric, type Query, exactKey, highestKey, scoreOf } from './metric.js';
import { type Products, productsWith } from './products.js';

/** Consecutive rows of a vector column. */
export interface VectorBlock {
  /** `rows * dim` floats, row by row. What a null row holds does not matter. */
  vectors: Float32Array;
  rows: number;
  /** Arrow's validity bitmap, lowest bit first, starting with the block's first row. Null or absent: all are valid. */
  validity?: Uint8Array | null;
  /** Number of the block's first row; the answer counts from here. */
  firstRow: number;
}

export interface TopKOptions {
  metric: Metric;
  dim: number;
  query: Float32Array;
  /** How many matches are wanted; fewer come back when there are fewer. */
  k: number;
  blocks: AsyncIterable<VectorBlock> | Iterable<VectorBlock>;
}

export interface Match {
  row: number;
  /** See `scoreMeaning`. */
  score: number;
}

/** Floats multiplied at once: 1.5 MB, which stays in a core's cache between the two products. */
const FLOATS_AT_ONCE = 400_000;

/**
 * The `k` nearest rows, best first, equal scores by row number. Exact: onnxruntime's products only rule rows out, with
 * a bound on their rounding; what is left is scored in double precision. So the answer depends neither on how the rows
 * are cut into blocks nor on the machine. Null rows are never returned, nor zero vectors for `cosine`, which have none.
 * Memory is that of one block.
 *
 * @throws Failure `query-dimension`, `query-not-finite`, `query-zero`, `vector-not-finite`, and those of onnxruntime
 *   (`native-missing`, `native-broken`, `search-engine`)
 * @throws RangeError for a `k` that is no positive integer, or a block whose sizes do not fit together
 */
export async function topK({ metric, dim, query: vector, k, blocks }: TopKOptions): Promise<Match[]> {
  if (!Number.isInteger(k) || k < 1) throw new RangeError(`k is ${k}; it must be a positive integer.`);
  const query = checkedQuery(metric, dim, vector);
  const best = new Best(k);
  const products = await productsWith(vector);
  for await (const block of blocks) {
    checkBlock(block, dim);
    await scan(block, query, products, best);
  }
  return best.all.map(({ row, key }) => ({ row, score: scoreOf(metric, key) }));
}

async function scan(block: VectorBlock, query: Query, products: Products, best: Best): Promise<void> {
  const dim = query.vector.length;
  const step = Math.max(1, Math.floor(FLOATS_AT_ONCE / dim));
  for (let start = 0; start < block.rows; start += step) {
    const rows = Math.min(step, block.rows - start);
    const sums = await products(block.vectors.subarray(start * dim, (start + rows) * dim), rows);
    for (let i = 0; i < rows; i += 1) {
      if (!isValid(block.validity, start + i)) continue;
      const highest = highestKey(query, sums.products[i] as number, sums.squares[i] as number);
      // NaN and Infinity are looked at exactly as well: a vector may be too long for single precision, or broken.
      if (Number.isFinite(highest) && !best.admits(highest)) continue;
      const key = exactKey(query, block.vectors, (start + i) * dim);
      if (key === null) continue;
      if (!Number.isFinite(key)) throw notFinite(block.firstRow + start + i);
      best.add({ row: block.firstRow + start + i, key });
    }
  }
}

function isValid(validity: Uint8Array | null | undefined, row: number): boolean {
  return validity == null || ((validity[row >> 3] as number) & (1 << (row & 7))) !== 0;
}

function checkedQuery(metric: Metric, dim: number, vector: Float32Array): Query {
  if (vector.length !== dim) {
    throw new Failure({
      code: 'query-dimension',
      message: `The query has ${vector.length} dimensions, the vectors have ${dim}.`,
      why: 'Only vectors of the same space can be compared.',
      next: 'Embed the query with the same version of the plugin that wrote the vectors.',
      details: { query: vector.length, vectors: dim },
    });
  }
  const length = Math.sqrt(vector.reduce((sum, value) => sum + value * value, 0));
  if (!Number.isFinite(length)) {
    throw new Failure({
      code: 'query-not-finite',
      message: 'The vector of the query holds NaN or Infinity.',
      why: 'Nothing can be near to it.',
      next: 'Look at what the realtime service returns: plugin invoke --local --inputs \'{"text": "..."}\'',
    });
  }
  if (metric === 'cosine' && length === 0) {
    throw new Failure({
      code: 'query-zero',
      message: 'The vector of the query is all zeros.',
      why: 'A zero vector has no direction, so it has no cosine with any other.',
      next: 'Search for other words, or look at what the realtime service returns: plugin invoke --local --inputs \'{"text": "..."}\'',
    });
  }
  return { metric, vector, length };
}

function checkBlock({ vectors, rows, validity, firstRow }: VectorBlock, dim: number): void {
  if (vectors.length !== rows * dim) {
    throw new RangeError(`The block at row ${firstRow} has ${vectors.length} floats; ${rows} rows of ${dim} need ${rows * dim}.`);
  }
  if (validity != null && validity.length < Math.ceil(rows / 8)) {
    throw new RangeError(`The block at row ${firstRow} has ${validity.length} bytes of validity; ${rows} rows need ${Math.ceil(rows / 8)}.`);
  }
}

function notFinite(row: number): Failure {
  return new Failure({
    code: 'vector-not-finite',
    message: `The vector of row ${row} holds NaN or Infinity.`,
    why: 'It cannot be ranked, so the order of the matches would mean nothing.',
    next: 'Mend the processor that wrote it, and run again: plugin run reports such rows.',
    details: { row },
  });
}
