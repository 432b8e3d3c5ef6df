/** Which format an output has, and who writes it. */
import { extname } from 'node:path';
import { Failure } from '../../errors/index.js';
import type { JournalField } from '../journal/index.js';
import { arrowFormat } from './arrow.js';
import { asideSink } from './aside.js';
import type { OutputFile } from './file.js';
import type { Format, Sink } from './index.js';
import { jsonlFormat } from './jsonl.js';
import { parquetFormat } from './parquet/format.js';

export type FormatName = 'arrow' | 'jsonl' | 'parquet';
const FORMATS: Record<FormatName, (fields: readonly JournalField[]) => Format> = { arrow: arrowFormat, jsonl: jsonlFormat, parquet: parquetFormat };
const BY_EXTENSION: Record<string, FormatName> = { '.arrow': 'arrow', '.arrows': 'arrow', '.ipc': 'arrow', '.jsonl': 'jsonl', '.ndjson': 'jsonl', '.parquet': 'parquet', '.pq': 'parquet' };

/** @throws Failure `output-format` for an extension that names no format */
export function formatOf(path: string): FormatName {
  const extension = extname(path).toLowerCase();
  const format = BY_EXTENSION[extension];
  if (format === undefined) {
    throw new Failure({ code: 'output-format', message: extension === '' ? `The format of ${path} cannot be told from its name.` : `Results are not written as ${extension} (${path}).`, why: 'The extension decides how results are written.', next: 'Name the output .arrow, .parquet or .jsonl.' });
  }
  return format;
}

/** A sink into an open file. The schema is fixed; a run whose schema widens writes its sink anew from the journal. */
export function makeSink(name: FormatName, fields: readonly JournalField[], file: OutputFile): Sink {
  if (name === 'jsonl') return asideSink(fields, file);
  const format = FORMATS[name](fields);
  return {
    write: (block) => file.write(format.push(block)),
    finish: () => file.write(format.end()),
  };
}
