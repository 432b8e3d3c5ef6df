/** Finding the plugin: a folder with a manifest and a pipeline. */
import { existsSync, readdirSync, realpathSync, statSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { Failure } from '../../errors/index.js';

const EXTENSIONS = ['.ts', '.mts', '.js', '.mjs'];

export interface Project {
  /** Absolute path of the plugin's folder. */
  root: string;
  /** Folder name, for messages. */
  name: string;
  /** Paths relative to the root. */
  manifest: string;
  pipeline: string;
  realtime: string | null;
  actions: string[];
}

/**
 * @param folder the plugin's folder
 * @throws Failure `not-a-plugin` saying what is missing.
 */
export function findProject(folder: string): Project {
  const given = resolve(folder);
  if (!existsSync(given) || !statSync(given).isDirectory()) {
    throw new Failure({ code: 'not-a-plugin', message: `There is no folder ${folder}.`, why: 'A plugin is a folder with manifest.ts and pipeline.ts.', next: 'Give the plugin\'s folder with --plugin, or make one: plugin create NAME' });
  }
  // Bundler and stack traces name real paths; a link would make them differ from ours.
  const root = realpathSync(given);
  const file = (base: string): string | null => EXTENSIONS.map((extension) => base + extension).find((name) => existsSync(join(root, name))) ?? null;
  const manifest = file('manifest');
  const pipeline = file('pipeline');
  if (manifest === null || pipeline === null) {
    const python = existsSync(join(root, 'manifest.py'));
    throw new Failure({
      code: python ? 'python-plugin' : 'not-a-plugin',
      message: python ? `${basename(root)} is a Python plugin; this version runs TypeScript plugins.` : `${root} has no ${manifest === null ? 'manifest.ts' : 'pipeline.ts'}.`,
      why: 'A plugin is a folder with manifest.ts and pipeline.ts.',
      next: python ? 'Write the plugin in TypeScript, or run it with the service until Python plugins are supported here.' : 'Change into the plugin\'s folder, give it with --plugin, or make one: plugin create NAME',
    });
  }
  return { root, name: basename(root), manifest, pipeline, realtime: file('realtime'), actions: listActions(root) };
}

function listActions(root: string): string[] {
  const folder = join(root, 'actions');
  if (!existsSync(folder)) return [];
  return readdirSync(folder).filter((name) => EXTENSIONS.some((extension) => name.endsWith(extension)) && !name.includes('.test.')).sort().map((name) => `actions/${name}`);
}
