/** The security scan of an unpacked plugin, with the scanner that lint uses: every file that could run, however it is named. */
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
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
  const scratch = await mkdtemp(join(dirname(root), 'scan-'));
  try {
    const bundle = files.some(({ path }) => path === bundleFile) ? await readFile(join(root, bundleFile), 'utf8') : null;
    const copy = join(scratch, 'plugin.mjs');
    if (bundle !== null) await writeFile(copy, withoutBanner(bundle));
    const own = files.filter(({ path }) => path !== bundleFile).map(({ path }) => join(root, path));
    const findings = await securityFindings(bundle === null ? own : [...own, copy], root);
    const owners = ownersOf(bundle ?? '', await packagesIn(root, files));
    return judge(findings.map((finding) => (finding.file === copy ? { ...finding, file: bundleFile } : finding)), owners, strict);
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}

type Owners = (line: number) => string | undefined;

/** What is found in a package's part of the bundle is a warning; everything else refuses the plugin. */
function judge(findings: readonly Finding[], owners: Owners, strict: boolean): Scan {
  const scan: Scan = { violations: [], warnings: [] };
  for (const finding of findings) {
    const owner = finding.file === bundleFile && finding.line !== null ? owners(finding.line) : undefined;
    if (owner === undefined || strict) scan.violations.push(toText(finding));
    else scan.warnings.push(`${toText(finding)} (in the package ${owner})`);
  }
  return scan;
}

async function securityFindings(paths: string[], cwd: string): Promise<Finding[]> {
  if (paths.length === 0) return [];
  // Named files are read wherever they lie; folders would be walked, and some of them left out. In threads, always: the
  // host answers calls meanwhile.
  const { findings } = await lintPaths(paths, { cwd, maxFileBytes: 8 * 1024 * 1024, threadsAbove: 0 });
  return findings.filter(({ rule, severity }) => rule.startsWith('SEC-') && severity === 'error');
}

/** The import in the first line is ours. Line numbers stay. */
function withoutBanner(bundle: string): string {
  return bundle.startsWith(`${banner}\n`) ? bundle.slice(banner.length) : bundle;
}

/** Input path to package, for inputs that come from packages: they lie in node_modules, whatever the list says. */
async function packagesIn(root: string, files: readonly PluginFile[]): Promise<Map<string, string>> {
  const inputs = files.some(({ path }) => path === inputsFile) ? await readInputs(root) : [];
  return new Map(inputs.flatMap(({ path, package: name }) => (name !== undefined && /(^|\/)node_modules\//.test(path) ? [[path, name] as const] : [])));
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
function ownersOf(text: string, packages: ReadonlyMap<string, string>): Owners {
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
