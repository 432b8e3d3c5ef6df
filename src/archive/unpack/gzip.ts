/** A gzip file as one stream of bytes: exactly one member, with its checksum, and nothing behind it. */
import type { FileHandle } from 'node:fs/promises';
import { createReadStream } from 'node:fs';
import { crc32, createInflateRaw } from 'node:zlib';
import { readAt } from './bytes.js';
import { refuse } from './refuse.js';

/** @throws Failure `archive-truncated`, `archive-structure`, `archive-checksum`, `archive-trailing-bytes`, `archive-deflate` */
export async function* gunzip(handle: FileHandle, file: string, fileBytes: number): AsyncGenerator<Buffer> {
  const start = await headerEnd(handle, fileBytes);
  const inflate = createInflateRaw();
  const input = createReadStream(file, { start });
  input.on('error', (error) => inflate.destroy(error));
  input.pipe(inflate);
  let crc = 0;
  let bytes = 0;
  try {
    for await (const chunk of inflate as AsyncIterable<Buffer>) {
      crc = crc32(chunk, crc);
      bytes += chunk.length;
      yield chunk;
    }
  } catch (error) {
    throw deflateFailure(error);
  } finally {
    input.destroy();
    inflate.destroy();
  }
  const end = start + inflate.bytesWritten;
  const trailer = await readAt(handle, end, 8, 'its checksum');
  if (trailer.readUInt32LE(0) !== crc || trailer.readUInt32LE(4) !== bytes % 2 ** 32) throw refuse('checksum', 'The checksum of the archive is wrong.');
  if (end + 8 !== fileBytes) throw refuse('trailing-bytes', 'Something follows behind the end of the archive.');
}

/** zlib's own errors as refusals; anything else as it is. */
export function deflateFailure(error: unknown): unknown {
  const code = (error as { code?: unknown }).code;
  if (code === 'Z_BUF_ERROR') return refuse('truncated', 'The data of the archive ends too early.');
  return typeof code === 'string' && code.startsWith('Z_') ? refuse('deflate', 'The data of the archive is damaged.') : error;
}

const FHCRC = 0x02;
const FEXTRA = 0x04;
const FNAME = 0x08;
const FCOMMENT = 0x10;

async function headerEnd(handle: FileHandle, fileBytes: number): Promise<number> {
  const head = await readAt(handle, 0, Math.min(fileBytes, 4096), 'its header');
  if (head.length < 18) throw refuse('truncated', 'The archive ends within its header.');
  const flags = head[3] as number;
  if (head[2] !== 8 || flags & 0xe0) throw refuse('structure', 'The archive is not packed with gzip as everybody reads it.');
  let at = 10;
  if (flags & FEXTRA) at += 2 + head.readUInt16LE(at);
  for (const flag of [FNAME, FCOMMENT]) if (flags & flag) at = head.indexOf(0, at) + 1 || head.length;
  if (flags & FHCRC) at += 2;
  if (at >= head.length) throw refuse('structure', 'The header of the archive is too long.');
  if (flags & FHCRC && head.readUInt16LE(at - 2) !== (crc32(head.subarray(0, at - 2)) & 0xffff)) throw refuse('checksum', 'The checksum of the header of the archive is wrong.');
  return at;
}
