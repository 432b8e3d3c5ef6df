/** Reports as text. Pure: the caller writes them. */
import type { LintReport } from '../finding.js';
import { formatJson } from './json.js';
import { formatStylish } from './stylish.js';

export type ReportFormat = 'stylish' | 'json';

export interface FormatOptions {
  /** ANSI colours, for `stylish`. Off unless asked. */
  colour?: boolean;
}

/** Renders a report, without a final line end. */
export function formatReport(report: LintReport, format: ReportFormat, options: FormatOptions = {}): string {
  return format === 'json' ? formatJson(report) : formatStylish(report, options.colour ?? false);
}
