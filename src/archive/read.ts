import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import type { Readable } from 'node:stream';
import { Failure, messageOf } from '../errors/index.js';
import { byCodeUnits } from './size.js';
import type { EntryDigest } from './write.js';

/** What an archive file holds. */
export interface ArchiveContent {
  /** Size of the archive file. */
  bytes: number;
  /** Of the archive file, 64 hex digits. */
  sha256: string;
  /** Files, inflated and measured; sorted by path. Folder entries are left out. */
  entries: EntryDigest[];
}

/**
 * Opens a zip and reads all of it. Meant for archives that we wrote ourselves: it checks that they can be read back,
 * not that they are harmless.
 * @throws Failure `archive-unreadable`
 */
export async function readArchive(file: string): Promise<ArchiveContent> {
  try {
    const { Open } = await import('./unzipper.js');
    const directory = await Open.file(file);
    const entries: EntryDigest[] = [];
    for (const entry of directory.files) {
      if (entry.type !== 'File') continue;
      const { bytes, sha256 } = await digest(entry.stream());
      if (bytes !== entry.uncompressedSize) throw new Error(`${entry.path} has ${bytes} bytes, but is listed with ${entry.uncompressedSize}`);
      entries.push({ path: entry.path, bytes, sha256 });
    }
    entries.sort((a, b) => byCodeUnits(a.path, b.path));
    const { size } = await stat(file);
    return { bytes: size, sha256: (await digest(createReadStream(file))).sha256, entries };
  } catch (error) {
    throw new Failure({
      code: 'archive-unreadable',
      message: `The archive ${file} cannot be read: ${messageOf(error)}`,
      why: 'What it holds cannot be told.',
      next: 'Make it again with: plugin package',
      details: { file },
      cause: error,
    });
  }
}

async function digest(stream: Readable): Promise<{ bytes: number; sha256: string }> {
  const hash = createHash('sha256');
  let bytes = 0;
  for await (const chunk of stream as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    hash.update(chunk);
  }
  return { bytes, sha256: hash.digest('hex') };
}
