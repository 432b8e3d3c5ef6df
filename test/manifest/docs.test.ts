import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { fieldTexts } from '../../src/manifest/explain.js';
import { knownKeys } from '../../src/manifest/schema.js';

it.each(Object.entries(knownKeys))('every key of %j is in the reference', (_where, keys) => {
  const reference = readFileSync('docs/manifest.md', 'utf8');
  expect(keys.filter((key) => !new RegExp('\\b' + key + '\\b').test(reference))).toEqual([]);
});

it('every field has words for its refusal', () => {
  const paths = Object.entries(knownKeys).flatMap(([where, keys]) => keys.map((key) => (where === '' ? key : where + '.' + key)));
  expect(paths.filter((path) => fieldTexts[path] === undefined)).toEqual([]);
});
