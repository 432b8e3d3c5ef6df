import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { lintPaths } from '../../../src/lint/index.js';
import { manifest } from './MAN.helpers.js';

/** `file:line` of every finding of the rule in a folder with these files. */
async function found(files: Record<string, string>): Promise<string[]> {
  const root = mkdtempSync(join(tmpdir(), 'plugsmith-dat-'));
  try {
    for (const [name, text] of Object.entries({ 'manifest.ts': manifest(), 'pipeline.ts': '', ...files })) {
      mkdirSync(dirname(join(root, name)), { recursive: true });
      writeFileSync(join(root, name), text);
    }
    const { findings } = await lintPaths(['.'], { cwd: root });
    return findings.filter(({ rule }) => rule === 'DAT-COLUMN').map(({ file, line }) => `${file}:${line}`);
  } finally {
    rmSync(root, { recursive: true });
  }
}

const step = (body: string) => `export class P {\n  process(batch) {\n    ${body}\n  }\n}\n`;
const read = (name: string) => step(`return batch.withColumn('n', batch.column('${name}').toArray());`);
const core = 'processors/core.ts';

const cases: [name: string, files: Record<string, string>, expected: string[]][] = [
  ['a column nobody knows', { [core]: read('image_url') }, [`${core}:3`]],
  ['a misspelt one', { [core]: read('documentid') }, [`${core}:3`]],
  ['an exported function', { [core]: `export function process(batch) {\n  return batch.withColumn('n', batch.column('words').toArray());\n}` }, [`${core}:2`]],
  ['explode', { [core]: step(`const { items } = batch.explode('chunks'); return batch.withColumn('n', items);`) }, [`${core}:3`]],
  ['two of them', { [core]: step(`const a = batch.column('a');\n    return batch.withColumn('n', batch.column('b').toArray().map((b, i) => b + a.get(i)));`) }, [`${core}:3`, `${core}:4`]],
  ['one in a second file', { [core]: read('data'), 'steps/other.ts': read('title') }, ['steps/other.ts:3']],
  ['inside of a function', { [core]: step(`const load = () => batch.column('title').toArray(); return batch.withColumn('n', load());`) }, [`${core}:3`]],
  ['a column that only a test writes', { [core]: read('title'), 'test/core.test.ts': `batch.withColumn('title', []);` }, [`${core}:3`]],
  ['data', { [core]: read('data') }, []],
  ['an id', { [core]: read('document_id') }, []],
  ['a key of input_schema', { [core]: read('text') }, []],
  ['a column that an earlier step writes', { [core]: read('chunks'), 'steps/chunks.ts': step(`return batch.withColumn('chunks', []);`) }, []],
  ['a column that a step collects', { [core]: read('scores'), 'steps/s.ts': step(`return batch.collect('scores', [], []);`) }, []],
  ['a written name that is computed', { [core]: read('title'), 'steps/s.ts': step(`return batch.withColumn(this.name, []);`) }, []],
  ['a read name that is computed', { [core]: step(`return batch.withColumn('n', batch.column(this.name).toArray());`) }, []],
  ['an input_schema that cannot be read', { 'manifest.ts': manifest({ input_schema: 'schema()' }), [core]: read('title') }, []],
  ['an input_schema that may have more keys', { 'manifest.ts': manifest({ input_schema: 'z.object({ text: z.string(), ...more })' }), [core]: read('title') }, []],
  ['a step from a package', { 'pipeline.ts': `import { Titles } from 'some-steps';\nexport const steps = [{ serviceClass: Titles }];`, [core]: read('title') }, []],
  ['a service of the platform', { 'pipeline.ts': `export const E5 = getBatchService('intfloat/e5');`, [core]: read('title') }, []],
  ['a class with a base', { 'steps/s.ts': `import { Base } from 'x';\nexport class S extends Base {}`, [core]: read('title') }, []],
  ['a file that cannot be read', { 'steps/s.ts': 'export class {', [core]: read('title') }, []],
  ['a plugin with Python beside it', { 'steps/s.py': 'x = 1\n', [core]: read('title') }, []],
  ['a look at the columns first', { [core]: step(`if (!batch.columnNames.includes('title')) return batch; return batch.withColumn('n', batch.column('title').toArray());`) }, []],
  ['another table', { [core]: step(`const table = load(); return batch.withColumn('n', table.column('title').toArray());`) }, []],
  ['a batch with another name in a helper', { [core]: `export function titles(table) { return table.column('title'); }` }, []],
  ['a batch that is replaced', { [core]: step(`batch = enrich(batch); return batch.withColumn('n', batch.column('title').toArray());`) }, []],
];

test.each(cases)('DAT-COLUMN: %s', async (_, files, expected) => {
  expect(await found(files)).toEqual(expected);
});

describe('the page of DAT-COLUMN', () => {
  const page = readFileSync('docs/rules/DAT-COLUMN.md', 'utf8');
  const beside = /^```ts file=manifest\.ts\n([^]*?)^```$/m.exec(page)?.[1] as string;
  const examples = [...page.matchAll(/^```ts (invalid|valid) file=(\S+)\n([^]*?)^```$/gm)].map(([, kind, file, code]) => ({ kind, file: file as string, code: code as string }));

  test('has examples of both kinds', () => expect(new Set(examples.map(({ kind }) => kind))).toEqual(new Set(['invalid', 'valid'])));
  test.each(examples)('$kind: $code', async ({ kind, file, code }) => {
    expect((await found({ 'manifest.ts': beside, [file]: code })).length > 0).toBe(kind === 'invalid');
  });
});
