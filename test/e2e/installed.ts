/** Where the packed and installed command lies during a test run: in the temporary folder, one place per checkout. */
import { createHash } from 'node:crypto';
import { rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

export const checkout = resolve(import.meta.dirname, '../..');
export const installed = join(tmpdir(), `plugsmith-installed-${createHash('sha256').update(checkout).digest('hex').slice(0, 8)}`);

/** Vitest calls it once after all tests. */
export function teardown(): void {
  rmSync(installed, { recursive: true, force: true });
}
