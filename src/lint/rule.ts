/**
 * What a rule is. One file per rule under `rules/<family>/`, one page per rule under `docs/rules/<ID>.md`,
 * one table of valid and invalid cases under `test/lint/rules/<ID>.test.ts`.
 */
import type { File, Node } from '@babel/types';
import type { Handlers } from './syntax/index.js';

/** LINT is about linting itself. */
export type Family = 'SEQ' | 'SEC' | 'MAN' | 'DAT' | 'RT' | 'LINT';
export type Severity = 'error' | 'warn';

export interface RuleMeta {
  /** `SEQ002`, `SEC-EVAL`, `MAN-FEATURE-KEYS`: family, then number or name. */
  id: string;
  family: Family;
  severity: Severity;
  /** One line for `--rules` and the docs index. */
  summary: string;
}

/** A place in a file: 1-based lines, 1-based columns (UTF-16 units), end exclusive. Lines are LF-separated. */
export interface Place {
  line: number;
  column: number;
  endLine: number;
  endColumn: number;
}

/** Offsets into a file's text, UTF-16 units, end exclusive. */
export interface Span {
  start: number;
  end: number;
}

/** What a rule reports. Each of the three texts is one sentence: what is wrong, why it matters, what to do. */
export interface Report {
  /** A Babel node, offsets, a place, or null when the finding concerns the file as a whole. */
  at: Node | Span | Place | null;
  message: string;
  why: string;
  next: string;
  /** A safe replacement of source text, UTF-16 offsets, end exclusive. */
  fix?: { start: number; end: number; text: string };
}

/** The source file a rule looks at. */
export interface SourceFile {
  /** Path as reported, relative to where lint was started. */
  path: string;
  /** The folder that the path is relative to; the current one unless told. */
  cwd?: string;
  text: string;
  ast: File;
  /** Set by a rule that asked what other files there are: what it found holds no longer than they stay. */
  asksForOthers?: boolean;
}

/** A rule that reads syntax (SEC, MAN). All handlers of a file are called in one walk. */
export interface SyntaxRule {
  meta: RuleMeta;
  create(file: SourceFile, report: (finding: Report) => void): Handlers;
}
