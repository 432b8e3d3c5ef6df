/** One file in, findings out. Pure: no disk, no clock, no terminal. */
import { messageOf } from '../errors/index.js';
import { type Directive, readDirectives, silence } from './directives.js';
import { lowerModule } from './facts/babel/index.js';
import { lowerPython, mayConcernRows } from './facts/python/index.js';
import { traceRows, type ModuleFact, type RowFacts } from './facts/index.js';
import { compareFindings, type Finding } from './finding.js';
import { isPython } from './extensions.js';
import { parseSource } from './parse.js';
import { pythonParser } from './python/index.js';
import { factRules, syntaxRules } from './registry.js';
import type { Report, RuleMeta, SourceFile } from './rule.js';
import { checkPythonManifest } from './rules/man/index.js';
import { scanPython } from './rules/sec-py/index.js';
import { babelVisitor, visitTree, type Handlers } from './syntax/index.js';
import { LineIndex } from './text.js';
import { unreadableFinding } from './unreadable.js';

export interface LintTextOptions {
  /** The folder that the path is relative to; the current one unless told. */
  cwd?: string;
  /** Overflowing code throws the RangeError on instead of becoming a finding, so that a caller can use more stack. */
  throwOnOverflow?: boolean;
  /** Leaves out the rules that follow rows: for code that nobody wrote by hand. Needs `loadBabelVisitor` before. */
  securityOnly?: boolean;
  /** Is given the facts of a file without syntax errors, so that rules about more than one file need not make them again. */
  onModule?: (module: ModuleFact) => void;
}

const tooDeep = 'is nested too deeply to be scanned';
const splitUp = 'Split the expression or the nested blocks into smaller pieces.';

/**
 * Lints the text of one file.
 *
 * @param path as it will be reported; its extension selects the language.
 * @returns findings in stable order; a file that cannot be scanned gives one of SEC-UNREADABLE, never an exception
 *   (but see `throwOnOverflow`).
 * @throws Failure `python-parser-not-loaded` for a Python file, unless `loadPython()` was awaited before.
 */
export function lintText(path: string, text: string, options: LintTextOptions = {}): Finding[] {
  const { findings, directives } = analyseText(path, text, options);
  return silence(findings, directives).findings.sort(compareFindings);
}

/** All findings of one file, silenced or not, and its directives: plain data. */
export interface Analysis {
  findings: Finding[];
  directives: Directive[];
  /** Whether other files had a part in it. */
  asksForOthers?: boolean;
}

/** As `lintText`, before the directives are applied: rules about more than one file may still have to say something. */
export function analyseText(path: string, text: string, options: LintTextOptions = {}): Analysis {
  try {
    return isPython(path) ? analysePython(path, text, options) : analyse(path, text, options);
  } catch (error) {
    if (!isOverflow(error)) throw error;
    if (options.throwOnOverflow) throw error;
    return { findings: [unreadableFinding(path, tooDeep, splitUp)], directives: [] };
  }
}

/** Whether an error is V8's stack overflow. */
export function isOverflow(error: unknown): error is RangeError {
  return error instanceof RangeError && error.message.includes('call stack');
}

function analyse(path: string, text: string, { cwd = '.', securityOnly = false, onModule }: LintTextOptions): Analysis {
  const lines = new LineIndex(text);
  const { ast, problems } = parseSource(path, text);
  const findings: Finding[] = problems
    .slice(0, 1)
    .map((problem) => unreadableFinding(path, `has a syntax error, ${problem}`, 'Correct the syntax.'));
  let asksForOthers = false;
  if (ast) {
    const file: SourceFile = { path, cwd, text, ast };
    const collect = (meta: RuleMeta) => (report: Report) => findings.push(toFinding(path, meta, report, lines));
    const crashed = (meta: RuleMeta, error: unknown) => findings.push(crashFinding(path, meta, error));
    try {
      runSyntaxRules(file, collect, crashed, securityOnly);
    } catch (error) {
      // Babel's walk gives up on scopes that are wrong (a name declared twice), which the parser has reported already.
      if (isOverflow(error)) throw error;
      if (problems.length === 0) findings.push(unscannedFinding(path, error));
    }
    asksForOthers = file.asksForOthers === true;
    if (!securityOnly) runFactRules(() => lowerModule(file.ast, file.text, lines), collect, crashed, problems.length === 0 ? onModule : undefined);
  }
  const analysis = { findings: unique(findings), directives: readDirectives(text, ast?.comments ?? [], lines) };
  return asksForOthers ? { ...analysis, asksForOthers } : analysis;
}

function analysePython(path: string, text: string, { onModule }: LintTextOptions): Analysis {
  const tree = pythonParser().parse(text);
  // A file that knows carriage returns only has lines as well.
  const lines = new LineIndex(text.includes('\n') ? text : tree.text);
  const findings: Finding[] = [];
  const collect = (meta: RuleMeta) => (report: Report) => findings.push(toFinding(path, meta, report, lines));
  if (tree.firstError !== null) {
    const { line } = lines.position(tree.firstError);
    const reason = tree.errorReason === null ? '' : `: ${tree.errorReason}`;
    findings.push(unreadableFinding(path, `has a syntax error, line ${line}${reason}`, 'Correct the syntax; the language is Python 3.'));
  }
  for (const check of [scanPython, checkPythonManifest]) {
    try {
      for (const { rule, report } of check({ path, text, tree })) collect(rule)(report);
    } catch (error) {
      if (isOverflow(error)) throw error;
      findings.push(unscannedFinding(path, error));
    }
  }
  const crashed = (meta: RuleMeta, error: unknown) => findings.push(crashFinding(path, meta, error));
  if (mayConcernRows(tree.text)) runFactRules(() => lowerPython(tree, lines), collect, crashed, tree.firstError === null ? onModule : undefined);
  return { findings: unique(findings), directives: readDirectives(text, tree.comments, lines) };
}

type Collect = (meta: RuleMeta) => (report: Report) => void;
type Crashed = (meta: RuleMeta, error: unknown) => void;

function runSyntaxRules(file: SourceFile, collect: Collect, crashed: Crashed, isBundle: boolean): void {
  const broken = new Set<string>();
  const guard = <Given>(meta: RuleMeta, run: (given: Given) => void, given: Given): void => {
    if (broken.has(meta.id)) return;
    try {
      run(given);
    } catch (error) {
      if (isOverflow(error)) throw error;
      broken.add(meta.id);
      crashed(meta, error);
    }
  };
  const parts: [RuleMeta, Handlers][] = [];
  for (const { meta, create } of syntaxRules) guard(meta, () => parts.push([meta, create(file, collect(meta))]), null);
  const visit = isBundle ? babelVisitor() : visitTree;
  visit(file.ast, parts, guard);
}

// All fact rules read the same facts, so a fault in making them is a fault of each.
function runFactRules(lower: () => ModuleFact, collect: Collect, crashed: Crashed, onModule: LintTextOptions['onModule']): void {
  let facts: RowFacts | undefined;
  for (const rule of factRules) {
    try {
      facts ??= traceRows(lower());
      for (const report of rule.check(facts)) collect(rule.meta)(report);
    } catch (error) {
      if (isOverflow(error)) throw error;
      crashed(rule.meta, error);
    }
  }
  if (facts) onModule?.(facts.module);
}

function toFinding(file: string, meta: RuleMeta, report: Report, lines: LineIndex): Finding {
  const { at, message, why, next, fix } = report;
  const nowhere = { line: null, column: null, endLine: null, endColumn: null };
  const place = at === null ? nowhere : 'line' in at ? pick(at) : lines.place(at.start ?? 0, at.end ?? at.start ?? 0);
  return { rule: meta.id, severity: meta.severity, file, ...place, message, why, next, ...(fix ? { fix } : {}) };
}

function pick(at: { line: number; column: number; endLine: number; endColumn: number }) {
  return { line: at.line, column: at.column, endLine: at.endLine, endColumn: at.endColumn };
}

const faultOfOurs = 'This is a fault of the linter: please report it with the file.';

function crashFinding(file: string, meta: RuleMeta, error: unknown): Finding {
  const what = `could not be checked by rule ${meta.id}, which failed with "${messageOf(error)}"`;
  return unreadableFinding(file, what, faultOfOurs);
}

function unscannedFinding(file: string, error: unknown): Finding {
  return unreadableFinding(file, `could not be scanned: "${messageOf(error)}"`, faultOfOurs);
}

function unique(findings: Finding[]): Finding[] {
  const seen = new Set<string>();
  return findings.filter((finding) => {
    const key = `${finding.rule}:${finding.line}:${finding.column}:${finding.message}`;
    return !seen.has(key) && seen.add(key);
  });
}
