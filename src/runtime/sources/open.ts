/** From `--input` and `--input-format` to a source. */
import { createHash } from 'node:crypto';
import { accessSync, constants, existsSync, statSync, type Stats } from 'node:fs';
import { open } from 'node:fs/promises';
import { basename } from 'node:path';
import { Failure, messageOf, systemCode } from '../../errors/index.js';
import { fileBytes, gzipBytes, streamBytes, type Bytes } from './bytes.js';
import { DIALECTS, readCsv } from './csv/index.js';
import { folderSource } from './folder/index.js';
import { isPattern, parsePattern } from './folder/pattern.js';
import { checkStream, chooseFormat, chooseStreamFormat, type InputFormat } from './formats.js';
import type { Position, Source, SourceChunk } from './index.js';
import { readJsonLines } from './jsonl.js';
import { PrefixDigest } from './prefix.js';

/** Read at once for a digest; what fits into a core's cache. */
const DIGEST_BYTES = 256 * 1024;

export interface SourceOptions {
  /** A path, a pattern of paths, or `-` for standard input. */
  input: string;
  /** Overrides what the extension says. */
  format?: string | undefined;
}

/** @throws Failure `input-not-found`, `input-unreadable`, `input-format`. */
export function openSource({ input, format }: SourceOptions): Source {
  if (input === '-') return stdinSource(chooseStreamFormat(format));
  const pattern = !existsSync(input) && isPattern(input);
  const stat = statOf(pattern ? parsePattern(input).base : input);
  if (pattern || stat.isDirectory()) return folderSource(input, pattern, format);
  const chosen = chooseFormat(input, format);
  const common = { name: basename(input), path: input, digest: () => digestOf(input) };
  if (chosen.format === 'parquet') return parquetSource(common, input);
  const bytes = chosen.gzip ? gzipBytes(input) : fileBytes(input);
  // Positions count decompressed bytes, of which nobody knows the total.
  return { ...common, bytes: chosen.gzip ? null : stat.size, read: (from) => readBytes(input, bytes, chosen.format, from) };
}

type Common = Pick<Source, 'name' | 'path' | 'digest'>;

function parquetSource(common: Common, path: string): Source {
  let rows: number | null = null;
  return {
    ...common,
    bytes: null,
    get rows() {
      return rows;
    },
    async *read(from) {
      const { openParquet } = await import('./parquet/index.js');
      const file = await openParquet(path);
      rows = file.rows;
      yield* file.read(from);
    },
  };
}

function stdinSource(format: InputFormat): Source {
  const prefix = new PrefixDigest();
  const bytes = streamBytes(process.stdin, prefix);
  return {
    name: 'stdin', path: '-', bytes: null, prefix,
    digest: async () => null,
    async *read(from) {
      checkStream(await bytes.head(8), format);
      yield* readBytes('standard input', bytes, format, from);
    },
    close: () => process.stdin.destroy(),
  };
}

async function* readBytes(shown: string, bytes: Bytes, format: InputFormat, from: Position): AsyncIterable<SourceChunk> {
  if (format === 'arrow') {
    const { readArrow } = await import('./arrow/index.js');
    yield* readArrow(shown, bytes, from);
  } else if (format === 'jsonl') yield* readJsonLines(shown, bytes.from(from), from);
  else yield* readCsv(shown, bytes, DIALECTS[format as keyof typeof DIALECTS], from);
}

function statOf(path: string): Stats {
  try {
    const stat = statSync(path);
    accessSync(path, constants.R_OK);
    if (stat.isFile() || stat.isDirectory()) return stat;
    throw new Failure({ code: 'input-unreadable', message: `${path} is neither a file nor a folder.`, why: 'Positions in it cannot be returned to.', next: 'Pipe rows in with --input -.' });
  } catch (error) {
    if (error instanceof Failure) throw error;
    if (/^[a-z][a-z0-9+.-]+:\/\//i.test(path)) throw notHere(path);
    const missing = systemCode(error) === 'ENOENT';
    throw new Failure({
      code: missing ? 'input-not-found' : 'input-unreadable',
      message: missing ? `There is no file ${path}.` : `${path} cannot be read: ${messageOf(error)}.`,
      why: 'The rows to run on come from it.',
      next: missing ? 'Check the path; a created plugin has rows to try in samples/.' : 'Check its permissions.',
      cause: error,
    });
  }
}

function notHere(address: string): Failure {
  return new Failure({
    code: 'input-not-found', message: `${address} is an address; rows are read from files of this machine.`,
    why: 'A run that is continued reads the same rows again.', next: 'Download it first, or pipe it in: curl ADDRESS | plugin run --input -. Files that rows name may lie behind addresses.',
  });
}

async function digestOf(path: string): Promise<string> {
  const hash = createHash('sha256');
  // One buffer for all of it: new ones cost as much as the digest.
  const buffer = Buffer.allocUnsafeSlow(DIGEST_BYTES);
  const file = await open(path, 'r');
  try {
    for (;;) {
      const { bytesRead } = await file.read(buffer, 0, DIGEST_BYTES, null);
      if (bytesRead === 0) return hash.digest('hex');
      hash.update(buffer.subarray(0, bytesRead));
    }
  } finally {
    await file.close();
  }
}
