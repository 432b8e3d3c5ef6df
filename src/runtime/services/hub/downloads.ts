/** Downloads from the hub into its cache, which other programs write to as well: locked, checked, renamed into place. */
import { createHash } from 'node:crypto';
import { createReadStream, existsSync } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { Failure, systemCode } from '../../../errors/index.js';
import { makeFolder, syncPath } from '../../../files/index.js';
import { withLock } from '../../../native/index.js';
import { damaged, tooLarge, unreachable, type Wanted } from './failures.js';
import type { ModelFolder } from './layout.js';
import { bringFile, sizeOf, type Remote, type RemoteFile } from './remote.js';

/** Larger files are announced, bytes. */
const LARGE = 5e6;

export class Downloads {
  /** Bytes of all downloads so far. */
  private taken = 0;

  /**
   * @param mostBytes what may be downloaded in all
   * @param announce takes one line for people
   */
  constructor(
    private readonly mostBytes: number,
    private readonly announce: (line: string) => void,
  ) {}

  /**
   * Brings a file into the cache, or waits for another command that does.
   * @returns its path
   * @throws Failure `hub-too-large`, `hub-checksum`, `hub-unreachable`, and what the hub refuses; an error of the disk as it is
   */
  async bring(wanted: Wanted, folder: ModelFolder, { commit, etag, size }: RemoteFile, remote: Remote): Promise<string> {
    this.taken += size ?? 0;
    if (this.taken > this.mostBytes) throw tooLarge(wanted, this.taken, this.mostBytes);
    const blob = folder.blob(etag);
    for (const path of [blob, folder.lock(etag)]) makeFolder(dirname(path));
    const waiting = (): void => this.announce(`Another command is downloading ${wanted.repo}/${wanted.file}; waiting for it ...`);
    await withLock(folder.lock(etag), waiting, async () => {
      if (existsSync(blob)) return;
      if (size !== null && size > LARGE) this.announce(`Downloading ${wanted.repo}/${wanted.file} (${Math.round(size / 1e6)} MB) ...`);
      await download(wanted, blob, etag, size, remote);
    });
    return folder.point(commit, wanted.file, etag);
  }
}

/** Under a name of ours: other programs may be downloading the same blob, and hold other locks. */
async function download(wanted: Wanted, blob: string, etag: string, size: number | null, remote: Remote): Promise<void> {
  const partial = `${blob}.plugsmith.incomplete`;
  for (let attempt = 1; ; attempt += 1) {
    try {
      await bringFile(wanted, partial, size, remote);
    } catch (error) {
      throw error instanceof Failure || isOfDisk(error) ? error : unreachable(wanted, remote.settings.endpoint, error);
    }
    const found = await checksum(partial, etag);
    if (found === null) break;
    await rm(partial);
    if (attempt === 2) throw damaged(wanted, etag, found);
  }
  await syncPath(partial);
  await rename(partial, blob);
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

/** Whether the disk is to blame, and not the hub. */
export function isOfDisk(error: unknown): boolean {
  return ['ENOSPC', 'EDQUOT', 'EROFS', 'EACCES', 'EPERM', 'ENOTDIR'].includes(systemCode(error) ?? '');
}
