/** The report as JUnit XML, which build servers show as test results. */
import type { Finding, LintReport } from '../finding.js';

/**
 * One suite per file, one case per finding. An error fails its case and a suppressed finding skips it. A warning
 * passes, with its text as output: it does not fail lint either.
 */
export function formatJunit(report: LintReport): string {
  const byFile = new Map<string, Finding[]>();
  for (const finding of report.findings) byFile.set(finding.file, [...(byFile.get(finding.file) ?? []), finding]);
  const suites = [...byFile].map(([file, findings]) => suite(file, findings));
  // Some servers take a report without a case for a broken one.
  if (suites.length === 0) suites.push(suiteOf('lint', 1, 0, 0, [`    <testcase name="No findings" classname="lint" time="0"/>`]));
  const tests = Math.max(1, report.findings.length);
  const open = `<testsuites name="Plugsmith" tests="${tests}" failures="${report.findings.filter(fails).length}" errors="0" time="0">`;
  return ['<?xml version="1.0" encoding="UTF-8"?>', open, ...suites, '</testsuites>'].join('\n');
}

function suite(file: string, findings: Finding[]): string {
  const skipped = findings.filter((finding) => finding.suppressed).length;
  return suiteOf(file, findings.length, findings.filter(fails).length, skipped, findings.map(testCase));
}

function suiteOf(name: string, tests: number, failures: number, skipped: number, cases: string[]): string {
  const open = `  <testsuite name="${xml(name)}" tests="${tests}" failures="${failures}" errors="0" skipped="${skipped}" time="0">`;
  return [open, ...cases, '  </testsuite>'].join('\n');
}

function testCase(finding: Finding): string {
  const place = finding.line === null ? '' : ` (${finding.line}:${finding.column})`;
  const open = `    <testcase name="${xml(`${finding.rule}${place}`)}" classname="${xml(finding.file)}" time="0">`;
  return [open, `      ${outcome(finding)}`, '    </testcase>'].join('\n');
}

function outcome(finding: Finding): string {
  const { rule, file, line, column, message, why, next, suppressed } = finding;
  if (suppressed) return `<skipped message="${xml(suppressed.reason)}"/>`;
  const where = line === null ? file : `${file}:${line}:${column}`;
  const text = xml(`${where}\n${message}\nWhy: ${why}\nNext: ${next}`);
  return fails(finding) ? `<failure type="${xml(rule)}" message="${xml(message)}">${text}</failure>` : `<system-out>${text}</system-out>`;
}

function fails(finding: Finding): boolean {
  return finding.severity === 'error' && !finding.suppressed;
}

const entities: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };

// XML 1.0 has no way to write most control characters, nor halves of surrogate pairs.
function xml(text: string): string {
  return text
    .replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g, '\uFFFD')
    .replace(/\p{Surrogate}/gu, '\uFFFD')
    .replace(/[&<>"]/g, (sign) => entities[sign] as string);
}
