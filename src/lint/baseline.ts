/** A baseline: findings that were there before, so that only new ones are reported. */
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, statSync } from 'node:fs';
import { dirname, relative, resolve, sep } from 'node:path';
import { Failure, messageOf, systemCode } from '../errors/index.js';
import { replaceFile } from '../files/index.js';
import type { Finding, LintReport } from './finding.js';
import { summarise } from './summary.js';

/** One line of a baseline: how often a rule finds the same text in a file. */
interface Entry {
  rule: string;
  /** Relative to the baseline's folder, with forward slashes. */
  file: string;
  /** Of the line's text without the space around it, so that moving or indenting it changes nothing. */
  hash: string;
  count: number;
}

export interface Compared {
  report: LintReport;
  /** Findings that the baseline knows. */
  known: number;
  /** Findings of the baseline that are there no more. */
  gone: number;
}

/**
 * Writes the findings of a report as a baseline. Findings of security rules stay out: they are always reported.
 *
 * @returns how many it holds.
 * @throws Failure `lint-baseline-unwritable`, `lint-baseline-invalid` where a file of another kind has the name.
 */
export function writeBaseline(path: string, report: LintReport, cwd: string): number {
  const counts = new Map<string, Entry>();
  const kept = report.findings.filter(mayBeKnown);
  for (const finding of kept) {
    const entry = entryOf(finding, report, path, cwd);
    const before = counts.get(keyOf(entry));
    counts.set(keyOf(entry), { ...entry, count: (before?.count ?? 0) + 1 });
  }
  const findings = [...counts].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, entry]) => entry);
  refuseOther(path, cwd);
  try {
    replaceFile(resolve(cwd, path), `${JSON.stringify({ version: 1, findings }, null, 2)}\n`, { durable: true });
  } catch (error) {
    throw new Failure({
      code: 'lint-baseline-unwritable',
      message: `The baseline "${path}" cannot be written (${systemCode(error) ?? messageOf(error)}).`,
      why: 'The findings would be new ones again.',
      next: 'Check its folder and permissions.',
      cause: error,
    });
  }
  return kept.length;
}

/** A slip in the name must not cost a source file. What begins as a baseline does, damaged or not, is replaced. */
function refuseOther(path: string, cwd: string): void {
  const file = resolve(cwd, path);
  if (!existsSync(file) || !statSync(file).isFile() || /^\s*(\{\s*"version"\s*:\s*1\b|$)/.test(readFileSync(file, 'utf8'))) return;
  throw new Failure({ code: 'lint-baseline-invalid', message: `"${path}" exists, and is no baseline.`, why: 'It would be replaced by the findings.', next: 'Give --baseline another name, or remove the file first.' });
}

/**
 * Takes out of a report what a baseline knows.
 *
 * @throws Failure `lint-baseline-not-found`, `lint-baseline-invalid`.
 */
export function compareBaseline(path: string, report: LintReport, cwd: string): Compared {
  const left = new Map(readBaseline(path, cwd).map((entry) => [keyOf(entry), entry.count]));
  const findings = report.findings.filter((finding) => {
    const key = mayBeKnown(finding) ? keyOf(entryOf(finding, report, path, cwd)) : '';
    const count = left.get(key) ?? 0;
    if (count > 0) left.set(key, count - 1);
    return count === 0;
  });
  const gone = [...left.values()].reduce((sum, count) => sum + count, 0);
  const known = report.findings.length - findings.length;
  return { report: { ...report, findings, summary: summarise(findings, report.summary.files) }, known, gone };
}

function mayBeKnown({ rule, suppressed }: Finding): boolean {
  return !rule.startsWith('SEC-') && !suppressed;
}

function entryOf(finding: Finding, report: LintReport, path: string, cwd: string): Omit<Entry, 'count'> {
  const file = relative(dirname(resolve(cwd, path)), resolve(cwd, finding.file)).split(sep).join('/');
  // A finding about a whole file is known by what it says.
  const line = finding.line === null ? undefined : report.sources.get(finding.file)?.split('\n')[finding.line - 1];
  const hash = createHash('sha256').update(line?.trim() ?? finding.message).digest('hex').slice(0, 16);
  return { rule: finding.rule, file, hash };
}

function keyOf({ rule, file, hash }: Omit<Entry, 'count'>): string {
  return JSON.stringify([file, rule, hash]);
}

function readBaseline(path: string, cwd: string): Entry[] {
  const invalid = (what: string, cause?: unknown) =>
    new Failure({
      code: 'lint-baseline-invalid',
      message: `The baseline "${path}" ${what}.`,
      why: 'Old findings could not be told from new ones.',
      next: 'Write it again with --update-baseline.',
      cause,
    });
  let value: unknown;
  try {
    value = JSON.parse(readFileSync(resolve(cwd, path), 'utf8'));
  } catch (error) {
    const code = systemCode(error);
    if (code !== 'ENOENT') throw invalid(code === undefined ? 'is not valid JSON' : `cannot be read (${code})`, error);
    throw new Failure({
      code: 'lint-baseline-not-found',
      message: `There is no baseline "${path}".`,
      why: 'A misspelt name must not make every finding an old one.',
      next: 'Write it with --update-baseline, or correct the name.',
    });
  }
  if (!isRecord(value) || value['version'] !== 1 || !Array.isArray(value['findings']) || !value['findings'].every(isEntry)) throw invalid('is of another form');
  return value['findings'];
}

function isEntry(value: unknown): value is Entry {
  if (!isRecord(value)) return false;
  const { rule, file, hash, count } = value;
  return [rule, file, hash].every((text) => typeof text === 'string') && Number.isInteger(count) && (count as number) > 0;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
