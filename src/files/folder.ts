/** Making folders. */
import { existsSync, mkdirSync, statSync } from 'node:fs';
import { dirname, resolve } from 'node:path';

/**
 * Makes a folder, and those above it that are missing. Node's own recursion tries for ever where a system says "no such
 * entry" below a folder that is there, as Linux does below /proc.
 *
 * @param mode permission bits of the folders that are made; those the system gives unless told
 * @returns the first folder that was made, or undefined where all were there
 * @throws the system's error
 */
export function makeFolder(path: string, mode?: number): string | undefined {
  const missing: string[] = [];
  for (let at = resolve(path); !existsSync(at); at = dirname(at)) missing.unshift(at);
  let first: string | undefined;
  for (const folder of missing) {
    try {
      mkdirSync(folder, mode);
      first ??= folder;
    } catch (error) {
      // Somebody else was faster, or a link points nowhere: the next step tells them apart.
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    }
  }
  // A file in its place is an error of the system's; so is a link that points nowhere.
  if (!statSync(path).isDirectory()) mkdirSync(path);
  return first;
}

/** Whether a folder is there. Something else under its name is none. */
export function isFolder(path: string): boolean {
  return existsSync(path) && statSync(path).isDirectory();
}
