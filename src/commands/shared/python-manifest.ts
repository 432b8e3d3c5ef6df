/** The manifest of a Python plugin for commands that need no worker where the source says it all. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { PluginManifest } from '../../manifest/index.js';

/**
 * Read without Python where that is possible; a manifest that only running it can tell is evaluated in a worker.
 * @throws Failure `manifest-invalid`, and where it has to be evaluated as building the environment does
 */
export async function pythonManifest(root: string, announce: (line: string) => void): Promise<PluginManifest> {
  const { staticPythonManifest } = await import('../../lint/index.js');
  const { parseManifest, python } = await import('../../manifest/index.js');
  const { value, complete } = await staticPythonManifest(readFileSync(join(root, 'manifest.py'), 'utf8'));
  if (complete) return parseManifest(value, { path: 'manifest.py' }, python);
  const { evaluatePython } = await import('../../runtime/index.js');
  return evaluatePython(root, { announce });
}
