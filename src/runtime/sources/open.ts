/** From `--input` and `--input-format` to a source. */
import { createHash } from 'node:crypto';
import { accessSync, constants, createReadStream, statSync } from 'node:fs';
import { basename, extname } from 'node:path';
import { Failure, systemCode } from '../../errors/index.js';
import type { Source } from './index.js';
import { fileChunks, readJsonLines } from './jsonl.js';
import { PrefixDigest } from './prefix.js';

export interface SourceOptions {
  /** A path, or `-` for standard input. */
  input: string;
  /** Overrides what the extension says. */
  format?: string | undefined;
}

const BY_EXTENSION: Record<string, string> = { '.jsonl': 'jsonl', '.ndjson': 'jsonl', '.json': 'jsonl' };
const FORMATS = ['jsonl'];

/** @throws Failure `input-not-found`, `input-unreadable`, `input-format`. */
export function openSource({ input, format }: SourceOptions): Source {
  const bytes = input === '-' ? null : sizeOf(input);
  checkFormat(input, format);
  if (input === '-') {
    const prefix = new PrefixDigest();
    return {
      name: 'stdin', path: '-', bytes: null, prefix,
      digest: async () => null,
      read: (from) => readJsonLines('standard input', prefix.read(process.stdin, from), from),
      close: () => process.stdin.destroy(),
    };
  }
  return {
    name: basename(input),
    path: input,
    bytes,
    digest: () => digestOf(input),
    read: (from) => readJsonLines(input, fileChunks(input, from.byte), from),
  };
}

function checkFormat(input: string, format: string | undefined): void {
  const extension = extname(input).toLowerCase();
  const chosen = format ?? (input === '-' ? 'jsonl' : BY_EXTENSION[extension]);
  if (chosen !== undefined && FORMATS.includes(chosen)) return;
  const unread = extension === '' ? `The format of ${input} cannot be told from its name.` : `This version does not read ${extension} files (${input}).`;
  throw new Failure({
    code: 'input-format',
    message: chosen === undefined ? unread : `The input format "${chosen}" is not one of: ${FORMATS.join(', ')}.`,
    why: 'Rows are read differently from each format.',
    next: chosen === undefined ? `Write the rows as JSON Lines; where the file holds that already, add --input-format jsonl.` : `Give --input-format with one of: ${FORMATS.join(', ')}.`,
  });
}

function sizeOf(path: string): number {
  try {
    const stat = statSync(path);
    accessSync(path, constants.R_OK);
    if (stat.isFile()) return stat.size;
    throw new Failure({
      code: 'input-unreadable',
      message: `${path} is ${stat.isDirectory() ? 'a folder' : 'not a regular file'}.`,
      why: 'This version reads rows from JSON Lines files and from standard input.',
      next: 'Give a .jsonl file, or pipe rows in with --input -.',
    });
  } catch (error) {
    if (error instanceof Failure) throw error;
    const missing = systemCode(error) === 'ENOENT';
    throw new Failure({
      code: missing ? 'input-not-found' : 'input-unreadable',
      message: missing ? `There is no file ${path}.` : `${path} cannot be read: ${(error as Error).message}.`,
      why: 'The rows to run on come from it.',
      next: missing ? 'Check the path; a created plugin has rows to try in samples/.' : 'Check its permissions.',
      cause: error,
    });
  }
}

async function digestOf(path: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(path, { highWaterMark: 4 * 1024 * 1024 })) hash.update(chunk as Buffer);
  return hash.digest('hex');
}
