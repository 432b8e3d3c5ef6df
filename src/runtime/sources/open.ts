/** From `--input` and `--input-format` to a source. */
import { createHash } from 'node:crypto';
import { createReadStream, statSync } from 'node:fs';
import { basename, extname } from 'node:path';
import { Failure, systemCode } from '../../errors/index.js';
import type { Source } from './index.js';
import { fileChunks, readJsonLines, streamChunks } from './jsonl.js';

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
  const chosen = format ?? (input === '-' ? 'jsonl' : BY_EXTENSION[extname(input).toLowerCase()]);
  if (chosen === undefined || !FORMATS.includes(chosen)) {
    throw new Failure({
      code: 'input-format',
      message: chosen === undefined ? `The format of ${input} cannot be told from its name.` : `The input format "${chosen}" is not one of: ${FORMATS.join(', ')}.`,
      why: 'Rows are read differently from each format.',
      next: `Give --input-format with one of: ${FORMATS.join(', ')}.`,
    });
  }
  if (input === '-') {
    return { name: 'stdin', path: '-', bytes: null, digest: async () => null, read: (from) => readJsonLines('standard input', streamChunks(process.stdin, from), from), close: () => process.stdin.destroy() };
  }
  const bytes = sizeOf(input);
  return {
    name: basename(input),
    path: input,
    bytes,
    digest: () => digestOf(input),
    read: (from) => readJsonLines(input, fileChunks(input, from.byte), from),
  };
}

function sizeOf(path: string): number {
  try {
    const stat = statSync(path);
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
