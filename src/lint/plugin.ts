/** A plugin as the rules see it that compare its code with its manifest. */
import { readFileSync } from 'node:fs';
import { basename, dirname, relative, sep } from 'node:path';
import { pluginPart, readManifestAst } from '../manifest/index.js';
import { isOverflow } from './engine.js';
import { lowerModule } from './facts/babel/index.js';
import type { ModuleFact } from './facts/index.js';
import { parseSource } from './parse.js';
import type { Place, Report, RuleMeta } from './rule.js';
import { LineIndex } from './text.js';

export interface PluginFile {
  /** Absolute. */
  path: string;
  module: ModuleFact;
}

export interface PluginFacts {
  /** Names of the declared features, in order; null when they cannot be read from the text. */
  features: string[] | null;
  /** The file with the realtime service, if there is one that can be read. */
  realtime: PluginFile | null;
}

/** A finding in one of the plugin's files. */
export type PluginReport = Report & { at: Place | null; file: string };

/** A rule that reads a whole plugin folder: its manifest and the facts of its files. */
export interface PluginRule {
  meta: RuleMeta;
  check(plugin: PluginFacts): PluginReport[];
}

/**
 * Runs rules on every plugin folder at or below `root`. A file that cannot be parsed is a finding already, and the
 * rules are silent about it.
 *
 * @param files absolute paths of all files below `root`
 * @throws RangeError when the manifest is nested too deeply for this thread's stack
 */
export function checkPlugins(rules: readonly PluginRule[], root: string, files: readonly string[]): (PluginReport & { rule: RuleMeta })[] {
  const manifests = files.filter((file) => pluginPart(basename(file)) === 'manifest' && !relative(root, file).split(sep).includes('node_modules'));
  return manifests.flatMap((manifest) => {
    const plugin = readPlugin(manifest, files);
    if (plugin === null) return [];
    return rules.flatMap((rule) => rule.check(plugin).map((report) => ({ rule: rule.meta, ...report })));
  });
}

function readPlugin(manifest: string, files: readonly string[]): PluginFacts | null {
  const folder = dirname(manifest);
  const realtime = files.find((file) => dirname(file) === folder && pluginPart(basename(file)) === 'realtime');
  // Without a second file there is nothing to compare.
  if (realtime === undefined) return null;
  const text = readFileSync(manifest, 'utf8');
  const { ast } = parseSource(manifest, text);
  const reading = ast && readManifestAst(ast, text, manifest);
  if (!reading?.isPlugin) return null;
  return { features: featureNames(reading.value), realtime: readModule(realtime) };
}

function readModule(path: string): PluginFile | null {
  const text = readFileSync(path, 'utf8');
  try {
    const { ast, problems } = parseSource(path, text);
    return ast && problems.length === 0 ? { path, module: lowerModule(ast, text, new LineIndex(text)) } : null;
  } catch (error) {
    // Nested too deeply for this thread: the file by itself is checked in one with more stack, this comparison is left out.
    if (isOverflow(error)) return null;
    throw error;
  }
}

// What static reading could not tell is a symbol, and so is neither a list nor a string.
function featureNames(manifest: unknown): string[] | null {
  const { features } = (typeof manifest === 'object' && manifest !== null ? manifest : {}) as { features?: unknown };
  if (!Array.isArray(features)) return null;
  const names = features.map((feature: { feature_name?: unknown } | null) => feature?.feature_name);
  return names.every((name) => typeof name === 'string') ? names : null;
}
