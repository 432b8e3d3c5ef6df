/** A file that takes its name only when it is complete. */
import { existsSync, statSync } from 'node:fs';
import { open, rename, rm, type FileHandle } from 'node:fs/promises';
import { dirname } from 'node:path';
import { Failure } from '../../errors/index.js';
import { makeFolder } from '../../files/index.js';
import { writeFailure } from '../write-failures.js';

/** After so many bytes the disk begins with them, beside what else is done: at the end nobody should wait for all of them. */
const SYNC_BYTES = 32 * 1024 * 1024;

/** A file that is being written under another name. */
export class OutputFile {
  private unsynced = 0;
  private syncing: Promise<void> | null = null;
  /** A disk tells of bytes that it lost only once. */
  private lost: unknown = null;

  private constructor(
    readonly path: string,
    private readonly handle: FileHandle,
    private readonly partial: string,
  ) {}

  /**
   * @param run part of the unfinished file's name: two runs into one target must not write into one file, and a resumed
   *   run takes over what it left
   * @throws Failure `output-not-writable`, `output-exists` when the target is a folder
   */
  static async open(path: string, run: string): Promise<OutputFile> {
    if (existsSync(path) && statSync(path).isDirectory()) {
      throw new Failure({ code: 'output-exists', message: `${path} is a folder.`, why: 'The results are one file.', next: `Give a file name, for example ${path}/results.arrow.` });
    }
    const partial = `${path}.${run}.partial`;
    try {
      makeFolder(dirname(path));
      return new OutputFile(path, await open(partial, 'w'), partial);
    } catch (error) {
      throw writeFailure(error, path);
    }
  }

  /** For a thread that writes into it: both share the position. */
  get fd(): number {
    return this.handle.fd;
  }

  async write(chunks: readonly Uint8Array[]): Promise<void> {
    if (chunks.length === 0) return;
    let total = 0;
    for (const chunk of chunks) total += chunk.byteLength;
    try {
      const { bytesWritten } = await this.handle.writev(chunks);
      if (bytesWritten !== total) throw Object.assign(new Error('short write'), { code: 'ENOSPC' });
    } catch (error) {
      throw writeFailure(error, this.path);
    }
    this.grew(total);
  }

  /** So many bytes more were written, here or by a thread. */
  grew(bytes: number): void {
    this.unsynced += bytes;
    if (this.unsynced < SYNC_BYTES || this.syncing !== null) return;
    this.unsynced = 0;
    this.syncing = this.handle
      .datasync()
      .catch((error: unknown) => {
        this.lost ??= error;
      })
      .finally(() => {
        this.syncing = null;
      });
  }

  /** Writes into what was left free. */
  async writeAt(bytes: Uint8Array, at: number): Promise<void> {
    try {
      await this.handle.write(bytes, 0, bytes.byteLength, at);
    } catch (error) {
      throw writeFailure(error, this.path);
    }
  }

  /** On disk, under its own name. */
  async commit(): Promise<void> {
    try {
      await this.syncing;
      await this.handle.datasync();
      if (this.lost !== null) throw this.lost;
      await this.handle.close();
      await rename(this.partial, this.path);
    } catch (error) {
      throw writeFailure(error, this.path);
    }
  }

  /** Nothing is left of it. */
  async discard(): Promise<void> {
    await this.handle.close().catch(() => undefined);
    await rm(this.partial, { force: true });
  }
}
