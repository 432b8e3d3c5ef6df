/** Reading a tar stream, header by header: ustar, with the long names of pax and GNU. */
import { decodeUtf8 } from './bytes.js';
import type { Header } from './plan.js';
import { refuse, shown } from './refuse.js';

const block = 512;
/** Long names and pax records; more is an attack. */
const maxExtension = 64 * 1024;

/** Bytes of a stream, taken in the lengths that the reader asks for. */
export class Source {
  private rest: Buffer = Buffer.alloc(0);
  private readonly chunks: AsyncIterator<Buffer>;

  constructor(stream: AsyncIterable<Buffer>) {
    this.chunks = stream[Symbol.asyncIterator]();
  }

  /** Up to `most` bytes; empty at the end. */
  async some(most: number): Promise<Buffer> {
    while (this.rest.length === 0) {
      const { value, done } = await this.chunks.next();
      if (done) return this.rest;
      this.rest = value;
    }
    const piece = this.rest.subarray(0, most);
    this.rest = this.rest.subarray(piece.length);
    return piece;
  }

  /** Exactly these many. @throws Failure `archive-truncated` */
  async exactly(length: number): Promise<Buffer> {
    const pieces: Buffer[] = [];
    for await (const piece of this.stream(length)) pieces.push(piece);
    return pieces.length === 1 ? (pieces[0] as Buffer) : Buffer.concat(pieces);
  }

  /** Exactly these many, in pieces. @throws Failure `archive-truncated` */
  async *stream(length: number): AsyncGenerator<Buffer> {
    for (let left = length; left > 0; ) {
      const piece = await this.some(left);
      if (piece.length === 0) throw refuse('truncated', 'The archive ends within an entry.');
      left -= piece.length;
      yield piece;
    }
  }
}

/** One entry, and its content, which must be read to its end before the next entry. */
export interface TarEntry extends Header {
  content: AsyncGenerator<Buffer>;
}

/** What stands in front of an entry and replaces what its header says. */
interface Extension {
  name?: string;
  bytes?: number;
}

/** @throws Failure for structure, checksums, links, special files and names */
export async function* readTar(source: Source): AsyncGenerator<TarEntry> {
  let names: Extension = {};
  const give = (found: Extension): void => {
    for (const key of Object.keys(found)) if (Object.hasOwn(names, key)) throw refuse('duplicate', 'An entry has two names or sizes, and programs disagree on which one counts.');
    Object.assign(names, found);
  };
  for (;;) {
    const header = await source.exactly(block);
    if (header.every((byte) => byte === 0)) {
      if (Object.keys(names).length > 0) throw refuse('structure', 'The archive ends with a name that no entry has.');
      return onlyZeros(source);
    }
    checkSum(header);
    const bytes = names.bytes ?? number(header.subarray(124, 136), 'size');
    const type = String.fromCharCode(header[156] as number);
    if (type === 'x' || type === 'g' || type === 'L') {
      const content = await extension(source, bytes);
      if (type === 'L') give({ name: text(cutName(content)) });
      else if (type === 'x') give(pax(content));
      else if (Object.keys(pax(content)).length > 0) throw refuse('special-file', 'The archive sets names or sizes for all entries at once.');
      continue;
    }
    const name = (names.name ?? ustarName(header)).replace(/^\.\//, '');
    names = {};
    const isFolder = kindOf(type, name, header);
    if (name === '' && isFolder) continue;
    if (isFolder && bytes !== 0) throw refuse('structure', `The folder ${shown(name)} has content.`);
    yield { name: isFolder && !name.endsWith('/') ? `${name}/` : name, isFolder, bytes, content: source.stream(bytes) };
    await source.exactly((block - (bytes % block)) % block);
  }
}

/** Behind the first empty block nothing may follow: some programs would read on. */
async function onlyZeros(source: Source): Promise<void> {
  let length = block;
  for (;;) {
    const piece = await source.some(64 * 1024);
    if (piece.length === 0) break;
    length += piece.length;
    if (piece.some((byte) => byte !== 0)) throw refuse('trailing-bytes', 'Something follows behind the end of the archive.');
  }
  if (length < 2 * block) throw refuse('truncated', 'The archive lacks its last block.');
}

function checkSum(header: Buffer): void {
  let sum = 8 * 0x20;
  for (const [i, byte] of header.entries()) if (i < 148 || i >= 156) sum += byte;
  if (sum !== number(header.subarray(148, 156), 'checksum')) throw refuse('checksum', 'The header of an entry is damaged.');
}

/** Octal digits, or from a set first bit on a binary number. */
function number(field: Buffer, what: string): number {
  if ((field[0] as number) & 0x80) {
    const value = BigInt(`0x${field.toString('hex')}`) & ((1n << BigInt(field.length * 8 - 1)) - 1n);
    if (value > BigInt(Number.MAX_SAFE_INTEGER)) throw refuse('too-large', 'The archive names a size that no disk holds.');
    return Number(value);
  }
  const digits = cut(field).toString('latin1').trim();
  if (!/^[0-7]*$/.test(digits)) throw refuse('structure', `The ${what} of an entry is not a number.`);
  return digits === '' ? 0 : Number.parseInt(digits, 8);
}

function cut(field: Buffer): Buffer {
  const end = field.indexOf(0);
  return end === -1 ? field : field.subarray(0, end);
}

/** A name ends at its first NUL; what some program reads behind that would be another name. */
function cutName(field: Buffer): Buffer {
  const name = cut(field);
  if (field.subarray(name.length).some((byte) => byte !== 0)) throw refuse('name', `Something follows behind the end of the name ${shown(name.toString('latin1'))}.`);
  return name;
}

function text(bytes: Buffer): string {
  const name = decodeUtf8(bytes);
  if (name === null) throw refuse('name-encoding', `The name ${shown(bytes.toString('latin1'))} is not UTF-8.`);
  return name;
}

function ustarName(header: Buffer): string {
  const name = text(cutName(header.subarray(0, 100)));
  // GNU's own form has times where ustar has the folder.
  const isUstar = header.subarray(257, 263).equals(Buffer.from('ustar\0'));
  const prefix = isUstar ? text(cut(header.subarray(345, 500))) : '';
  return prefix === '' ? name : `${prefix}/${name}`;
}

const kinds: Readonly<Record<string, string>> = { '1': 'a link to another entry', '2': 'a symbolic link', K: 'a symbolic link', '3': 'a device', '4': 'a device', '6': 'a pipe', S: 'a file with holes' };

/** Whether it is a folder. @throws Failure `archive-link`, `archive-special-file`, `archive-mode`, `archive-header-mismatch` */
function kindOf(type: string, name: string, header: Buffer): boolean {
  const what = kinds[type];
  if (what !== undefined) throw refuse(what.includes('link') ? 'link' : 'special-file', `The entry ${shown(name)} is ${what}.`, 'Put the file itself there.');
  if (!['0', '\0', '5'].includes(type)) throw refuse('special-file', `The entry ${shown(name)} is of the unknown kind ${shown(type)}.`);
  if (number(header.subarray(100, 108), 'mode') & 0o7000) throw refuse('mode', `The entry ${shown(name)} would run with the rights of another user.`);
  if (type !== '5' && name.endsWith('/')) throw refuse('header-mismatch', `The entry ${shown(name)} is a file by its header and a folder by its name.`);
  return type === '5';
}

async function extension(source: Source, bytes: number): Promise<Buffer> {
  if (bytes > maxExtension) throw refuse('structure', 'The archive holds a name that is too long.');
  const content = await source.exactly(bytes);
  await source.exactly((block - (bytes % block)) % block);
  return content;
}

/** Name and size from pax records, `LENGTH KEY=VALUE\n`; times, owners and comments say nothing to us. */
function pax(content: Buffer): Extension {
  const found: Extension = {};
  for (let at = 0; at < content.length; ) {
    const space = content.indexOf(0x20, at);
    const digits = content.subarray(at, space).toString('latin1');
    const end = at + Number(digits);
    const record = content.subarray(space + 1, end - 1);
    const equals = record.indexOf(0x3d);
    if (space < at || !/^[1-9]\d{0,5}$/.test(digits) || end > content.length || end <= space + 1 || equals < 1 || content[end - 1] !== 0x0a) throw refuse('structure', 'The archive has a damaged pax header.');
    const key = record.subarray(0, equals).toString('latin1');
    const value = record.subarray(equals + 1);
    if (key.startsWith('GNU.sparse')) throw refuse('special-file', 'The archive holds a file with holes.');
    if (key === 'path' || key === 'size') {
      if (Object.hasOwn(found, key === 'path' ? 'name' : 'bytes')) throw refuse('duplicate', 'A pax header gives the same twice.');
      if (key === 'path') found.name = text(value);
      else if (/^\d{1,15}$/.test(value.toString('latin1'))) found.bytes = Number(value.toString('latin1'));
      else throw refuse('structure', 'A pax header has a size that is no number.');
    }
    at = end;
  }
  return found;
}
