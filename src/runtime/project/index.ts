/** A plugin's folder: found, bundled, its manifest evaluated. */
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Project } from './find.js';
import type { Prepared } from './prepare.js';

export { bundlePlugin, type Bundle } from './bundle.js';
export { preparePlugin, type Prepared } from './prepare.js';
export { pluginEnvironment, preparePython, testEnvironment, type PythonWishes } from './python.js';
export { evaluatePython, lockedPackages, pythonFacts, pythonProject, type PythonFacts } from './python-facts.js';
export { writeStubs } from './place.js';
export { findProject, type Project } from './find.js';
export { evaluateManifest } from './evaluate.js';
export { syncTypes } from './types.js';

/** What decides a plugin's results: its code and its model files. */
export function pluginDigest(project: Project, prepared: Prepared): string {
  const hash = createHash('sha256').update(prepared.digest);
  const models = join(project.root, 'models');
  if (existsSync(models)) {
    const files = readdirSync(models, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
    for (const path of files.map((entry) => join(entry.parentPath, entry.name)).sort()) {
      hash.update(path.slice(models.length)).update(createHash('sha256').update(readFileSync(path)).digest());
    }
  }
  return hash.digest('hex');
}
