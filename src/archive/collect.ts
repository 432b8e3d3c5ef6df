import type { Dirent } from 'node:fs';
import { lstat, readdir, readlink } from 'node:fs/promises';
import { join } from 'node:path';
import { Failure, messageOf, systemCode } from '../errors/index.js';
import { ignoreRules, IGNORE_FILE, type IsIgnored } from './ignores.js';
import { checkLimits } from './limits.js';
import { collisionKey, nameProblem, pathProblem } from './names.js';
import { byCodeUnits } from './size.js';
import { type ArchiveWarning, findWarnings } from './warnings.js';

/** One file of a plugin. */
export interface CollectedFile {
  /** Path relative to the plugin folder, as it will be in the archive: `/` between names, Unicode form NFC. */
  path: string;
  bytes: number;
  /** Absolute path on this disk. */
  file: string;
}

export interface Collected {
  /** Sorted by path, by code units. */
  files: CollectedFile[];
  /** Paths left out, sorted; a folder, ending in `/`, stands for everything in it. */
  ignored: string[];
  /** What should probably not be published. Sorted by file. */
  warnings: ArchiveWarning[];
}

/** Why something in the folder cannot be packaged. */
interface Problem {
  path: string;
  reason: string;
}

/**
 * Finds the files of a plugin that belong into its archive.
 * @throws Failure `archive-refused` for names, links and special files that a host would refuse, and files that cannot be read;
 *   `archive-too-many-files`, `archive-too-large` (see `checkLimits`); `ignore-file`.
 */
export async function collectFiles(root: string): Promise<Collected> {
  const found: Found = { files: [], ignored: [], problems: [] };
  await walk(root, '', await ignoreRules(root), found);
  refuse(found.problems);
  found.files.sort((a, b) => byCodeUnits(a.path, b.path));
  checkLimits(found.files);
  const { warnings, unreadable } = await findWarnings(found.files);
  refuse(unreadable);
  return { files: found.files, ignored: found.ignored.sort(byCodeUnits), warnings };
}

interface Found {
  files: CollectedFile[];
  ignored: string[];
  problems: Problem[];
}

/** `prefix` is the archive path of the folder, empty or ending in `/`. */
async function walk(folder: string, prefix: string, isIgnored: IsIgnored, found: Found): Promise<void> {
  const seen = new Map<string, string>();
  for (const entry of await list(folder, prefix, found)) {
    const name = decode(entry.name);
    if (name === null) {
      found.problems.push({ path: prefix + entry.name.toString('latin1'), reason: 'the name is not UTF-8' });
      continue;
    }
    const path = prefix + name.normalize('NFC');
    if (isIgnored(entry.isDirectory() ? `${path}/` : path)) {
      found.ignored.push(entry.isDirectory() ? `${path}/` : path);
      continue;
    }
    const twin = seen.get(collisionKey(name));
    seen.set(collisionKey(name), name);
    const reason = twin === undefined ? (nameProblem(name.normalize('NFC')) ?? pathProblem(path)) : collision(name, twin);
    if (reason !== null) found.problems.push({ path, reason });
    else if (entry.isDirectory()) await walk(join(folder, name), `${path}/`, isIgnored, found);
    else await add(join(folder, name), path, entry, found);
  }
}

async function add(file: string, path: string, entry: Dirent<Buffer>, found: Found): Promise<void> {
  if (entry.isFile()) {
    found.files.push({ path, bytes: (await lstat(file)).size, file });
  } else if (entry.isSymbolicLink()) {
    found.problems.push({ path, reason: `it is a symbolic link to ${await readlink(file)}; put the file itself there` });
  } else {
    found.problems.push({ path, reason: 'it is neither a file nor a folder (a pipe, socket or device)' });
  }
}

/** Names are read as bytes: decoding them on the way would hide the ones that are not UTF-8. */
async function list(folder: string, prefix: string, found: Found): Promise<Dirent<Buffer>[]> {
  try {
    const entries = await readdir(folder, { withFileTypes: true, encoding: 'buffer' });
    return entries.sort((a, b) => Buffer.compare(a.name, b.name));
  } catch (error) {
    if (prefix === '') throw noFolder(folder, error);
    found.problems.push({ path: prefix, reason: `the folder cannot be read (${systemCode(error) ?? messageOf(error)})` });
    return [];
  }
}

function decode(name: Buffer): string | null {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(name);
  } catch {
    return null;
  }
}

function collision(name: string, twin: string): string {
  return name.normalize('NFC') === twin.normalize('NFC')
    ? 'another entry has the same name in another Unicode form'
    : `it differs from ${twin} only in letter case; on many systems they are one file`;
}

const SHOWN = 10;

function refuse(problems: Problem[]): void {
  if (problems.length === 0) return;
  const shown = problems.slice(0, SHOWN).map(({ path, reason }) => `\n  ${printable(path)}: ${reason}`);
  const more = problems.length > SHOWN ? `\n  and ${problems.length - SHOWN} more` : '';
  throw new Failure({
    code: 'archive-refused',
    message: `${problems.length === 1 ? 'One entry' : `${problems.length} entries`} of the plugin folder cannot be packaged:${shown.join('')}${more}`,
    why: 'A host refuses such entries, because they mean different things on different systems or cannot be copied.',
    next: `Rename or replace them, or leave them out with a line in ${IGNORE_FILE}.`,
    details: { problems },
  });
}

/** Shows control characters as escapes, so that a name cannot act on the terminal. */
function printable(path: string): string {
  return path.replace(/[\p{Cc}\p{Cf}]/gu, (character) => `\\u{${character.codePointAt(0)?.toString(16)}}`);
}

function noFolder(folder: string, error: unknown): Failure {
  return new Failure({
    code: 'archive-no-folder',
    message: `The plugin folder ${folder} cannot be read: ${messageOf(error)}`,
    why: 'Its files are what is packaged.',
    next: 'Name an existing plugin folder, or change into it.',
    cause: error,
  });
}
