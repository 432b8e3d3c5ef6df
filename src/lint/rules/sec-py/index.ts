/** The forbidden-API scan of Python code: what a plugin may not load, call or reach. */
import type { Tree } from '../../python/index.js';
import type { RuleMeta } from '../../rule.js';
import { bindProgram } from './bind-program.js';
import type { Found } from './describe.js';
import { Evaluator } from './evaluate.js';
import { checkImport } from './imports.js';
import { pickle } from './names.js';
import { checkReference } from './references.js';
import { checkSource } from './source.js';
import { isWanted } from './wanted.js';

/** The Python file a rule looks at. */
export interface PythonFile {
  /** Path as reported, relative to where lint was started. */
  path: string;
  text: string;
  tree: Tree;
}

/** Rules that only Python has; the others share their ids with those for TypeScript. */
export const pythonRules: readonly RuleMeta[] = [pickle];

/** Everything forbidden in a file, in no order. */
export function scanPython({ text, tree }: PythonFile): Found[] {
  const program = bindProgram(tree.rootNode, isWanted);
  const evaluator = new Evaluator(program);
  const found = checkSource(text, tree);
  for (const spot of program.spots) {
    const isImport = spot.node.type === 'import_statement' || spot.node.type === 'import_from_statement';
    found.push(...(isImport ? checkImport(program, spot.node, spot.scope) : checkReference(evaluator, spot)));
  }
  return found;
}
