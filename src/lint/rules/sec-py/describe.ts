/** Findings about Python code. */
import type { PythonNode } from '../../python/index.js';
import type { Place, Report, RuleMeta } from '../../rule.js';
import type { Advice } from './names.js';

export interface Found {
  rule: RuleMeta;
  report: Report;
}

/** Offsets of a node; the engine turns them into lines. */
export function at(node: PythonNode): { start: number; end: number } {
  return { start: node.startIndex, end: node.endIndex };
}

/** What is said of a forbidden name. */
export function describe(node: PythonNode, name: string, advice: Advice): Report {
  const shown = name.replace(/^builtins\./, '');
  return { at: at(node), message: `\`${shown}\` ${advice.what}.`, why: advice.why, next: advice.next };
}
export type { Place };
