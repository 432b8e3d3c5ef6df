import { createHash, randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createReadStream } from 'node:fs';
import { type FileHandle, open, rename, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { Readable, Transform, Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { ZipArchive } from 'archiver';
import { Failure, messageOf, systemCode } from '../errors/index.js';
import { syncPath } from '../files/index.js';
import { limits, tooLarge } from './limits.js';
import { collisionKey, pathProblem } from './names.js';
import { byCodeUnits, formatBytes } from './size.js';

/** One file to be written into an archive. */
export interface ArchiveEntry {
  /** Path in the archive: relative, `/` between names. */
  path: string;
  /** A file to read (its absolute path), or the bytes themselves. */
  source: string | Uint8Array;
}

/** What an entry holds, before compression. */
export interface EntryDigest {
  path: string;
  bytes: number;
  /** 64 hex digits. */
  sha256: string;
}

export interface WrittenArchive {
  /** Size of the archive file. */
  bytes: number;
  /** Of the archive file, 64 hex digits. */
  sha256: string;
  /** Sorted by path. */
  entries: EntryDigest[];
}

// A zip stores local time in two-second steps from 1980 on. The library writes UTC, so this is the same everywhere.
const DATE = new Date('1980-01-01T00:00:00Z');
const MODE = 0o644;

/**
 * Writes a zip. The same entries give the same bytes, whatever the machine, time zone, umask and order of entries:
 * entries are sorted, and times and modes fixed. Streams, so memory does not grow with the files.
 * The file appears under its name only when it is complete and on disk; on any error nothing is left.
 * @throws Failure `archive-refused` for a name that a host would refuse or that comes twice,
 *   `archive-too-large`, `archive-not-written`.
 */
export async function writeArchive(outFile: string, entries: readonly ArchiveEntry[]): Promise<WrittenArchive> {
  const sorted = [...entries].sort((a, b) => byCodeUnits(a.path, b.path));
  checkNames(sorted);
  const temporary = join(dirname(outFile), `.${basename(outFile)}.${randomUUID()}.tmp`);
  try {
    const written = await writeTo(temporary, sorted);
    await rename(temporary, outFile);
    await syncPath(dirname(outFile));
    return written;
  } catch (error) {
    await rm(temporary, { force: true });
    throw error instanceof Failure ? error : notWritten(outFile, error);
  }
}

async function writeTo(file: string, entries: ArchiveEntry[]): Promise<WrittenArchive> {
  const { ZipArchive } = await import('archiver');
  const handle = await open(file, 'wx');
  try {
    const zip = new ZipArchive({ zlib: { level: 9 } });
    const digests: EntryDigest[] = [];
    const whole = new Meter(limits.archiveBytes, () => tooLarge(digests, `The archive is more than ${formatBytes(limits.archiveBytes)}`, limits.archiveBytes));
    // Whichever side fails ends the other: the pipeline destroys the zip, and a destroyed zip fails the pipeline.
    const stored = pipeline(zip, whole, writerTo(handle));
    const filled = fill(zip, entries, digests).catch((error: Error) => zip.destroy(error));
    await stored;
    await filled;
    await handle.sync();
    return { ...whole.result(), entries: digests };
  } finally {
    await handle.close();
  }
}

/** One entry after the other: the library would open the files of all waiting entries at once. */
async function fill(zip: ZipArchive, entries: ArchiveEntry[], digests: EntryDigest[]): Promise<void> {
  for (const { path, source } of entries) {
    const input = typeof source === 'string' ? createReadStream(source) : Readable.from([source]);
    const meter = new Meter();
    try {
      await append(zip, path, input, meter);
    } finally {
      input.destroy();
    }
    digests.push({ path, ...meter.result() });
  }
  await zip.finalize();
}

/** Ends when the entry is in the zip; fails where its input fails or the zip is destroyed. */
async function append(zip: ZipArchive, path: string, input: Readable, meter: Meter): Promise<void> {
  if (zip.destroyed) throw new Error('the archive was closed');
  const settled = new AbortController();
  const { signal } = settled;
  const closed = once(zip, 'close', { signal }).then(() => Promise.reject(new Error('the archive was closed')));
  try {
    const stored = once(zip, 'entry', { signal });
    const read = pipeline(input, meter);
    zip.append(meter, { name: path, date: DATE, mode: MODE });
    await Promise.race([Promise.all([read, stored]), closed]);
  } finally {
    settled.abort();
  }
}

/** Passes bytes on, and counts and hashes them. With a limit, fails with the given error where it is passed. */
class Meter extends Transform {
  private readonly hash = createHash('sha256');
  private bytes = 0;

  constructor(
    private readonly limit = Infinity,
    private readonly beyond: () => Error = () => new Error('limit passed'),
  ) {
    super();
  }

  override _transform(chunk: Buffer, _encoding: BufferEncoding, done: (error: Error | null, chunk?: Buffer) => void): void {
    this.bytes += chunk.length;
    this.hash.update(chunk);
    if (this.bytes > this.limit) done(this.beyond());
    else done(null, chunk);
  }

  /** Call once, after the end. */
  result(): { bytes: number; sha256: string } {
    return { bytes: this.bytes, sha256: this.hash.digest('hex') };
  }
}

/** Writes to an open file and leaves it open, because it still has to be synced. */
function writerTo(handle: FileHandle): Writable {
  return new Writable({
    write(chunk: Buffer, _encoding, done) {
      handle.writeFile(chunk).then(() => done(), done);
    },
  });
}

function checkNames(entries: ArchiveEntry[]): void {
  const seen = new Set<string>();
  for (const { path } of entries) {
    const reason = pathProblem(path) ?? (seen.has(collisionKey(path)) ? 'the name comes twice' : null);
    if (reason !== null) {
      throw new Failure({
        code: 'archive-refused',
        message: `${JSON.stringify(path)} cannot be packaged: ${reason}.`,
        why: 'A host refuses such entries.',
        next: 'Rename the file.',
        details: { problems: [{ path, reason }] },
      });
    }
    seen.add(collisionKey(path));
  }
}

function notWritten(outFile: string, error: unknown): Failure {
  const full = systemCode(error) === 'ENOSPC';
  return new Failure({
    code: 'archive-not-written',
    message: `The archive ${outFile} could not be written: ${messageOf(error)}`,
    why: 'Nothing was left behind.',
    next: full ? 'Free some disk space, or name another output file.' : 'Check that the files can be read and that the output folder exists and is writable.',
    details: { file: outFile, error: systemCode(error) ?? null },
    cause: error,
  });
}
