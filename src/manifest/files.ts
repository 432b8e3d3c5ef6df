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
  if (!parts.has('manifest')) problems.push(missing('manifest.ts', 'It names the plugin, its version and its features; without it nothing can be run or packaged.'));
  if (!parts.has('pipeline')) problems.push(missing('pipeline.ts', 'Its buildSteps says which processors see the rows; without it no row is processed.'));
  const uri = isTreeObject(tree) ? valueOf(tree, 'feature_uri') : undefined;
  if (typeof uri === 'string' && !parts.has('realtime')) {
    problems.push(
      problem('MAN-REALTIME', {
        path: ['feature_uri'],
        at: 'key',
        message: 'The manifest has a feature_uri, but there is no realtime.ts beside it.',
        why: 'feature_uri announces query-time inference, and every search on it fails when nothing answers.',
        next: 'Add realtime.ts with a class InferenceService, or remove feature_uri.',
      }),
    );
  }
  return problems;
}

function missing(name: string, why: string): Problem {
  return problem('MAN-FILES', {
    path: [],
    at: 'value',
    message: `The plugin has no ${name}.`,
    why,
    next: `Add ${name}; \`plugin create\` shows what it looks like.`,
  });
}
