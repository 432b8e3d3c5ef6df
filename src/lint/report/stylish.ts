/** The report for people: what, why, what to do, and the code it is about. */
import type { Finding, LintReport, LintSummary } from '../finding.js';

type Paint = (text: string) => string;

interface Palette {
  error: Paint;
  warn: Paint;
  dim: Paint;
  bold: Paint;
}

const escape = '\u001b[';
const paint = (code: number, end: number): Paint => (text) => `${escape}${code}m${text}${escape}${end}m`;
const plainText: Paint = (text) => text;
const coloured: Palette = { error: paint(31, 39), warn: paint(33, 39), dim: paint(2, 22), bold: paint(1, 22) };
const plain: Palette = { error: plainText, warn: plainText, dim: plainText, bold: plainText };

// Longer lines are cut in the code frame: minified code would fill the screen.
const widest = 120;

/** Text for a terminal, without a final line end; ANSI colours only when asked. */
export function formatStylish(report: LintReport, colour: boolean): string {
  const palette = colour ? coloured : plain;
  const blocks = report.findings.map((finding) => block(finding, report.sources.get(finding.file), palette));
  return [...blocks, summary(report.summary, palette)].join('\n\n');
}

function block(finding: Finding, source: string | undefined, palette: Palette): string {
  const severity = finding.severity === 'error' ? palette.error('error') : palette.warn('warning');
  const where = finding.line === null ? finding.file : `${finding.file}:${finding.line}:${finding.column}`;
  const silenced = finding.suppressed ? palette.dim(` suppressed: ${finding.suppressed.reason}`) : '';
  return [
    `${palette.bold(where)}  ${severity}  ${finding.rule}${silenced}`,
    `  ${finding.message}`,
    ...(source === undefined ? [] : frame(finding, source, palette)),
    `  Why:  ${finding.why}`,
    `  Next: ${finding.next}`,
  ].join('\n');
}

function frame(finding: Finding, source: string, palette: Palette): string[] {
  const { line, column, endLine, endColumn } = finding;
  if (line === null || column === null) return [];
  const lines = source.split('\n');
  const width = String(line + 1).length;
  const shown: string[] = [];
  for (let n = Math.max(1, line - 1); n <= Math.min(lines.length, line + 1); n++) {
    const text = (lines[n - 1] as string).replace(/\r$/, '');
    const offset = n === line && column > widest ? column - widest / 2 : 0;
    shown.push(palette.dim(`${String(n).padStart(width + 2)} | `) + printable(text.slice(offset, offset + widest)));
    if (n !== line) continue;
    const end = endLine === line && endColumn !== null ? endColumn : text.length + 1;
    const marks = Math.max(1, Math.min(end - column, widest - (column - 1 - offset)));
    shown.push(`${' '.repeat(width + 2)} | ${' '.repeat(column - 1 - offset)}${palette.error('^'.repeat(marks))}`);
  }
  return shown;
}

// Control characters in a plugin's source must not steer the reader's terminal.
function printable(text: string): string {
  return text.replace(/\t/g, ' ').replace(/[\u0000-\u001f\u007f-\u009f\u2028-\u202e\u2066-\u2069]/g, '\uFFFD');
}

function summary(counts: LintSummary, palette: Palette): string {
  const files = count(counts.files, 'file');
  if (counts.errors + counts.warnings + counts.suppressed === 0) return `No findings in ${files}.`;
  const parts = [count(counts.errors, 'error'), count(counts.warnings, 'warning')];
  if (counts.suppressed > 0) parts.push(`${counts.suppressed} suppressed`);
  return palette.bold(`${parts.join(', ')} in ${files}.`);
}

function count(n: number, word: string): string {
  return `${n} ${word}${n === 1 ? '' : 's'}`;
}
