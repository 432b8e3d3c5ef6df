/** The labelled Python cases, where they are at hand: set PLUGSMITH_CASES to the folder of their manifest.json. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { findings } from './helper.js';

interface Case {
  file: string;
  lang: string;
  group: string;
  expect: 'EITHER' | { rule: string; lines: number[] }[];
  accept_lines: number[];
}

const folder = process.env.PLUGSMITH_CASES;
const cases = folder
  ? (JSON.parse(readFileSync(join(folder, 'manifest.json'), 'utf8')) as { cases: Case[] }).cases.filter(
      (one) => one.lang === 'py' && ['forbidden', 'clean', 'seq-clean'].includes(one.group) && one.expect !== 'EITHER',
    )
  : [];

test.runIf(!folder)('labelled cases: skipped, PLUGSMITH_CASES does not name their folder', (context) => context.skip());

test.each(cases)('$file', (one) => {
  const found = findings(readFileSync(join(folder as string, one.file), 'utf8')).map(({ line }) => line);
  const [wanted] = one.expect as { lines: number[] }[];
  if (!wanted || one.group !== 'forbidden') return expect(found).toEqual([]);
  const allowed = [...wanted.lines, ...one.accept_lines];
  expect(found.length).toBeGreaterThan(0);
  for (const line of found) expect(allowed).toContain(line);
});
