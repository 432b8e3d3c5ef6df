/** The header pass over a zip: the central directory and the local headers must tell one story, without gaps. */
import type { FileHandle } from 'node:fs/promises';
import { readAt } from './bytes.js';
import type { Header } from './plan.js';
import { refuse, shown } from './refuse.js';
import { readEnd } from './zip-end.js';
import { checkSecondName, readExtra, readName, unixMode, widen } from './zip-extra.js';

/** One entry of a zip. */
export interface ZipEntry extends Header {
  /** 0 stored, 8 deflated. */
  method: number;
  crc: number;
  /** Size in the archive. */
  packed: number;
  /** Position of its local header. */
  at: number;
}

/** Where an entry's data lies. */
export interface Located extends ZipEntry {
  dataAt: number;
}

interface Central extends ZipEntry {
  rawName: Buffer;
  flags: number;
}

const CENTRAL = 0x02014b50;
const LOCAL = 0x04034b50;
const DESCRIPTOR = 0x08074b50;
const centralBytes = 46;
const localBytes = 30;
/** 1,000 files with long names and extra fields, several times over. */
const maxDirectory = 32 * 1024 * 1024;

const ENCRYPTED = 0x0001 | 0x0040 | 0x2000;
const HAS_DESCRIPTOR = 0x0008;
const UTF8 = 0x0800;
/** Bits 1 and 2 say how hard the packer tried. */
const KNOWN = 0x0006 | ENCRYPTED | HAS_DESCRIPTOR | UTF8;

/** Reads the central directory. @throws Failure for structure, encryption, methods, links and special files */
export async function readDirectory(handle: FileHandle, fileBytes: number): Promise<{ entries: ZipEntry[]; locate: () => Promise<Located[]> }> {
  const end = await readEnd(handle, fileBytes);
  if (end.size > maxDirectory) throw refuse('too-many-entries', 'The directory of the archive is too large.');
  const directory = await readAt(handle, end.offset, end.size, 'its directory');
  const entries: Central[] = [];
  let at = 0;
  while (at < directory.length) {
    const { entry, next } = readCentral(directory, at);
    entries.push(entry);
    at = next;
  }
  if (entries.length !== end.entries) throw refuse('entry-count', `The archive says it has ${end.entries} entries, and has ${entries.length}.`);
  checkRatio(entries);
  return { entries, locate: () => locateAll(handle, entries, end.offset) };
}

function readCentral(directory: Buffer, at: number): { entry: Central; next: number } {
  if (at + centralBytes > directory.length || directory.readUInt32LE(at) !== CENTRAL) throw refuse('structure', 'The directory of the archive is damaged.');
  const header = directory.subarray(at);
  const [nameBytes, extraBytes, commentBytes] = [header.readUInt16LE(28), header.readUInt16LE(30), header.readUInt16LE(32)];
  const next = at + centralBytes + nameBytes + extraBytes + commentBytes;
  if (next > directory.length) throw refuse('structure', 'The directory of the archive is cut.');
  const rawName = header.subarray(centralBytes, centralBytes + nameBytes);
  const latin = rawName.toString('latin1');
  const flags = header.readUInt16LE(8);
  if (flags & ENCRYPTED) throw refuse('encrypted', `The entry ${shown(latin)} is encrypted.`, 'Pack it without a password.');
  const extra = readExtra(header.subarray(centralBytes + nameBytes, centralBytes + nameBytes + extraBytes), latin);
  const name = readName(rawName, extra);
  const method = header.readUInt16LE(10);
  if (method !== 0 && method !== 8) throw refuse('method', `The entry ${shown(name)} is packed by method ${method}; only stored and deflated entries are read.`);
  if (flags & ~KNOWN) throw refuse('structure', `The entry ${shown(name)} has flags that have no meaning here.`);
  const { bytes, packed, offset } = widen(extra, { bytes: header.readUInt32LE(24), packed: header.readUInt32LE(20), offset: header.readUInt32LE(42) }, name);
  if (header.readUInt16LE(34) !== 0) throw refuse('multi-part', `The entry ${shown(name)} lies in another part of the archive.`);
  checkMode(name, unixMode(extra, name));
  const isFolder = kindOf(name, header.readUInt32LE(38));
  if (isFolder && (bytes !== 0 || packed > 2)) throw refuse('structure', `The folder ${shown(name)} has content.`);
  if (method === 0 && bytes !== packed) throw refuse('size-mismatch', `The entry ${shown(name)} has two sizes.`);
  if (bytes > ratioFrom && bytes > packed * maxRatio) throw refuse('ratio', `The entry ${shown(name)} unpacks to more than ${maxRatio} times its size.`);
  return { entry: { rawName, name, flags, method, crc: header.readUInt32LE(16), bytes, packed, at: offset, isFolder }, next };
}

/** Real files of more than a mebibyte stay far below; deflate itself reaches 1,032. */
export const maxRatio = 200;
const ratioFrom = 1024 * 1024;
const totalRatioFrom = 16 * 1024 * 1024;

/** All together, so that a bomb cannot be cut into small files. */
function checkRatio(entries: readonly ZipEntry[]): void {
  const sum = (key: 'bytes' | 'packed'): number => entries.reduce((total, entry) => total + entry[key], 0);
  if (sum('bytes') > totalRatioFrom && sum('bytes') > sum('packed') * maxRatio) throw refuse('ratio', `The archive unpacks to more than ${maxRatio} times its size.`);
}

/** @throws Failure `archive-link`, `archive-special-file`, `archive-mode` */
function checkMode(name: string, mode: number): void {
  const type = mode & 0o170000;
  if (type === 0o120000) throw refuse('link', `The entry ${shown(name)} is a symbolic link.`, 'Put the file itself there.');
  if (![0, 0o100000, 0o040000].includes(type)) throw refuse('special-file', `The entry ${shown(name)} is neither a file nor a folder.`);
  if (mode & 0o7000) throw refuse('mode', `The entry ${shown(name)} would run with the rights of another user.`);
}

/** Attributes of Windows. A reparse point is its link. */
const VOLUME = 0x08;
const FOLDER = 0x10;
const DEVICE = 0x40;
const REPARSE_POINT = 0x400;

/** Whether it is a folder. @throws Failure as `checkMode`, and `archive-header-mismatch` */
function kindOf(name: string, attributes: number): boolean {
  const mode = attributes >>> 16;
  const type = mode & 0o170000;
  const isNamedFolder = name.endsWith('/');
  checkMode(name, mode);
  if (attributes & REPARSE_POINT) throw refuse('link', `The entry ${shown(name)} is a link of Windows.`, 'Put the file itself there.');
  if (attributes & (VOLUME | DEVICE)) throw refuse('special-file', `The entry ${shown(name)} is neither a file nor a folder.`);
  const saysFile = type === 0o100000;
  const saysFolder = type === 0o040000 || (attributes & FOLDER) !== 0;
  if (isNamedFolder ? saysFile : saysFolder) throw refuse('header-mismatch', `The entry ${shown(name)} is a file by its name and a folder by its header, or the reverse.`);
  return isNamedFolder;
}

/** Walks the local headers in the order in which they lie. @throws Failure where they differ from the directory, overlap or leave gaps */
async function locateAll(handle: FileHandle, entries: readonly Central[], end: number): Promise<Located[]> {
  const ordered = [...entries].sort((a, b) => a.at - b.at);
  const located: Located[] = [];
  let at = 0;
  for (const [i, entry] of ordered.entries()) {
    if (entry.at < at) throw refuse('overlap', `The entry ${shown(entry.name)} lies over the one before it.`);
    if (entry.at > at) throw await gap(handle, at, i === 0);
    const next = ordered[i + 1]?.at ?? end;
    const dataAt = await readLocal(handle, entry, end);
    const dataEnd = dataAt + entry.packed;
    if (dataEnd > next) throw refuse(next === end ? 'truncated' : 'overlap', `The entry ${shown(entry.name)} reaches beyond its place.`);
    at = entry.flags & HAS_DESCRIPTOR ? await checkDescriptor(handle, entry, dataEnd, next) : dataEnd;
    located.push({ ...entry, dataAt });
  }
  if (at !== end) throw await gap(handle, at, false);
  return located;
}

async function gap(handle: FileHandle, at: number, isFirst: boolean): Promise<Error> {
  const isEntry = (await readAt(handle, at, 4, 'its data')).readUInt32LE(0) === LOCAL;
  if (isEntry) return refuse('hidden-entry', 'The archive holds an entry that its directory does not name.');
  return isFirst ? refuse('leading-bytes', 'Something lies before the first entry of the archive.') : refuse('gap', 'Something lies between the entries of the archive.');
}

async function readLocal(handle: FileHandle, entry: Central, end: number): Promise<number> {
  const differs = (what: string): Error => refuse('header-mismatch', `The entry ${shown(entry.name)} has two ${what}: one in the directory, another where it lies.`);
  if (entry.at + localBytes > end) throw refuse('offset', `The entry ${shown(entry.name)} does not lie in the archive.`);
  const header = await readAt(handle, entry.at, localBytes, 'an entry');
  if (header.readUInt32LE(0) !== LOCAL) throw refuse('offset', `There is no entry where ${shown(entry.name)} should lie.`);
  const nameBytes = header.readUInt16LE(26);
  const dataAt = entry.at + localBytes + nameBytes + header.readUInt16LE(28);
  if (dataAt > end) throw refuse('truncated', `The entry ${shown(entry.name)} is cut.`);
  const rest = await readAt(handle, entry.at + localBytes, dataAt - entry.at - localBytes, 'an entry');
  if (!rest.subarray(0, nameBytes).equals(entry.rawName)) throw differs('names');
  const extra = readExtra(rest.subarray(nameBytes), entry.name);
  checkSecondName(entry.rawName, extra);
  checkMode(entry.name, unixMode(extra, entry.name));
  if (header.readUInt16LE(6) !== entry.flags) throw differs('sets of flags');
  if (header.readUInt16LE(8) !== entry.method) throw differs('methods');
  const local = { crc: header.readUInt32LE(14), ...widen(extra, { bytes: header.readUInt32LE(22), packed: header.readUInt32LE(18) }, entry.name) };
  // With a descriptor behind the data, the sizes here may be unknown yet.
  const isOpen = (entry.flags & HAS_DESCRIPTOR) !== 0;
  for (const key of ['crc', 'bytes', 'packed'] as const) if (local[key] !== entry[key] && !(isOpen && local[key] === 0)) throw differs(key === 'crc' ? 'checksums' : 'sizes');
  return dataAt;
}

/** A descriptor has a signature or not, and sizes of four or eight bytes; the room that it has says which. */
const descriptors: Readonly<Record<number, { start: number; wide: boolean }>> = {
  12: { start: 0, wide: false },
  16: { start: 4, wide: false },
  20: { start: 0, wide: true },
  24: { start: 4, wide: true },
};

async function checkDescriptor(handle: FileHandle, entry: Central, at: number, next: number): Promise<number> {
  const form = descriptors[next - at];
  const bytes = form && (await readAt(handle, at, next - at, 'a descriptor'));
  if (form && bytes && (form.start === 0 || bytes.readUInt32LE(0) === DESCRIPTOR)) {
    const { start, wide } = form;
    const [packed, size] = wide ? [bytes.readBigUInt64LE(start + 4), bytes.readBigUInt64LE(start + 12)] : [bytes.readUInt32LE(start + 4), bytes.readUInt32LE(start + 8)];
    if (bytes.readUInt32LE(start) === entry.crc && BigInt(packed) === BigInt(entry.packed) && BigInt(size) === BigInt(entry.bytes)) return next;
  }
  throw refuse('descriptor', `What stands behind the data of ${shown(entry.name)} is not its descriptor.`);
}
