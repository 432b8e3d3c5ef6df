/** Scans a bundled plugin: the author's code by the full rules, the code of packages by warnings that name the package. */
import { SourceMap, type SourceMapPayload } from 'node:module';
import { posix } from 'node:path';
import { deepWorkerUrl, lintDeep, type LintTask } from './deep.js';
import type { Analysis } from './engine.js';
import { compareFindings, type Finding } from './finding.js';
import { analyse } from './room.js';

/** A bundle as `package` writes it. */
export interface BundleParts {
  /** Path of the bundle in the plugin, with forward slashes: findings show it, and the map's sources are relative to it. */
  file: string;
  code: string;
  /** The source map, as JSON. Code that it does not place counts as the author's. */
  map: string;
  /** What was bundled: path in the plugin, and the package it came from. */
  inputs: readonly { path: string; package?: string }[];
}

/** `package` and `source` tell where the code came from; neither is set for what the bundler added itself. */
export interface BundleFinding extends Finding {
  package?: string;
  source?: { file: string; line: number };
}

export interface BundleOptions {
  /** What packages do is an error as well, as in the author's own code. */
  strict?: boolean;
  /** Scans in a thread of its own, whatever the size: for a process that answers calls meanwhile. */
  aside?: boolean;
  /** The built worker for very large bundles; found by itself in an installation. */
  deepWorker?: URL;
  /** Longest time for the scan, in milliseconds; 10,000 unless told. */
  timeMs?: number;
}

/** The first line of every bundle: CommonJS packages need it. No other access to `node:module` passes. */
const banner = "import { createRequire as __createRequire } from 'node:module'; const require = __createRequire(import.meta.url);";

/** What the bundler puts before the first file where CommonJS code calls `require`: the calls are its, this is not. */
const helperText = `var __require = /* @__PURE__ */ ((x) => typeof require !== "undefined" ? require : typeof Proxy !== "undefined" ? new Proxy(x, {
  get: (a, b) => (typeof require !== "undefined" ? require : a)[b]
}) : x)(function(x) {
  if (typeof require !== "undefined") return require.apply(this, arguments);
  throw Error('Dynamic require of "' + x + '" is not supported');
});
`;
/** The bundler numbers a name that the program has as well: `a` becomes `a2`. */
const requireHelper = new RegExp(`^${helperText.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&').replace(/\b[abx]\b/g, '$&\\d*')}`, 'm');

/**
 * Findings of the security rules in a bundle. Those in code of packages are warnings, unless `strict`: most packages
 * build functions from text or look at `process`, and the sandbox is the boundary there. A bundle that cannot be
 * scanned is an error, whoever wrote it.
 */
export async function scanBundle({ file, code, map, inputs }: BundleParts, options: BundleOptions = {}): Promise<BundleFinding[]> {
  const { findings } = await look({ path: file, text: withoutHelpers(code), securityOnly: true }, options);
  const originOf = origins(file, map);
  const packages = new Map(inputs.flatMap(({ path, package: name }) => (name === undefined ? [] : [[path, name] as const])));
  return findings
    .filter(({ rule, severity }) => rule.startsWith('SEC-') && severity === 'error')
    .map((finding) => attributed(finding, originOf, packages, options.strict === true))
    .sort(compareFindings);
}

function look(task: LintTask, { aside = false, deepWorker, timeMs = 10_000 }: BundleOptions): Promise<Analysis> {
  const worker = deepWorker ?? deepWorkerUrl();
  return aside && worker !== null ? lintDeep(task, worker, timeMs) : analyse(task, worker, timeMs);
}

/** Takes out what the bundler added, exactly that and only where it puts it; lines and columns stay. */
function withoutHelpers(code: string): string {
  const text = code.startsWith(`${banner}\n`) ? code.slice(banner.length) : code;
  const helper = requireHelper.exec(text);
  // Above it there are other helpers only; the path of a file stands above its code.
  if (!helper || /^\/\/ /m.test(text.slice(0, helper.index))) return text;
  const helped = text.slice(0, helper.index) + helper[0].replace(/[^\n]/g, ' ') + text.slice(helper.index + helper[0].length);
  return helped.replace(/(?<![\w$.])__require(?![\w$])/g, 'require  ');
}

type OriginOf = (line: number, column: number) => { file: string; line: number } | undefined;

function attributed(finding: Finding, originOf: OriginOf, packages: ReadonlyMap<string, string>, strict: boolean): BundleFinding {
  const { line, column } = finding;
  const source = line === null ? undefined : originOf(line, column ?? 1);
  if (source === undefined) return finding;
  const name = packages.get(source.file);
  if (name === undefined) return { ...finding, source };
  return { ...finding, severity: strict ? 'error' : 'warn', package: name, source, message: `In the package ${name} (${source.file}:${source.line}): ${finding.message}` };
}

function origins(file: string, map: string): OriginOf {
  let places: SourceMap;
  try {
    places = new SourceMap(JSON.parse(map) as SourceMapPayload);
  } catch {
    // Without a map no code is known to be a package's, so all of it is held to the full rules.
    return () => undefined;
  }
  return (line, column) => {
    const entry = places.findEntry(line - 1, column - 1);
    // Lines that the map leaves out are the bundler's, not those of the code before them.
    if (!('originalSource' in entry) || entry.generatedLine !== line - 1) return undefined;
    return { file: posix.join(posix.dirname(file), entry.originalSource), line: entry.originalLine + 1 };
  };
}
