/** Files that no record needs: left by a crash, by refused uploads, by deleted plugins. */
import { readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { HostContext } from '../context.js';
import { killPoint } from '../kill-points.js';

type Host = Pick<HostContext, 'store' | 'paths'>;

/**
 * Removes blobs and trees that neither a plugin nor an undecided upload names. Synchronous, so that no upload comes
 * between the question and the removal.
 */
export function collectGarbage({ store, paths }: Host): void {
  const live = 'SELECT code_hash AS hash FROM plugins WHERE deleted_at IS NULL';
  const waiting = 'SELECT sha256 AS hash FROM uploads WHERE sha256 IS NOT NULL AND answer IS NULL';
  const needed = new Set(store.all<{ hash: string }>(`${live} UNION ${waiting}`).map(({ hash }) => hash));
  for (const folder of [paths.trees, paths.blobs]) {
    for (const name of readdirSync(folder)) {
      if (needed.has(name)) continue;
      rmSync(join(folder, name), { recursive: true, force: true });
      killPoint('gc');
    }
  }
}

/** After a crash: whatever was on its way. Nothing runs yet. */
export function emptyStaging({ paths }: Pick<Host, 'paths'>): void {
  for (const name of readdirSync(paths.staging)) rmSync(join(paths.staging, name), { recursive: true, force: true });
}
