/** Findings about Python code. */
import type { PythonNode } from '../../python/index.js';
import type { Report, RuleMeta, Span } from '../../rule.js';
import type { Advice } from './names.js';

export interface Found {
  rule: RuleMeta;
  report: Report;
}

export function at(node: PythonNode): Span {
  return { start: node.startIndex, end: node.endIndex };
}

/** What is said of a forbidden name. */
export function describe(node: PythonNode, name: string, advice: Advice): Report {
  const shown = name.replace(/^builtins\./, '');
  return { at: at(node), message: `\`${shown}\` ${advice.what}.`, why: advice.why, next: advice.next };
}
