/** Findings of the scanner itself: whatever it cannot look at is refused, never passed. */
import type { Finding } from './finding.js';
import type { RuleMeta } from './rule.js';

export const unreadable: RuleMeta = {
  id: 'SEC-UNREADABLE',
  family: 'SEC',
  severity: 'error',
  summary: 'A file that cannot be scanned is refused.',
};

/** A finding of SEC-UNREADABLE for a whole file. `what` finishes the sentence "The file ...". */
export function unreadableFinding(file: string, what: string, next: string): Finding {
  return fileFinding(unreadable, file, {
    message: `The file ${what}.`,
    why: 'What the scanner cannot read may still run, so such a file is refused.',
    next,
  });
}

/** A finding that concerns a file as a whole. */
export function fileFinding(rule: RuleMeta, file: string, texts: Pick<Finding, 'message' | 'why' | 'next'>): Finding {
  const nowhere = { line: null, column: null, endLine: null, endColumn: null };
  return { rule: rule.id, severity: rule.severity, file, ...nowhere, ...texts };
}
