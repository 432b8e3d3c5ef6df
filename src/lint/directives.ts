/** Inline directives: `// plugin-lint-disable-next-line ID[, ID] -- reason`; in Python with `#`. */
import type { Finding, Fix } from './finding.js';
import type { Place, RuleMeta } from './rule.js';
import type { LineIndex } from './text.js';

/** A comment of any language: its text without the signs around it, and where it stands. */
export interface Comment {
  value: string;
  start?: number | null;
  end?: number | null;
}

/** A directive, in plain data. */
export interface Directive {
  /** Where it stands. */
  at: Place;
  /** The line it speaks about. */
  line: number;
  /** Ids of rules; none when the comment cannot be understood. */
  rules: string[];
  reason: string;
  /** Takes the comment away. */
  removal: Fix;
}

/** What directives make of findings. */
export interface Silenced {
  findings: Finding[];
  /** What silenced nothing: each directive with those of its rules that had no finding. */
  unused: { directive: Directive; rules: string[] }[];
}

export const unusedDirective: RuleMeta = {
  id: 'LINT-UNUSED-DIRECTIVE',
  family: 'LINT',
  severity: 'warn',
  summary: 'A directive silences a finding that is there',
};

const ours = /^\s*plugin-lint-/;
const pattern = /^\s*plugin-lint-disable-next-line\s+([A-Z][A-Z0-9-]*(?:\s*,\s*[A-Z][A-Z0-9-]*)*)(?:\s+--\s*(.*?))?\s*$/s;

/** The directives among the comments of a file. */
export function readDirectives(text: string, comments: readonly Comment[], lines: LineIndex): Directive[] {
  return comments.flatMap(({ value, start, end }) => {
    if (!ours.test(value) || typeof start !== 'number' || typeof end !== 'number') return [];
    const match = pattern.exec(value);
    const rules = (match?.[1] ?? '').split(',').map((id) => id.trim()).filter((id) => id !== '');
    const at = lines.place(start, end);
    return [{ at, line: at.endLine + 1, rules, reason: match?.[2] ?? '', removal: removalOf(text, start, end) }];
  });
}

/**
 * Applies the directives of a file. A silenced finding disappears, except that of a security rule: it needs a
 * reason, and stays in the report marked `suppressed`.
 */
export function silence(findings: readonly Finding[], directives: readonly Directive[]): Silenced {
  const used = new Map(directives.map((directive) => [directive, new Set<string>()]));
  const kept = findings.flatMap((finding) => {
    const directive = directives.find((d) => d.line === finding.line && d.rules.includes(finding.rule));
    if (!directive) return [finding];
    used.get(directive)?.add(finding.rule);
    if (!finding.rule.startsWith('SEC-')) return [];
    if (directive.reason !== '') return [{ ...finding, suppressed: { reason: directive.reason } }];
    const next = `${finding.next} The directive above has no effect: a security rule needs a reason after " -- ".`;
    return [{ ...finding, next }];
  });
  const unused = directives
    .map((directive) => ({ directive, rules: directive.rules.filter((id) => !used.get(directive)?.has(id)) }))
    .filter(({ directive, rules }) => rules.length > 0 || directive.rules.length === 0);
  return { findings: kept, unused };
}

/**
 * Findings about directives that silence nothing.
 *
 * @param known every id there is.
 * @param unchecked ids that did not run on this file, so that nothing can be said of their directives.
 */
export function unusedFindings(
  file: string,
  { unused }: Silenced,
  known: ReadonlySet<string>,
  unchecked: (id: string) => boolean,
): Finding[] {
  return unused.flatMap(({ directive, rules }) => {
    const base = { rule: unusedDirective.id, severity: unusedDirective.severity, file, ...directive.at };
    if (directive.rules.length === 0) return [{ ...base, ...unreadableTexts }];
    const idle = rules.filter((id) => !known.has(id) || !unchecked(id));
    const fix = idle.length === directive.rules.length ? { fix: directive.removal } : {};
    return idle.map((id) => ({ ...base, ...textsOf(id, known.has(id)), ...fix }));
  });
}

const unreadableTexts = {
  message: 'The comment looks like a directive and cannot be understood.',
  why: 'It silences nothing.',
  next: 'Write "plugin-lint-disable-next-line ID -- reason" on the line before the finding.',
};

function textsOf(id: string, isKnown: boolean): Pick<Finding, 'message' | 'why' | 'next'> {
  const why = 'A directive that is left behind would silence a later mistake on that line.';
  if (isKnown) return { message: `The directive silences ${id}, which finds nothing on the next line.`, why, next: 'Remove it.' };
  return { message: `The directive names "${id}", and there is no such rule.`, why: 'It silences nothing.', next: 'Correct the id, or remove it.' };
}

// A comment that has its lines for itself goes with them; one behind code goes with the space before it.
function removalOf(text: string, start: number, end: number): Fix {
  const lineStart = text.lastIndexOf('\n', start - 1) + 1;
  const newline = text.indexOf('\n', end);
  const lineEnd = newline < 0 ? text.length : newline + 1;
  const before = text.slice(lineStart, start);
  const after = text.slice(end, lineEnd);
  // Between code a comment is what it holds, a line end or a space: either may keep apart what must not be one.
  if (after.trim() !== '') return { start, end, text: text.slice(start, end).includes('\n') ? '\n' : /\s$|^$/.test(before) || /^\s/.test(after) ? '' : ' ' };
  if (before.trim() === '') return { start: lineStart, end: lineEnd, text: '' };
  return { start: lineStart + before.trimEnd().length, end, text: '' };
}
