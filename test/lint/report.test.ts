import { expect, test } from 'vitest';
import { formatReport, type Finding, type LintReport } from '../../src/lint/index.js';

const finding: Finding = {
  rule: 'SEQ002', severity: 'error', file: 'a.ts', line: 2, column: 3, endLine: 2, endColumn: 9,
  message: 'What is wrong.', why: 'Why it matters.', next: 'What to do.',
};

function reportOf(findings: Finding[], source = 'first\n  second;\nthird\nfourth'): LintReport {
  const errors = findings.filter((one) => one.severity === 'error' && !one.suppressed).length;
  const suppressed = findings.filter((one) => one.suppressed).length;
  const summary = { files: 3, errors, warnings: findings.length - errors - suppressed, suppressed };
  return { version: 1, findings, summary, sources: new Map([['a.ts', source]]) };
}

test('writes a finding with its code', () => {
  expect(formatReport(reportOf([finding]), 'stylish')).toBe(`a.ts:2:3  error  SEQ002
  What is wrong.
  1 | first
  2 |   second;
    |   ^^^^^^
  3 | third
  Why:  Why it matters.
  Next: What to do.

1 error, 0 warnings in 3 files.`);
});

test('writes findings of whole files, warnings and suppressed ones', () => {
  const whole = { ...finding, line: null, column: null, endLine: null, endColumn: null, severity: 'warn' as const };
  const text = formatReport(reportOf([whole, { ...finding, rule: 'SEC-EVAL', suppressed: { reason: 'known' } }]), 'stylish');
  expect(text).toContain('a.ts  warning  SEQ002\n  What is wrong.\n  Why:');
  expect(text).toContain('error  SEC-EVAL suppressed: known');
  expect(text).toMatch(/0 errors, 1 warning, 1 suppressed in 3 files\.$/);
});

test('says that there is nothing', () => {
  expect(formatReport({ ...reportOf([]), summary: { files: 1, errors: 0, warnings: 0, suppressed: 0 } }, 'stylish')).toBe('No findings in 1 file.');
});

test('uses colours only when asked', () => {
  expect(formatReport(reportOf([finding]), 'stylish')).not.toContain('\u001b');
  expect(formatReport(reportOf([finding]), 'stylish', { colour: true })).toContain('\u001b[31merror\u001b[39m');
});

test('cuts long lines and disarms control characters', () => {
  const far = { ...finding, line: 1, column: 5001, endLine: 1, endColumn: 5003 };
  const text = formatReport(reportOf([far], `${'x'.repeat(5000)}yy${'\u001b[2J'}${'x'.repeat(5000)}`), 'stylish');
  expect(Math.max(...text.split('\n').map((line) => line.length))).toBeLessThan(140);
  const [code, marks] = text.split('\n').slice(2) as [string, string];
  expect(code.slice(marks.indexOf('^'), marks.lastIndexOf('^') + 1)).toBe('yy');
  expect(text).not.toContain('\u001b');
});

test('marks the rest of the line when a finding is longer', () => {
  const long = { ...finding, endLine: 3, endColumn: 2 };
  expect(formatReport(reportOf([long]), 'stylish')).toContain('    |   ^^^^^^^\n');
});

test('writes JSON in the stable shape', () => {
  const document = JSON.parse(formatReport(reportOf([finding]), 'json'));
  expect(document).toEqual({ version: 1, findings: [finding], summary: { files: 3, errors: 1, warnings: 0, suppressed: 0 } });
});
