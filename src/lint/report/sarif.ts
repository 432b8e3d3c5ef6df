/** The report as SARIF 2.1.0, which code hosts and editors read. */
import { pathToFileURL } from 'node:url';
import type { Finding, LintReport } from '../finding.js';
import type { RuleMeta, Severity } from '../rule.js';

/** What SARIF says of the tool, beside the findings. */
export interface SarifTool {
  version: string;
  rules: readonly RuleMeta[];
}

const levels: Record<Severity, 'error' | 'warning'> = { error: 'error', warn: 'warning' };

/** One SARIF log with one run. Offsets count UTF-16 units, as everywhere in lint. */
export function formatSarif(report: LintReport, tool: SarifTool): string {
  const indexes = new Map(tool.rules.map((rule, index) => [rule.id, index]));
  const log = {
    $schema: 'https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json',
    version: '2.1.0',
    runs: [
      {
        tool: { driver: { name: 'Plugsmith', version: tool.version, rules: tool.rules.map(ruleOf) } },
        columnKind: 'utf16CodeUnits',
        results: report.findings.map((finding) => resultOf(finding, indexes.get(finding.rule))),
      },
    ],
  };
  return JSON.stringify(log, null, 2);
}

function ruleOf(rule: RuleMeta) {
  return {
    id: rule.id,
    shortDescription: { text: rule.summary },
    help: { text: `plugin lint --explain ${rule.id}` },
    defaultConfiguration: { level: levels[rule.severity] },
    properties: { tags: [rule.family] },
  };
}

function resultOf(finding: Finding, ruleIndex: number | undefined) {
  const { rule, severity, message, why, next, fix, suppressed } = finding;
  const artifactLocation = { uri: uriOf(finding.file) };
  return {
    ruleId: rule,
    ...(ruleIndex === undefined ? {} : { ruleIndex }),
    level: levels[severity],
    message: { text: `${message} ${why} ${next}` },
    locations: [{ physicalLocation: { artifactLocation, ...regionOf(finding) } }],
    ...(fix === undefined ? {} : {
      fixes: [
        {
          description: { text: next },
          artifactChanges: [
            {
              artifactLocation,
              replacements: [
                { deletedRegion: { charOffset: fix.start, charLength: fix.end - fix.start }, insertedContent: { text: fix.text } },
              ],
            },
          ],
        },
      ],
    }),
    ...(suppressed === undefined ? {} : { suppressions: [{ kind: 'inSource', justification: suppressed.reason }] }),
  };
}

function regionOf({ line, column, endLine, endColumn }: Finding) {
  if (line === null || column === null) return {};
  const end = endLine === null || endColumn === null ? {} : { endLine, endColumn };
  return { region: { startLine: line, startColumn: column, ...end } };
}

function uriOf(file: string): string {
  if (file.startsWith('/')) return pathToFileURL(file).href;
  return file.split('/').map(encodeURIComponent).join('/');
}
