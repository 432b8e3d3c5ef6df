import { rm } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { Failure, messageOf } from '../errors/index.js';
import { makeFolder } from '../files/index.js';
import { collectFiles } from './collect.js';
import { checkLimits } from './limits.js';
import { readArchive } from './read.js';
import { renderTree } from './tree.js';
import type { ArchiveWarning } from './warnings.js';
import { type ArchiveEntry, writeArchive, type WrittenArchive } from './write.js';

export interface PackOptions {
  /** The plugin folder. */
  root: string;
  /** The top folder in the archive: the plugin's name. */
  name: string;
  /** Files made by `package`: path in the plugin folder (`dist/plugin.mjs`) to content. They replace collected files. */
  generated: Readonly<Record<string, Uint8Array>>;
  /** The archive to write; a file of this name is replaced. Its folder is made where it is missing. */
  outFile: string;
}

export interface Packed {
  /** The archive file, as given. */
  archive: string;
  /** Its size. */
  bytes: number;
  /** Of the archive file, 64 hex digits. */
  sha256: string;
  /** Paths in the archive without the top folder, with sizes before compression; sorted. */
  files: { path: string; bytes: number }[];
  /** Paths of the folder that were left out; a folder ends in `/`. */
  ignored: string[];
  warnings: ArchiveWarning[];
  /** The files as a tree with sizes, for people. */
  tree: string;
}

/**
 * Packs a plugin folder: collects, checks, writes, reads the result back and compares.
 * @throws Failure as `collectFiles` and `writeArchive` do; `archive-changed` where the result differs from what was collected.
 */
export async function packFolder({ root, name, generated, outFile }: PackOptions): Promise<Packed> {
  const { files: collected, ignored, warnings } = await collectFiles(root);
  // An earlier archive may lie in the folder, under the name that is written now.
  const kept = collected.filter(({ path, file }) => !Object.hasOwn(generated, path) && resolve(file) !== resolve(outFile));
  const made = Object.entries(generated).map(([path, source]) => ({ path, bytes: source.byteLength, source }));
  const all = [...kept.map(({ path, bytes, file }) => ({ path, bytes, source: file })), ...made];
  checkLimits(all);
  makeOutputFolder(dirname(outFile));
  const entries: ArchiveEntry[] = all.map(({ path, source }) => ({ path: `${name}/${path}`, source }));
  const written = await writeArchive(outFile, entries);
  try {
    await selfCheck(outFile, written, new Map(all.map(({ path, bytes }) => [`${name}/${path}`, bytes])));
  } catch (error) {
    await rm(outFile, { force: true });
    throw error;
  }
  const files = written.entries.map(({ path, bytes }) => ({ path: path.slice(name.length + 1), bytes }));
  return {
    archive: outFile,
    bytes: written.bytes,
    sha256: written.sha256,
    files,
    ignored,
    warnings: [...warnings, ...collected.filter(({ path }) => Object.hasOwn(generated, path)).map(({ path }) => replaced(path))],
    tree: renderTree(written.entries),
  };
}

function makeOutputFolder(folder: string): void {
  try {
    makeFolder(folder);
  } catch (error) {
    throw new Failure({
      code: 'archive-not-written',
      message: `The output folder ${folder} cannot be made: ${messageOf(error)}`,
      why: 'The archive would have no place.',
      next: 'Name an output file in a folder that you may write to.',
      details: { folder },
      cause: error,
    });
  }
}

/** The archive must hold what was written, and what was written must be what was collected and checked. */
async function selfCheck(outFile: string, written: WrittenArchive, expected: Map<string, number>): Promise<void> {
  const content = await readArchive(outFile);
  const readBack = isDeepStrictEqual(content, written);
  const changed = written.entries.filter(({ path, bytes }) => expected.get(path) !== bytes).map(({ path }) => path);
  if (readBack && changed.length === 0) return;
  throw new Failure({
    code: 'archive-changed',
    message: readBack ? `Files changed while they were packed: ${changed.join(', ')}` : `The archive ${outFile} reads back differently from what was written.`,
    why: 'The archive would not hold what was checked; it was removed.',
    next: 'Stop what is writing to the plugin folder, then run again: plugin package',
    details: { changed },
  });
}

function replaced(path: string): ArchiveWarning {
  return {
    code: 'replaced-file',
    file: path,
    message: 'The file in the folder is not packed: package writes a file of this name itself.',
    next: `Rename it if the plugin needs it; otherwise remove it or add /${path} to .pluginignore.`,
  };
}
