/**
 * Downloads that outlive a run: content by its hash, and for each address which content it had and how to ask whether
 * it still has it. Addresses are kept as hashes, because they may carry keys. Everything here can be fetched again.
 */
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { chmod, link, readFile, readdir, rm, stat, utimes } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { systemCode } from '../../../errors/index.js';
import { makeFolder, replaceFile, syncPath } from '../../../files/index.js';

/** What a server said, to be asked with next time. */
export interface Validators {
  etag?: string | undefined;
  lastModified?: string | undefined;
}

export interface Remembered extends Validators {
  sha256: string;
  bytes: number;
  /** Where the content lies. Read it, do not change it. */
  path: string;
}

export interface AssetStore {
  /** What an address had, when its content is still there and whole; null otherwise. */
  recall(url: string): Promise<Remembered | null>;
  /** Keeps a finished file, by a link; the file itself stays where it is. */
  keep(url: string, file: string, found: Validators & { sha256: string; bytes: number }): Promise<void>;
  /** Removes the content that was used least recently, until at most `bytes` are left. */
  trim(bytes: number): Promise<void>;
}

export function assetStore(folder: string): AssetStore {
  const contents = join(folder, 'content');
  const addresses = join(folder, 'addresses');
  const contentOf = (sha256: string): string => join(contents, sha256);
  const addressOf = (url: string): string => join(addresses, `${createHash('sha256').update(url).digest('hex')}.json`);

  return {
    async recall(url) {
      const noted = await readNote(addressOf(url));
      if (noted === null) return null;
      const path = contentOf(noted.sha256);
      if ((await digestOf(path)) === noted.sha256) {
        const now = new Date();
        await utimes(path, now, now);
        return { ...noted, path };
      }
      await Promise.all([path, addressOf(url)].map((file) => rm(file, { force: true })));
      return null;
    },
    async keep(url, file, { sha256, bytes, etag, lastModified }) {
      for (const place of [contents, addresses]) makeFolder(place, 0o700);
      await syncPath(file);
      // What one plugin is handed, the next one will be handed too.
      await chmod(file, 0o444);
      await linkOver(file, contentOf(sha256));
      replaceFile(addressOf(url), JSON.stringify({ sha256, bytes, etag, lastModified }), { mode: 0o600 });
    },
    async trim(bytes) {
      const files = (await Promise.all((await readdir(contents).catch(none)).map((name) => factsOf(join(contents, name))))).flat();
      let total = files.reduce((sum, { size }) => sum + size, 0);
      for (const { path, size } of files.sort((a, b) => a.mtimeMs - b.mtimeMs)) {
        if (total <= bytes) break;
        await rm(path, { force: true });
        total -= size;
      }
    },
  };
}

/** None where another command removed the file meanwhile. */
async function factsOf(path: string): Promise<{ path: string; size: number; mtimeMs: number }[]> {
  return stat(path).then(({ size, mtimeMs }) => [{ path, size, mtimeMs }], none);
}

function none(error: unknown): never[] {
  if (systemCode(error) === 'ENOENT') return [];
  throw error;
}

async function readNote(file: string): Promise<Omit<Remembered, 'path'> | null> {
  try {
    const { sha256, bytes, etag, lastModified } = JSON.parse(await readFile(file, 'utf8')) as Record<string, unknown>;
    if (typeof sha256 !== 'string' || !/^[0-9a-f]{64}$/.test(sha256) || typeof bytes !== 'number') return null;
    return { sha256, bytes, etag: typeof etag === 'string' ? etag : undefined, lastModified: typeof lastModified === 'string' ? lastModified : undefined };
  } catch (error) {
    // A note that is torn or of another version is as good as none.
    if (systemCode(error) === 'ENOENT' || error instanceof SyntaxError) return null;
    throw error;
  }
}

/** The sha256 of a file, null where it is gone. */
async function digestOf(path: string): Promise<string | null> {
  const hash = createHash('sha256');
  try {
    await pipeline(createReadStream(path, { highWaterMark: 1 << 20 }), hash);
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return null;
    throw error;
  }
  return hash.digest('hex');
}

/** Two commands may bring the same content at the same time: the first link stays, and is as good. */
async function linkOver(file: string, target: string): Promise<void> {
  await link(file, target).catch((error: unknown) => {
    if (systemCode(error) !== 'EEXIST') throw error;
  });
}
