/** The security scan of an unpacked plugin, with the scanner that lint uses: every file that could run, however it is named. */
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { isTreeObject } from '../../manifest/index.js';
import { type Finding, lintPaths } from '../../lint/index.js';
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

/** The first line that `package` gives every bundle: CommonJS packages need it. It is the only access to `node:module` that passes. */
const banner = "import { createRequire as __createRequire } from 'node:module'; const require = __createRequire(import.meta.url);";

/** @param strict refuses what bundled packages do, too */
export async function scanPlugin(root: string, files: readonly PluginFile[], strict: boolean): Promise<Scan> {
  const own = files.filter(({ path }) => path !== bundleFile).map(({ path }) => join(root, path));
  const violations = (await securityFindings(own, root)).map(toText);
  const warnings: string[] = [];
  if (files.some(({ path }) => path === bundleFile)) {
    const { text, findings } = await scanBundle(root);
    const owners = ownersOf(text, await packagesIn(root, files));
    for (const finding of findings) {
      const owner = finding.line === null ? undefined : owners(finding.line);
      if (owner === undefined || strict) violations.push(toText(finding));
      else warnings.push(`${toText(finding)} (in the package ${owner})`);
    }
  }
  return { violations, warnings };
}

async function securityFindings(paths: string[], cwd: string): Promise<Finding[]> {
  if (paths.length === 0) return [];
  // Named files are read wherever they lie; folders would be walked, and some of them left out.
  const { findings } = await lintPaths(paths, { cwd, maxFileBytes: 8 * 1024 * 1024 });
  return findings.filter(({ rule, severity }) => rule.startsWith('SEC-') && severity === 'error');
}

/** The bundle without its first line, whose import is ours. Line numbers stay. */
async function scanBundle(root: string): Promise<{ text: string; findings: Finding[] }> {
  const text = await readFile(join(root, bundleFile), 'utf8');
  const stripped = text.startsWith(`${banner}\n`) ? text.slice(banner.length) : text;
  const copy = join(root, 'dist', '.scan', 'plugin.mjs');
  await mkdir(join(root, 'dist', '.scan'));
  try {
    await writeFile(copy, stripped);
    const findings = await securityFindings([copy], root);
    return { text, findings: findings.map((finding) => ({ ...finding, file: bundleFile })) };
  } finally {
    await rm(join(root, 'dist', '.scan'), { recursive: true });
  }
}

/** Input path to package, for inputs that come from packages. */
async function packagesIn(root: string, files: readonly PluginFile[]): Promise<Map<string, string>> {
  const packages = new Map<string, string>();
  for (const { path, package: name } of files.some(({ path: file }) => file === inputsFile) ? await readInputs(root) : []) if (name !== undefined) packages.set(path, name);
  return packages;
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

/** By line of the bundle, the package it came from: the bundler writes the path of each input above its code. */
function ownersOf(text: string, packages: ReadonlyMap<string, string>): (line: number) => string | undefined {
  const starts: { line: number; owner: string | undefined }[] = [];
  text.split('\n').forEach((content, i) => {
    const path = /^\/\/ (\S.*)$/.exec(content)?.[1];
    if (path !== undefined && (packages.has(path) || /\.[cm]?[jt]sx?$/.test(path))) starts.push({ line: i + 1, owner: packages.get(path) });
  });
  return (line) => starts.findLast((start) => start.line <= line)?.owner;
}

function toText({ file, line, column, message }: Finding): string {
  return line === null ? `${file}: ${message}` : `${file}:${line}:${column ?? 1}: ${message}`;
}
