/** What a run that goes on takes from its record, and what it asks for again. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { again } from '../../src/runtime/again.js';
import { installation } from '../../src/runtime/launch/index.js';
import { pluginDigest, type Prepared, type Project } from '../../src/runtime/project/index.js';
import type { StartOptions } from '../../src/runtime/run-options.js';
import type { RunRecord } from '../../src/runtime/runs.js';

const ID = '20260101-000000';
const prepared = { digest: 'of the code' } as Prepared;
let root: string;
let project: Project;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'plugsmith-again-'));
  project = { root, name: 'p', language: 'typescript' } as Project;
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

/** Goes on from a run of standard input that was begun with these options. */
function resumed(options: Partial<RunRecord['options']>, given: Partial<StartOptions> = {}): Promise<{ asked: StartOptions }> {
  place(options);
  return again(project, prepared, { resume: ID, map: {}, ...given } as StartOptions);
}

/** The folder of such a run. */
function place(options: Partial<RunRecord['options']>, more: Partial<RunRecord> = {}): string {
  const record = {
    id: ID, plugsmith: installation().version, plugin: { digest: pluginDigest(project, prepared) }, input: { path: '-', digest: null, format: null }, output: { path: '/out.arrow', format: 'arrow' },
    options: { parameters: {}, batch_size: null, limit: null, column: null, map: {}, ...options },
    ...more,
  };
  const folder = join(root, '.plugsmith', 'runs', ID);
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'run.json'), JSON.stringify(record));
  return folder;
}

test.each<[string, Partial<RunRecord['options']>, Partial<StartOptions>, Partial<StartOptions>]>([
  ['what the run was told', { batch_size: 8, limit: 5, map: { data: 'body' }, step: 'Embed' }, {}, { batchSize: 8, limit: 5, map: { data: 'body' }, step: 'Embed', input: '-', output: '/out.arrow' }],
  ['nothing that neither was told', {}, {}, { keepGoing: false, allowNulls: false }],
  ['that it keeps going, and takes nulls', { keep_going: true, allow_nulls: true }, {}, { keepGoing: true, allowNulls: true }],
  ['these from now on', {}, { keepGoing: true, allowNulls: true }, { keepGoing: true, allowNulls: true }],
  ['the same once more', { map: { data: 'body' }, profile: 'untrusted' }, { map: { data: 'body' }, sandbox: 'required' }, { sandbox: 'required' }],
])('it takes %s', async (_what, options, given, expected) => {
  expect((await resumed(options, given)).asked).toMatchObject(expected);
});

test.each<[string, Partial<RunRecord['options']>, Partial<StartOptions>, string]>([
  ['another mapping', { map: { data: 'body' } }, { map: { data: 'title' } }, 'the mapping'],
  ['another format', {}, { inputFormat: 'csv' }, 'the format of the input'],
  ['no sandbox', { profile: 'untrusted' }, {}, 'the sandbox (the run was begun with --as-host)'],
  ['a sandbox', { profile: 'trusted' }, { sandbox: 'auto' }, 'the sandbox (the run was begun without --as-host)'],
])('it refuses %s', async (_what, options, given, said) => {
  await expect(resumed(options, given)).rejects.toMatchObject({ code: 'resume-differs', message: expect.stringContaining(said) as string });
});

test.each<[string, Partial<RunRecord>, unknown[]]>([
  ['of a run that came to its end', { content: { segments: [], fields: [] } }, []],
  ['of one that did not, and says so', {}, [expect.stringContaining(`plugin run --resume ${ID}`)]],
])('it runs the failed rows %s', async (_what, more, said) => {
  const folder = place({ batch_size: 8 }, more);
  writeFileSync(join(folder, 'failures.jsonl'), '{"text":"a","_failure":{"kind":"exception"}}\n');
  const announced: string[] = [];
  const { asked } = await again(project, prepared, { failed: ID, map: {}, announce: (line: string) => void announced.push(line) } as Partial<StartOptions> as StartOptions);
  expect([asked.input, asked.batchSize, announced]).toEqual([join(folder, 'failures.jsonl'), 8, said]);
});
