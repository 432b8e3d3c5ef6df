/**
 * A folder of files as rows, or the files that a pattern means: one row per file. Text files give their content as
 * `data`, all others their path, which `openAsset` resolves. Ids are made from the paths, so that a file keeps its id
 * when others come and go.
 */
import { isUtf8 } from 'node:buffer';
import { createHash, hash } from 'node:crypto';
import { open, stat, type FileHandle } from 'node:fs/promises';
import { basename, join, relative, resolve, sep } from 'node:path';
import { Failure } from '../../../errors/index.js';
import { mimeByName } from '../../mime.js';
import type { Position, RawRow, Source, SourceChunk } from '../index.js';
import { PROBLEM } from '../problem.js';
import { parsePattern } from './pattern.js';
import { reason, walk, type Entry } from './walk.js';

/** What is looked at to tell what a file is. */
const HEAD_BYTES = 4100;
/** A text larger than this is not one document but a file of many. */
const MAX_TEXT_BYTES = 16 * 1024 * 1024;
/** Patterns of tables, of which nobody wants the text. A table of CSV may be a document. */
const OF_ROWS = /\.(jsonl|ndjson|parquet|pq|arrows?|ipc|feather)(\.gz)?$/i;
/** Rows and bytes of text that are given at a time. */
const CHUNK = { rows: 64, bytes: 4 * 1024 * 1024 };

/**
 * @param pattern whether `input` is a pattern
 * @throws Failure `input-not-found` for a pattern whose folder does not exist, `usage` with `--input-format` and for patterns of tables
 */
export function folderSource(input: string, pattern: boolean, format: string | undefined): Source {
  if (format !== undefined) throw new Failure({ code: 'usage', message: `--input-format ${format} does not go with ${input}, which is ${pattern ? 'a pattern' : 'a folder'}.`, why: 'Each file of a folder is one row, whatever it is.', next: 'Leave it out, or give one file as --input.' });
  if (pattern && OF_ROWS.test(input)) throw new Failure({ code: 'usage', message: `${input} means files that hold many rows each.`, why: 'Of a pattern, each file is one row, and its whole text would be the content.', next: /\.(jsonl|ndjson)$/i.test(input) ? `Give one of the files as --input, or all together: cat ${input} | plugin run --input -` : 'Give one of the files as --input.' });
  const { base, matches, hidden } = pattern ? parsePattern(input) : { base: input, matches: () => true, hidden: false };
  const root = resolve(base);
  const name = basename(root);
  const entries = async function* (): AsyncGenerator<Entry> {
    for await (const entry of walk(root, hidden)) if (matches(entry.path) || entry.path === '.') yield entry;
  };
  let rows: number | null = null;
  return {
    name, path: input, bytes: null, base: root,
    get rows() {
      return rows;
    },
    async digest() {
      const sum = createHash('sha256');
      let count = 0;
      for await (const { path, problem } of entries()) {
        count++;
        const { size, mtimeNs } = problem === null ? await stat(join(root, path), { bigint: true }).catch(() => ({ size: -1n, mtimeNs: -1n })) : { size: 0n, mtimeNs: 0n };
        sum.update(`${path}\0${problem ?? `${size} ${mtimeNs}`}\0`);
      }
      if (count === 0) throw nothing(input, pattern);
      rows = count;
      return sum.digest('hex');
    },
    read: (from) => readRows(name, root, entries(), from),
    holds(path) {
      const below = relative(root, path).split(sep);
      return below[0] !== '..' && (hidden || !below.some((part) => part.startsWith('.'))) && matches(below.join('/'));
    },
  };
}

async function* readRows(name: string, root: string, entries: AsyncIterable<Entry>, from: Position): AsyncIterable<SourceChunk> {
  let chunk: SourceChunk = { rows: [], ends: [] };
  let { byte } = from;
  let row = 0;
  let since = byte;
  for await (const entry of entries) {
    if (row++ < from.row) continue;
    const read = await readRow(name, root, entry);
    byte += 1 + (typeof read['data'] === 'string' ? read['data'].length : 0);
    chunk.rows.push(read);
    chunk.ends.push({ row, byte, line: 0 });
    if (chunk.rows.length < CHUNK.rows && byte - since < CHUNK.bytes) continue;
    yield chunk;
    chunk = { rows: [], ends: [] };
    since = byte;
  }
  if (chunk.rows.length > 0) yield chunk;
}

async function readRow(name: string, root: string, { path, problem }: Entry): Promise<RawRow> {
  const id = { document_id: `doc_${hash('sha256', `${name}\n${path}`, 'hex').slice(0, 12)}` };
  // The column is there, the content is not: a further run must not take the path for it.
  const failed = (why: string): RawRow => Object.assign({ ...id, data: undefined, file: path }, { [PROBLEM]: `${path}: ${why}` });
  if (problem !== null) return failed(problem);
  let file: FileHandle | undefined;
  try {
    file = await open(join(root, path), 'r');
    const { size } = await file.stat();
    const head = Buffer.alloc(Math.min(size, HEAD_BYTES));
    await file.read(head, 0, head.byteLength, 0);
    const mime = await mimeOf(join(root, path), head);
    const row = { ...id, data: path, file: path, mime_type: mime, size_bytes: size };
    if (!mime.startsWith('text/')) return row;
    if (size > MAX_TEXT_BYTES) return failed(`it is a text of more than ${MAX_TEXT_BYTES / 1024 / 1024} MiB`);
    const content = await file.readFile();
    return isUtf8(content) ? { ...row, data: content.toString('utf8').replace(/^\ufeff/, '') } : failed('it is a text that is not UTF-8');
  } catch (error) {
    return failed(`it cannot be read: ${reason(error)}`);
  } finally {
    await file?.close();
  }
}

/** By content, then by name; what is neither known nor text is bytes. */
async function mimeOf(path: string, head: Buffer): Promise<string> {
  const { fileTypeFromBuffer, fileTypeFromFile } = await import('file-type');
  // What an archive is stands in its entries, which may come behind the head; one that is cut has its name only.
  const byContent = (await fileTypeFromBuffer(head).catch(() => fileTypeFromFile(path)).catch(() => undefined))?.mime;
  const byName = mimeByName(path);
  // A drawing is XML by content, and Office files are archives: the name tells more.
  if (byContent !== undefined && byContent !== 'application/xml') return byContent;
  if (byName !== undefined) return byName;
  return byContent ?? (looksLikeText(head) ? 'text/plain' : 'application/octet-stream');
}

function looksLikeText(head: Buffer): boolean {
  // The last character may be cut.
  for (let cut = 0; cut < 4; cut++) if (isUtf8(head.subarray(0, head.byteLength - cut))) return !head.includes(0);
  return false;
}

function nothing(input: string, pattern: boolean): Failure {
  return new Failure({
    code: 'input-empty',
    message: pattern ? `No file matches ${input}.` : `${input} holds no files.`,
    why: 'A run that wrote nothing is never a success.',
    next: pattern ? 'Check the pattern: * stands for part of a name, ** for any folders. Put it in quotes, so that the shell leaves it as it is.' : 'Give a folder with files; those whose name begins with a dot do not count.',
  });
}
