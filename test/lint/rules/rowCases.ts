import { expect, test } from 'vitest';
import { lintText } from '../../../src/lint/index.js';

/** Code and the lines on which the rule must speak; none for code that must pass every SEQ rule but SEQ006, which says that what is concurrent has to be bounded. */
export interface RowCase {
  name: string;
  code: string;
  lines?: number[];
  file?: string;
}

/** One test per case; `code` starts at line 1 after its first line break. */
export function testRowCases(rule: string, cases: readonly RowCase[]): void {
  test.each(cases.map((one) => [one.name, one] as const))('%s', (_, { code, lines, file }) => {
    const findings = lintText(file ?? 'processors/core.ts', code.replace(/^\n/, ''));
    const speaking = findings.filter((finding) => (finding.rule.startsWith('SEQ') && (finding.rule === rule || finding.rule !== 'SEQ006')) || finding.rule === 'SEC-UNREADABLE');
    if (lines) expect(speaking.filter((finding) => finding.rule === rule).map((finding) => finding.line)).toEqual(lines);
    else expect(speaking.map((finding) => `${finding.rule}:${finding.line} ${finding.message}`)).toEqual([]);
  });
}
