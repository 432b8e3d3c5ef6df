/**
 * The files of a folder and the folders below it, in the order of the bytes of their names. Links are followed. What
 * cannot be read is told as such and not left out: the run then says which rows it could not have.
 */
import { isUtf8 } from 'node:buffer';
import type { BigIntStats, Dirent } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { messageOf, systemCode } from '../../../errors/index.js';

export interface Entry {
  /** Below the folder, with `/` between names; bytes that are no UTF-8 are shown as `\xff`. */
  path: string;
  /** Why it cannot be read, null for a file. */
  problem: string | null;
}

/** @param hidden whether names that begin with a dot count */
export async function* walk(root: string, hidden: boolean): AsyncGenerator<Entry> {
  yield* below(root, '', hidden, [await identity(root)]);
}

async function* below(root: string, folder: string, hidden: boolean, above: readonly string[]): AsyncGenerator<Entry> {
  let entries: Dirent<Buffer>[];
  try {
    entries = await readdir(join(root, folder), { withFileTypes: true, encoding: 'buffer' });
  } catch (error) {
    yield { path: folder === '' ? '.' : folder, problem: `the folder cannot be read: ${reason(error)}` };
    return;
  }
  entries.sort((a, b) => Buffer.compare(a.name, b.name));
  for (const entry of entries) {
    if (!hidden && entry.name[0] === 0x2e) continue;
    const path = folder === '' ? shown(entry.name) : `${folder}/${shown(entry.name)}`;
    if (!isUtf8(entry.name)) yield { path, problem: 'its name is not UTF-8, so it cannot be asked for; rename it' };
    else if (entry.isFile()) yield { path, problem: null };
    else if (entry.isDirectory()) yield* below(root, path, hidden, [...above, await identity(join(root, path))]);
    else if (entry.isSymbolicLink()) yield* linked(root, path, hidden, above);
    else yield { path, problem: 'it is neither a file nor a folder' };
  }
}

async function* linked(root: string, path: string, hidden: boolean, above: readonly string[]): AsyncGenerator<Entry> {
  try {
    const target = await stat(join(root, path), { bigint: true });
    if (target.isFile()) yield { path, problem: null };
    else if (!target.isDirectory()) yield { path, problem: 'it is a link to something that is neither a file nor a folder' };
    else if (above.includes(idOf(target))) yield { path, problem: 'it is a link to a folder that it stands in; such a circle is not followed' };
    else yield* below(root, path, hidden, [...above, idOf(target)]);
  } catch (error) {
    const code = systemCode(error);
    yield { path, problem: code === 'ENOENT' ? 'it is a link to nothing' : code === 'ELOOP' ? 'it is a link in a circle of links' : `the link cannot be followed: ${reason(error)}` };
  }
}

async function identity(folder: string): Promise<string> {
  return stat(folder, { bigint: true }).then(idOf, () => '');
}

function idOf({ dev, ino }: BigIntStats): string {
  return `${dev}:${ino}`;
}

function shown(name: Buffer): string {
  return isUtf8(name) ? name.utf8Slice(0, name.byteLength) : name.latin1Slice().replace(/[\x80-\xff]/g, (char) => `\\x${char.charCodeAt(0).toString(16)}`);
}

/** Without the path that Node adds. */
export function reason(error: unknown): string {
  const code = systemCode(error);
  return code === 'EACCES' || code === 'EPERM' ? 'permission denied' : code === 'ENOENT' ? 'it is gone' : messageOf(error);
}
