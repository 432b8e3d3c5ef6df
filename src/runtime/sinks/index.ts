/** Where results go. A sink writes beside its target and takes its name only when it is complete. */
import { existsSync, mkdirSync, statSync } from 'node:fs';
import { open, rename, rm, type FileHandle } from 'node:fs/promises';
import { dirname, extname } from 'node:path';
import { Failure } from '../../errors/index.js';
import type { Block } from '../../protocol/index.js';
import { writeFailure, type JournalField } from '../journal/index.js';
import { arrowFormat } from './arrow.js';
import { asideSink } from './aside.js';
import { jsonlFormat } from './jsonl.js';

/**
 * Turns blocks into bytes that depend on the blocks' rows alone: how they were grouped must not show. What a call
 * returns is valid until the next one, so write or copy it first.
 */
export interface Format {
  push(block: Block): Uint8Array[];
  end(): Uint8Array[];
}

export type FormatName = 'arrow' | 'jsonl';
const FORMATS: Record<FormatName, (fields: readonly JournalField[]) => Format> = { arrow: arrowFormat, jsonl: jsonlFormat };
const BY_EXTENSION: Record<string, FormatName> = { '.arrow': 'arrow', '.arrows': 'arrow', '.ipc': 'arrow', '.jsonl': 'jsonl', '.ndjson': 'jsonl' };

/** @throws Failure `output-format` for an extension that names no format */
export function formatOf(path: string): FormatName {
  const format = BY_EXTENSION[extname(path).toLowerCase()];
  if (format === undefined) {
    throw new Failure({ code: 'output-format', message: `The format of ${path} cannot be told from its name.`, why: 'The extension decides how results are written.', next: 'Name the output .arrow or .jsonl.' });
  }
  return format;
}

/** A file that is being written under another name. */
export class OutputFile {
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
      mkdirSync(dirname(path), { recursive: true });
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
    try {
      let total = 0;
      for (const chunk of chunks) total += chunk.byteLength;
      const { bytesWritten } = await this.handle.writev(chunks);
      if (bytesWritten !== total) throw Object.assign(new Error('short write'), { code: 'ENOSPC' });
    } catch (error) {
      throw writeFailure(error, this.path);
    }
  }

  /** On disk, under its own name. */
  async commit(): Promise<void> {
    try {
      await this.handle.datasync();
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

export interface Sink {
  write(block: Block): Promise<void>;
  finish(): Promise<void>;
  /** Gives up what is not written yet; nothing of it touches the file afterwards. */
  abandon?(): Promise<void>;
}

/** A sink into an open file. The schema is fixed; a run whose schema widens writes its sink anew from the journal. */
export function makeSink(name: FormatName, fields: readonly JournalField[], file: OutputFile): Sink {
  if (name === 'jsonl') return asideSink(fields, file);
  const format = FORMATS[name](fields);
  return {
    write: (block) => file.write(format.push(block)),
    finish: () => file.write(format.end()),
  };
}
