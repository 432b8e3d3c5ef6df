/** What lint hands out: findings and the report they are collected in. Shapes are stable; keys may be added. */
import type { Severity } from './rule.js';

/** A safe replacement of source text. Offsets are UTF-16 units into the file's text, end exclusive. */
export interface Fix {
  start: number;
  end: number;
  text: string;
}

/** One thing lint found. Lines and columns are 1-based, the end is exclusive; null means the file as a whole. */
export interface Finding {
  rule: string;
  severity: Severity;
  /** Path relative to the folder lint was started in, with forward slashes. */
  file: string;
  line: number | null;
  column: number | null;
  endLine: number | null;
  endColumn: number | null;
  /** What is wrong. */
  message: string;
  /** Why it matters. */
  why: string;
  /** What to do. */
  next: string;
  fix?: Fix;
  /** Set when an inline directive with a reason silences a security rule: it stays visible, but no longer counts. */
  suppressed?: { reason: string };
}

/** Counts over one lint run. Suppressed findings count neither as errors nor as warnings. */
export interface LintSummary {
  files: number;
  errors: number;
  warnings: number;
  suppressed: number;
}

export interface LintReport {
  version: 1;
  /** Sorted by file, line, column, rule. */
  findings: Finding[];
  summary: LintSummary;
  /** Text of every file that has a finding, by its reported path: for code frames. Not part of the JSON form. */
  sources: ReadonlyMap<string, string>;
}

/** Orders findings by file, line, column, rule; findings of a whole file come first. */
export function compareFindings(a: Finding, b: Finding): number {
  return (
    compareText(a.file, b.file) ||
    (a.line ?? 0) - (b.line ?? 0) ||
    (a.column ?? 0) - (b.column ?? 0) ||
    compareText(a.rule, b.rule)
  );
}

// By code unit, not by locale: the order of a report must not depend on the machine.
function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
