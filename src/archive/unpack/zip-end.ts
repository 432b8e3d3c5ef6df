/** The end of a zip: where its directory lies. There must be one end, at the end, that agrees with itself. */
import type { FileHandle } from 'node:fs/promises';
import { readAt, readSize } from './bytes.js';
import { refuse } from './refuse.js';

export interface ZipEnd {
  /** Position and size of the central directory. */
  offset: number;
  size: number;
  entries: number;
}

const END = 0x06054b50;
const END64 = 0x06064b50;
const LOCATOR64 = 0x07064b50;
const endBytes = 22;
const locatorBytes = 20;
const end64Bytes = 56;

/** @throws Failure `archive-truncated`, `archive-trailing-bytes`, `archive-two-ends`, `archive-zip64`, `archive-offset`, `archive-entry-count` */
export async function readEnd(handle: FileHandle, fileBytes: number): Promise<ZipEnd> {
  const tailBytes = Math.min(fileBytes, endBytes + 0xffff);
  const tailAt = fileBytes - tailBytes;
  const tail = await readAt(handle, tailAt, tailBytes, 'its last part');
  const at = findEnd(tail);
  const end = tail.subarray(at);
  const position = tailAt + at;
  const plain = { disk: end.readUInt16LE(4), startDisk: end.readUInt16LE(6), onDisk: end.readUInt16LE(8), entries: end.readUInt16LE(10), size: end.readUInt32LE(12), offset: end.readUInt32LE(16) };
  const large = await readEnd64(handle, position);
  const pick = (value: number, saturated: number, exact: number | undefined): number => {
    if (exact !== undefined && value !== saturated && value !== exact) throw refuse('zip64', 'The two end records of the archive disagree.');
    if (exact === undefined && value === saturated) throw refuse('zip64', 'The archive refers to a ZIP64 end record that is not there.');
    return exact ?? value;
  };
  const parts = [pick(plain.disk, 0xffff, large?.disk), pick(plain.startDisk, 0xffff, large?.startDisk)];
  if (parts.some((part) => part !== 0)) throw refuse('multi-part', 'The archive is one part of several.');
  const entries = pick(plain.entries, 0xffff, large?.entries);
  if (pick(plain.onDisk, 0xffff, large?.onDisk) !== entries) throw refuse('entry-count', 'The archive gives two numbers of entries.');
  const size = pick(plain.size, 0xffffffff, large?.size);
  const offset = pick(plain.offset, 0xffffffff, large?.offset);
  if (offset + size !== (large?.position ?? position)) throw refuse('offset', 'The directory of the archive does not lie where its end says.');
  return { offset, size, entries };
}

/** The last end record must end with the file, and no earlier one may claim the same. */
function findEnd(tail: Buffer): number {
  const places: number[] = [];
  for (let at = tail.length - endBytes; at >= 0; at -= 1) if (tail.readUInt32LE(at) === END) places.push(at);
  const fits = places.filter((at) => at + endBytes + tail.readUInt16LE(at + 20) === tail.length);
  if (fits.length > 1) throw refuse('two-ends', 'The archive has two end records that both reach to its end.');
  const [last] = places;
  if (last === undefined) throw refuse('truncated', 'The archive has no end record: it was cut, or is not a zip.');
  if (fits[0] !== last) throw refuse(fits.length === 1 ? 'two-ends' : 'trailing-bytes', 'The archive goes on behind its end record.');
  return last;
}

interface End64 extends ZipEnd {
  position: number;
  disk: number;
  startDisk: number;
  onDisk: number;
}

async function readEnd64(handle: FileHandle, endAt: number): Promise<End64 | undefined> {
  if (endAt < locatorBytes + end64Bytes) return undefined;
  const locator = await readAt(handle, endAt - locatorBytes, locatorBytes, 'its end');
  if (locator.readUInt32LE(0) !== LOCATOR64) return undefined;
  const position = readSize(locator, 8);
  if (position + end64Bytes !== endAt - locatorBytes || locator.readUInt32LE(4) !== 0 || locator.readUInt32LE(16) > 1) throw refuse('zip64', 'The ZIP64 end record does not lie where it should.');
  const end = await readAt(handle, position, end64Bytes, 'its ZIP64 end record');
  if (end.readUInt32LE(0) !== END64 || readSize(end, 4) !== end64Bytes - 12) throw refuse('zip64', 'The ZIP64 end record is not one.');
  return { position, disk: end.readUInt32LE(16), startDisk: end.readUInt32LE(20), onDisk: readSize(end, 24), entries: readSize(end, 32), size: readSize(end, 40), offset: readSize(end, 48) };
}
