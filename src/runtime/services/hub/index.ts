/** Files of models on the hub: found in its cache, else downloaded into it, checked, and shared with other programs. */
import { setTimeout as delay } from 'node:timers/promises';
import { Failure, messageOf } from '../../../errors/index.js';
import { connect } from '../assets/http.js';
import { Downloads, isOfDisk } from './downloads.js';
import { badName, isOffline, notKept, unreachable, type Wanted } from './failures.js';
import { hubSettings, isCommit, ModelFolder, type HubSettings } from './layout.js';
import { describeFile, type Remote } from './remote.js';

/** How the hub is reached, and by whom. */
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

/** A file of a model, in the hub's cache. */
export interface HubFile {
  path: string;
  commit: string;
}

/** Models of the hub, for the workers of one run. */
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

export function createHub({ profile, env, offline = false, announce = () => undefined, untrustedBytes = 2e9, silenceMs = 30_000, sleep = (ms, signal) => delay(ms, undefined, { signal }) }: HubOptions): Hub {
  const closing = new AbortController();
  const commits = new Map<string, string>();
  const asked = new Map<string, Promise<HubFile | null>>();
  const forget: NodeJS.Timeout[] = [];
  const downloads = new Downloads(profile === 'untrusted' ? untrustedBytes : Infinity, announce);
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

  /** Asks the hub where the cache may be behind it, and the cache where the hub cannot be reached. */
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
    return { path: await downloads.bring(wanted, folder, known, await remote()), commit: known.commit };
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
