/** The rules about more than one file, on a folder. */
import { readFileSync } from 'node:fs';
import { isOverflow } from './engine.js';
import { isPython } from './extensions.js';
import type { ModuleFact } from './facts/index.js';
import type { Finding } from './finding.js';
import type { Looked } from './looked.js';
import { checkPlugins } from './plugin.js';
import { loadPython } from './python/index.js';
import { pluginRules } from './registry.js';
import { checkProject } from './rules/man/index.js';
import { decodeSource, LineIndex } from './text.js';
import { unreadableFinding } from './unreadable.js';
import { reported } from './walk.js';

/**
 * What the rules about more than one file find in a folder.
 *
 * @param inside absolute paths of the files in it.
 * @param shown reported paths by absolute ones.
 * @param looked by reported path.
 */
export async function folderFindings(root: string, inside: string[], shown: ReadonlyMap<string, string>, looked: ReadonlyMap<string, Looked>, cwd: string): Promise<Finding[]> {
  if (inside.some(isPython)) await loadPython();
  const toFinding = ({ rule, file: path, at, message, why, next, fix }: ReturnType<typeof checkProject>[number]): Finding => {
    const file = shown.get(path) ?? reported(path, cwd);
    const place = at === null ? null : 'line' in at ? at : placeOf(looked.get(file)?.text ?? decodeSource(readFileSync(path)).text, at.start, at.end);
    const { line = null, column = null, endLine = null, endColumn = null } = place ?? {};
    const where = { line, column, endLine, endColumn };
    return { rule: rule.id, severity: rule.severity, file, ...where, message, why, next, ...(fix ? { fix } : {}) };
  };
  const moduleOf = (path: string): ModuleFact | undefined => looked.get(shown.get(path) ?? '')?.module;
  try {
    return [...checkProject(root, inside), ...checkPlugins(pluginRules, root, inside, moduleOf)].map(toFinding);
  } catch (error) {
    // A manifest too deep for this thread's stack: the folder counts as not checked.
    if (!isOverflow(error)) throw error;
    const what = 'has a manifest that is nested too deeply to be checked';
    return [unreadableFinding(reported(root, cwd) || '.', what, 'Write the manifest in a simpler way.')];
  }
}

function placeOf(text: string, start: number | null | undefined, end: number | null | undefined) {
  return new LineIndex(text).place(start ?? 0, end ?? start ?? 0);
}
