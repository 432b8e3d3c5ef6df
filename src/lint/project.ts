/** Paths in, report out: reads files, applies the policies for files, and runs the engine on each. */
import { closeSync, fstatSync, openSync, readFileSync, readSync, realpathSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { basename, sep } from 'node:path';
import { Failure, systemCode } from '../errors/index.js';
import type { AnalysisCache } from './cache.js';
import { deepWorkerUrl, lintDeep } from './deep.js';
import { type Directive, silence, unusedFindings } from './directives.js';
import { type Analysis, isOverflow } from './engine.js';
import { fileKindFindings, headBytes, isCode, packageFindings } from './files.js';
import { compareFindings, type Finding, type LintReport } from './finding.js';
import { checkLevels, type RuleLevel } from './levels.js';
import { isPython } from './parse.js';
import { loadPython } from './python/index.js';
import { checkPlugins } from './plugin.js';
import { Pool } from './pool.js';
import { pluginRules, ruleMetas } from './registry.js';
import { checkProject } from './rules/man/index.js';
import { analyse, threadAboveChars } from './room.js';
import { summarise } from './summary.js';
import { decodeSource, LineIndex } from './text.js';
import { mayBeProgram, programFindings } from './under-another-name.js';
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
  /** More files than this are analysed in several threads; 200 unless told. */
  threadsAbove?: number;
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
  const texts = new Map<string, string>();
  const directives = new Map<string, Directive[]>();
  const chosen = options.only ? files.filter((path) => options.only?.has(path)) : files;
  const look = async (path: string, threads?: Threads): Promise<Finding[]> => {
    const file = reported(path, options.cwd);
    const { text, found, directives: spoken } = await readable(file, () => lintFile(path, file, disguised.size > 0 ? disguised.get(realpathSync(path)) : undefined, options, threads));
    if (text !== null) texts.set(file, text);
    if (spoken.length > 0) directives.set(file, spoken);
    return found;
  };
  findings.push(...(await lookAtAll(chosen, look, options)));
  for (const root of roots) findings.push(...(await rootFindings(root, files, texts, options)));
  // A rule about more than one file may speak of one that was not chosen, whose directives count all the same.
  const names = new Set(chosen.map((path) => reported(path, options.cwd)));
  const spokenOf = new Set(findings.map(({ file }) => file).filter((file) => !names.has(file)));
  if (chosen !== files) for (const path of files) if (spokenOf.has(reported(path, options.cwd))) await look(path);
  const inFolders = new Set(chosen.filter((path) => roots.some((root) => path.startsWith(root + sep))).map((path) => reported(path, options.cwd)));
  const spoken = applyDirectives(findings, directives, options.rules ?? {}, inFolders, names);
  const kept = applyLevels(spoken, options.rules ?? {}).sort(compareFindings);
  const withFindings = new Set(kept.map((finding) => finding.file));
  const sources = new Map([...texts].filter(([file]) => withFindings.has(file)));
  return { version: 1, findings: kept, summary: summarise(kept, chosen.length), sources };
}

/** Starts threads when the first file needs one. */
type Threads = () => Pool;

// One after the other; where there are many, in threads.
async function lookAtAll(paths: string[], look: (path: string, threads?: Threads) => Promise<Finding[]>, options: LintOptions): Promise<Finding[]> {
  const found: Finding[] = [];
  const worker = options.deepWorker ?? deepWorkerUrl();
  if (!worker || paths.length <= (options.threadsAbove ?? 200)) {
    for (const path of paths) found.push(...(await look(path)));
    return found;
  }
  let pool: Pool | undefined;
  const size = Math.min(availableParallelism(), 8);
  const threads = (): Pool => (pool ??= new Pool(worker, size));
  const rest = paths.values();
  const go = async (): Promise<void> => {
    for (const path of rest) found.push(...(await look(path, threads)));
  };
  try {
    // Two files on the way to each thread, so that none waits for the next.
    await Promise.all(Array.from({ length: size * 2 }, go));
  } finally {
    await pool?.close();
  }
  return found;
}

// A file that vanished or may not be read is no finding about the plugin: lint could not run.
async function readable<T>(file: string, read: () => Promise<T>): Promise<T> {
  try {
    return await read();
  } catch (error) {
    const code = systemCode(error);
    if (code === undefined) throw error;
    throw new Failure({
      code: 'lint-path-unreadable',
      message: `The file "${file}" cannot be read (${code}).`,
      why: 'Files that lint cannot see would go unchecked.',
      next: 'Check its permissions.',
      cause: error,
    });
  }
}

// Reads synchronously: there is nothing to do meanwhile, and a turn of the event loop per file costs more than the file.
async function lintFile(path: string, file: string, codeExtension: string | undefined, options: LintOptions, threads?: Threads) {
  if (basename(path) === 'package.json') {
    const text = readFileSync(path, 'utf8');
    return { text, found: packageFindings(file, text), directives: [] };
  }
  const head = readHead(path);
  const kind = fileKindFindings(file, head.bytes);
  if (kind.length === 0 && codeExtension === undefined && mayBeProgram(path)) {
    const { text, problem } = decodeSource(readFileSync(path));
    return { text, found: problem ? [] : await programFindings(file, text), directives: [] };
  }
  if (kind.length > 0 || !(isCode(path) || codeExtension)) return { text: null, found: kind, directives: [] };
  const limit = options.maxFileBytes ?? 1024 * 1024;
  if (head.size > limit) {
    const what = `is too large to scan: ${head.size} bytes, and the limit is ${limit}`;
    return { text: null, found: [unreadableFinding(file, what, 'Split it, or move its data to a data file.')], directives: [] };
  }
  const { text, problem } = decodeSource(readFileSync(path));
  // A link can make any file code: it is read as the link names it, and reported where it is.
  const named = codeExtension ? `${file}${codeExtension}` : file;
  const known = options.cache?.get(named, text);
  const analysis = known ?? (await lintWithRoom(named, text, options, threads));
  if (!known) options.cache?.set(named, text, analysis);
  const { findings, directives } = analysis;
  const found = findings.map((finding) => ({ ...finding, file }));
  if (problem) {
    const where = problem.line === null ? '' : ` (line ${problem.line})`;
    found.push(unreadableFinding(file, `${problem.what}${where}`, 'Save it as UTF-8.'));
  }
  return { text, found, directives };
}

async function lintWithRoom(file: string, text: string, options: LintOptions, threads?: Threads): Promise<Analysis> {
  const { deepWorker = deepWorkerUrl(), fileTimeMs = 10_000 } = options;
  const task = { path: file, text };
  if (deepWorker && threads && text.length <= threadAboveChars) return (await threads().analyse(task, fileTimeMs)) ?? lintDeep(task, deepWorker, fileTimeMs);
  return analyse(task, deepWorker, fileTimeMs);
}

function readHead(path: string): { bytes: Uint8Array; size: number } {
  const handle = openSync(path, 'r');
  try {
    const bytes = new Uint8Array(headBytes);
    const read = readSync(handle, bytes, 0, headBytes, 0);
    return { bytes: bytes.subarray(0, read), size: fstatSync(handle).size };
  } finally {
    closeSync(handle);
  }
}

async function rootFindings(root: string, files: string[], texts: Map<string, string>, { cwd, cache }: LintOptions): Promise<Finding[]> {
  const inside = files.filter((path) => path.startsWith(root + sep));
  const name = `${reported(root, cwd)}${sep}`;
  const content = cache ? contentOf(inside, texts, cwd) : null;
  const known = content === null ? undefined : cache?.get(name, content);
  if (known) return known.findings;
  if (inside.some(isPython)) await loadPython();
  const findings = projectFindings(root, inside, texts, cwd);
  if (content !== null) cache?.set(name, content, { findings, directives: [] });
  return findings;
}

/** Everything that rules about more than one file see: all names, and the text of the code. Null where that was not read. */
function contentOf(inside: readonly string[], texts: ReadonlyMap<string, string>, cwd: string): string | null {
  const parts: string[] = [];
  for (const path of inside) {
    const file = reported(path, cwd);
    const text = isCode(path) ? texts.get(file) : '';
    if (text === undefined) return null;
    parts.push(`${file}\0${text.length}\0${text}`);
  }
  return parts.join('\0');
}

function projectFindings(root: string, inside: string[], texts: Map<string, string>, cwd: string): Finding[] {
  const toFinding = ({ rule, file, at, message, why, next, fix }: ReturnType<typeof checkProject>[number]): Finding => {
    const shown = reported(file, cwd);
    const place = at === null ? null : 'line' in at ? at : placeOf(texts.get(shown) ?? decodeSource(readFileSync(file)).text, at.start, at.end);
    const { line = null, column = null, endLine = null, endColumn = null } = place ?? {};
    const where = { line, column, endLine, endColumn };
    return { rule: rule.id, severity: rule.severity, file: shown, ...where, message, why, next, ...(fix ? { fix } : {}) };
  };
  try {
    return [...checkProject(root, inside), ...checkPlugins(pluginRules, root, inside)].map(toFinding);
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
