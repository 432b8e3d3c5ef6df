/** Writing files so that nobody ever sees half of one. */
import { randomBytes } from 'node:crypto';
import { closeSync, fchmodSync, fsyncSync, openSync, renameSync, rmSync, writeSync } from 'node:fs';

/**
 * Replaces or makes a file in one step. When it fails, what was there before is still there.
 *
 * @param mode permission bits of the new file; those the system gives unless told.
 * @throws the system's error.
 */
export function writeWhole(path: string, content: Uint8Array, mode?: number): void {
  const draft = `${path}.${randomBytes(6).toString('hex')}.tmp`;
  try {
    const handle = openSync(draft, 'wx');
    try {
      for (let at = 0; at < content.length; ) at += writeSync(handle, content, at);
      if (mode !== undefined) fchmodSync(handle, mode);
      fsyncSync(handle);
    } finally {
      closeSync(handle);
    }
    renameSync(draft, path);
  } catch (error) {
    rmSync(draft, { force: true });
    throw error;
  }
}
