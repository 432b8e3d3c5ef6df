/** The bytes that a format reads: of a file, of a gzip-compressed file, or of a stream. One that was read from can be read again, streams excepted. */
import { createReadStream } from 'node:fs';
import { createGunzip } from 'node:zlib';
import { Failure, messageOf, systemCode } from '../../errors/index.js';
import type { Position } from './index.js';
import { fileChunks } from './jsonl.js';
import type { PrefixDigest } from './prefix.js';

export interface Bytes {
  /** The file that holds them as they are, where there is one. */
  path?: string;
  /** The first bytes: `count` at least, or all where there are fewer. Nothing is taken away by looking. */
  head(count: number): Promise<Buffer>;
  /** Everything behind a position. */
  from(position: Position): AsyncIterable<Buffer>;
  /** Everything, for a format that cannot be read from its middle. A stream has to be the same up to that position. */
  all(position: Position): AsyncIterable<Buffer>;
}

export function fileBytes(path: string): Bytes {
  return { path, head: (count) => firstOf(fileChunks(path, 0), count), from: ({ byte }) => fileChunks(path, byte), all: () => fileChunks(path, 0) };
}

/** Positions count decompressed bytes, so a run that is continued decompresses from the beginning. */
export function gzipBytes(path: string): Bytes {
  return { head: (count) => firstOf(gunzip(path), count), from: ({ byte }) => skip(gunzip(path), byte), all: () => gunzip(path) };
}

/** A stream can be read once; what was looked at is given again. */
export function streamBytes(stream: AsyncIterable<unknown>, prefix: PrefixDigest): Bytes {
  const iterator = stream[Symbol.asyncIterator]();
  const seen: Buffer[] = [];
  const pull = async (): Promise<Buffer | null> => {
    const { done, value } = await iterator.next();
    return done === true ? null : (value as Buffer);
  };
  const all = async function* (): AsyncIterable<Buffer> {
    yield* seen.splice(0);
    for (let chunk = await pull(); chunk !== null; chunk = await pull()) yield chunk;
  };
  return {
    async head(count) {
      let bytes = seen.reduce((sum, chunk) => sum + chunk.byteLength, 0);
      while (bytes < count) {
        const chunk = await pull();
        if (chunk === null) break;
        seen.push(chunk);
        bytes += chunk.byteLength;
      }
      return Buffer.concat(seen);
    },
    from: (position) => skip(prefix.read(all(), position), position.byte),
    all: (position) => prefix.read(all(), position),
  };
}

async function firstOf(chunks: AsyncIterable<Buffer>, count: number): Promise<Buffer> {
  const held: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of chunks) {
    held.push(chunk);
    if ((bytes += chunk.byteLength) >= count) break;
  }
  return Buffer.concat(held);
}

async function* skip(chunks: AsyncIterable<Buffer>, count: number): AsyncIterable<Buffer> {
  let passed = 0;
  for await (const chunk of chunks) {
    const before = passed;
    passed += chunk.byteLength;
    if (passed > count) yield before < count ? chunk.subarray(count - before) : chunk;
  }
}

/** Deflate reaches about 1,000 to one, and only with the same byte over and over: no rows look like that for long. */
const MOST_EXPANSION = 500;
const UNSUSPICIOUS_BYTES = 64 * 1024 * 1024;

/** @throws Failure `input-truncated`, `input-corrupt`, `input-bomb` */
async function* gunzip(path: string): AsyncIterable<Buffer> {
  const file = createReadStream(path, { highWaterMark: 256 * 1024 });
  const inflate = createGunzip({ chunkSize: 512 * 1024 });
  // Errors of either side end up in the loop below.
  file.on('error', (error) => inflate.destroy(error));
  file.pipe(inflate);
  let bytes = 0;
  try {
    for await (const chunk of inflate) {
      bytes += (chunk as Buffer).byteLength;
      if (bytes > UNSUSPICIOUS_BYTES && bytes > file.bytesRead * MOST_EXPANSION) throw bomb(path, bytes, file.bytesRead);
      yield chunk as Buffer;
    }
  } catch (error) {
    throw error instanceof Failure ? error : gzipFailure(path, error);
  } finally {
    inflate.destroy();
    file.destroy();
  }
}

function gzipFailure(path: string, error: unknown): unknown {
  const code = systemCode(error) ?? '';
  if (!code.startsWith('Z_')) return error;
  if (code === 'Z_BUF_ERROR') {
    return new Failure({ code: 'input-truncated', message: `${path} ends in the middle of its compressed data.`, why: 'It was not copied or written to its end, so rows are missing.', next: 'Copy or make the file again; gzip --test tells whether it is whole.', cause: error });
  }
  return new Failure({ code: 'input-corrupt', message: `${path} cannot be decompressed: ${messageOf(error)}.`, why: 'What its rows were cannot be told.', next: 'Copy or make the file again; gzip --test tells whether it is whole.', cause: error });
}

function bomb(path: string, bytes: number, compressed: number): Failure {
  const mib = (count: number): string => (count / 1024 / 1024).toFixed(1);
  return new Failure({ code: 'input-bomb', message: `${path} expands to more than ${MOST_EXPANSION} times its size: ${mib(bytes)} MiB out of ${mib(compressed)} MiB so far.`, why: 'No rows compress like that; it looks like a file made to fill memory and disks.', next: 'If it is what it should be, decompress it yourself and give the decompressed file.' });
}
