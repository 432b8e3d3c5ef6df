/** Rows that a source has to tell about, although it cannot give them. */
import type { RawRow } from './index.js';

/** Why a row cannot be given to the plugin, where the source knows: a file that cannot be read, say. */
export const PROBLEM = Symbol('problem');

/** The problem that the source saw in a row, undefined when there is none. */
export function problemOf(row: RawRow): string | undefined {
  return (row as { [PROBLEM]?: string })[PROBLEM];
}

/** Marks a row that cannot be given to the plugin. */
export function setProblem(row: RawRow, problem: string): void {
  (row as { [PROBLEM]?: string })[PROBLEM] = problem;
}
