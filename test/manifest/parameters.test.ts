import { describe, expect, it } from 'vitest';
import { Failure } from '../../src/errors/index.js';
import { parameterDefaults, parseManifest, parseParameters } from '../../src/manifest/index.js';
import { z } from '../../src/sdk/manifest.js';

function manifestWith(parameter_schema: unknown) {
  // Through text, as a host has it: nothing of zod is left.
  const manifest = parseManifest({ feature_extractor_name: 'my_extractor', version: '1.0.0', parameter_schema });
  return { ...manifest, parameter_schema: JSON.parse(JSON.stringify(manifest.parameter_schema)) as typeof manifest.parameter_schema };
}

const schema = z.object({
  threshold: z.number().min(0).max(1).default(0.5),
  size: z.enum(['base', 'large']).default('base'),
  count: z.int().min(1).optional(),
  label: z.string().min(2).max(5).optional(),
  flags: z.array(z.boolean()).max(2).optional(),
  nested: z.object({ depth: z.number().gt(0).default(1), name: z.string() }).optional(),
  either: z.union([z.string(), z.number()]).optional(),
  none: z.string().nullable().optional(),
  kind: z.literal('fixed').optional(),
  weights: z.record(z.string(), z.number()).optional(),
  code: z.string().regex(/^[a-z]+$/).optional(),
  pair: z.tuple([z.string(), z.number()]).optional(),
  step: z.number().multipleOf(0.1).optional(),
});
const defaults = { threshold: 0.5, size: 'base' };

describe('parseParameters', () => {
  it.each([
    [undefined, {}], [null, {}], [{}, {}], [{ threshold: 0 }, { threshold: 0 }], [{ size: 'large' }, { size: 'large' }],
    [{ count: 1 }, { count: 1 }], [{ label: 'abc' }, { label: 'abc' }], [{ flags: [true, false] }, { flags: [true, false] }],
    [{ nested: { name: 'a' } }, { nested: { depth: 1, name: 'a' } }], [{ either: 'a' }, { either: 'a' }], [{ either: 2 }, { either: 2 }],
    [{ none: null }, { none: null }], [{ kind: 'fixed' }, { kind: 'fixed' }], [{ weights: { a: 1 } }, { weights: { a: 1 } }],
    [{ code: 'abc' }, { code: 'abc' }], [{ pair: ['a', 1] }, { pair: ['a', 1] }], [{ step: 0.3 }, { step: 0.3 }],
  ])('accepts %j', (given, expected) => {
    const result = parseParameters(manifestWith(schema), given);
    expect(result).toEqual({ ...defaults, ...expected });
    // zod, which the author wrote the schema in, must agree.
    expect(result).toEqual(schema.parse(given ?? {}));
  });

  it.each<[unknown, string, string]>([
    [{ threshold: 1.5 }, 'threshold', 'threshold is 1.5; it must be at most 1.'],
    [{ threshold: -0.1 }, 'threshold', 'threshold is -0.1; it must be at least 0.'],
    [{ threshold: '0.5' }, 'threshold', "threshold is '0.5'; it must be a number."],
    [{ threshold: Number.NaN }, 'threshold', 'threshold is NaN; it must be a number.'],
    [{ threshold: null }, 'threshold', 'threshold is null; it must be a number.'],
    [{ size: 'huge' }, 'size', "size is 'huge'; it must be one of 'base', 'large'."],
    [{ count: 1.5 }, 'count', 'count is 1.5; it must be a whole number.'],
    [{ count: 0 }, 'count', 'count is 0; it must be at least 1.'],
    [{ label: 'a' }, 'label', "label is 'a'; it must be text of at least 2 characters."],
    [{ label: 'abcdef' }, 'label', "label is 'abcdef'; it must be text of at most 5 characters."],
    [{ flags: true }, 'flags', 'flags is true; it must be a list.'],
    [{ flags: [true, 1] }, 'flags[1]', 'flags[1] is 1; it must be true or false.'],
    [{ flags: [true, true, true] }, 'flags', 'flags is a list; it must be a list of at most 2 items.'],
    [{ nested: {} }, 'nested.name', 'nested.name is missing.'],
    [{ nested: { name: 'a', depth: 0 } }, 'nested.depth', 'nested.depth is 0; it must be above 0.'],
    [{ nested: { name: 'a', dept: 1 } }, 'nested.dept', 'nested.dept is not a known name.'],
    [{ either: true }, 'either', 'either is true; it must be text or a number.'],
    [{ none: 1 }, 'none', 'none is 1; it must be text or null.'],
    [{ kind: 'other' }, 'kind', "kind is 'other'; it must be 'fixed'."],
    [{ weights: { a: 'x' } }, 'weights.a', "weights.a is 'x'; it must be a number."],
    [{ code: 'ABC' }, 'code', "code is 'ABC'; it must be text that matches ^[a-z]+$."],
    [{ pair: [1, 1] }, 'pair[0]', 'pair[0] is 1; it must be text.'],
    [{ step: 0.25 }, 'step', 'step is 0.25; it must be a multiple of 0.1.'],
    [{ thresold: 1 }, 'thresold', 'thresold is not a known name.'],
    [[], '', 'The value as a whole is []; it must be an object.'],
    ['x', '', "The value as a whole is 'x'; it must be an object."],
  ])('refuses %j', (given, path, message) => {
    const run = () => parseParameters(manifestWith(schema), given);
    expect(run).toThrow(Failure);
    expect(run).toThrow(expect.objectContaining({ code: 'parameters-invalid', exitCode: 2, details: { problems: [{ path, message, next: expect.any(String) }] } }));
  });

  it('names every wrong parameter, and what was meant', () => {
    const run = () => parseParameters(manifestWith(schema), { thresold: 1, sise: 'base', size: 'larg' });
    expect(run).toThrow(/3 parameters[^]*size is 'larg'.*Did you mean 'large'\?[^]*thresold.*Did you mean 'threshold'\?[^]*sise.*Did you mean 'size'\?/);
  });

  it('requires what has no default', () => {
    expect(() => parseParameters(manifestWith(z.object({ model: z.string() })), {})).toThrow('model is missing.');
  });

  it('takes no parameters without a schema', () => {
    expect(parseParameters(manifestWith(undefined), {})).toEqual({});
    expect(() => parseParameters(manifestWith(undefined), { a: 1 })).toThrow('a is not a known name.');
  });

  it('allows further keys where the schema does', () => {
    expect(parseParameters(manifestWith(z.looseObject({ a: z.number().optional() })), { b: 1 })).toEqual({ b: 1 });
    expect(parseParameters(manifestWith({ type: 'object' }), { b: 1 })).toEqual({ b: 1 });
  });

  it('follows references as pydantic writes them', () => {
    const manifest = manifestWith({
      type: 'object',
      $defs: { Size: { type: 'string', enum: ['base', 'large'] } },
      properties: { size: { $ref: '#/$defs/Size', default: 'base' }, more: { anyOf: [{ $ref: '#/$defs/Size' }, { type: 'null' }], default: null } },
    });
    expect(parseParameters(manifest, {})).toEqual({ size: 'base', more: null });
    expect(() => parseParameters(manifest, { size: 'x' })).toThrow("size is 'x'");
    expect(() => parseParameters(manifest, { more: 'x' })).toThrow("more is 'x'; it must be of one of its 2 forms.");
  });

  it('ends for a schema that refers to itself', () => {
    expect(() => parseParameters(manifestWith({ type: 'object', properties: {}, allOf: [{ $ref: '#' }] }), {})).toThrow('nested at most 200 deep');
    expect(() => parseParameters(manifestWith({ $ref: '#' }), {})).not.toThrow(RangeError);
  });

  it('names a pattern that is no regular expression', () => {
    const manifest = manifestWith({ type: 'object', properties: { a: { type: 'string', pattern: '(' } } });
    expect(() => parseParameters(manifest, { a: 'x' })).toThrow(expect.objectContaining({ code: 'schema-invalid' }));
  });

  it('keeps keys that objects have by themselves apart', () => {
    expect(() => parseParameters(manifestWith(schema), JSON.parse('{"__proto__": {"threshold": 1}}'))).toThrow('__proto__ is not a known name.');
    expect(() => parseParameters(manifestWith(z.object({ constructor: z.string() })), {})).toThrow('constructor is missing.');
  });

  it('gives each call defaults of its own', () => {
    const manifest = manifestWith(z.object({ list: z.array(z.string()).default(['a']) }));
    (parseParameters(manifest, {})['list'] as string[]).push('b');
    expect(parseParameters(manifest, {})).toEqual({ list: ['a'] });
  });
});

it('parameterDefaults needs no values', () => {
  expect(parameterDefaults(manifestWith(schema))).toEqual(defaults);
  expect(parameterDefaults(manifestWith(z.object({ model: z.string(), n: z.int().default(2) })))).toEqual({ n: 2 });
  expect(parameterDefaults(manifestWith(undefined))).toEqual({});
});
