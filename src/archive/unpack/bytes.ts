/** Reading a file by position, with failures that name what was cut. */
import type { FileHandle } from 'node:fs/promises';
import { refuse } from './refuse.js';

/** Exactly these bytes. @throws Failure `archive-truncated` */
export async function readAt(handle: FileHandle, position: number, length: number, what: string): Promise<Buffer> {
  const buffer = Buffer.allocUnsafe(length);
  let filled = 0;
  while (filled < length) {
    const { bytesRead } = await handle.read(buffer, filled, length - filled, position + filled);
    if (bytesRead === 0) throw refuse('truncated', `The archive ends within ${what}.`);
    filled += bytesRead;
  }
  return buffer;
}

/** A 64-bit number as far as it can be a size. @throws Failure `archive-too-large` */
export function readSize(buffer: Buffer, offset: number): number {
  const value = buffer.readBigUInt64LE(offset);
  if (value > BigInt(Number.MAX_SAFE_INTEGER)) throw refuse('too-large', 'The archive names a size that no disk holds.');
  return Number(value);
}

/** Text that must be UTF-8. */
export function decodeUtf8(bytes: Uint8Array): string | null {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return null;
  }
}
