/** A plugin as the rules see it that compare its code with its manifest. */
import { readFileSync } from 'node:fs';
import { basename, dirname, relative, sep } from 'node:path';
import { isTreeObject, pluginPart, readManifestAst } from '../manifest/index.js';
import { isOverflow } from './engine.js';
import { lowerModule } from './facts/babel/index.js';
import { parseSource } from './parse.js';
import type { PluginFacts, PluginFile, PluginReport, PluginRule } from './plugin-rule.js';
import type { RuleMeta } from './rule.js';
import { LineIndex } from './text.js';

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
  const text = readFileSync(manifest, 'utf8');
  const { ast } = parseSource(manifest, text);
  const reading = ast && readManifestAst(ast, text, manifest);
  if (!reading?.isPlugin) return null;
  return {
    features: featureNames(reading.value),
    realtime: realtime === undefined ? null : readModule(realtime),
    inputs: inputNames(reading.value),
    files: readAll(files.filter((file) => file !== manifest && isOwnCode(folder, file))),
  };
}

function isOwnCode(folder: string, file: string): boolean {
  if (!file.startsWith(folder + sep) || !/\.([cm]?[jt]s|[jt]sx|py)$/.test(file)) return false;
  return !/(^|[\\/])(tests?|node_modules|dist)[\\/]|\.(test|spec)\.\w+$/.test(relative(folder, file));
}

function readAll(paths: readonly string[]): PluginFile[] | null {
  const files: PluginFile[] = [];
  for (const path of paths) {
    const file = path.endsWith('.py') ? null : readModule(path);
    if (file === null) return null;
    files.push(file);
  }
  return files;
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

function inputNames(manifest: unknown): string[] | null {
  const schema = isTreeObject(manifest) ? manifest['input_schema'] : null;
  const properties = isTreeObject(schema) && !schema['additionalProperties'] ? schema['properties'] : null;
  // Objects that may have further keys carry a symbol that says so.
  const isClosed = (value: object) => Object.getOwnPropertySymbols(value).length === 0;
  if (!isTreeObject(schema) || !isTreeObject(properties) || !isClosed(schema) || !isClosed(properties)) return null;
  return Object.keys(properties);
}
