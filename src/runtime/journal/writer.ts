/** Writing the journal: blocks and failed rows in order, committed while more is written. */
import { mkdirSync } from 'node:fs';
import { open, type FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import { Failure } from '../../errors/index.js';
import { syncPath } from '../../files/index.js';
import { BlockWriter, arrowSchema, type Block } from '../../protocol/index.js';
import { commitLine, commitsPath, failuresPath, segmentPath, type Commit, type JournalState } from './commits.js';
import { writeFailure } from '../write-failures.js';
import { conform, sameFields, widen, type JournalField, type ResultBlock } from './schema.js';

const COMMIT_MS = 1000;
const COMMIT_BYTES = 16 * 1024 * 1024;

interface Segment {
  handle: FileHandle;
  writer: BlockWriter;
  bytes: number;
}

export class JournalWriter {
  private segments: number[];
  private current: Segment | null = null;
  private failureBytes: number;
  private uncommitted = 0;
  private committedAt = performance.now();
  private committing: Promise<void> | null = null;
  private failed: unknown = null;
  private latest: JournalState | null = null;
  fields: JournalField[];

  private constructor(
    private readonly folder: string,
    private readonly failures: FileHandle,
    private readonly commits: FileHandle,
    from: Commit | null,
  ) {
    this.segments = from?.segments.slice() ?? [];
    this.failureBytes = from?.failures ?? 0;
    this.fields = from?.fields ?? [];
  }

  /** @param from what `recoverJournal` found, null for a new run */
  static async open(folder: string, from: Commit | null): Promise<JournalWriter> {
    try {
      mkdirSync(join(folder, 'journal'), { recursive: true });
      const failures = await open(failuresPath(folder), 'a');
      const commits = await open(commitsPath(folder), 'a');
      await syncPath(folder);
      return new JournalWriter(folder, failures, commits, from);
    } catch (error) {
      throw writeFailure(error, folder);
    }
  }

  /**
   * Appends what one frame gave, and commits when it is time.
   * @returns the block as written, in the journal's schema; null for one without rows
   * @throws Failure `disk-full`, `output-not-writable`, `write-failed`
   */
  async append(block: ResultBlock, failures: readonly string[], state: JournalState): Promise<Block | null> {
    if (this.failed !== null) throw this.writeFailure(this.failed);
    let written: Block | null = null;
    try {
      if (block.rows > 0) written = await this.writeBlock(block);
      if (failures.length > 0) {
        const text = Buffer.from(`${failures.join('\n')}\n`);
        await this.failures.appendFile(text);
        this.failureBytes += text.byteLength;
        this.uncommitted += text.byteLength;
      }
    } catch (error) {
      throw this.writeFailure(error);
    }
    this.latest = state;
    if (this.uncommitted >= COMMIT_BYTES || performance.now() - this.committedAt >= COMMIT_MS) this.commitSoon();
    return written;
  }

  /** Bytes of each segment so far. */
  get sizes(): number[] {
    return this.segments.slice();
  }

  /** Commits everything and closes the files; the run may be continued all the same. */
  async close(): Promise<void> {
    try {
      await this.committing;
      if (this.failed !== null) throw this.failed;
      if (this.current !== null) await this.endSegment();
      await this.commit();
    } catch (error) {
      throw this.writeFailure(error);
    } finally {
      await this.abandon();
    }
  }

  /** Closes the files as they are: what was not committed will be cut away. */
  async abandon(): Promise<void> {
    await this.committing?.catch(() => undefined);
    await Promise.allSettled([this.current?.handle.close(), this.failures.close(), this.commits.close()]);
    this.current = null;
  }

  private async writeBlock(block: ResultBlock): Promise<Block> {
    const fields = widen(this.fields, block);
    if (this.current === null || !sameFields(fields, this.fields)) {
      this.fields = fields;
      await this.startSegment();
    }
    const segment = this.current as unknown as Segment;
    const written = conform(block, this.fields);
    segment.writer.writeBlock(written);
    await this.flush(segment);
    return written;
  }

  private async startSegment(): Promise<void> {
    if (this.current !== null) await this.endSegment();
    const index = this.segments.push(0) - 1;
    const handle = await open(segmentPath(this.folder, index), 'a');
    await syncPath(join(this.folder, 'journal'));
    const writer = new BlockWriter(arrowSchema(this.fields, new Map(this.fields.map((field) => [`origin:${field.name}`, field.origin]))));
    this.current = { handle, writer, bytes: 0 };
  }

  private async endSegment(): Promise<void> {
    const segment = this.current as Segment;
    segment.writer.end();
    await this.flush(segment);
    await segment.handle.datasync();
    await segment.handle.close();
    this.current = null;
  }

  private async flush(segment: Segment): Promise<void> {
    const chunks = segment.writer.drain();
    let total = 0;
    for (const chunk of chunks) total += chunk.byteLength;
    const { bytesWritten } = await segment.handle.writev(chunks);
    if (bytesWritten !== total) throw Object.assign(new Error('short write'), { code: 'ENOSPC' });
    segment.bytes += total;
    this.segments[this.segments.length - 1] = segment.bytes;
    this.uncommitted += total;
  }

  private commitSoon(): void {
    if (this.committing !== null) return;
    this.committing = this.commit()
      .catch((error: unknown) => {
        this.failed = error;
      })
      .finally(() => {
        this.committing = null;
      });
  }

  private async commit(): Promise<void> {
    if (this.latest === null) return;
    const commit: Commit = { ...this.latest, segments: this.segments.slice(), failures: this.failureBytes, fields: this.fields };
    this.uncommitted = 0;
    this.committedAt = performance.now();
    await Promise.all([this.current?.handle.datasync(), this.failures.datasync()]);
    await this.commits.appendFile(commitLine(commit));
    await this.commits.datasync();
  }

  private writeFailure(error: unknown): Failure {
    if (error instanceof Failure) return error;
    return writeFailure(error, this.folder);
  }
}
