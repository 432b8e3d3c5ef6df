/** A plugin's folder: found, bundled, its manifest evaluated. */
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Bundle } from './bundle.js';
import type { Project } from './find.js';

export { bundlePlugin, placeBundle, writeStubs, type Bundle } from './bundle.js';
export { findProject, type Project } from './find.js';
export { evaluateManifest } from './evaluate.js';
export { declaredMemory } from './memory.js';
export { syncTypes } from './types.js';

/** What decides a plugin's results: its code and its model files. */
export function pluginDigest(project: Project, bundle: Bundle): string {
  const hash = createHash('sha256').update(bundle.digest);
  const models = join(project.root, 'models');
  if (existsSync(models)) {
    const files = readdirSync(models, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
    for (const path of files.map((entry) => join(entry.parentPath, entry.name)).sort()) {
      hash.update(path.slice(models.length)).update(createHash('sha256').update(readFileSync(path)).digest());
    }
  }
  return hash.digest('hex');
}
