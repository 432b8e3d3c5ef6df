import { describe, expect, it } from 'vitest';
import { project } from '../../../src/runtime/report/page/projection.js';
import { Random } from '../../protocol/random.js';

describe('project', () => {
  const random = new Random(5);
  const noise = (): number => random.bits() / 2 ** 31 - 1;

  it('finds the plane on which points lie, widest axis first', () => {
    const rows = 300;
    const dim = 40;
    const axes = [0, 1].map(() => Float64Array.from({ length: dim }, noise));
    const places = Array.from({ length: rows }, () => [noise() * 10, noise() * 2] as const);
    const vectors = Float32Array.from({ length: rows * dim }, (_, i) => {
      const [a, b] = places[Math.floor(i / dim)] as readonly [number, number];
      return 7 + a * ((axes[0] as Float64Array)[i % dim] as number) + b * ((axes[1] as Float64Array)[i % dim] as number);
    });
    const { points, share } = project(vectors, dim);
    expect(share[0]).toBeGreaterThan(share[1]);
    expect(share[0] + share[1]).toBeCloseTo(1, 5);
    const along = places.map(([a]) => a);
    expect(Math.abs(correlation(along, places.map((_, i) => points[2 * i] as number)))).toBeGreaterThan(0.98);
    expect(Math.max(...points.map(Math.abs))).toBeCloseTo(1, 5);
  });

  it('says that two axes show little where all dimensions count alike', () => {
    const { share } = project(Float32Array.from({ length: 2000 * 50 }, noise), 50);
    expect(share[0]).toBeLessThan(0.05);
    expect(share[1]).toBeLessThanOrEqual(share[0]);
  });

  it('is the same each time, and the same as itself turned round', () => {
    const vectors = Float32Array.from({ length: 60 * 8 }, noise);
    expect(project(vectors, 8)).toEqual(project(vectors.slice(), 8));
  });

  it.each([
    ['no rows', new Float32Array(), 4],
    ['one row', Float32Array.of(1, 2, 3), 3],
    ['equal rows', Float32Array.of(1, 2, 1, 2, 1, 2), 2],
    ['one dimension', Float32Array.of(1, 2, 3), 1],
  ])('%s give points without NaN', (_, vectors, dim) => {
    const { points, share } = project(vectors, dim);
    expect([...points, ...share].every(Number.isFinite)).toBe(true);
    expect(points).toHaveLength((vectors.length / dim) * 2);
  });
});

function correlation(a: readonly number[], b: readonly number[]): number {
  const mean = (list: readonly number[]): number => list.reduce((sum, value) => sum + value, 0) / list.length;
  const [x, y] = [a.map((value) => value - mean(a)), b.map((value) => value - mean(b))];
  const product = (p: readonly number[], q: readonly number[]): number => p.reduce((sum, value, i) => sum + value * (q[i] as number), 0);
  return product(x, y) / Math.sqrt(product(x, x) * product(y, y));
}
