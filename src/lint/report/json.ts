/** The report as JSON: the stable form for other programs. */
import type { LintReport } from '../finding.js';

/** One JSON document: `{version, findings, summary}`. */
export function formatJson(report: LintReport): string {
  const { version, findings, summary } = report;
  return JSON.stringify({ version, findings, summary }, null, 2);
}
