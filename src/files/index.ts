/**
 * Files of which nobody ever sees half, and which a power cut does not take back.
 * A leaf: it imports nothing, so every room may import it. What a failed write means to the user, its caller says.
 */
import { randomBytes } from 'node:crypto';
import { closeSync, fchmodSync, fsyncSync, openSync, renameSync, rmSync, writeSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { dirname } from 'node:path';

export { isFolder, makeFolder } from './folder.js';
export { readSmallFile } from './small.js';

export interface Replacement {
  /** Permission bits of the file; those that the system gives unless told. */
  mode?: number;
  /** On disk before this returns, the name too. Unless told, only readers of this machine are sure of a whole file. */
  durable?: boolean;
}

/**
 * Makes or replaces a file in one step: readers see all of the old one or all of the new one. When it fails, what was
 * there before is still there, and nothing is left beside it.
 *
 * @throws the system's error
 */
export function replaceFile(path: string, content: string | Uint8Array, { mode, durable = false }: Replacement = {}): void {
  const draft = `${path}.${randomBytes(6).toString('hex')}.tmp`;
  const bytes = typeof content === 'string' ? Buffer.from(content) : content;
  try {
    const handle = openSync(draft, 'wx', mode ?? 0o666);
    try {
      for (let at = 0; at < bytes.length; ) at += writeSync(handle, bytes, at);
      // The mode that a file is opened with loses the bits of the umask.
      if (mode !== undefined) fchmodSync(handle, mode);
      if (durable) fsyncSync(handle);
    } finally {
      closeSync(handle);
    }
    renameSync(draft, path);
  } catch (error) {
    rmSync(draft, { force: true });
    throw error;
  }
  if (durable) syncPathSync(dirname(path));
}

/** Brings a file's content to disk, or the names of a folder's entries: a rename survives a power cut only then. @throws the system's error */
export async function syncPath(path: string): Promise<void> {
  const handle = await open(path, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** As `syncPath`, waiting for it. @throws the system's error */
export function syncPathSync(path: string): void {
  const handle = openSync(path, 'r');
  try {
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
}
