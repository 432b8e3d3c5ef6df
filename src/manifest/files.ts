/** The checks that look at the files beside the manifest. */
import { problem, type Problem } from './problem.js';
import { isTreeObject, valueOf } from './tree.js';

const scriptName = /^(manifest|pipeline|realtime)\.m?[jt]s$/;

/** `manifest`, `pipeline` or `realtime` when a file of that name (`.ts`, `.mts`, `.js`, `.mjs`) has that part in a plugin. */
export function pluginPart(fileName: string): 'manifest' | 'pipeline' | 'realtime' | undefined {
  return scriptName.exec(fileName)?.[1] as 'manifest' | 'pipeline' | 'realtime' | undefined;
}

/**
 * @param tree the manifest, evaluated or read; undefined when the folder has none
 * @param names names of the files and folders directly in the plugin's folder
 */
export function checkFiles(tree: unknown, names: readonly string[]): Problem[] {
  const parts = new Set(names.map(pluginPart));
  const problems: Problem[] = [];
  if (!parts.has('manifest')) problems.push(missingPart('manifest.ts'));
  if (!parts.has('pipeline')) problems.push(missingPart('pipeline.ts'));
  if (!parts.has('realtime')) problems.push(...missingRealtime(tree, 'realtime.ts'));
  return problems;
}

/** For a manifest that announces query-time inference, without the file that gives it. */
export function missingRealtime(tree: unknown, name: 'realtime.ts' | 'realtime.py'): Problem[] {
  const uri = isTreeObject(tree) ? valueOf(tree, 'feature_uri') : undefined;
  if (typeof uri !== 'string') return [];
  return [
    problem('MAN-REALTIME', {
      path: ['feature_uri'],
      at: 'key',
      message: `The manifest has a feature_uri, but there is no ${name} beside it.`,
      why: 'feature_uri announces query-time inference, and every search on it fails when nothing answers.',
      next: `Add ${name} with a class InferenceService, or remove feature_uri.`,
    }),
  ];
}

const manifestNeed = 'It names the plugin, its version and its features; without it nothing can be run or packaged.';
const needs = {
  'manifest.ts': manifestNeed,
  'manifest.py': manifestNeed,
  'pipeline.ts': 'Its buildSteps says which processors see the rows; without it no row is processed.',
  'pipeline.py': 'Its build_steps says which processors see the rows; without it no row is processed.',
};

/** For a file that every plugin must have. */
export function missingPart(name: keyof typeof needs): Problem {
  return problem('MAN-FILES', {
    path: [],
    at: 'value',
    message: `The plugin has no ${name}.`,
    why: needs[name],
    next: nextFor(name),
  });
}

function nextFor(name: keyof typeof needs): string {
  if (name === 'manifest.py') return 'Add manifest.py with feature_extractor_name and version.';
  return name === 'pipeline.py' ? 'Add pipeline.py with a function build_steps.' : `Add ${name}; \`plugin create\` shows what it looks like.`;
}
