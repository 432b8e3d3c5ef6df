/** The manifest rules for manifest.py. What is checked is the `manifest` room's business; here it becomes findings. */
import { checkManifest, checkPythonFiles, fixOf, isPythonManifest, noPythonManifest, placeOf, python, type Problem } from '../../../../manifest/index.js';
import type { Tree } from '../../../python/index.js';
import type { Report, RuleMeta } from '../../../rule.js';
import { metaOf } from '../metas.js';
import { readPythonManifest, type PythonManifest } from './read.js';

export { isPythonManifest };

/** A finding of a manifest rule. */
export interface ManifestReport {
  rule: RuleMeta;
  report: Report;
}

/**
 * The findings in a Python file; none unless it is a manifest.py. Deeper folders may have one that is something else.
 * A file with syntax errors is a finding already, and what else is read from it may be wrong.
 */
export function* checkPythonManifest({ path, tree }: { path: string; tree: Tree }): Generator<ManifestReport> {
  if (!isPythonManifest(path.slice(path.lastIndexOf('/') + 1)) || tree.firstError !== null) return;
  const manifest = readPythonManifest(tree);
  if (!manifest.isPlugin && path.includes('/')) return;
  const problems = manifest.value === undefined ? [noPythonManifest()] : checkManifest(manifest.value, python);
  for (const problem of problems) yield toReport(manifest, problem);
}

/**
 * The findings about the files beside a manifest.py; none when it is not a plugin's.
 * @param names names of the files and folders directly in the plugin's folder
 */
export function checkBesidePythonManifest(tree: Tree, names: readonly string[]): ManifestReport[] {
  const manifest = tree.firstError === null ? readPythonManifest(tree) : undefined;
  if (!manifest?.isPlugin) return [];
  return checkPythonFiles(manifest.value, names).map((problem) => {
    const { rule, report } = toReport(manifest, problem);
    // A missing file has no place in the manifest.
    return { rule, report: problem.path.length === 0 ? { ...report, at: null } : report };
  });
}

function toReport(manifest: PythonManifest, problem: Problem): ManifestReport {
  const { message, why, next, path, at } = problem;
  const fix = fixOf(manifest, problem);
  const isWhole = fix !== undefined && isPlainToken(manifest.text.slice(fix.start, fix.end));
  return { rule: { ...metaOf(problem.rule), severity: problem.severity }, report: { at: placeOf(manifest, path, at) ?? null, message, why, next, ...(isWhole ? { fix } : {}) } };
}

/** A name, a number or one plain string: with prefixes and three quotes, a replacement would have to know more. */
function isPlainToken(text: string): boolean {
  return /^(?:[\p{L}\p{N}_]+|'[^'\\\n]*'|"[^"\\\n]*")$/u.test(text);
}
