import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { fakeAnswer } from '../../../src/runtime/services/llm/fake.js';
import { readRequest, requestHash, type Schema } from '../../../src/runtime/services/llm/request.js';

const answer = (params: Record<string, unknown>) => {
  const request = readRequest(params);
  return fakeAnswer(request, requestHash(request, []));
};

const shapes: Record<string, z.ZodType> = {
  object: z.object({ name: z.string(), age: z.number().int().min(0).max(120), tags: z.array(z.string()).min(1).max(3), nested: z.object({ ok: z.boolean() }) }),
  'number in range': z.number().min(0.25).max(0.5),
  'narrow number': z.number().min(0.001).max(0.002),
  'exclusive number': z.number().gt(0).lt(1),
  'exclusive integer': z.int().gt(4).lt(6),
  'multiple of': z.number().min(1).max(20).multipleOf(5),
  'negative maximum': z.number().max(-10),
  enum: z.enum(['red', 'green']),
  literal: z.literal('fixed'),
  union: z.union([z.string(), z.number()]),
  nullable: z.nullable(z.string()),
  'long string': z.string().min(50).max(60),
  'short string': z.string().max(3),
  email: z.email(),
  date: z.iso.date(),
  tuple: z.tuple([z.string(), z.number()]),
  'exact array': z.array(z.boolean()).length(7),
  'empty array': z.array(z.string()).max(0),
  intersection: z.intersection(z.object({ a: z.string() }), z.object({ b: z.number() })),
};

describe('fakeAnswer', () => {
  it.each(Object.entries(shapes))('fits the schema: %s', (_, shape) => {
    const schema = z.toJSONSchema(shape) as Schema;
    for (let i = 0; i < 50; i += 1) {
      const { data, text } = answer({ instruction: 'x', text: `row ${i}`, schema });
      expect(shape.safeParse(data)).toMatchObject({ success: true });
      expect(JSON.parse(text)).toEqual(data);
    }
  });

  it('ends for a type that contains itself', () => {
    const schema = { $ref: '#/$defs/Node', $defs: { Node: { type: 'object', properties: { children: { type: 'array', items: { $ref: '#/$defs/Node' } } }, required: ['children'] } } };
    expect(answer({ instruction: 'x', schema }).data).toHaveProperty('children');
  });

  it('is the same for the same request and varies with it', () => {
    const schema = z.toJSONSchema(z.object({ score: z.number().min(0).max(1) })) as Schema;
    const texts = Array.from({ length: 20 }, (_, i) => answer({ instruction: 'x', text: `row ${i}`, schema }).text);
    expect(answer({ instruction: 'x', text: 'row 0', schema }).text).toBe(texts[0]);
    expect(new Set(texts).size).toBeGreaterThan(10);
  });

  it('without a schema is a text that names the question', () => {
    const { data, text } = answer({ instruction: 'Summarise', text: 'the quick brown fox' });
    expect(data).toBe(text);
    expect(text).toContain('the quick brown fox');
  });
});

describe('requestHash', () => {
  const base = { instruction: 'i', text: 't', schema: { type: 'object', properties: { a: {}, b: {} } } };
  const hash = (params: Record<string, unknown>, images: string[] = []) => requestHash(readRequest(params), images);

  it('does not depend on the order of keys', () => {
    expect(hash({ schema: { properties: { b: {}, a: {} }, type: 'object' }, text: 't', instruction: 'i' })).toBe(hash(base));
  });

  it.each([
    ['instruction', { ...base, instruction: 'j' }, []],
    ['text', { ...base, text: 'u' }, []],
    ['schema', { ...base, schema: {} }, []],
    ['model', { ...base, model: 'm' }, []],
    ['provider', { ...base, provider: 'openai' }, []],
    ['images', base, ['picture']],
  ])('depends on %s', (_, params, images) => {
    expect(hash(params, images)).not.toBe(hash(base));
  });
});

it.each([
  ['instruction', {}],
  ['instruction', { instruction: ' ' }],
  ['text', { instruction: 'x', text: 1 }],
  ['images', { instruction: 'x', images: 'a.png' }],
  ['images', { instruction: 'x', images: [1] }],
  ['provider', { instruction: 'x', provider: 'acme' }],
  ['model', { instruction: 'x', model: 1 }],
  ['schema', { instruction: 'x', schema: [] }],
])('a request with a wrong %s is refused: %j', (field, params) => {
  expect(() => readRequest(params)).toThrow(expect.objectContaining({ code: 'llm-request', details: { field } }));
});
