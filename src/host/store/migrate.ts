/** Brings a database to the newest schema: a copy first, then all due migrations in one transaction. */
import { copyFileSync, existsSync, renameSync } from 'node:fs';
import { Failure, messageOf } from '../../errors/index.js';
import { syncPathSync } from '../../files/index.js';
import { killPoint } from '../kill-points.js';
import type { Migration, Store } from './store.js';

/**
 * @param migrations all of them, in order
 * @throws Failure `host-state-newer` where the database was written by a newer version; `host-state` where a migration fails
 */
export function migrate(store: Store, migrations: readonly Migration[]): void {
  const version = store.get<{ user_version: number }>('PRAGMA user_version')?.user_version ?? 0;
  const newest = migrations.length;
  if (version > newest) throw newer(store.file, version, newest);
  const due = migrations.slice(version);
  if (due.length === 0) return;
  if (version > 0) copy(store, version);
  try {
    store.transaction(() => {
      for (const { sql } of due) store.exec(sql);
      killPoint('migration.before-commit');
      store.exec(`PRAGMA user_version = ${newest}`);
    });
  } catch (error) {
    throw failed(store.file, version, newest, error);
  }
}

/** The copy lies beside the database, as `host.db.v3`: whoever goes back to an older version needs it. */
function copy(store: Store, version: number): void {
  store.exec('PRAGMA wal_checkpoint(TRUNCATE)');
  const target = `${store.file}.v${version}`;
  if (existsSync(target)) return;
  copyFileSync(store.file, `${target}.part`);
  syncPathSync(`${target}.part`);
  renameSync(`${target}.part`, target);
}

function newer(file: string, version: number, newest: number): Failure {
  return new Failure({
    code: 'host-state-newer',
    message: `${file} was written by a newer version of Plugsmith (schema ${version}; this one knows ${newest}).`,
    why: 'An older version would misread it.',
    next: 'Install the newer version, or start with another folder: plugin host start --folder DIR',
    details: { schema: version, known: newest },
  });
}

function failed(file: string, from: number, to: number, error: unknown): Failure {
  return new Failure({
    code: 'host-state',
    message: `${file} could not be brought from schema ${from} to ${to}: ${messageOf(error)}`,
    why: 'Nothing was changed.',
    next: `Check the free space of the disk and start again; a copy from before lies in ${file}.v${from}.`,
    cause: error,
  });
}
