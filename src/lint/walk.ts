/** Finds the files lint looks at. Links inside of folders are never followed. */
import { lstatSync, readdirSync, realpathSync, type Dirent } from 'node:fs';
import { join, relative, resolve, sep } from 'node:path';
import ignore from 'ignore';
import { Failure, systemCode } from '../errors/index.js';
import { isCode, specialFileFinding } from './files.js';
import type { Finding } from './finding.js';
import { extensionOf } from './extensions.js';

/** Folders that hold no code of the author's. */
export const ignored: ReadonlySet<string> = new Set(['node_modules', '.git', '.plugsmith', '.venv', 'venv', '__pycache__']);
/** So does `dist` where something is built: elsewhere it goes into the archive with the sources around it. */
const BUILT = 'dist';
const isManifest = ({ name }: Dirent): boolean => /^manifest\.(?:[cm]?[jt]s|py)$/.test(name);

export interface Walked {
  /** Absolute paths, sorted, each once. */
  files: string[];
  /** Absolute paths of the folders that were named. */
  roots: string[];
  /** Links and special files. */
  findings: Finding[];
  /** Files that a link makes code: their absolute path, and the extension the link gives them. */
  disguised: Map<string, string>;
}

/**
 * Collects the files under the given paths.
 *
 * @param cwd folder that relative paths, and the paths in findings, start from.
 * @param patterns what to leave out of folders, in gitignore's language, relative to `cwd`; what lies outside `cwd` stays.
 * @throws Failure `lint-path-not-found` when a path does not exist, `lint-path-unreadable` when it cannot be read.
 */
export function walk(paths: readonly string[], cwd: string, patterns: readonly string[] = []): Walked {
  const left = leftOut(cwd, patterns);
  const files = new Set<string>();
  const roots: string[] = [];
  const findings: Finding[] = [];
  const disguised = new Map<string, string>();
  const special = (path: string, isLink: boolean) => {
    findings.push(specialFileFinding(reported(path, cwd), isLink ? 'a symbolic link' : 'neither a file nor a folder'));
    const target = isLink && isCode(path) ? targetOf(path) : null;
    if (target !== null && !isCode(target)) disguised.set(target, extensionOf(path));
  };
  const visit = (folder: string, isRoot = false): void => {
    const entries = entriesOf(folder);
    const builds = isRoot || entries.some(isManifest);
    for (const entry of entries) {
      const path = join(folder, entry.name);
      if (left(path, entry.isDirectory())) continue;
      if (entry.isSymbolicLink()) special(path, true);
      else if (entry.isFile()) files.add(path);
      else if (!entry.isDirectory()) special(path, false);
      else if (!ignored.has(entry.name) && !(builds && entry.name === BUILT)) visit(path);
    }
  };
  for (const given of paths) {
    const path = resolve(cwd, given);
    const status = statusOf(path, given);
    // Whoever names a link to a folder means the folder, as with the other commands.
    if (status.isDirectory() || (status.isSymbolicLink() && leadsToFolder(path))) {
      roots.push(path);
      visit(path, true);
    } else if (status.isFile()) files.add(path);
    else special(path, status.isSymbolicLink());
  }
  return { files: [...files].sort(), roots, findings, disguised };
}

function leftOut(cwd: string, patterns: readonly string[]): (path: string, isFolder: boolean) => boolean {
  if (patterns.length === 0) return () => false;
  const rules = ignore({ ignorecase: false }).add([...patterns]);
  return (path, isFolder) => {
    const inside = relative(cwd, path).split(sep).join('/');
    return inside !== '' && !inside.startsWith('../') && rules.ignores(isFolder ? `${inside}/` : inside);
  };
}

/** A path as findings show it: relative to `cwd`, with forward slashes; absolute where it lies outside. */
export function reported(path: string, cwd: string): string {
  const shown = relative(cwd, path);
  return (shown.startsWith('..') ? path : shown).split(sep).join('/');
}

function leadsToFolder(link: string): boolean {
  const target = targetOf(link);
  return target !== null && lstatSync(target).isDirectory();
}

/** Where a link leads; null when it leads nowhere. */
function targetOf(link: string): string | null {
  try {
    return realpathSync(link);
  } catch (error) {
    if (systemCode(error) === 'ENOENT' || systemCode(error) === 'ELOOP') return null;
    throw error;
  }
}

function statusOf(path: string, given: string) {
  try {
    return lstatSync(path);
  } catch (error) {
    const missing = systemCode(error) === 'ENOENT';
    throw new Failure({
      code: missing ? 'lint-path-not-found' : 'lint-path-unreadable',
      message: missing ? `There is no file or folder "${given}".` : `"${given}" cannot be read (${systemCode(error)}).`,
      why: 'Lint checks exactly the paths it is given.',
      next: missing ? 'Check the spelling, or run lint in the plugin folder without a path.' : 'Check its permissions.',
      cause: error,
    });
  }
}

function entriesOf(folder: string): Dirent[] {
  try {
    const entries = readdirSync(folder, { withFileTypes: true });
    return entries.sort((a, b) => (a.name < b.name ? -1 : 1));
  } catch (error) {
    throw new Failure({
      code: 'lint-path-unreadable',
      message: `The folder "${folder}" cannot be read (${systemCode(error) ?? 'unknown error'}).`,
      why: 'Files that lint cannot see would go unchecked.',
      next: 'Check its permissions.',
      cause: error,
    });
  }
}
