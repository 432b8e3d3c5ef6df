/** Inline directives: `// plugin-lint-disable-next-line ID[, ID] -- reason`; in Python with `#`. */
import type { Finding } from './finding.js';
import type { LineIndex } from './text.js';

/** A comment of any language: its text without the signs around it, and where it ends. */
export interface Comment {
  value: string;
  end?: number | null;
}

interface Directive {
  /** The line it speaks about. */
  line: number;
  rules: string[];
  reason: string;
}

const pattern = /^\s*plugin-lint-disable-next-line\s+([A-Z][A-Z0-9-]*(?:\s*,\s*[A-Z][A-Z0-9-]*)*)(?:\s+--\s*(.*?))?\s*$/s;

/**
 * Applies the directives of a file. A silenced finding disappears, except that of a security rule: it needs a
 * reason, and stays in the report marked `suppressed`.
 */
export function applyDirectives(findings: Finding[], comments: readonly Comment[], lines: LineIndex): Finding[] {
  const directives = comments.flatMap((comment) => parseDirective(comment, lines));
  if (directives.length === 0) return findings;
  return findings.flatMap((finding) => {
    const directive = directives.find((d) => d.line === finding.line && d.rules.includes(finding.rule));
    if (!directive) return [finding];
    if (!finding.rule.startsWith('SEC-')) return [];
    if (directive.reason !== '') return [{ ...finding, suppressed: { reason: directive.reason } }];
    const next = `${finding.next} The directive above has no effect: a security rule needs a reason after " -- ".`;
    return [{ ...finding, next }];
  });
}

function parseDirective(comment: Comment, lines: LineIndex): Directive[] {
  const match = pattern.exec(comment.value);
  if (!match || typeof comment.end !== 'number') return [];
  const rules = (match[1] as string).split(',').map((id) => id.trim());
  return [{ line: lines.position(comment.end).line + 1, rules, reason: match[2] ?? '' }];
}
