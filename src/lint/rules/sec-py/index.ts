/** The forbidden-API scan of Python code. */
import type { Report, RuleMeta } from '../../rule.js';
import type { Tree } from '../../python/index.js';

/** The Python file a rule looks at. */
export interface PythonFile {
  /** Path as reported, relative to where lint was started. */
  path: string;
  text: string;
  tree: Tree;
}

export function* scanPython(_file: PythonFile): Generator<{ rule: RuleMeta; report: Report }> {}
