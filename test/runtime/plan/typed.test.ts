import { describe, expect, it } from 'vitest';
import type { PluginManifest } from '../../../src/manifest/index.js';
import { typed } from '../../../src/runtime/plan/typed.js';
import { problemOf, type SourceChunk } from '../../../src/runtime/sources/index.js';

const manifest = { input_schema: { type: 'object', properties: { text: { type: 'string' }, year: { type: 'integer' }, price: { type: 'number' }, sold: { type: 'boolean' }, other: { anyOf: [] } }, required: ['text'] } } as unknown as PluginManifest;
const NAMES = ['text', 'year', 'price', 'sold', 'other', 'more'];

function chunk(row: Record<string, unknown>, textOnly = true): SourceChunk {
  return { rows: [row], ends: [{ row: 1, byte: 1, line: 1 }], types: new Map(NAMES.map((name) => [name, { kind: 'text' } as const])), ...(textOnly && { textOnly: true as const }) };
}

describe('columns of a format without types', () => {
  it('are what input_schema says', () => {
    const { rows, types } = typed(chunk({ text: '1', year: '1999', price: ' 2.50 ', sold: 'TRUE', other: '4', more: '5' }), manifest);
    expect(rows).toEqual([{ text: '1', year: 1999, price: 2.5, sold: true, other: '4', more: '5' }]);
    expect(Object.fromEntries([...(types ?? [])].map(([name, { kind }]) => [name, kind]))).toEqual({ text: 'text', year: 'int', price: 'float', sold: 'bool', other: 'text', more: 'text' });
  });

  it.each<[string, string, unknown]>([
    ['year', '-7', -7], ['year', '+7', 7], ['year', '007', 7], ['year', '9007199254740993', 9007199254740993n], ['price', '1e3', 1000], ['price', '.5', 0.5], ['price', '-1.', -1], ['sold', 'false', false],
  ])('%s: %s', (name, text, value) => expect(typed(chunk({ [name]: text }), manifest).rows[0]?.[name]).toBe(value));

  it.each<[string, string]>([
    ['year', '1999.5'], ['year', 'abc'], ['year', ''], ['year', '0x10'], ['price', '1,5'], ['price', 'NaN'], ['price', 'Infinity'], ['price', '1e'], ['sold', 'yes'], ['sold', '1'],
  ])('%s: %s is a problem of its row', (name, text) => expect(problemOf(typed(chunk({ [name]: text }), manifest).rows[0] ?? {})).toMatch(new RegExp(`^"${name}" holds .*; input_schema wants `)));

  it('leave null as it is, and formats with types alone', () => {
    expect(typed(chunk({ year: null }), manifest).rows).toEqual([{ year: null }]);
    expect(typed(chunk({ year: '1999' }, false), manifest).rows).toEqual([{ year: '1999' }]);
  });
});
