/** Where bundles lie: in the plugin's own `.plugsmith/bundles`, each with the stub packages beside it. */
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { stateFailure } from '../write-failures.js';
import { distFile, installation } from '../launch/index.js';
import type { Bundle } from './bundle.js';
import type { Project } from './find.js';

/**
 * Puts the bundle into the plugin's own `.plugsmith/bundles/<digest>`, with the stub packages beside it.
 * @returns path of the module to import
 * @throws Failure `disk-full`, `output-not-writable`
 */
export function placeBundle(project: Project, bundle: Bundle): string {
  const key = createHash('sha256').update(bundle.digest).update(installation().root).update(installation().version).update(project.root).digest('hex').slice(0, 24);
  const folder = join(project.root, '.plugsmith', 'bundles', key);
  const file = join(folder, 'dist', 'plugin.mjs');
  if (!holds(file, bundle.digest)) {
    const staging = `${folder}.${process.pid}`;
    try {
      mkdirSync(join(staging, 'dist'), { recursive: true });
      writeFileSync(join(staging, 'dist', 'plugin.mjs'), bundle.code);
      writeFileSync(join(staging, 'dist', 'plugin.mjs.map'), relocate(bundle.map, project.root));
      writeStubs(staging);
      rmSync(folder, { recursive: true, force: true });
      renameSync(staging, folder);
    } catch (error) {
      if (existsSync(staging)) rmSync(staging, { recursive: true, force: true });
      // Another process may have put the same bundle there meanwhile.
      if (!holds(file, bundle.digest)) throw stateFailure(error, folder);
    }
  }
  return file;
}

/** Whether the file is the bundle, and not what somebody made of it. */
function holds(file: string, digest: string): boolean {
  return existsSync(file) && createHash('sha256').update(readFileSync(file)).digest('hex') === digest;
}

/** Source paths in the map are relative to the plugin's dist/; in the cache they have to be absolute. */
function relocate(map: Uint8Array, root: string): string {
  const parsed = JSON.parse(Buffer.from(map).toString('utf8')) as { sources: string[] };
  parsed.sources = parsed.sources.map((source) => pathToFileURL(resolve(root, 'dist', source)).href);
  return JSON.stringify(parsed);
}

/** Packages named `plugsmith` and `zod` that re-export the running installation's own modules. */
export function writeStubs(folder: string): void {
  const stub = (name: string, exports: Record<string, string>): void => {
    const target = join(folder, 'node_modules', name);
    mkdirSync(target, { recursive: true });
    const map: Record<string, string> = {};
    for (const [subpath, file] of Object.entries(exports)) {
      const base = subpath === '.' ? 'index.mjs' : `${subpath.slice(2)}.mjs`;
      writeFileSync(join(target, base), `export * from ${JSON.stringify(pathToFileURL(distFile(file)).href)};\n${name === 'zod' ? `export { default } from ${JSON.stringify(pathToFileURL(distFile(file)).href)};\n` : ''}`);
      map[subpath] = `./${base}`;
    }
    writeFileSync(join(target, 'package.json'), JSON.stringify({ name, type: 'module', exports: map }));
  };
  stub('plugsmith', { '.': 'sdk/index.js', './manifest': 'sdk/manifest.js', './testing': 'sdk/testing.js' });
  stub('zod', { '.': 'zod.js' });
}
