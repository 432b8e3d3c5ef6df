/**
 * Folders that go when the test file is done. Files that share a process load a helper once: a hook of the helper's own
 * would serve the first of them only.
 */
import { rmSync } from 'node:fs';

const made = new Set<string>();

/** Marks a folder to be removed after the tests of the file. */
export function temporary(folder: string): void {
  made.add(folder);
}

/** Removes them. `tidy.ts` calls it after each file. */
export function removeTemporary(): void {
  for (const folder of made) rmSync(folder, { recursive: true, force: true });
  made.clear();
}
