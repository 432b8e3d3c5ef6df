/** The first rows after every save: the worker stays, the last save wins, Ctrl+C leaves nothing. */
import { writeFileSync } from 'node:fs';
import { afterAll, expect, it } from 'vitest';
import { Bench, until, workersOf } from './lib-kill.js';

const bench = new Bench();
afterAll(() => bench.close());

const processor = (expression: string): string => `import type { Batch } from 'plugsmith';
export class Mark { async process(batch: Batch) { return batch.withColumn('mark', batch.column<string>('data').toArray().map((text) => ${expression})); } }\n`;
bench.write({
  'plugin/manifest.ts': "import { defineManifest, z } from 'plugsmith/manifest';\nexport default defineManifest({ feature_extractor_name: 'marks', version: '1.0.0', input_schema: z.object({ text: z.string() }) });\n",
  'plugin/pipeline.ts': "import { buildPipelineSteps } from 'plugsmith';\nimport { Mark } from './core.ts';\nexport const buildSteps = () => ({ steps: buildPipelineSteps({ name: 'marks', version: '1.0.0', steps: [{ serviceClass: Mark, resourceType: 'cpu' }] }) });\n",
  'plugin/core.ts': processor("'first ' + text"),
  'plugin/rows.jsonl': Array.from({ length: 50 }, (_, i) => `{"text":"t${i}"}\n`).join(''),
});
const root = bench.path('plugin');
const save = (expression: string): void => writeFileSync(bench.path('plugin/core.ts'), processor(expression));

it('runs the first rows after every save, in the same worker, and ends with the user', async () => {
  const command = bench.start(['run', '--plugin', root, '--input', bench.path('plugin/rows.jsonl'), '--watch', '--limit', '2']);
  const seen = (text: string) => until(text, () => command.stdout.includes(text), 40_000);
  await seen('"first t1"');
  expect(command.stdout).not.toContain('t2');
  await until('the wait for changes', () => command.stderr.includes('Watching'));
  const [worker] = workersOf(root);

  save("'second ' + text");
  await seen('"second t1"');
  expect(workersOf(root)).toEqual([worker]);

  save("'broken");
  await until('the error', () => command.stderr.includes('core.ts:2'));
  save("(() => { if (text === 't1') throw new Error('poison'); return 'third ' + text; })()");
  await seen('"third t0"');
  await seen('row 2  Mark: poison (core.ts:2:');

  // A save while rows are at work: nobody waits for the old ones.
  save("(() => { console.log('looping'); for (;;); })()");
  await until('the endless loop to run', () => command.stderr.includes('looping'));
  save("'last ' + text");
  await seen('"last t1"');

  command.kill('SIGINT');
  expect((await command.ended).code).toBe(130);
  await until('no worker', () => workersOf(root).length === 0);
});

it.each([
  ['--json', ['--json']],
  ['standard input', ['--input', '-']],
  ['a run to continue', ['--resume']],
])('is refused with %s', async (_, more) => {
  const input = more.includes('--input') ? [] : ['--input', bench.path('plugin/rows.jsonl')];
  const { code, stdout, stderr } = await bench.run(['run', '--plugin', root, ...input, '--watch', ...more]);
  expect(code).toBe(2);
  expect(stdout + stderr).toContain('--watch');
});
