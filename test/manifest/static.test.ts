import { describe, expect, it } from 'vitest';
import { UNKNOWN, checkStatic, placeOf, readStatic } from '../../src/manifest/index.js';
import { toJsonSchema } from '../../src/manifest/json-schema.js';
import { hasUnknown, isOpen, type TreeObject } from '../../src/manifest/tree.js';
import { z } from '../../src/sdk/manifest.js';

async function read(object: string, before = ''): Promise<TreeObject> {
  const { value } = await readStatic(`import { z } from 'plugsmith/manifest';\n${before}\nexport default ${object};`, 'manifest.ts');
  return value as TreeObject;
}

describe('values', () => {
  it.each<[string, unknown]>([
    [`'a'`, 'a'], ['"a\\n"', 'a\n'], ['`a`', 'a'], ['`a${1}b${"c"}`', 'a1bc'], ['`a${x}`', UNKNOWN], ['1.5', 1.5], ['0x10', 16], ['1_000', 1000],
    ['-2', -2], ['+2', 2], ['- -2', 2], ['!true', UNKNOWN], ['true', true], ['null', null], ['undefined', undefined], ['(1)', 1],
    ['1 as const', 1], ['1 satisfies number', 1], ['1!', 1], ['[1, , 2]', [1, undefined, 2]], ['[...[1, 2], 3]', [1, 2, 3]], ['[...x, 3]', [UNKNOWN, 3]],
    ['{ a: { b: 1 } }', { a: { b: 1 } }], ['{ "a-b": 1, 2: 3 }', { 'a-b': 1, 2: 3 }], ['{ ["a"]: 1 }', { a: 1 }], ['f()', UNKNOWN], ['1 + 1', 2], ['2 * 384', 768], ['8 - 1', UNKNOWN],
    ['"a" + "b" + 1', 'ab1'], ['"a" * 2', UNKNOWN], ['"a" + x', UNKNOWN], ['[1] + [2]', UNKNOWN],
    ['x', UNKNOWN], ['process.env.A', UNKNOWN], ['() => 1', UNKNOWN], ['{ a() {} }', { a: UNKNOWN }], ['/a/', UNKNOWN], ['1n', UNKNOWN], ['await x', UNKNOWN],
  ])('reads %s', async (source, expected) => {
    expect((await read(`{ value: ${source} }`))['value']).toEqual(expected);
  });

  it('follows constants, but not variables', async () => {
    expect(await read('{ a, b: c, d }', `const a = 1; export const c = [a]; let d = 2;`)).toEqual({ a: 1, b: [1], d: UNKNOWN });
  });

  it.each<[string, unknown]>([
    ['C.dim', 8], ['C["dim"]', 8], ['C[K]', 8], ['C.deep.dim', 16], ['C.again', 8], ['C?.dim', UNKNOWN], ['C.no', UNKNOWN], ['S.dim', UNKNOWN], ['M.dim', UNKNOWN],
    ['X.dim', UNKNOWN], ['C[x]', UNKNOWN], ['{ [K]: 1, [`${K}s`]: 2 }', { dim: 1, dims: 2 }], ['L.a.b', UNKNOWN], ['[C.dim, C].length', UNKNOWN],
  ])('reads members of constants: %s', async (source, expected) => {
    const before = `const K = 'dim'; const D = { dim: 16, x: 8 }; const C = { [K]: 8, deep: D, again: D.x } as const; const S = { ...D };
      const M = { dim: 1 }; M.dim = 2; const L = { a: L.a };`;
    expect((await read(`{ value: ${source} }`, before))['value']).toEqual(expected);
  });

  it('gives up on members of endless tables', async () => {
    const table = `const t = { ${Array.from({ length: 15_000 }, (_, i) => `k${i}: 1`).join(', ')} };`;
    expect((await read('{ value: [t.k0, t.k0] }', table))['value']).toEqual([1, UNKNOWN]);
  });

  it('does not trust constants that other statements touch', async () => {
    expect(await read('{ a, b }', `const a = [1]; const b = [2]; a.push(3);`)).toEqual({ a: UNKNOWN, b: [2] });
  });

  it('merges spreads in order', async () => {
    expect(await read('{ a: 1, ...base, b: 3 }', 'const base = { a: 2, b: 2, c: 2 };')).toEqual({ a: 2, b: 3, c: 2 });
    const open = await read('{ a: 1, ...base, b: 3 }', `import { base } from './base.js';`);
    expect(open).toEqual({ a: UNKNOWN, b: 3 });
    expect(isOpen(open)).toBe(true);
    expect(isOpen(await read('{ [key]: 1 }'))).toBe(true);
    expect(isOpen(await read('{ a: 1 }'))).toBe(false);
  });

  it('ends for constants that refer to themselves or double each other', async () => {
    const doubling = Array.from({ length: 40 }, (_, i) => `const c${i + 1} = [c${i}, c${i}];`).join('\n');
    expect(hasUnknown(await read('{ a: c40 }', `const c0 = 1;\n${doubling}`))).toBe(true);
    expect(hasUnknown(await read('{ a }', 'const a = { a };'))).toBe(true);
    expect(hasUnknown(await read('a', 'const a = b; const b = a;'))).toBe(true);
  });

  it('keeps a key named __proto__ a key', async () => {
    const tree = await read('{ "__proto__": 1, a: 2 }');
    expect(Object.keys(tree)).toEqual(['__proto__', 'a']);
  });
});

describe('zod expressions', () => {
  // Each is read from its source and, beside it, evaluated: both must give the same JSON Schema.
  const same: [string, z.ZodType][] = [
    ['z.object({})', z.object({})],
    ['z.object({ a: z.string() })', z.object({ a: z.string() })],
    ['z.strictObject({ a: z.string() })', z.strictObject({ a: z.string() })],
    ['z.object({ a: z.string().min(1).max(5) })', z.object({ a: z.string().min(1).max(5) })],
    ['z.object({ a: z.string().length(3) })', z.object({ a: z.string().length(3) })],
    ['z.object({ a: z.number().min(0).max(1).default(0.5) })', z.object({ a: z.number().min(0).max(1).default(0.5) })],
    ['z.object({ a: z.number().int() })', z.object({ a: z.number().int() })],
    ['z.object({ a: z.int().min(3) })', z.object({ a: z.int().min(3) })],
    ['z.object({ a: z.boolean().optional() })', z.object({ a: z.boolean().optional() })],
    ['z.object({ a: z.array(z.number()).length(384) })', z.object({ a: z.array(z.number()).length(384) })],
    ['z.object({ a: z.array(z.array(z.number()).min(1)).max(2) })', z.object({ a: z.array(z.array(z.number()).min(1)).max(2) })],
    [`z.object({ a: z.enum(['x', 'y']).default('x') })`, z.object({ a: z.enum(['x', 'y']).default('x') })],
    [`z.object({ a: z.string().describe('An a') })`, z.object({ a: z.string().describe('An a') })],
    [`z.object({ a: z.string().optional().describe('An a') })`, z.object({ a: z.string().optional().describe('An a') })],
    ['z.object({ a: z.string().nullable() })', z.object({ a: z.string().nullable() })],
    ['z.object({ a: z.object({ b: z.number().optional() }).optional() })', z.object({ a: z.object({ b: z.number().optional() }).optional() })],
    ['z.object({ a: z.number().array().length(4), b: z.string().min(1).array() })', z.object({ a: z.number().array().length(4), b: z.string().min(1).array() })],
    ['z.object({ a: z.object({ b: z.string() }).strict() }).strict()', z.object({ a: z.object({ b: z.string() }).strict() }).strict()],
    [`z.object({ a: z.string() }).describe('All')`, z.object({ a: z.string() }).describe('All')],
  ];
  it.each(same)('reads %s as zod does', async (source, schema) => {
    expect((await read(`{ input_schema: ${source} }`))['input_schema']).toEqual(toJsonSchema(schema));
  });

  it.each([
    'z.date()', 'z.union([z.string(), z.number()])', `z.literal('a')`, 'z.string().trim()', 'z.string().email()', 'z.number().positive()', 'z.number({ error: "x" })',
    `z.enum(['a']).nullable()`, 'z.string().min(1).nullable()', 'z.enum(names)', 'z.string().min(limit)', 'z.string().optional().array()', 'z.string().strict()', 'other.string()', 'z["string"]()', '(0, z.string)()', `{ type: 'string' }`,
  ])('is silent about %s', async (field) => {
    const tree = await read(`{ input_schema: z.object({ a: ${field}, b: z.string() }) }`);
    expect(tree['input_schema']).toEqual({ type: 'object', properties: { a: UNKNOWN, b: { type: 'string' } }, required: ['b'] });
  });

  it.each([
    [`import { z } from 'zod';`, 'z'], [`import * as z from 'zod';`, 'z'], [`import zod from 'zod';`, 'zod'], [`import { z as schema } from 'plugsmith/manifest';`, 'schema'], [`import { z } from 'plugsmith';`, 'z'],
  ])('knows zod from %s', async (head, name) => {
    const { value } = await readStatic(`${head}\nexport default { input_schema: ${name}.object({ a: ${name}.string() }) };`, 'manifest.ts');
    expect(value).toEqual({ input_schema: { type: 'object', properties: { a: { type: 'string' } }, required: ['a'] } });
  });

  it('does not take another z for zod', async () => {
    const { value } = await readStatic(`import { z } from './mine.js';\nexport default { input_schema: z.object({}) };`, 'manifest.ts');
    expect(value).toEqual({ input_schema: UNKNOWN });
  });

  it('follows schemas in constants', async () => {
    const tree = await read('{ input_schema: z.object({ ...shape, b: text.optional() }) }', 'const text = z.string(); const shape = { a: text };');
    expect(tree['input_schema']).toEqual({ type: 'object', properties: { a: { type: 'string' }, b: { type: 'string' } }, required: ['a'] });
  });
});

it('gives the place of every key and value, lines separated by LF only', async () => {
  const source = await readStatic(`// \u2028 \r\nexport default {\n  version: '1',\n  features: [\n    { type: 2 }],\n};`, 'manifest.mjs');
  expect(placeOf(source, ['version'], 'key')).toMatchObject({ line: 3, column: 3, endLine: 3, endColumn: 10 });
  expect(placeOf(source, ['version'], 'value')).toMatchObject({ line: 3, column: 12, endColumn: 15 });
  expect(placeOf(source, ['features', 0, 'type'], 'key')).toMatchObject({ line: 5, column: 7 });
  expect(placeOf(source, ['features', 0], 'key')).toMatchObject({ line: 5, column: 5 });
  expect(placeOf(source, ['features', 0, 'embedding_dim'], 'key')).toMatchObject({ line: 5, column: 5 });
  expect(placeOf(source, ['tier'], 'key')).toMatchObject({ line: 2, column: 16 });
});

it('throws for source that cannot be parsed', async () => {
  await expect(readStatic('export default {', 'manifest.ts')).rejects.toThrow(SyntaxError);
});

it('finds the same problems in the source as in the value', async () => {
  const source = await readStatic(
    `import { defineManifest } from 'plugsmith/manifest';\nexport default defineManifest({ name: 'abc', version: '1.x', features: [{ type: 'a' }], tier: 7 });`,
    'manifest.ts',
  );
  expect(checkStatic(source).map(({ rule, path }) => [rule, ...path].join(' '))).toEqual([
    'MAN-FEATURE-KEYS features 0 type', 'MAN-UNKNOWN-KEY name', 'MAN-VERSION version', 'MAN-FEATURE-KEYS features 0', 'MAN-FEATURE-KEYS features 0', 'MAN-FEATURE-KEYS features 0', 'MAN-FIELD tier',
  ]);
});

// What takes more than one step per part would not end within the time of a test.
it.each<[string, string]>([
  ['a list of 300,000 numbers', `export default { version: [${'1,'.repeat(300_000)}] };`],
  ['a statement with 300,000 names', `const a = 1;\nf(${'a,'.repeat(300_000)});\nexport default { version: a };`],
  ['20,000 unknown spreads between keys', `export default { ${Array.from({ length: 9_000 }, (_, i) => `k${i}: 1, ...f(), `).join('')} };`],
  ['a text that doubles', `const s0 = '${'x'.repeat(1000)}';\n${Array.from({ length: 30 }, (_, i) => `const s${i + 1} = \`\${s${i}}\${s${i}}\`;`).join('\n')}\nexport default { version: s30 };`],
  ['unknown keys', `export default { ${Array.from({ length: 5_000 }, (_, i) => `descriptio${i}: 1`).join(', ')} };`],
])('reads and checks %s without delay', async (_name, text) => {
  expect(checkStatic(await readStatic(text, 'manifest.ts')).length).toBeGreaterThan(0);
});
