import { expect, it } from 'vitest';
import { suggest } from '../../src/manifest/suggest.js';

const known = ['batch_size', 'max_concurrency', 'SIMPLE'];

it.each([
  ['batch_sise', 'batch_size'], ['batchSize', 'batch_size'], ['Batch-Size', 'batch_size'], ['simple', 'SIMPLE'], ['concurency_max', undefined],
  ['max_concurency', 'max_concurrency'], ['size', 'batch_size'], ['x', undefined], ['', undefined], ['batch_size'.repeat(50), undefined],
])('for %s suggests %s', (given, expected) => expect(suggest(given, known, { size: 'batch_size' })).toBe(expected));

it('suggests nothing from nothing', () => expect(suggest('a', [])).toBeUndefined());

it('does not take inherited names for aliases', () => expect(suggest('constructor', ['version'], {})).toBeUndefined());
