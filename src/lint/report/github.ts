/** The report as workflow commands of GitHub Actions, which become annotations of a change. */
import type { Finding, LintReport } from '../finding.js';

/** One line per finding, without a final line end; empty when there are none. */
export function formatGithub(report: LintReport): string {
  return report.findings.map(annotation).join('\n');
}

function annotation(finding: Finding): string {
  const { rule, severity, file, line, column, endLine, endColumn, message, why, next, suppressed } = finding;
  const command = suppressed ? 'notice' : severity === 'error' ? 'error' : 'warning';
  // Columns are only understood where the annotation stays on one line.
  const columns = line === endLine ? { col: column, endColumn } : {};
  const properties = Object.entries({ file, line, endLine, ...columns, title: rule })
    .filter(([, value]) => value !== null)
    .map(([name, value]) => `${name}=${property(String(value))}`);
  const silenced = suppressed ? `\nSuppressed: ${suppressed.reason}` : '';
  return `::${command} ${properties.join(',')}::${data(`${message}\n${why}\n${next}${silenced}`)}`;
}

function data(text: string): string {
  return text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
}

function property(text: string): string {
  return data(text).replaceAll(':', '%3A').replaceAll(',', '%2C');
}
