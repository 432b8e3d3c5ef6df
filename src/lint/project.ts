/**
 * Paths in, report out: reads files, has them analysed, and runs the rules about more than one file. Parsers and rules
 * are loaded when something has to be analysed: where all is known from the last time, that is most of the time spent.
 */
import { sep } from 'node:path';
import { Failure } from '../errors/index.js';
import { type Directive, silence, unusedFindings } from './directives.js';
import { isCode } from './files.js';
import { compareFindings, type Finding, type LintReport } from './finding.js';
import type { RuleLevel } from './levels.js';
import { lookAtFiles } from './look.js';
import type { Looked } from './looked.js';
import type { LintOptions } from './options.js';
import { summarise } from './summary.js';
import { unreadable } from './unreadable.js';
import { reported, walk } from './walk.js';

export type { RuleLevel } from './levels.js';
export type { LintOptions } from './options.js';

/**
 * Lints plugin folders, other folders and loose files.
 *
 * @throws Failure `lint-path-not-found`, `lint-path-unreadable`, `lint-no-files`, `lint-unknown-rule`,
 *   `lint-rule-locked`.
 */
export async function lintPaths(paths: readonly string[], options: LintOptions): Promise<LintReport> {
  if (Object.keys(options.rules ?? {}).length > 0) (await import('./heavy.js')).checkLevels(options.rules ?? {});
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
  const spoken = await applyDirectives(findings, directives, options.rules ?? {}, inFolders, names);
  const kept = applyLevels(spoken, options.rules ?? {}).sort(compareFindings);
  const withFindings = new Set(kept.map((finding) => finding.file));
  const sources = new Map([...looked].flatMap(([file, { text }]) => (text !== null && withFindings.has(file) ? [[file, text]] : [])));
  return { version: 1, findings: kept, summary: summarise(kept, chosen.length), sources };
}

async function rootFindings(root: string, shown: ReadonlyMap<string, string>, looked: ReadonlyMap<string, Looked>, { cwd, cache }: LintOptions): Promise<Finding[]> {
  const inside = [...shown.keys()].filter((path) => path.startsWith(root + sep));
  const content = cache ? contentOf(inside, shown, looked) : null;
  const key = content === null ? undefined : cache?.key(`${reported(root, cwd)}${sep}`, content);
  const known = key === undefined ? undefined : cache?.get(key);
  if (known) return known.findings;
  const { folderFindings } = await import('./heavy.js');
  const findings = await folderFindings(root, inside, shown, looked, cwd);
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

// Rules about more than one file have spoken by now, so that a directive can silence them too.
async function applyDirectives(
  findings: readonly Finding[],
  directives: ReadonlyMap<string, Directive[]>,
  levels: Readonly<Record<string, RuleLevel>>,
  inFolders: ReadonlySet<string>,
  looked: ReadonlySet<string>,
): Promise<Finding[]> {
  if (directives.size === 0) return [...findings];
  const { ruleMetas } = await import('./heavy.js');
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
