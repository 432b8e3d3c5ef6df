/** Reports as text. Pure: the caller writes them. */
import type { LintReport } from '../finding.js';
import { formatGithub } from './github.js';
import { formatJson } from './json.js';
import { formatJunit } from './junit.js';
import { formatSarif, type SarifTool } from './sarif.js';
import { formatStylish } from './stylish.js';

export { formatPage } from './page.js';

/** Every form a report can be written in. */
export const reportFormats = ['stylish', 'json', 'sarif', 'github', 'junit'] as const;

export type ReportFormat = (typeof reportFormats)[number];

export interface FormatOptions {
  /** ANSI colours, for `stylish`. Off unless asked. */
  colour?: boolean;
  /** Named in `sarif`. */
  tool?: SarifTool;
}

/** Renders a report, without a final line end. */
export function formatReport(report: LintReport, format: ReportFormat, options: FormatOptions = {}): string {
  switch (format) {
    case 'json':
      return formatJson(report);
    case 'sarif':
      return formatSarif(report, options.tool ?? { version: '0.0.0', rules: [] });
    case 'github':
      return formatGithub(report);
    case 'junit':
      return formatJunit(report);
    case 'stylish':
      return formatStylish(report, options.colour ?? false);
  }
}
