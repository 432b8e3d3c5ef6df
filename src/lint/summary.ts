/** Counting findings. Pure. */
import type { Finding, LintSummary } from './finding.js';

/** @param files how many files were looked at. */
export function summarise(findings: readonly Finding[], files: number): LintSummary {
  const active = findings.filter((finding) => !finding.suppressed);
  const errors = active.filter((finding) => finding.severity === 'error').length;
  return { files, errors, warnings: active.length - errors, suppressed: findings.length - active.length };
}
