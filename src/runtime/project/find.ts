/** Finding the plugin: a folder with a manifest and a pipeline. */
import { existsSync, readdirSync, realpathSync, statSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { Failure } from '../../errors/index.js';

const WHAT = 'A plugin is a folder with manifest.ts and pipeline.ts, or manifest.py and pipeline.py.';
const EXTENSIONS = ['.ts', '.mts', '.js', '.mjs'];

export interface Project {
  /** What the plugin is written in; decides which worker runs it. */
  language: 'typescript' | 'python';
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
    throw new Failure({ code: 'not-a-plugin', message: `There is no folder ${folder}.`, why: WHAT, next: 'Give the plugin\'s folder with --plugin, or make one: plugin create NAME' });
  }
  // Bundler and stack traces name real paths; a link would make them differ from ours.
  const root = realpathSync(given);
  const file = (base: string): string | null => EXTENSIONS.map((extension) => base + extension).find((name) => isFile(join(root, name))) ?? null;
  const manifest = file('manifest');
  const pipeline = file('pipeline');
  if (manifest === null || pipeline === null) {
    if (manifest === null && ['manifest.py', 'definition.py'].some((name) => isFile(join(root, name)))) return findPython(root);
    throw new Failure({
      code: 'not-a-plugin',
      message: `${root} has no ${manifest === null ? 'manifest.ts and no manifest.py' : 'pipeline.ts'}.`,
      why: WHAT,
      next: 'Change into the plugin\'s folder, give it with --plugin, or make one: plugin create NAME',
    });
  }
  return { language: 'typescript', root, name: basename(root), manifest, pipeline, realtime: file('realtime'), actions: listActions(root) };
}

function isFile(path: string): boolean {
  return existsSync(path) && statSync(path).isFile();
}

/** A plugin in the service's own layout. @throws Failure `not-a-plugin`, `builtin-plugin` */
function findPython(root: string): Project {
  const there = (name: string): boolean => isFile(join(root, name));
  if (!there('manifest.py')) {
    throw new Failure({ code: 'builtin-plugin', message: `${basename(root)} has definition.py and no manifest.py: it is laid out as a built-in plugin of the service.`, why: 'Built-in plugins are part of the service; only custom plugins can be run and uploaded.', next: 'Write a manifest.py with feature_extractor_name, version and features.' });
  }
  if (!there('pipeline.py')) {
    throw new Failure({ code: 'not-a-plugin', message: `${root} has no pipeline.py.`, why: WHAT, next: 'Add pipeline.py with a function build_steps.' });
  }
  return { language: 'python', root, name: basename(root), manifest: 'manifest.py', pipeline: 'pipeline.py', realtime: there('realtime.py') ? 'realtime.py' : null, actions: [] };
}

function listActions(root: string): string[] {
  const folder = join(root, 'actions');
  if (!existsSync(folder)) return [];
  return readdirSync(folder).filter((name) => EXTENSIONS.some((extension) => name.endsWith(extension)) && !name.includes('.test.')).sort().map((name) => `actions/${name}`);
}
