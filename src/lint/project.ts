/** Paths in, report out: reads files, has them analysed, and runs the rules about more than one file. */
import { readFileSync, realpathSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { resolve, sep } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { Failure } from '../errors/index.js';
import type { AnalysisCache } from './cache.js';
import { deepWorkerUrl } from './deep.js';
import { type Directive, silence, unusedFindings } from './directives.js';
import { type Analysis, isOverflow } from './engine.js';
import type { ModuleFact } from './facts/index.js';
import { isCode } from './files.js';
import { compareFindings, type Finding, type LintReport } from './finding.js';
import { checkLevels, type RuleLevel } from './levels.js';
import { isPython } from './parse.js';
import { loadPython } from './python/index.js';
import { checkPlugins, isInPlugin } from './plugin.js';
import { Pool } from './pool.js';
import { pluginRules, ruleMetas } from './registry.js';
import { checkProject } from './rules/man/index.js';
import { readSource, type Source } from './source.js';
import { summarise } from './summary.js';
import { decodeSource, LineIndex } from './text.js';
import { unreadable, unreadableFinding } from './unreadable.js';
import { reported, walk } from './walk.js';

export type { RuleLevel } from './levels.js';

export interface LintOptions {
  /** Folder that relative paths start from, and that reported paths are relative to. */
  cwd: string;
  /** Levels by rule id, instead of the rules' own. Rules of family SEC cannot be lowered. */
  rules?: Readonly<Record<string, RuleLevel>>;
  /** Patterns in gitignore's language, relative to `cwd`, for what to leave out of folders. Named files stay. */
  ignore?: readonly string[];
  /** Absolute paths: of the files found, only these are read. Rules about more than one file still see all of them. */
  only?: ReadonlySet<string>;
  /** Largest code file that is scanned, in bytes; 1 MiB unless told. */
  maxFileBytes?: number;
  /** Longest time for one file, in milliseconds; 10,000 unless told. */
  fileTimeMs?: number;
  /** The built worker for deeply nested and very large files; found by itself in an installation. */
  deepWorker?: URL;
  /** Analyses of earlier runs. Saving it is the caller's. */
  cache?: AnalysisCache;
  /** More files than this are analysed in several threads, this one among them; 200 unless told. */
  threadsAbove?: number;
  /** Analyses in other threads alone, whatever the number of files: for a process that answers calls meanwhile. */
  aside?: boolean;
}

/**
 * Lints plugin folders, other folders and loose files.
 *
 * @throws Failure `lint-path-not-found`, `lint-path-unreadable`, `lint-no-files`, `lint-unknown-rule`,
 *   `lint-rule-locked`.
 */
export async function lintPaths(paths: readonly string[], options: LintOptions): Promise<LintReport> {
  checkLevels(options.rules ?? {});
  const { files, roots, findings, disguised } = walk(paths, options.cwd, options.ignore);
  if (files.length === 0 && findings.length === 0) throw nothingToLint(paths);
  const chosen = options.only ? files.filter((path) => options.only?.has(path)) : files;
  const shown = new Map(files.map((path) => [path, reported(path, options.cwd)]));
  const lookAt = (some: readonly string[]) => lookAtFiles(some, shown, disguised, options);
  const looked = await lookAt(chosen);
  findings.push(...[...looked.values()].flatMap(({ found }) => found));
  for (const root of roots) findings.push(...(await rootFindings(root, shown, looked, options)));
  // A rule about more than one file may speak of one that was not chosen, whose directives count all the same.
  const names = new Set(looked.keys());
  const spokenOf = new Set(findings.map(({ file }) => file).filter((file) => !names.has(file)));
  if (chosen !== files) for (const [file, seen] of await lookAt(files.filter((path) => spokenOf.has(shown.get(path) as string)))) looked.set(file, seen);
  const inFolders = new Set(chosen.filter((path) => roots.some((root) => path.startsWith(root + sep))).map((path) => shown.get(path) as string));
  const directives = new Map([...looked].flatMap(([file, seen]) => (seen.directives.length > 0 ? [[file, seen.directives]] : [])));
  const spoken = applyDirectives(findings, directives, options.rules ?? {}, inFolders, names);
  const kept = applyLevels(spoken, options.rules ?? {}).sort(compareFindings);
  const withFindings = new Set(kept.map((finding) => finding.file));
  const sources = new Map([...looked].flatMap(([file, { text }]) => (text !== null && withFindings.has(file) ? [[file, text]] : [])));
  return { version: 1, findings: kept, summary: summarise(kept, chosen.length), sources };
}

/** A file with all that is found in it alone. */
interface Looked {
  text: string | null;
  found: Finding[];
  directives: Directive[];
  /** What stands for it in the cache. */
  key: string | undefined;
  /** Where this thread has made them. */
  module: ModuleFact | undefined;
}

/** Reads and analyses files. Gives what was seen by reported path, in the order of the files. */
async function lookAtFiles(paths: readonly string[], shown: ReadonlyMap<string, string>, disguised: ReadonlyMap<string, string>, options: LintOptions): Promise<Map<string, Looked>> {
  const { cache } = options;
  const modules = new Map<string, ModuleFact>();
  const inPlugin = isInPlugin([...shown.keys()]);
  const pool = poolFor(paths.length, options, (name, module) => inPlugin(resolve(options.cwd, name)) && modules.set(name, module));
  const known = new Map<string, Analysis>();
  const read: { source: Source; key: string | undefined }[] = [];
  try {
    for (const path of paths) {
      const extension = disguised.size > 0 ? disguised.get(realpathSync(path)) : undefined;
      const source = await readSource(path, shown.get(path) as string, extension, options.maxFileBytes ?? 1024 * 1024);
      const key = source.code ? cache?.key(source.code.name, source.code.bytes) : undefined;
      const analysis = key === undefined ? undefined : cache?.get(key);
      if (analysis) known.set(path, analysis);
      else if (source.code) pool.start();
      read.push({ source, key });
      if (options.aside) await nextTurn();
    }
    const fresh = read.filter(({ source }) => source.code && !known.has(source.path));
    const analyses = await pool.analyse(fresh.map(({ source }) => ({ path: source.code?.name ?? '', text: source.text ?? '' })));
    for (const [i, { source, key }] of fresh.entries()) {
      known.set(source.path, analyses[i] as Analysis);
      if (key !== undefined) cache?.set(key, analyses[i] as Analysis);
    }
  } finally {
    await pool.close();
  }
  return new Map(read.map(({ source: { path, file, text, found, code }, key }) => {
    const { findings, directives } = known.get(path) ?? { findings: [], directives: [] };
    const own = code?.name === file ? findings : findings.map((finding) => ({ ...finding, file }));
    return [file, { text, found: [...own, ...found], directives, key, module: modules.get(file) }];
  }));
}

function poolFor(files: number, { deepWorker, fileTimeMs = 10_000, threadsAbove = 200, aside = false }: LintOptions, keep: (name: string, module: ModuleFact) => unknown): Pool {
  const worker = deepWorker ?? deepWorkerUrl();
  const cores = Math.min(availableParallelism(), 8);
  const threads = aside ? cores : files > threadsAbove ? cores - 1 : 0;
  return new Pool({ worker, threads, here: !aside, timeMs: fileTimeMs, keep });
}

async function rootFindings(root: string, shown: ReadonlyMap<string, string>, looked: ReadonlyMap<string, Looked>, { cwd, cache }: LintOptions): Promise<Finding[]> {
  const inside = [...shown.keys()].filter((path) => path.startsWith(root + sep));
  const content = cache ? contentOf(inside, shown, looked) : null;
  const key = content === null ? undefined : cache?.key(`${reported(root, cwd)}${sep}`, content);
  const known = key === undefined ? undefined : cache?.get(key);
  if (known) return known.findings;
  if (inside.some(isPython)) await loadPython();
  const findings = projectFindings(root, inside, shown, looked, cwd);
  if (key !== undefined) cache?.set(key, { findings, directives: [] });
  return findings;
}

/** Everything that rules about more than one file see: all names, and the content of the code. Null where that was not read. */
function contentOf(inside: readonly string[], shown: ReadonlyMap<string, string>, looked: ReadonlyMap<string, Looked>): string | null {
  const parts: string[] = [];
  for (const path of inside) {
    const file = shown.get(path) as string;
    const key = isCode(path) ? looked.get(file)?.key : '';
    if (key === undefined) return null;
    parts.push(`${file}\0${key}`);
  }
  return parts.join('\0');
}

function projectFindings(root: string, inside: string[], shown: ReadonlyMap<string, string>, looked: ReadonlyMap<string, Looked>, cwd: string): Finding[] {
  const toFinding = ({ rule, file: path, at, message, why, next, fix }: ReturnType<typeof checkProject>[number]): Finding => {
    const file = shown.get(path) ?? reported(path, cwd);
    const place = at === null ? null : 'line' in at ? at : placeOf(looked.get(file)?.text ?? decodeSource(readFileSync(path)).text, at.start, at.end);
    const { line = null, column = null, endLine = null, endColumn = null } = place ?? {};
    const where = { line, column, endLine, endColumn };
    return { rule: rule.id, severity: rule.severity, file, ...where, message, why, next, ...(fix ? { fix } : {}) };
  };
  const moduleOf = (path: string): ModuleFact | undefined => looked.get(shown.get(path) ?? '')?.module;
  try {
    return [...checkProject(root, inside), ...checkPlugins(pluginRules, root, inside, moduleOf)].map(toFinding);
  } catch (error) {
    // A manifest too deep for this thread's stack: the folder counts as not checked.
    if (!isOverflow(error)) throw error;
    const what = 'has a manifest that is nested too deeply to be checked';
    return [unreadableFinding(reported(root, cwd) || '.', what, 'Write the manifest in a simpler way.')];
  }
}

function placeOf(text: string, start: number | null | undefined, end: number | null | undefined) {
  return new LineIndex(text).place(start ?? 0, end ?? start ?? 0);
}

// Rules about more than one file have spoken by now, so that a directive can silence them too.
function applyDirectives(
  findings: readonly Finding[],
  directives: ReadonlyMap<string, Directive[]>,
  levels: Readonly<Record<string, RuleLevel>>,
  inFolders: ReadonlySet<string>,
  looked: ReadonlySet<string>,
): Finding[] {
  if (directives.size === 0) return [...findings];
  const known = new Set(ruleMetas.map((rule) => rule.id));
  const others = findings.filter((finding) => !directives.has(finding.file));
  return others.concat([...directives].flatMap(([file, spoken]) => {
    const own = findings.filter((finding) => finding.file === file);
    const silenced = silence(own, spoken);
    // Where scanning broke off, a directive may be about what was not reached.
    if (!looked.has(file) || own.some((finding) => finding.rule === unreadable.id)) return silenced.findings;
    const unchecked = (id: string): boolean => levels[id] === 'off' || (id.startsWith('MAN-') && !inFolders.has(file));
    return [...silenced.findings, ...unusedFindings(file, silenced, known, unchecked)];
  }));
}

function applyLevels(findings: Finding[], levels: Readonly<Record<string, RuleLevel>>): Finding[] {
  return findings.flatMap((finding) => {
    const level = levels[finding.rule];
    if (level === 'off') return [];
    return [level === undefined ? finding : { ...finding, severity: level }];
  });
}

function nothingToLint(paths: readonly string[]): Failure {
  return new Failure({
    code: 'lint-no-files',
    message: `There is nothing to lint in ${paths.map((path) => `"${path}"`).join(', ')}.`,
    why: 'A run that checked nothing must not look like a clean one.',
    next: 'Name a plugin folder or files in it.',
  });
}
