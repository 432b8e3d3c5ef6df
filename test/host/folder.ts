/** What must hold of a host's folder. */
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import { Audit } from '../../src/host/access/audit.js';
import { hostClock } from '../../src/host/clock.js';
import { Store } from '../../src/host/store/index.js';

/** Whenever a host has started on it: no leftovers, every archive that is needed and no other, whole records. */
export async function checkFolder(folder: string): Promise<void> {
  expect(readdirSync(join(folder, 'staging'))).toEqual([]);
  const store = await Store.open(join(folder, 'host.db'));
  const needed = store.all<{ hash: string }>('SELECT code_hash AS hash FROM plugins WHERE deleted_at IS NULL UNION SELECT sha256 FROM uploads WHERE sha256 IS NOT NULL AND answer IS NULL').map(({ hash }) => hash).sort();
  expect(readdirSync(join(folder, 'blobs')).sort()).toEqual(needed);
  expect(needed.map((hash) => createHash('sha256').update(readFileSync(join(folder, 'blobs', hash))).digest('hex'))).toEqual(needed);
  expect(new Audit(store, hostClock()).firstBroken()).toBeNull();
  expect(store.all('PRAGMA integrity_check')).toEqual([{ integrity_check: 'ok' }]);
  store.close();
}
