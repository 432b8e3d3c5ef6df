/**
 * Locks of Python environments, by archive and platform: what a plugin was found healthy with is what it is given again,
 * after a restart, on another machine, or when the cache was emptied. They lie in the database, so that backups have them.
 */
import type { Clock } from '../clock.js';
import type { Store } from '../store/index.js';

export class PythonLocks {
  constructor(
    private readonly store: Store,
    private readonly clock: Clock,
  ) {}

  /** @param platform as `cpython-311 linux-x86_64` */
  find(codeHash: string, platform: string): string | undefined {
    return this.store.get<{ lock: string }>('SELECT lock FROM python_locks WHERE code_hash = ? AND platform = ?', codeHash, platform)?.lock;
  }

  /** The first one stays. */
  keep(codeHash: string, platform: string, lock: string): void {
    this.store.run('INSERT OR IGNORE INTO python_locks (code_hash, platform, lock, created_at) VALUES (?, ?, ?, ?)', codeHash, platform, lock, this.clock.now());
  }
}

/** Forgets the locks of archives that no plugin has any more. */
export function forgetLocks(store: Store): void {
  store.run('DELETE FROM python_locks WHERE code_hash NOT IN (SELECT code_hash FROM plugins WHERE deleted_at IS NULL)');
}
