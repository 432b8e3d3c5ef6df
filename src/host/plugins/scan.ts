/** The security scan of an unpacked plugin, with the scanner that lint uses: every file that could run, however it is named. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { isTreeObject } from '../../manifest/index.js';
import { type Finding, lintPaths, scanBundle } from '../../lint/index.js';
import type { PluginFile } from './plugins.js';

export interface Scan {
  /** What refuses the plugin: `file:line:col: message`. */
  violations: string[];
  /** What is let pass: forbidden calls in the code of bundled packages. */
  warnings: string[];
}

/** What a TypeScript plugin runs, and the list of what it was made of. */
export const bundleFile = 'dist/plugin.mjs';
export const inputsFile = 'dist/inputs.json';

/** @param strict refuses what bundled packages do, too */
export async function scanPlugin(root: string, files: readonly PluginFile[], strict: boolean): Promise<Scan> {
  const own = files.filter(({ path }) => path !== bundleFile).map(({ path }) => join(root, path));
  const scan: Scan = { violations: (await securityFindings(own, root)).map(toText), warnings: [] };
  if (!files.some(({ path }) => path === bundleFile)) return scan;
  for (const finding of await bundleFindings(root, files, strict)) (finding.severity === 'error' ? scan.violations : scan.warnings).push(toText(finding));
  return scan;
}

async function securityFindings(paths: string[], cwd: string): Promise<Finding[]> {
  if (paths.length === 0) return [];
  // Named files are read wherever they lie; folders would be walked, and some of them left out. In threads, always: the
  // host answers calls meanwhile.
  const { findings } = await lintPaths(paths, { cwd, maxFileBytes: 8 * 1024 * 1024, aside: true });
  return findings.filter(({ rule, severity }) => rule.startsWith('SEC-') && severity === 'error');
}

async function bundleFindings(root: string, files: readonly PluginFile[], strict: boolean): Promise<Finding[]> {
  const read = (path: string): Promise<string> => (files.some((file) => file.path === path) ? readFile(join(root, path), 'utf8') : Promise.resolve(''));
  // Code of packages lies in node_modules, whatever the list says.
  const inputs = (await readInputs(root)).map(({ path, package: name }) => (name !== undefined && /(^|\/)node_modules\//.test(path) ? { path, package: name } : { path }));
  return scanBundle({ file: bundleFile, code: await read(bundleFile), map: await read(`${bundleFile}.map`), inputs }, { strict, aside: true });
}

export interface BundleInput {
  path: string;
  sha256: string;
  package?: string;
}

/** The list of the bundle's inputs; empty where it is not one. */
export async function readInputs(root: string): Promise<BundleInput[]> {
  const value = parse(await readFile(join(root, inputsFile), 'utf8'));
  const inputs = isTreeObject(value) ? value['inputs'] : undefined;
  const isInput = (input: unknown): input is BundleInput => isTreeObject(input) && typeof input['path'] === 'string' && typeof input['sha256'] === 'string' && ['string', 'undefined'].includes(typeof input['package']);
  return Array.isArray(inputs) ? inputs.filter(isInput) : [];
}

export function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // Not JSON is not a list of inputs, nor a manifest: whoever asks says so.
    return undefined;
  }
}

function toText({ file, line, column, message }: Finding): string {
  return line === null ? `${file}: ${message}` : `${file}:${line}:${column ?? 1}: ${message}`;
}
