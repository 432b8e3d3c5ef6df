/** The labelled cases for SEQ, where they are at hand: set PLUGSMITH_CASES to the folder of their manifest.json. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { lintPaths, type LintReport } from '../../src/lint/index.js';

interface Case {
  file: string;
  lang: string;
  group: string;
  expect: 'EITHER' | { rule: string; lines: number[] }[];
  accept_lines: number[];
  also_ok_instead?: string[];
  tolerated?: string[];
}

const folder = process.env.PLUGSMITH_CASES;
const cases = folder
  ? (JSON.parse(readFileSync(join(folder, 'manifest.json'), 'utf8')) as { cases: Case[] }).cases.filter(
      (one) => one.group.startsWith('seq'),
    )
  : [];
// The labels know three of the SEQ rules.
const labelled = /^(?!SEQ)|^SEQ00[123]$/;
let report: Promise<LintReport> | undefined;

test.runIf(!folder)('labelled cases', (context) => context.skip('PLUGSMITH_CASES does not name the folder of labelled cases'));

test.each(cases)('$file', async (one) => {
  report ??= lintPaths(['ts', 'py'], { cwd: folder as string });
  const found = (await report).findings.filter((finding) => finding.file === one.file && labelled.test(finding.rule));
  if (one.expect === 'EITHER') return;
  const wanted = one.expect[0];
  const rules = [wanted?.rule, ...(one.also_ok_instead ?? [])];
  const lines = [...(wanted?.lines ?? []), ...one.accept_lines];
  const right = found.filter((finding) => rules.includes(finding.rule) && lines.includes(finding.line ?? 0));
  const others = found.filter((finding) => !right.includes(finding) && !(one.tolerated ?? []).includes(finding.rule));
  if (wanted) expect(right.length).toBeGreaterThan(0);
  expect(others).toEqual([]);
});
