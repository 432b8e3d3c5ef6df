/** Unpacking an archive that came from elsewhere: all is decided from its headers, then written, then compared. */
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { chmod, type FileHandle, mkdir, open, readdir, rm, stat } from 'node:fs/promises';
import { dirname, join, relative, sep } from 'node:path';
import { Readable } from 'node:stream';
import { crc32, createInflateRaw } from 'node:zlib';
import { limits } from '../limits.js';
import { byCodeUnits, formatBytes } from '../size.js';
import type { EntryDigest } from '../write.js';
import { readAt } from './bytes.js';
import { deflateFailure, gunzip } from './gzip.js';
import { checkPlan, type Header, isOfMacos, type Plan } from './plan.js';
import { refuse, shown } from './refuse.js';
import { readTar, Source } from './tar.js';
import { type Located, maxRatio, readDirectory } from './zip.js';

export interface Extracted extends Plan {
  format: 'zip' | 'tar.gz';
  /** Paths within the plugin, without the top folder; sorted. */
  files: EntryDigest[];
}

/**
 * Unpacks a zip or tar.gz into a new folder, without its top folder.
 * Every name, size and place is checked before the first file is written; on any failure the folder is gone.
 * Modes and times of the archive are not taken over, nor what macOS adds to archives.
 *
 * @param folder must not exist; its parent must
 * @throws Failure `archive-...`, with a code for each way in which an archive can be bad: docs/host.md lists them
 */
export async function extractArchive(file: string, folder: string): Promise<Extracted> {
  const handle = await open(file, 'r');
  try {
    const { size } = await handle.stat();
    if (size > limits.archiveBytes) throw refuse('too-large', `The archive is ${formatBytes(size)}; ${formatBytes(limits.archiveBytes)} are allowed.`, 'Load large models at run time instead of packing them.');
    const format = await formatOf(handle, size);
    return format === 'zip' ? await extractZip(handle, file, size, folder) : await extractTar(handle, file, size, folder);
  } finally {
    await handle.close();
  }
}

async function formatOf(handle: FileHandle, size: number): Promise<Extracted['format']> {
  if (size === 0) throw refuse('empty', 'The archive is empty.');
  if (size < 4) throw refuse('unknown-format', 'The file is neither a zip nor a tar.gz.');
  const head = await readAt(handle, 0, 4, 'its first bytes');
  if (head[0] === 0x1f && head[1] === 0x8b) return 'tar.gz';
  const signature = head.toString('latin1');
  if (signature === 'PK\x03\x04' || signature === 'PK\x05\x06') return 'zip';
  // A zip with something in front of it ends as one.
  const tail = await readAt(handle, Math.max(0, size - 22), Math.min(22, size), 'its last bytes');
  if (tail.toString('latin1').startsWith('PK\x05\x06')) throw refuse('leading-bytes', 'Something lies before the first entry of the archive.');
  throw refuse('unknown-format', 'The file is neither a zip nor a tar.gz.');
}

async function extractZip(handle: FileHandle, file: string, size: number, folder: string): Promise<Extracted> {
  const { entries, locate } = await readDirectory(handle, size);
  const plan = checkPlan(entries);
  const located = await locate();
  const files = await into(folder, plan, entries, async (write) => {
    for (const entry of located) if (!entry.isFolder) await write(entry, inflated(file, entry));
  });
  return { format: 'zip', ...plan, files };
}

/** The entry's bytes, checked against size and checksum when they end. */
async function* inflated(file: string, entry: Located): AsyncGenerator<Buffer> {
  const input: Readable = entry.packed === 0 ? Readable.from([]) : createReadStream(file, { start: entry.dataAt, end: entry.dataAt + entry.packed - 1, highWaterMark: 256 * 1024 });
  const inflate = entry.method === 8 ? createInflateRaw() : null;
  if (inflate) input.on('error', (error) => inflate.destroy(error)).pipe(inflate);
  let crc = 0;
  let bytes = 0;
  try {
    for await (const chunk of (inflate ?? input) as AsyncIterable<Buffer>) {
      crc = crc32(chunk, crc);
      bytes += chunk.length;
      if (bytes > entry.bytes) break;
      yield chunk;
    }
  } catch (error) {
    throw deflateFailure(error);
  } finally {
    input.destroy();
    inflate?.destroy();
  }
  if (bytes !== entry.bytes) throw refuse('size-mismatch', `The entry ${shown(entry.name)} has another size than it says.`);
  if (crc !== entry.crc) throw refuse('checksum', `The checksum of ${shown(entry.name)} is wrong.`);
  if (inflate && inflate.bytesWritten !== entry.packed) throw refuse('hidden-bytes', `Something follows behind the data of ${shown(entry.name)}.`);
}

/** Twice through: names and sizes first, the content only when all of them are good. */
async function extractTar(handle: FileHandle, file: string, size: number, folder: string): Promise<Extracted> {
  const headers: Header[] = [];
  let total = 0;
  for await (const { content, ...header } of readTar(new Source(capped(gunzip(handle, file, size), size)))) {
    headers.push(header);
    total += header.bytes;
    if (total > limits.extractedBytes || headers.length > 25_000) checkPlan(headers);
    for await (const _ of content);
  }
  const plan = checkPlan(headers);
  const files = await into(folder, plan, headers, async (write) => {
    for await (const entry of readTar(new Source(gunzip(handle, file, size)))) {
      if (entry.isFolder) continue;
      await write(entry, entry.content);
    }
  });
  return { format: 'tar.gz', ...plan, files };
}

/** Headers and padding of every entry, besides the content. */
const tarOverhead = 32 * 1024 * 1024;
const ratioFrom = 16 * 1024 * 1024;

async function* capped(stream: AsyncIterable<Buffer>, size: number): AsyncGenerator<Buffer> {
  let total = 0;
  for await (const chunk of stream) {
    total += chunk.length;
    if (total > limits.extractedBytes + tarOverhead) throw refuse('too-large', `The archive unpacks to more than ${formatBytes(limits.extractedBytes)}.`, 'Load large models at run time instead of packing them.');
    if (total > ratioFrom && total > size * maxRatio) throw refuse('ratio', `The archive unpacks to more than ${maxRatio} times its size.`);
    yield chunk;
  }
}

type Write = (entry: Header, content: AsyncIterable<Buffer>) => Promise<void>;

async function into(folder: string, { top }: Plan, headers: readonly Header[], fill: (write: Write) => Promise<void>): Promise<EntryDigest[]> {
  const within = (name: string): string => (top === null ? name : name.slice(top.length + 1));
  await mkdir(folder, { mode: 0o755 });
  try {
    const files: EntryDigest[] = [];
    for (const { name, isFolder } of headers) if (isFolder && within(name) !== '' && !isOfMacos(name)) await mkdir(join(folder, within(name)), { recursive: true, mode: 0o755 });
    await fill(async ({ name }, content) => {
      if (!isOfMacos(name)) return void files.push(await writeFile(folder, within(name), content));
      for await (const _ of content);
    });
    files.sort((a, b) => byCodeUnits(a.path, b.path));
    await compare(folder, files);
    return files;
  } catch (error) {
    await rm(folder, { recursive: true, force: true });
    throw error;
  }
}

async function writeFile(folder: string, path: string, content: AsyncIterable<Buffer>): Promise<EntryDigest> {
  const target = join(folder, path);
  await mkdir(dirname(target), { recursive: true, mode: 0o755 });
  const handle = await open(target, 'wx', 0o644);
  const hash = createHash('sha256');
  let bytes = 0;
  try {
    for await (const chunk of content) {
      hash.update(chunk);
      bytes += chunk.length;
      await handle.writeFile(chunk);
    }
  } finally {
    await handle.close();
  }
  await chmod(target, 0o644);
  return { path, bytes, sha256: hash.digest('hex') };
}

/** What lies on the disk now must be what was planned, by name and size. */
async function compare(folder: string, files: readonly EntryDigest[]): Promise<void> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const found = new Map<string, number>();
  for (const entry of entries) {
    const path = join(entry.parentPath, entry.name);
    if (!entry.isDirectory()) found.set(relative(folder, path).split(sep).join('/'), entry.isFile() ? (await stat(path)).size : -1);
  }
  const same = found.size === files.length && files.every(({ path, bytes }) => found.get(path) === bytes);
  if (!same) throw refuse('unpacked-differently', 'The disk holds other files than the archive.', 'Look at the free space and the health of the disk, then try again.');
}
