/** Which format an input has: by `--input-format`, else by its name, else by its first bytes, which have the last word. */
import { closeSync, openSync, readSync } from 'node:fs';
import { basename } from 'node:path';
import { Failure } from '../../errors/index.js';

export const FORMATS = ['jsonl', 'csv', 'csv-semicolon', 'tsv', 'parquet', 'arrow'] as const;
export type InputFormat = (typeof FORMATS)[number];

export interface Chosen {
  format: InputFormat;
  gzip: boolean;
}

const BY_EXTENSION: Record<string, InputFormat> = {
  '.jsonl': 'jsonl', '.ndjson': 'jsonl', '.json': 'jsonl', '.csv': 'csv', '.tsv': 'tsv', '.tab': 'tsv',
  '.parquet': 'parquet', '.pq': 'parquet', '.arrow': 'arrow', '.arrows': 'arrow', '.ipc': 'arrow', '.feather': 'arrow',
};

/** What first bytes tell. A stream of Arrow begins with a marker and the length of its schema. */
type Content = 'parquet' | 'encrypted parquet' | 'arrow' | 'gzip' | 'zip' | 'feather' | 'text or unknown';
const LABELS: Record<Exclude<Content, 'text or unknown'>, string> = { parquet: 'a Parquet file', 'encrypted parquet': 'a Parquet file', arrow: 'an Arrow file', gzip: 'compressed with gzip', zip: 'a zip archive', feather: 'a Feather file of version 1' };

function contentOf(head: Buffer): Content {
  const begins = (text: string): boolean => head.subarray(0, text.length).toString('latin1') === text;
  if (begins('PAR1')) return 'parquet';
  if (begins('PARE')) return 'encrypted parquet';
  if (begins('ARROW1') || begins('\xff\xff\xff\xff')) return 'arrow';
  if (begins('FEA1')) return 'feather';
  if (begins('\x1f\x8b')) return 'gzip';
  return begins('PK\x03\x04') ? 'zip' : 'text or unknown';
}

/**
 * @param given `--input-format`
 * @throws Failure `input-format` for a format that cannot be told, is not known, or is not what the content is
 */
export function chooseFormat(path: string, given: string | undefined): Chosen {
  const content = contentOf(firstBytes(path));
  const named = byName(path);
  if (given !== undefined && !isFormat(given)) throw unknownFormat(given);
  const format = given ?? named.format ?? (content === 'parquet' || content === 'arrow' ? content : undefined);
  if (format === undefined) throw untold(path, named.extension, content);
  const gzip = named.gzip;
  if (gzip !== (content === 'gzip')) throw gzip ? notGzip(path) : another(path, format, content);
  if (gzip && (format === 'parquet' || format === 'arrow')) throw binaryGzip(path, format);
  if (format === 'parquet' || format === 'arrow') {
    // A file of the right kind that is damaged at its beginning is told apart by its reader.
    const other = content === 'parquet' || content === 'arrow' ? content : null;
    if (other !== null && other !== format) throw another(path, format, content);
  } else if (!gzip && content !== 'text or unknown') throw another(path, format, content);
  return { format, gzip };
}

/** For standard input, which has no name. @throws Failure `input-format` */
export function chooseStreamFormat(given: string | undefined): InputFormat {
  if (given !== undefined && !isFormat(given)) throw unknownFormat(given);
  if (given !== 'parquet') return given ?? 'jsonl';
  throw new Failure({ code: 'input-format', message: 'Parquet cannot be read from standard input.', why: 'Its table of contents stands at the end of the file.', next: 'Write it to a file and give its path, or pipe another format.' });
}

/** @throws Failure `input-format` when a stream is compressed or of another kind than it should be */
export function checkStream(head: Buffer, format: InputFormat): void {
  const content = contentOf(head);
  if (content === 'gzip') throw new Failure({ code: 'input-format', message: 'Standard input is compressed with gzip.', why: 'A stream is read as it comes.', next: 'Decompress it on the way: zcat FILE | plugin run --input -' });
  if (content !== 'text or unknown' && content !== format) throw another('Standard input', format, content);
}

function isFormat(name: string): name is InputFormat {
  return (FORMATS as readonly string[]).includes(name);
}

function byName(path: string): { format: InputFormat | undefined; gzip: boolean; extension: string } {
  const name = basename(path).toLowerCase();
  const gzip = name.endsWith('.gz');
  const extension = /\.[^.]*$/.exec(gzip ? name.slice(0, -3) : name)?.[0] ?? '';
  return { format: BY_EXTENSION[extension], gzip, extension };
}

function firstBytes(path: string): Buffer {
  const file = openSync(path, 'r');
  try {
    const head = Buffer.alloc(8);
    return head.subarray(0, readSync(file, head, 0, head.byteLength, 0));
  } finally {
    closeSync(file);
  }
}

const LIST = FORMATS.join(', ');

function unknownFormat(given: string): Failure {
  return new Failure({ code: 'input-format', message: `The input format "${given}" is not one of: ${LIST}.`, why: 'Rows are read differently from each format.', next: `Give --input-format with one of: ${LIST}.` });
}

function untold(path: string, extension: string, content: Content): Failure {
  const what = content === 'text or unknown' ? '' : `; it is ${LABELS[content]}`;
  return new Failure({
    code: 'input-format',
    message: extension === '' ? `The format of ${path} cannot be told from its name${what}.` : `This version does not read ${extension} files (${path}${what}).`,
    why: 'Rows are read differently from each format.',
    next: `Where the file holds one of them all the same, add --input-format with one of: ${LIST}.`,
  });
}

function another(path: string, format: InputFormat, content: Content): Failure {
  const next: Record<Content, string> = {
    parquet: 'Name it .parquet, or add --input-format parquet.', 'encrypted parquet': 'Name it .parquet; an encrypted file has to be decrypted first.', arrow: 'Name it .arrow, or add --input-format arrow.',
    gzip: format === 'parquet' || format === 'arrow' ? 'Decompress it first.' : `Name it ${basename(path)}.gz.`, zip: 'Unpack it, and give the file or folder that it holds.', feather: 'Write it anew as Arrow or Parquet.', 'text or unknown': '',
  };
  return new Failure({ code: 'input-format', message: `${path} should be ${format}, but it is ${LABELS[content as keyof typeof LABELS]}.`, why: 'Its content is not what its name or --input-format says.', next: next[content] });
}

function notGzip(path: string): Failure {
  return new Failure({ code: 'input-format', message: `${path} is not compressed with gzip, although its name ends with .gz.`, why: 'Its content is not what its name says.', next: 'Take .gz off its name.' });
}

function binaryGzip(path: string, format: InputFormat): Failure {
  return new Failure({ code: 'input-format', message: `${path} is a compressed ${format} file, which is not read.`, why: 'Only text formats are decompressed on the way.', next: 'Decompress it first: gunzip --keep FILE' });
}
