/** Work on a host's folder from the command line, with the host running or not. */
import { createHash } from 'node:crypto';
import { constants, createReadStream, existsSync } from 'node:fs';
import { chmod, copyFile, mkdir, open, readdir, rename, rm, rmdir } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { Failure, systemCode } from '../errors/index.js';
import { syncPathSync } from '../files/index.js';
import { Audit } from './access/audit.js';
import { type KeyRecord, Keys, type NewKey } from './access/keys.js';
import { hostClock } from './clock.js';
import { migrations } from './migrations.js';
import { defaultLimits } from './options.js';
import { hostPaths } from './paths.js';
import { migrate, Store } from './store/index.js';

/** The keys of a host, for whoever may write to its folder. */
export interface HostKeys {
  /** The token is given this once. `life` in milliseconds, 30 days unless told. `namespaces` are ids, null for all. */
  create(key: Omit<NewKey, 'life'> & { life?: number }): { token: string; record: KeyRecord };
  list(): KeyRecord[];
  /** False where there is no such key, or it is revoked already. */
  revoke(id: string): boolean;
  close(): void;
}

/** @throws Failure `host-no-state` where the folder holds no host; as `startHost` where its database cannot be opened */
export async function openHostKeys(folder: string): Promise<HostKeys> {
  const { database } = hostPaths(resolve(folder));
  if (!existsSync(database)) throw noState(folder);
  const store = await Store.open(database);
  migrate(store, migrations);
  const clock = hostClock();
  const keys = new Keys(store, clock);
  const audit = new Audit(store, clock);
  return {
    create: (key) => store.transaction(() => {
      const made = keys.create({ life: defaultLimits.keyLife, ...key });
      audit.write({ actor: 'host', action: 'key.create', subject: made.record.id, outcome: 'done', details: { scopes: key.scopes, namespaces: key.namespaces } });
      return made;
    }),
    list: () => keys.list(),
    revoke: (id) => store.transaction(() => {
      const done = keys.revoke(id);
      if (done) audit.write({ actor: 'host', action: 'key.revoke', subject: id, outcome: 'done' });
      return done;
    }),
    close: () => store.close(),
  };
}

/** What a copy holds. */
export interface HostCopy {
  folder: string;
  plugins: number;
  archives: number;
  bytes: number;
}

/**
 * Copies a host's state to a new folder, also while it runs: the database at one moment, then every archive it names, and
 * the keys. The copy holds secrets' keys: keep it as you keep the host.
 * @throws Failure `host-no-state`, `host-backup` where the target exists or an archive is missing
 */
export async function backupHost(folder: string, target: string): Promise<HostCopy> {
  const from = hostPaths(resolve(folder));
  if (!existsSync(from.database)) throw noState(folder);
  if (existsSync(target)) throw copyFailed(`${target} exists already.`, 'Name a folder that does not exist.');
  const part = join(dirname(resolve(target)), `.${basename(target)}.${process.pid}.part`);
  const to = hostPaths(part);
  try {
    for (const place of [part, to.blobs, to.keys]) await mkdir(place, { recursive: true, mode: 0o700 });
    const store = await Store.open(from.database);
    try {
      store.run('VACUUM INTO ?', to.database);
    } finally {
      store.close();
    }
    for (const name of await readdir(from.keys)) if (!name.endsWith('.part')) await copyDurably(join(from.keys, name), join(to.keys, name));
    const copy = await copyArchives(to.database, from.blobs, to.blobs);
    syncPathSync(part);
    await rename(part, target);
    syncPathSync(dirname(resolve(target)));
    return { folder: resolve(target), ...copy };
  } finally {
    await rm(part, { recursive: true, force: true });
  }
}

/**
 * Makes a host's folder from a copy, after every archive and the audit log were checked.
 * @param folder must be empty or missing
 * @throws Failure `host-backup` where the folder holds something already, or the copy is damaged
 */
export async function restoreHost(copy: string, folder: string): Promise<HostCopy> {
  const from = hostPaths(resolve(copy));
  if (!existsSync(from.database)) throw noState(copy);
  const root = resolve(folder);
  await placeFor(root);
  const part = join(dirname(root), `.${basename(root)}.${process.pid}.part`);
  const to = hostPaths(part);
  try {
    for (const place of [part, to.blobs, to.keys]) await mkdir(place, { recursive: true, mode: 0o700 });
    await copyDurably(from.database, to.database);
    await checkDatabase(to.database);
    for (const name of await readdir(from.keys)) await copyDurably(join(from.keys, name), join(to.keys, name));
    const result = await copyArchives(to.database, from.blobs, to.blobs);
    await placeFor(root);
    await rename(part, root);
    syncPathSync(dirname(root));
    return { folder: root, ...result };
  } finally {
    await rm(part, { recursive: true, force: true });
  }
}

/** An empty folder makes room; one that holds anything is somebody's. */
async function placeFor(root: string): Promise<void> {
  try {
    await rmdir(root);
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return;
    throw copyFailed(`${root} is not an empty folder.`, 'Name another folder, or move this one away first.');
  }
}

/** Every archive that a version which is not deleted needs, each compared with its digest. */
async function copyArchives(database: string, from: string, to: string): Promise<Omit<HostCopy, 'folder'>> {
  const store = await Store.open(database);
  try {
    const plugins = store.all<{ hash: string }>('SELECT code_hash AS hash FROM plugins WHERE deleted_at IS NULL');
    const waiting = store.all<{ hash: string }>('SELECT sha256 AS hash FROM uploads WHERE sha256 IS NOT NULL AND answer IS NULL');
    const hashes = new Set([...plugins, ...waiting].map(({ hash }) => hash));
    let bytes = 0;
    for (const hash of hashes) bytes += await copyArchive(join(from, hash), join(to, hash), hash);
    syncPathSync(to);
    return { plugins: plugins.length, archives: hashes.size, bytes };
  } finally {
    store.close();
  }
}

async function copyArchive(from: string, to: string, hash: string): Promise<number> {
  try {
    await copyDurably(from, to);
  } catch (error) {
    if (systemCode(error) === 'ENOENT') throw copyFailed(`The archive ${hash} is missing.`, 'Try again: a plugin may have been deleted meanwhile.');
    throw error;
  }
  const digest = createHash('sha256');
  let bytes = 0;
  for await (const chunk of createReadStream(to, { highWaterMark: 1024 * 1024 }) as AsyncIterable<Buffer>) {
    digest.update(chunk);
    bytes += chunk.length;
  }
  if (digest.digest('hex') !== hash) throw copyFailed(`The archive ${hash} is damaged.`, 'Use another copy, or upload the plugin again.');
  return bytes;
}

async function copyDurably(from: string, to: string): Promise<void> {
  await copyFile(from, to, constants.COPYFILE_EXCL);
  await chmod(to, 0o600);
  const handle = await open(to, 'r+');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

async function checkDatabase(file: string): Promise<void> {
  const store = await Store.open(file);
  try {
    const [row] = store.all<{ integrity_check: string }>('PRAGMA integrity_check');
    if (row?.integrity_check !== 'ok') throw copyFailed(`The database of the copy is damaged: ${row?.integrity_check ?? 'it cannot be read'}`, 'Use another copy.');
    migrate(store, migrations);
    const broken = new Audit(store, hostClock()).firstBroken();
    if (broken !== null) throw copyFailed(`The audit log of the copy was changed at entry ${broken}.`, 'Use another copy.');
  } finally {
    store.close();
  }
}

function noState(folder: string): Failure {
  return new Failure({ code: 'host-no-state', message: `${folder} holds no host.`, why: 'There is nothing to work on.', next: 'Name the folder of a host with --folder, or start one: plugin host start' });
}

function copyFailed(message: string, next: string): Failure {
  return new Failure({ code: 'host-backup', message, why: 'A copy that is not whole could not be started.', next });
}
