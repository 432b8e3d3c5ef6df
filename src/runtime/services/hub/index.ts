/** Files of models on the hub: found in its cache, else downloaded into it, checked, and shared with other programs. */
import { createHash } from 'node:crypto';
import { createReadStream, existsSync } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { setTimeout as delay } from 'node:timers/promises';
import { Failure, messageOf, systemCode } from '../../../errors/index.js';
import { makeFolder, syncPath } from '../../../files/index.js';
import { withLock } from '../../../native/index.js';
import { connect } from '../assets/http.js';
import { badName, damaged, isOffline, notKept, tooLarge, unreachable, type Wanted } from './failures.js';
import { hubSettings, isCommit, ModelFolder, type HubSettings } from './layout.js';
import { bringFile, describeFile, sizeOf, type Remote, type RemoteFile } from './remote.js';

export interface HubOptions {
  /** Plugins of others get public models only, and no large ones. */
  profile: 'trusted' | 'untrusted';
  env: NodeJS.ProcessEnv;
  /** Nothing is downloaded, as with `HF_HUB_OFFLINE`. */
  offline?: boolean | undefined;
  /** Takes one line for people. */
  announce?: ((line: string) => void) | undefined;
  /** What a plugin of others may download in all; 2 GB unless told. */
  untrustedBytes?: number;
  /** Milliseconds without a byte after which a connection is given up; 30,000 unless told. */
  silenceMs?: number;
  /** Waits between attempts; replaced in tests. */
  sleep?: Remote['sleep'];
}

export interface HubFile {
  path: string;
  commit: string;
}

export interface Hub {
  /**
   * A local path of a file of a model. What was downloaded is not downloaded again; a branch or tag is looked up once
   * per run, so that all files of a run are of one commit.
   * @returns null where `optional` is set and the model has no such file
   * @throws Failure `hub-*`
   */
  file(wanted: Wanted, optional?: boolean): Promise<HubFile | null>;
  close(): Promise<void>;
}

/** How long a refusal holds: the search for a failing row asks for the same again and again. */
const FAILURE_MS = 60_000;
/** Larger files are announced, bytes. */
const LARGE = 5e6;

export function createHub({ profile, env, offline = false, announce = () => undefined, untrustedBytes = 2e9, silenceMs = 30_000, sleep = (ms, signal) => delay(ms, undefined, { signal }) }: HubOptions): Hub {
  const closing = new AbortController();
  const commits = new Map<string, string>();
  const asked = new Map<string, Promise<HubFile | null>>();
  const forget: NodeJS.Timeout[] = [];
  let taken = 0;
  let opened: Promise<Remote> | undefined;
  /** Why the hub could not be reached: it is not tried again for every file. */
  let down: unknown;

  const remote = (): Promise<Remote> => (opened ??= openRemote());
  async function openRemote(): Promise<Remote> {
    const found = await hubSettings(env);
    const settings: HubSettings = { ...found, offline: offline || found.offline, token: profile === 'trusted' ? found.token : null };
    // Where the hub is, is not for the plugin to say: an inner address is the user's own mirror.
    return { settings, dispatcher: await connect('trusted'), signal: closing.signal, silenceMs, sleep };
  }

  async function find(wanted: Wanted, optional: boolean): Promise<HubFile | null> {
    const { settings } = await remote();
    const folder = new ModelFolder(settings.folder, wanted.repo);
    const key = `${wanted.repo}@${wanted.revision}`;
    const revision = commits.get(key) ?? wanted.revision;
    if (isCommit(revision) || settings.offline) {
      const cached = await fromCache(folder, { ...wanted, revision }, optional);
      if (cached !== undefined) return cached;
      if (settings.offline) throw isOffline(wanted, folder.path);
    }
    let known: Awaited<ReturnType<typeof describeFile>>;
    try {
      if (down !== undefined) throw down;
      known = await describeFile({ ...wanted, revision }, await remote());
    } catch (error) {
      if (error instanceof Failure) throw error;
      const cached = await fromCache(folder, wanted, optional);
      if (cached === undefined || closing.signal.aborted) throw unreachable(wanted, settings.endpoint, error);
      if (down === undefined) announce(`${settings.endpoint} cannot be reached (${messageOf(error)}): models come from the cache.`);
      down = error;
      return cached;
    }
    if ('missing' in known) {
      if (known.commit !== null) await folder.noteAbsent(known.commit, wanted.file);
      if (optional) return null;
      throw known.missing;
    }
    commits.set(key, known.commit);
    await folder.noteRevision(wanted.revision, known.commit);
    const there = folder.find(known.commit, wanted.file);
    if (there !== null && there !== 'absent') return { path: there, commit: known.commit };
    return { path: await download(wanted, folder, known), commit: known.commit };
  }

  async function download(wanted: Wanted, folder: ModelFolder, { commit, etag, size }: RemoteFile): Promise<string> {
    if (profile === 'untrusted' && (taken += size ?? 0) > untrustedBytes) throw tooLarge(wanted, taken, untrustedBytes);
    const blob = folder.blob(etag);
    for (const path of [blob, folder.lock(etag)]) makeFolder(dirname(path));
    const waiting = (): void => announce(`Another command is downloading ${wanted.repo}/${wanted.file}; waiting for it ...`);
    await withLock(folder.lock(etag), waiting, async () => {
      if (!existsSync(blob)) await bring(wanted, blob, etag, size);
    });
    return folder.point(commit, wanted.file, etag);
  }

  /** Under a name of ours: other programs may be downloading the same blob, and hold other locks. */
  async function bring(wanted: Wanted, blob: string, etag: string, size: number | null): Promise<void> {
    const partial = `${blob}.plugsmith.incomplete`;
    if (size !== null && size > LARGE) announce(`Downloading ${wanted.repo}/${wanted.file} (${Math.round(size / 1e6)} MB) ...`);
    for (let attempt = 1; ; attempt += 1) {
      try {
        await bringFile(wanted, partial, size, await remote());
      } catch (error) {
        throw error instanceof Failure || isOfDisk(error) ? error : unreachable(wanted, (await remote()).settings.endpoint, error);
      }
      const found = await checksum(partial, etag);
      if (found === null) break;
      await rm(partial);
      if (attempt === 2) throw damaged(wanted, etag, found);
    }
    await syncPath(partial);
    await rename(partial, blob);
  }

  return {
    file(wanted, optional = false) {
      checkNames(wanted);
      const key = JSON.stringify([wanted, optional]);
      // Workers that ask at the same time wait for the same download.
      const known = asked.get(key) ?? find(wanted, optional).catch(async (error: unknown) => {
        forget.push(setTimeout(() => asked.delete(key), FAILURE_MS).unref());
        throw isOfDisk(error) ? notKept(wanted, (await remote()).settings.folder, error) : error;
      });
      asked.set(key, known);
      return known;
    },
    async close() {
      closing.abort(new Error('the run is over'));
      forget.forEach(clearTimeout);
      await Promise.allSettled(asked.values());
      await (await opened)?.dispatcher.destroy();
    },
  };
}

/** What the cache says of a file: undefined where it says nothing. */
async function fromCache(folder: ModelFolder, { revision, file }: Wanted, optional: boolean): Promise<HubFile | null | undefined> {
  const commit = await folder.commitOf(revision);
  if (commit === null) return undefined;
  const path = folder.find(commit, file);
  if (path === 'absent') return optional ? null : undefined;
  return path === null ? undefined : { path, commit };
}

/** Names become paths and addresses. @throws Failure `hub-name` */
function checkNames(wanted: Wanted): void {
  const { repo, file, revision } = wanted;
  const wrong = (text: string, pattern: RegExp): boolean => !pattern.test(text) || text.length > 200 || text.split('/').some((part) => /^\.*$/.test(part));
  if (wrong(repo, /^[A-Za-z0-9][\w.-]*(\/[A-Za-z0-9][\w.-]*)?$/) || repo.includes('--')) throw badName(wanted, repo);
  if (wrong(revision, /^\w[\w./-]*$/)) throw badName(wanted, revision);
  if (wrong(file, /^[^\\\0]+$/)) throw badName(wanted, file);
}

/** Null where the content is what the etag says, else what it is. An etag that is no checksum says nothing. */
async function checksum(path: string, etag: string): Promise<string | null> {
  const sha256 = /^[0-9a-f]{64}$/.test(etag);
  if (!sha256 && !/^[0-9a-f]{40}$/.test(etag)) return null;
  const hash = createHash(sha256 ? 'sha256' : 'sha1');
  // Git puts kind and length before the content.
  if (!sha256) hash.update(`blob ${await sizeOf(path)}\0`);
  await pipeline(createReadStream(path, { highWaterMark: 1 << 20 }), hash);
  const found = hash.digest('hex');
  return found === etag ? null : found;
}

function isOfDisk(error: unknown): boolean {
  return ['ENOSPC', 'EDQUOT', 'EROFS', 'EACCES', 'EPERM', 'ENOTDIR'].includes(systemCode(error) ?? '');
}
