/** The labelled cases, where they are at hand: set PLUGSMITH_CASES to the folder that holds their manifest.json. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { decodeSource } from '../../src/lint/text.js';
import { scan } from './sec-helper.js';

interface Case {
  file: string;
  lang: string;
  group: string;
  level: string;
  expect: 'EITHER' | { rule: string; lines: number[] }[];
  accept_lines: number[];
}

const folder = process.env.PLUGSMITH_CASES;
const cases = folder
  ? (JSON.parse(readFileSync(path.join(folder, 'manifest.json'), 'utf8')) as { cases: Case[] }).cases
    .filter((one) => one.lang === 'ts' && /^(?:forbidden|clean|seq.*)$/.test(one.group) && /\.[cm]?[jt]sx?$/.test(one.file))
  : [];

test.runIf(!folder)('labelled cases', (context) => context.skip('PLUGSMITH_CASES does not name the folder of labelled cases'));

test.each(cases)('$file ($level)', ({ file, expect: expected, accept_lines: accepted }) => {
  const { text } = decodeSource(readFileSync(path.join(folder as string, file)));
  const lines = scan(text, file).map(({ line }) => line);
  if (expected === 'EITHER') return;
  const wanted = expected.filter(({ rule }) => rule === 'FORBIDDEN').flatMap((one) => one.lines);
  for (const line of wanted) {
    expect(lines.some((at) => at === line || accepted.includes(at ?? 0)), `line ${line}`).toBe(true);
  }
  expect(lines.filter((at) => !wanted.includes(at ?? 0) && !accepted.includes(at ?? 0))).toEqual([]);
});
