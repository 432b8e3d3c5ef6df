/** Archives as files named by their sha256. A file there is whole: it is written elsewhere, synced, and renamed. */
import { createHash, randomBytes } from 'node:crypto';
import { renameSync } from 'node:fs';
import { type FileHandle, open, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { syncPathSync } from '../../files/index.js';
import { badRequest, tooLarge } from '../http/errors.js';
import { killPoint } from '../kill-points.js';
import type { HostPaths } from '../paths.js';

/** What must hold of received bytes. */
export interface Expected {
  /** Most bytes. */
  limit: number;
  length?: number | undefined;
  sha256?: string | undefined;
}

/** Bytes on disk that are not kept yet. */
export interface Received {
  file: string;
  sha256: string;
  bytes: number;
}

/** Bytes are gathered to pieces of this size: fewer, larger writes. */
const pieceBytes = 1024 * 1024;

export class Blobs {
  constructor(private readonly paths: HostPaths) {}

  /** Path of the archive with this digest, whether it is there or not. */
  path(sha256: string): string {
    return join(this.paths.blobs, sha256);
  }

  /**
   * Reads a stream to its end into a file of its own, on disk when this returns.
   * @throws HttpError 413, 400 where length or digest differ; whatever the stream fails with. Nothing is left behind then.
   */
  async receive(stream: Readable, expected: Expected): Promise<Received> {
    const file = join(this.paths.staging, `${randomBytes(8).toString('hex')}.part`);
    const handle = await open(file, 'wx', 0o600);
    try {
      const measured = await write(stream, handle, expected.limit);
      check(measured, expected);
      killPoint('put.received');
      await handle.sync();
      killPoint('put.synced');
      return { file, ...measured };
    } catch (error) {
      await rm(file, { force: true });
      throw error;
    } finally {
      await handle.close();
    }
  }

  /** Gives received bytes their place. Synchronous, so that no clean-up comes between it and the row that names it. */
  keep({ file, sha256 }: Received): void {
    renameSync(file, this.path(sha256));
    syncPathSync(this.paths.blobs);
    killPoint('put.renamed');
  }

  async discard({ file }: Received): Promise<void> {
    await rm(file, { force: true });
  }
}

async function write(stream: Readable, handle: FileHandle, limit: number): Promise<{ sha256: string; bytes: number }> {
  const hash = createHash('sha256');
  let bytes = 0;
  let pieces: Buffer[] = [];
  let waiting = 0;
  let writing: Promise<unknown> = Promise.resolve();
  // One write is under way while the next piece arrives and is hashed.
  const flush = async (): Promise<void> => {
    const batch = pieces;
    pieces = [];
    waiting = 0;
    await writing;
    writing = writeAll(handle, batch);
    // Its failure is met at the next await; until then it must not count as unhandled.
    writing.catch(() => undefined);
  };
  try {
    for await (const chunk of stream as AsyncIterable<Buffer>) {
      bytes += chunk.length;
      if (bytes > limit) throw tooLarge(`The archive is larger than ${limit} bytes.`);
      hash.update(chunk);
      pieces.push(chunk);
      waiting += chunk.length;
      if (waiting >= pieceBytes) {
        await flush();
        killPoint('put.middle');
      }
    }
    await flush();
  } finally {
    await writing;
  }
  return { sha256: hash.digest('hex'), bytes };
}

async function writeAll(handle: FileHandle, pieces: Buffer[]): Promise<void> {
  const total = pieces.reduce((sum, piece) => sum + piece.length, 0);
  if (total === 0) return;
  const { bytesWritten } = await handle.writev(pieces);
  // A disk that fills up may take a part only; what is left goes once more, and fails with the reason.
  if (bytesWritten < total) await handle.writeFile(Buffer.concat(pieces).subarray(bytesWritten));
}

function check({ sha256, bytes }: { sha256: string; bytes: number }, expected: Expected): void {
  if (expected.length !== undefined && bytes !== expected.length) throw badRequest(`${bytes} bytes arrived; ${expected.length} were announced.`, { code: 'length-differs', received: bytes, announced: expected.length });
  if (expected.sha256 !== undefined && sha256 !== expected.sha256) throw badRequest('The bytes that arrived have another sha256 than was announced.', { code: 'digest-differs', received: sha256, announced: expected.sha256 });
  if (bytes === 0) throw badRequest('No bytes arrived.', { code: 'empty' });
}
