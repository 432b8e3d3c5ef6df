/** A plugin as the rules see it that compare its code with its manifest. */
import { readFileSync } from 'node:fs';
import { basename, dirname, relative, sep } from 'node:path';
import { isPythonManifest, isTreeObject, placeOf, pluginPart, readManifestAst, type PlacedSource } from '../manifest/index.js';
import { isOverflow } from './engine.js';
import { lowerModule } from './facts/babel/index.js';
import type { ModuleFact } from './facts/index.js';
import { lowerPython } from './facts/python/index.js';
import { isPython } from './extensions.js';
import { parseSource } from './parse.js';
import type { PluginFacts, PluginFile, PluginReport, PluginRule } from './plugin-rule.js';
import { pythonParser } from './python/index.js';
import type { RuleMeta } from './rule.js';
import { readPythonManifest } from './rules/man/index.js';
import { LineIndex } from './text.js';

/** The facts of a file, by its absolute path. */
export type ModuleOf = (path: string) => ModuleFact | undefined;

/** Tells which files, of all that there are, lie in a folder with a manifest: rules about more than one file ask for their facts. */
export function isInPlugin(files: readonly string[]): (path: string) => boolean {
  const folders = files.filter((file) => isManifest(basename(file))).map((file) => dirname(file) + sep);
  return (path) => folders.some((folder) => path.startsWith(folder));
}

/**
 * Runs rules on every plugin folder at or below `root`. A file that cannot be parsed is a finding already, and the
 * rules are silent about it.
 *
 * @param files absolute paths of all files below `root`
 * @param moduleOf the facts of a file without syntax errors, where they are at hand; those of others are made here
 * @throws RangeError when the manifest is nested too deeply for this thread's stack
 * @throws Failure `python-parser-not-loaded` for a manifest.py, unless `loadPython()` was awaited before
 */
export function checkPlugins(rules: readonly PluginRule[], root: string, files: readonly string[], moduleOf: ModuleOf = () => undefined): (PluginReport & { rule: RuleMeta })[] {
  const manifests = files.filter((file) => isManifest(basename(file)) && !relative(root, file).split(sep).includes('node_modules'));
  return manifests.flatMap((manifest) => {
    const plugin = readPlugin(manifest, files, moduleOf);
    if (plugin === null) return [];
    return rules.flatMap((rule) => rule.check(plugin).map((report) => ({ rule: rule.meta, ...report })));
  });
}

function isManifest(name: string): boolean {
  return pluginPart(name) === 'manifest' || isPythonManifest(name);
}

function readPlugin(manifest: string, files: readonly string[], moduleOf: ModuleOf): PluginFacts | null {
  const folder = dirname(manifest);
  const source = readManifest(manifest);
  if (source === null) return null;
  const { value } = source;
  if (!isTreeObject(value)) return null;
  const isSame = (file: string): boolean => isPython(file) === isPython(manifest);
  const beside = (part: 'pipeline' | 'realtime'): PluginFile | null => {
    const isPart = (name: string): boolean => (isPython(manifest) ? name === `${part}.py` : pluginPart(name) === part);
    const file = files.find((one) => dirname(one) === folder && isPart(basename(one)));
    return file === undefined ? null : readModule(file, moduleOf);
  };
  const own = files.filter((file) => file !== manifest && isOwnCode(folder, file));
  const inputs = keysOf(value['input_schema']);
  return {
    manifest,
    placeOf: (path) => placeOf(source, path, 'value') ?? null,
    features: featureNames(value),
    pipeline: beside('pipeline'),
    realtime: beside('realtime'),
    inputs: inputs && inputs.all,
    content: inputs?.required.length === 1 ? (inputs.required[0] ?? null) : null,
    outputs: keysOf(value['output_schema'])?.required ?? null,
    inputTypes: textsOf(value['supported_input_types']),
    dependencies: value['dependencies'] === undefined && isClosed(value) ? [] : textsOf(value['dependencies']),
    files: own.every(isSame) ? readAll(own, moduleOf) : null,
  };
}

function readManifest(path: string): (PlacedSource & { value: unknown }) | null {
  const text = readFileSync(path, 'utf8');
  if (isPython(path)) {
    const tree = pythonParser().parse(text);
    const reading = tree.firstError === null ? readPythonManifest(tree) : null;
    return reading?.isPlugin ? reading : null;
  }
  const { ast } = parseSource(path, text);
  const reading = ast && readManifestAst(ast, text, path);
  return reading?.isPlugin ? reading : null;
}

function isOwnCode(folder: string, file: string): boolean {
  if (!file.startsWith(folder + sep) || !/\.([cm]?[jt]s|[jt]sx|py)$/.test(file)) return false;
  return !/(^|[\\/])(tests?|node_modules|dist)[\\/]|\.(test|spec)\.\w+$|(^|[\\/])(test_\w+|\w+_test|conftest|setup)\.py$/.test(relative(folder, file));
}

function readAll(paths: readonly string[], moduleOf: ModuleOf): PluginFile[] | null {
  const files = paths.map((path) => readModule(path, moduleOf));
  return files.every((file) => file !== null) ? files : null;
}

function readModule(path: string, moduleOf: ModuleOf): PluginFile | null {
  const known = moduleOf(path);
  if (known) return { path, module: known };
  const text = readFileSync(path, 'utf8');
  try {
    if (isPython(path)) {
      const tree = pythonParser().parse(text);
      return tree.firstError === null ? { path, module: lowerPython(tree, new LineIndex(text)) } : null;
    }
    const { ast, problems } = parseSource(path, text);
    return ast && problems.length === 0 ? { path, module: lowerModule(ast, text, new LineIndex(text)) } : null;
  } catch (error) {
    // Nested too deeply for this thread: the file by itself is checked in one with more stack, this comparison is left out.
    if (isOverflow(error)) return null;
    throw error;
  }
}

// What static reading could not tell is a symbol, and so is neither a list nor a string.
function featureNames({ features }: { [key: string]: unknown }): string[] | null {
  if (!Array.isArray(features)) return null;
  return textsOf(features.map((feature: { feature_name?: unknown } | null) => feature?.feature_name));
}

function textsOf(value: unknown): string[] | null {
  return Array.isArray(value) && value.every((one) => typeof one === 'string') ? value : null;
}

// Objects that may have further keys carry a symbol that says so.
function isClosed(value: object): boolean {
  return Object.getOwnPropertySymbols(value).length === 0;
}

/** The keys of a schema: a JSON Schema, or a table of field to fragment, all of whose fields are required. */
function keysOf(schema: unknown): { all: string[]; required: string[] } | null {
  if (!isTreeObject(schema) || !isClosed(schema) || schema['additionalProperties']) return null;
  if (typeof schema['type'] !== 'string' && !('properties' in schema) && !('$ref' in schema)) {
    const names = Object.keys(schema);
    return Object.values(schema).every((part) => isTreeObject(part) || typeof part === 'symbol') ? { all: names, required: names } : null;
  }
  const properties = schema['properties'];
  if (!isTreeObject(properties) || !isClosed(properties)) return null;
  return { all: Object.keys(properties), required: textsOf(schema['required'] ?? []) ?? [] };
}
