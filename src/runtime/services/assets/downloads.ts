/** What one run has downloaded: each address once, the least recently used forgotten first. */
import { link, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { Failure, systemCode } from '../../../errors/index.js';
import { fetchFailed, wrongDigest } from './failures.js';
import type { download } from './http.js';
import type { AssetStore, Validators } from './store.js';

export interface AssetStats {
  downloads: number;
  /** Asks answered from an earlier download of this run. */
  reused: number;
  /** Addresses whose content an earlier run had, and the server still has. */
  unchanged: number;
  bytes: number;
  failures: number;
}

export interface DownloadsOptions {
  /** Brings an address into a file; null where the server still has what is `known`. */
  get(url: string, file: string, known: Validators): ReturnType<typeof download>;
  /** What earlier runs downloaded. */
  store: AssetStore;
  /** Bytes of finished downloads that are kept for further asks. */
  keepBytes: number;
  /** How long a failed address is not asked again, milliseconds. */
  failureMs: number;
  /** Whether askers remove their files; else these go with the download that they are links to. */
  askersRemove: boolean;
}

/** One downloaded file. */
interface Kept {
  path: string;
  /** Null until it is complete. */
  bytes: number | null;
  /** Asks that are about to link to it: it must stay until they have. */
  users: number;
  /** Files of askers that do not remove them. */
  links: string[];
  ready: Promise<void>;
}

const MOST_FAILURES = 10_000;

export class Downloads {
  readonly stats: AssetStats = { downloads: 0, reused: 0, unchanged: 0, bytes: 0, failures: 0 };
  // In order of last use: the first is the first to go.
  private readonly kept = new Map<string, Kept>();
  private readonly failed = new Map<string, { failure: Failure; until: number }>();
  private number = 0;

  constructor(private readonly options: DownloadsOptions) {}

  /**
   * Downloads an address, unless that was done or is under way.
   *
   * @returns the path of a file of the asker's own, in the folder `place`
   * @throws Failure as `Assets.fetch` says
   */
  async handOut(url: string, place: string, suffix: string): Promise<string> {
    const before = this.failed.get(url);
    if (before !== undefined && performance.now() < before.until) throw before.failure;
    this.failed.delete(url);
    const entry = this.kept.get(url) ?? this.begin(url, place);
    if (entry.users > 0 || entry.bytes !== null) this.stats.reused += 1;
    this.kept.delete(url);
    this.kept.set(url, entry);
    entry.users += 1;
    try {
      await entry.ready;
      const own = join(place, `file-${(this.number += 1)}${suffix}`);
      await link(entry.path, own);
      if (!this.options.askersRemove) entry.links.push(own);
      return own;
    } finally {
      entry.users -= 1;
      await this.evict();
    }
  }

  /** Resolves when nothing is being downloaded any more. */
  async settled(): Promise<void> {
    await Promise.allSettled([...this.kept.values()].map(({ ready }) => ready));
  }

  private begin(url: string, place: string): Kept {
    const entry: Kept = { path: join(place, `asset-${(this.number += 1)}`), bytes: null, users: 0, links: [], ready: Promise.resolve() };
    entry.ready = this.bring(url, entry).catch((error: unknown) => this.giveUp(url, entry, error));
    return entry;
  }

  private async bring(url: string, entry: Kept): Promise<void> {
    const { get, store } = this.options;
    const known = await store.recall(url);
    let found = await get(url, entry.path, known ?? {});
    if (found === null && known !== null) {
      if (await linked(known.path, entry.path)) {
        checkDigest(url, known.sha256);
        entry.bytes = known.bytes;
        this.stats.unchanged += 1;
        return;
      }
      found = await get(url, entry.path, {});
    }
    const { bytes, sha256, etag, lastModified, keepable } = found as NonNullable<typeof found>;
    checkDigest(url, sha256);
    if (keepable && (etag !== undefined || lastModified !== undefined)) await store.keep(url, entry.path, { bytes, sha256, etag, lastModified });
    entry.bytes = bytes;
    this.stats.downloads += 1;
    this.stats.bytes += bytes;
  }

  private async giveUp(url: string, { path }: Kept, error: unknown): Promise<never> {
    const { failureMs } = this.options;
    this.stats.failures += 1;
    this.kept.delete(url);
    await rm(path, { force: true });
    const failure = error instanceof Failure ? error : fetchFailed(url, error, 1);
    if (failureMs > 0 && this.failed.size < MOST_FAILURES) this.failed.set(url, { failure, until: performance.now() + failureMs });
    throw failure;
  }

  /** Forgets the least recently used downloads. Askers that remove their files hold links of their own, so theirs stay. */
  private async evict(): Promise<void> {
    let total = [...this.kept.values()].reduce((sum, { bytes }) => sum + (bytes ?? 0), 0);
    for (const [url, { path, bytes, users, links }] of this.kept) {
      if (total <= this.options.keepBytes) return;
      if (bytes === null || users > 0) continue;
      this.kept.delete(url);
      total -= bytes;
      await Promise.all([path, ...links].map((file) => rm(file, { force: true })));
    }
  }
}

/** @throws Failure `asset-checksum` where the address asks for other content */
function checkDigest(url: string, found: string): void {
  const wanted = /#sha256=([0-9a-f]{64})$/i.exec(url)?.[1]?.toLowerCase();
  if (wanted !== undefined && wanted !== found) throw wrongDigest(url, wanted, found);
}

/** False where another command has made room meanwhile, and the content is gone. */
async function linked(path: string, target: string): Promise<boolean> {
  try {
    await link(path, target);
    return true;
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return false;
    throw error;
  }
}
