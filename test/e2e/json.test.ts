/** `--json`: one document on stdout, of the shape that scripts rely on, whether the command succeeds or fails. */
import { cpSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { install, plugin, type Result } from './harness.js';
import { PATIENCE_MS } from './suite.js';

let work: string;
let texts: string;

beforeAll(async () => {
  work = realpathSync(mkdtempSync(join(tmpdir(), 'plugsmith-e2e-')));
  texts = join(work, 'texts');
  await install();
}, 3 * PATIENCE_MS);
afterAll(() => rmSync(work, { recursive: true, force: true }));

describe('success', () => {
  test.each([
    ['create', ['create', 'texts'], () => work, 0],
    ['create', ['create', 'others', '--dry-run'], () => work, 0],
    ['lint', ['lint'], () => texts, 0],
    ['lint', ['lint', '--format', 'json'], () => texts, 0],
    ['test', ['test'], () => texts, 0],
    ['run', ['run', '--input', 'samples/texts.jsonl', '--output', 'out.jsonl'], () => texts, 0],
    ['search', ['search', 'a dog', '--top', '2'], () => texts, 0],
    ['invoke', ['invoke', '--inputs', '{"text": "a dog"}'], () => texts, 0],
    ['package', ['package'], () => texts, 0],
    ['doctor', ['doctor'], () => texts, 0],
    ['setup', ['setup', 'onnx'], () => texts, 0],
  ])('%s: plugin %j', { timeout: PATIENCE_MS }, async (schema, args, cwd, code) => {
    const result = await plugin(args.includes('--format') ? args : [...args, '--json'], { cwd: cwd() });
    expect(result.code, result.stdout + result.stderr).toBe(code);
    check(schema, result);
  });
});

describe('failure', () => {
  beforeAll(prepareBroken);

  test.each([
    ['create', ['create', 'texts'], 'error', 2],
    ['create', ['create'], 'error', 2],
    ['lint', ['lint', 'broken'], 'lint', 1],
    ['lint', ['lint', 'nowhere'], 'error', 2],
    ['test', ['test', '--plugin', 'nowhere'], 'error', 2],
    ['test', ['test', '--plugin', 'texts', '--params', '{"max_tokens": 2}'], 'test', 1],
    ['run', ['run', '--plugin', 'texts', '--input', 'some.jsonl'], 'run', 1],
    ['run', ['run', '--plugin', 'texts', '--input', 'none.jsonl'], 'error', 2],
    ['run', ['run', '--plugin', 'texts', '--input', 'none.jsonl', '--nope'], 'error', 2],
    ['search', ['search', 'word', '--plugin', 'texts', '--run', 'none'], 'error', 2],
    ['search', ['search'], 'error', 2],
    ['invoke', ['invoke', '--plugin', 'texts', '--inputs', '{"txt": 1}'], 'error', 1],
    ['invoke', ['invoke', '--plugin', 'texts', '--inputs', '{'], 'error', 2],
    ['package', ['package', '--plugin', 'nowhere'], 'error', 2],
    ['package', ['package', '--plugin', 'broken'], 'error', 1],
    ['setup', ['setup', 'cuda'], 'error', 2],
    ['unknown command', ['rum'], 'error', 2],
  ])('%s: plugin %j', { timeout: PATIENCE_MS }, async (_command, args, schema, code) => {
    const result = await plugin([...args, '--json'], { cwd: work });
    expect(result.code, result.stdout + result.stderr).toBe(code);
    const document = check(schema, result) as { exit_code?: number };
    if (schema === 'error') expect(document.exit_code).toBe(code);
  });
});

/** Rows of which one fails, and a plugin with a wrong manifest key. */
function prepareBroken(): void {
  writeFileSync(join(work, 'some.jsonl'), '{"text":"one"}\n{"txt":"two"}\n');
  cpSync(join(import.meta.dirname, '../fixtures/plugins/moody'), join(work, 'broken'), { recursive: true });
  const manifest = join(work, 'broken', 'manifest.ts');
  writeFileSync(manifest, readFileSync(manifest, 'utf8').replace('feature_type:', 'type:'));
}

/** Stdout must be one document of that shape, stderr NDJSON events. @returns the document */
function check(name: string, { stdout, stderr }: Result): unknown {
  const schema = JSON.parse(readFileSync(join(import.meta.dirname, 'schemas', `${name}.json`), 'utf8')) as z.core.JSONSchema.JSONSchema;
  const document: unknown = JSON.parse(stdout);
  const { error } = z.fromJSONSchema(schema).safeParse(document);
  expect(error === undefined ? '' : z.prettifyError(error)).toBe('');
  for (const line of stderr.split('\n').filter((text) => text !== '')) expect(typeof JSON.parse(line)).toBe('object');
  return document;
}
