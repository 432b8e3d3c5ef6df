import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { failureReasons } from '../../../src/runtime/report/index.js';

const folder = mkdtempSync(join(tmpdir(), 'plugsmith-reasons-'));
afterAll(() => rmSync(folder, { recursive: true }));

type Given = [message: string, at?: string];

it.each<[string, Given[], [rows: number, message: string][]]>([
  ['the same message', [['no'], ['no']], [[2, 'no']]],
  ['messages that differ in numbers and ids', [['row 12 of doc_a8f is gone'], ['row 7 of doc_00c is gone'], ['row 7 of doc_00c is late']], [[2, 'row 12 of doc_a8f is gone'], [1, 'row 7 of doc_00c is late']]],
  ['uuids, times and addresses', [['GET http://h.org/9f8e-7d: 404 at 10:02:03.5'], ['GET http://h.org/12ab-ff: 404 at 9:00:00']], [[2, 'GET http://h.org/9f8e-7d: 404 at 10:02:03.5']]],
  ['messages that differ in words', [['no picture'], ['no sound']], [[1, 'no picture'], [1, 'no sound']]],
  ['one place with several messages', [['a', 'core.ts:1:1'], ['b', 'core.ts:1:1']], [[2, 'a']]],
  ['two places with one message', [['a', 'core.ts:1:1'], ['a', 'core.ts:12:1']], [[1, 'a'], [1, 'a']]],
])('%s', async (_name, given, expected) => {
  const file = join(folder, 'failures.jsonl');
  writeFileSync(file, given.map(([message, at], i) => `${JSON.stringify({ _failure: { row: i + 1, step: 's', kind: 'exception', name: 'Error', message, at: at ?? null } })}\n`).join(''));
  expect((await failureReasons(file)).map(({ rows, message }) => [rows, message])).toEqual(expected);
});
