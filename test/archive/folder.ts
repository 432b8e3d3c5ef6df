import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { onTestFinished } from 'vitest';

/** A new temporary folder with the given files (path -> content); removed after the test. */
export function folder(files: Record<string, string | Uint8Array> = {}): string {
  const root = realpathSync(mkdtempSync(join(tmpdir(), 'plugsmith-archive-')));
  onTestFinished(() => rmSync(root, { recursive: true, force: true }));
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), content);
  }
  return root;
}

/** The failure that a promise ends with; fails the test where it does not. */
export async function failureOf(work: Promise<unknown>): Promise<{ code: string; message: string; next: string; details: any }> {
  // `details` differs from failure to failure.
  try {
    await work;
  } catch (error) {
    if ((error as Error).name === 'Failure') return error as never;
    throw error;
  }
  throw new Error('it should have failed');
}
