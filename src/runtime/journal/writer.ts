/**
 * Writing the journal. Layout of a run's folder:
 *
 * ```text
 * journal/000.arrow   Arrow stream; a further segment begins where the schema had to widen, and where a run was continued
 * journal/commits     one line per commit: CRC-32 in hex, a space, JSON
 * failures.jsonl      failed rows, as input rows with the reason beside them
 * ```
 *
 * A commit line is written after the data it names is on disk, so the last whole line is the truth.
 */
import { existsSync, mkdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { open, readdir, truncate, type FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import { crc32 } from 'node:zlib';
import { Failure, systemCode } from '../../errors/index.js';
import { syncPath } from '../../files/index.js';
import { BlockWriter, arrowSchema, type FrameStats } from '../../protocol/index.js';
import type { Position } from '../sources/index.js';
import { conform, sameFields, widen, type JournalField, type ResultBlock } from './schema.js';

export interface Commit {
  /** Where the input stands; the run continues here. */
  position: Position;
  /** Bytes of each segment. */
  segments: number[];
  /** Bytes of failures.jsonl. */
  failures: number;
  fields: JournalField[];
  /** sha256 over the input bytes read so far, for inputs that cannot be read twice before the run; else null. */
  inputDigest: string | null;
  /** Columns of the first rows of the input. */
  columns: readonly string[];
  totals: Totals;
}

export interface Totals {
  rowsOut: number;
  rowsFailed: number;
  stats: FrameStats;
  seconds: number;
  metrics: Record<string, number>;
}

const COMMIT_MS = 1000;
const COMMIT_BYTES = 16 * 1024 * 1024;

export function segmentPath(folder: string, index: number): string {
  return join(folder, 'journal', `${String(index).padStart(3, '0')}.arrow`);
}

function commitsPath(folder: string): string {
  return join(folder, 'journal', 'commits');
}

function failuresPath(folder: string): string {
  return join(folder, 'failures.jsonl');
}

/**
 * The last commit of a run's folder whose data is all there, with everything after it cut away; null when there is none,
 * also when the run was killed before it had a journal.
 */
export async function recoverJournal(folder: string): Promise<Commit | null> {
  const journal = join(folder, 'journal');
  mkdirSync(journal, { recursive: true });
  const { commit, bytes, named } = lastCommit(folder);
  if (commit === null && named > 0) throw damaged(folder);
  const segments = commit?.segments ?? [];
  for (const name of await readdir(journal)) {
    const index = /^(\d+)\.arrow$/.exec(name)?.[1];
    if (index !== undefined && Number(index) >= segments.length) rmSync(join(journal, name));
  }
  for (const [index, length] of segments.entries()) await truncate(segmentPath(folder, index), length);
  for (const [path, length] of [[failuresPath(folder), commit?.failures ?? 0], [commitsPath(folder), bytes]] as const) {
    if (existsSync(path)) await truncate(path, length);
  }
  return commit;
}

/** @returns also how many commits there are, those whose data is gone included */
function lastCommit(folder: string): { commit: Commit | null; bytes: number; named: number } {
  const path = commitsPath(folder);
  const text = existsSync(path) ? readFileSync(path, 'utf8') : '';
  let found: { commit: Commit | null; bytes: number } = { commit: null, bytes: 0 };
  let bytes = 0;
  let named = 0;
  for (const line of text.split('\n').slice(0, -1)) {
    const [sum, json] = [line.slice(0, 8), line.slice(9)];
    if (sum !== checksum(json)) break;
    bytes += Buffer.byteLength(line) + 1;
    named++;
    const commit = JSON.parse(json) as Commit;
    if (isOnDisk(folder, commit)) found = { commit, bytes };
  }
  return { ...found, named };
}

function damaged(folder: string): Failure {
  return new Failure({
    code: 'journal-damaged',
    message: `The run cannot be continued: files of its journal are missing or cut short in ${folder}.`,
    why: 'Not one of its commits can be read back, so its finished rows are lost.',
    next: 'Restore the files journal/*.arrow and failures.jsonl, or start a new run.',
  });
}

/** A disk that lied about fsync may hold a commit without its data: then an earlier one counts. */
function isOnDisk(folder: string, { segments, failures }: Commit): boolean {
  return segments.every((length, index) => sizeOf(segmentPath(folder, index)) >= length) && sizeOf(failuresPath(folder)) >= failures;
}

function sizeOf(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.size ?? 0;
}

function checksum(json: string): string {
  return crc32(json).toString(16).padStart(8, '0');
}

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
  private latest: Omit<Commit, 'segments' | 'failures' | 'fields'> | null = null;
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
   * @returns the block as written, in the journal's schema
   * @throws Failure `disk-full`, `journal-write`
   */
  async append(block: ResultBlock, failures: readonly string[], state: Omit<Commit, 'segments' | 'failures' | 'fields'>): Promise<void> {
    if (this.failed !== null) throw this.writeFailure(this.failed);
    try {
      if (block.rows > 0) await this.writeBlock(block);
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

  private async writeBlock(block: ResultBlock): Promise<void> {
    const fields = widen(this.fields, block);
    if (this.current === null || !sameFields(fields, this.fields)) {
      this.fields = fields;
      await this.startSegment();
    }
    const segment = this.current as unknown as Segment;
    segment.writer.writeBlock(conform(block, this.fields));
    await this.flush(segment);
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
    const json = JSON.stringify(commit);
    await this.commits.appendFile(`${checksum(json)} ${json}\n`);
    await this.commits.datasync();
  }

  private writeFailure(error: unknown): Failure {
    if (error instanceof Failure) return error;
    return writeFailure(error, this.folder);
  }
}

/** What a failed write means, in words. */
export function writeFailure(error: unknown, where: string): Failure {
  const code = systemCode(error);
  if (code === 'ENOSPC' || code === 'EDQUOT') {
    return new Failure({ code: 'disk-full', message: `The disk is full: ${where} cannot be written.`, why: 'Results that cannot be stored would be lost.', next: 'Make room, then continue the run: plugin run --resume', cause: error });
  }
  if (code === 'EACCES' || code === 'EPERM' || code === 'EROFS') {
    return new Failure({ code: 'output-not-writable', message: `${where} cannot be written: permission denied.`, why: 'The results have to go somewhere.', next: 'Choose another place with --output, or change the permissions of the folder.', cause: error });
  }
  if (code === 'EEXIST' || code === 'ENOTDIR') {
    return new Failure({ code: 'output-not-writable', message: `${where} cannot be written: a part of its path is a file.`, why: 'The results have to go somewhere.', next: 'Choose another place with --output.', cause: error });
  }
  return new Failure({ code: 'write-failed', message: `${where} cannot be written: ${(error as Error).message}.`, why: 'Results that cannot be stored would be lost.', next: 'Mend the cause, then continue the run: plugin run --resume', cause: error });
}
