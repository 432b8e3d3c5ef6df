import { describe, expect, test } from 'vitest';
import { Failure } from '../../src/errors/index.js';
import { type Match, type Metric, type VectorBlock, scoreMeaning, topK } from '../../src/search/index.js';

/** A fixed sequence of numbers in [-1, 1), the same in every run. */
function numbers(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 31 - 1;
  };
}

function randomVectors(rows: number, dim: number, seed = 1): Float32Array {
  const next = numbers(seed);
  return Float32Array.from({ length: rows * dim }, next);
}

/** What `topK` must give, written down as plainly as possible. */
function bruteForce(metric: Metric, dim: number, query: Float32Array, k: number, vectors: Float32Array, isNull: (row: number) => boolean = () => false): Match[] {
  const found: Match[] = [];
  for (let row = 0; row * dim < vectors.length; row += 1) {
    if (isNull(row)) continue;
    const vector = Array.from(vectors.subarray(row * dim, (row + 1) * dim));
    const sum = (term: (a: number, b: number) => number): number => vector.reduce((total, a, i) => total + term(a, query[i] as number), 0);
    const product = sum((a, b) => a * b);
    const lengths = Math.sqrt(sum((a) => a * a)) * Math.sqrt(sum((_, b) => b * b));
    if (metric === 'cosine' && lengths === 0) continue;
    const score = metric === 'dot' ? product : metric === 'cosine' ? product / lengths : Math.sqrt(sum((a, b) => (a - b) ** 2));
    found.push({ row, score });
  }
  const sign = metric === 'euclid' ? 1 : -1;
  return found.sort((a, b) => sign * (a.score - b.score) || a.row - b.row).slice(0, k);
}

async function* inBlocks(vectors: Float32Array, dim: number, size: number): AsyncGenerator<VectorBlock> {
  const rows = vectors.length / dim;
  for (let start = 0; start < rows; start += size) {
    const count = Math.min(size, rows - start);
    yield { vectors: vectors.subarray(start * dim, (start + count) * dim), rows: count, firstRow: start };
  }
}

function expectSame(found: Match[], wanted: Match[]): void {
  expect(found.map((match) => match.row)).toEqual(wanted.map((match) => match.row));
  found.forEach((match, i) => expect(match.score).toBeCloseTo(wanted[i]?.score ?? Number.NaN, 9));
}

const METRICS: Metric[] = ['cosine', 'euclid', 'dot'];

describe.each(METRICS)('%s', (metric) => {
  test.each([
    { what: 'one dimension', rows: 100, dim: 1, k: 10, block: 30 },
    { what: 'an odd dimension', rows: 500, dim: 7, k: 5, block: 64 },
    { what: '384 dimensions in one block', rows: 3000, dim: 384, k: 10, block: 3000 },
    { what: '384 dimensions in blocks of 1', rows: 40, dim: 384, k: 10, block: 1 },
    { what: '1,536 dimensions', rows: 600, dim: 1536, k: 20, block: 250 },
    { what: 'more wanted than there are', rows: 9, dim: 16, k: 50, block: 4 },
    { what: 'one wanted', rows: 1000, dim: 32, k: 1, block: 128 },
  ])('finds what brute force finds: $what', async ({ rows, dim, k, block }) => {
    const vectors = randomVectors(rows, dim);
    for (const seed of [7, 8, 9]) {
      const query = randomVectors(1, dim, seed);
      expectSame(await topK({ metric, dim, query, k, blocks: inBlocks(vectors, dim, block) }), bruteForce(metric, dim, query, k, vectors));
    }
  });

  test('gives the same scores, bit for bit, however the rows are cut into blocks', async () => {
    const vectors = randomVectors(2500, 48);
    const query = randomVectors(1, 48, 5);
    const whole = await topK({ metric, dim: 48, query, k: 25, blocks: inBlocks(vectors, 48, 2500) });
    for (const size of [1, 13, 1024]) {
      expect(await topK({ metric, dim: 48, query, k: 25, blocks: inBlocks(vectors, 48, size) })).toEqual(whole);
    }
  });

  test('orders duplicates by row number', async () => {
    const dim = 33;
    const one = randomVectors(1, dim);
    const vectors = new Float32Array(200 * dim);
    for (let row = 0; row < 200; row += 1) vectors.set(one, row * dim);
    const found = await topK({ metric, dim, query: randomVectors(1, dim, 3), k: 20, blocks: inBlocks(vectors, dim, 17) });
    expect(found.map((match) => match.row)).toEqual(Array.from({ length: 20 }, (_, i) => i));
  });

  test.each([1, 2, 3, 4])('tells vectors apart that single precision sums cannot (%s)', async (seed) => {
    const dim = 256;
    const query = randomVectors(1, dim, seed).map((value) => value + seed);
    // Each row differs so little from the query that its products differ by less than their rounding.
    const vectors = new Float32Array(300 * dim);
    for (let row = 0; row < 300; row += 1) {
      vectors.set(query, row * dim);
      for (let i = 0; i <= (row * 37) % 150; i += 1) vectors[row * dim + i] = (query[i] as number) - 2 ** -12;
    }
    const found = await topK({ metric, dim, query, k: 40, blocks: inBlocks(vectors, dim, 64) });
    expect(found.map((match) => match.row)).toEqual(bruteForce(metric, dim, query, 40, vectors).map((match) => match.row));
  });

  test('never returns null rows, whatever they hold', async () => {
    const dim = 12;
    const rows = 100;
    const vectors = randomVectors(rows, dim);
    const isNull = (row: number): boolean => row % 3 === 0;
    const validity = new Uint8Array(Math.ceil(rows / 8));
    for (let row = 0; row < rows; row += 1) {
      if (isNull(row)) vectors.fill(row % 2 === 0 ? Number.NaN : 1e9, row * dim, (row + 1) * dim);
      else validity[row >> 3] = (validity[row >> 3] as number) | (1 << (row & 7));
    }
    const query = randomVectors(1, dim, 2);
    const blocks = [{ vectors, rows, validity, firstRow: 1000 }];
    const wanted = bruteForce(metric, dim, query, 100, vectors, isNull).map((match) => ({ ...match, row: match.row + 1000 }));
    expectSame(await topK({ metric, dim, query, k: 100, blocks }), wanted);
  });

  test.each([Number.NaN, Number.POSITIVE_INFINITY])('refuses a vector with %s, naming its row', async (broken) => {
    const vectors = randomVectors(50, 8);
    vectors[31 * 8 + 7] = broken;
    const search = topK({ metric, dim: 8, query: randomVectors(1, 8, 2), k: 3, blocks: inBlocks(vectors, 8, 10) });
    await expect(search).rejects.toMatchObject({ code: 'vector-not-finite', message: expect.stringContaining('row 31') });
  });

  test.each([1e-25, 1e-22, 1e25])('ranks vectors of length about %s', async (size) => {
    const vectors = randomVectors(200, 16).map((value) => value * size);
    const query = randomVectors(1, 16, 2).map((value) => value * size);
    const found = await topK({ metric, dim: 16, query, k: 10, blocks: inBlocks(vectors, 16, 64) });
    expect(found.map((match) => match.row)).toEqual(bruteForce(metric, 16, query, 10, vectors).map((match) => match.row));
  });

  test('finds nothing where there is nothing', async () => {
    expect(await topK({ metric, dim: 4, query: randomVectors(1, 4), k: 3, blocks: [] })).toEqual([]);
    const empty = { vectors: new Float32Array(0), rows: 0, firstRow: 0 };
    expect(await topK({ metric, dim: 4, query: randomVectors(1, 4), k: 3, blocks: [empty] })).toEqual([]);
  });
});

test('zero vectors have no cosine, and are found by the other metrics', async () => {
  const vectors = Float32Array.from([0, 0, 1, 1, 0, 0]);
  const rowsFor = async (metric: Metric): Promise<number[]> =>
    (await topK({ metric, dim: 2, query: Float32Array.from([1, 0]), k: 3, blocks: inBlocks(vectors, 2, 3) })).map((match) => match.row);
  expect(await rowsFor('cosine')).toEqual([1]);
  expect(await rowsFor('dot')).toEqual([1, 0, 2]);
  expect(await rowsFor('euclid')).toEqual([0, 1, 2]);
});

test('a vector is at distance 0 from itself, and its cosine with itself is at most 1', async () => {
  const vectors = randomVectors(20, 100);
  const query = vectors.slice(300, 400);
  const first = async (metric: Metric): Promise<Match | undefined> => (await topK({ metric, dim: 100, query, k: 1, blocks: inBlocks(vectors, 100, 6) }))[0];
  expect(await first('euclid')).toEqual({ row: 3, score: 0 });
  const cosine = await first('cosine');
  expect(cosine?.row).toBe(3);
  expect(cosine?.score).toBeLessThanOrEqual(1);
  expect(cosine?.score).toBeGreaterThan(1 - 1e-12);
});

test('says what a score is', () => {
  expect(scoreMeaning).toEqual({ cosine: 'similarity', dot: 'product', euclid: 'distance' });
});

describe('refuses', () => {
  const blocks = [{ vectors: new Float32Array(8).fill(1), rows: 2, firstRow: 0 }];
  const query = new Float32Array(4).fill(1);

  test.each([
    { what: 'a query of another dimension', options: { query: new Float32Array(3) }, code: 'query-dimension' },
    { what: 'a query with NaN', options: { query: Float32Array.of(1, 2, 3, Number.NaN) }, code: 'query-not-finite' },
    { what: 'a query with Infinity', options: { query: Float32Array.of(1, 2, 3, Number.POSITIVE_INFINITY) }, code: 'query-not-finite' },
    { what: 'a zero query', options: { query: new Float32Array(4) }, code: 'query-zero' },
  ])('$what', async ({ options, code }) => {
    const error: unknown = await topK({ metric: 'cosine', dim: 4, k: 1, blocks, ...options }).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(Failure);
    expect(error).toMatchObject({ code, why: expect.any(String), next: expect.any(String) });
  });

  test.each([
    { what: 'no matches wanted', options: { k: 0 } },
    { what: 'half a match', options: { k: 1.5 } },
    { what: 'a block with too few floats', options: { blocks: [{ vectors: new Float32Array(7), rows: 2, firstRow: 0 }] } },
    { what: 'a bitmap that is too short', options: { blocks: [{ vectors: new Float32Array(36), rows: 9, firstRow: 0, validity: new Uint8Array(1) }] } },
  ])('$what', async ({ options }) => {
    await expect(topK({ metric: 'dot', dim: 4, query, k: 1, blocks, ...options })).rejects.toThrow(RangeError);
  });
});
