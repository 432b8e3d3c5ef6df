/** The checks of a Python plugin's files. */
import { missingPart, missingRealtime, pluginPart } from '../files.js';
import { problem, type Problem } from '../problem.js';

/** Whether a file has the name of a Python plugin's manifest. */
export function isPythonManifest(fileName: string): boolean {
  return fileName === 'manifest.py';
}

/** For a manifest.py that holds nothing of a manifest. */
export function noPythonManifest(): Problem {
  return problem('MAN-DEFAULT-EXPORT', {
    path: [],
    at: 'value',
    message: 'The file defines no manifest.',
    why: 'The manifest is read from the names at the top of manifest.py, and from its dict metadata.',
    next: 'Write feature_extractor_name = "my_extractor" and version = "1.0.0".',
  });
}

/**
 * @param tree the manifest, evaluated or read; undefined when the folder has none
 * @param names names of the files and folders directly in the plugin's folder
 */
export function checkPythonFiles(tree: unknown, names: readonly string[]): Problem[] {
  const other = names.find((name) => pluginPart(name) === 'manifest');
  // Which of the two stays decides what else is missing.
  if (other !== undefined) return [twoManifests(other)];
  const needed = ['manifest.py', 'pipeline.py'] as const;
  const problems = needed.filter((name) => !names.includes(name)).map(missingPart);
  if (!names.includes('realtime.py')) problems.push(...missingRealtime(tree, 'realtime.py'));
  return problems;
}

function twoManifests(other: string): Problem {
  return problem('MAN-FILES', {
    path: [],
    at: 'value',
    message: `The plugin has both manifest.py and ${other}.`,
    why: 'A plugin is written in one language, and nobody can tell which of the two manifests is meant.',
    next: 'Remove one of the two, or put the plugins into folders of their own.',
  });
}
