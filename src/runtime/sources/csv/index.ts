/**
 * CSV and TSV: the first line names the columns, every further record is a row of as many fields. Values are text and
 * stay text: `007` is no number. Blank lines are passed over.
 */
import { isAscii, isUtf8 } from 'node:buffer';
import type { ColumnType } from '../../../protocol/index.js';
import type { Bytes } from '../bytes.js';
import type { Position, RawRow, SourceChunk } from '../index.js';
import { rowMaker } from '../rows.js';
import { DIALECTS, afterQuote, binary, duplicateColumn, encoding, longHeader, oldLineEnds, ragged, unclosedQuote, wrongDelimiter, type Dialect } from './failures.js';
import { RecordCutter, type Field } from './records.js';

export { DIALECTS, type Dialect } from './failures.js';

const MIB = 1024 * 1024;
const HEADER_BYTES = 4 * MIB;
/** What has come of a record that is longer than this is not looked at with every piece that comes. */
const LONG_RECORD_BYTES = MIB;
/** A record longer than this is no row but the rest of a file behind a quote. */
const MAX_RECORD_BYTES = 64 * MIB;
/** Bytes that the first line is looked for in, at first: a stream may be slow, and most first lines are short. */
const FIRST_LOOK = 256;

interface Header {
  names: string[];
  /** Where the first row begins. */
  end: Position;
}

/**
 * @param shown the input's name in messages
 * @throws Failure `input-delimiter`, `input-columns`, `input-malformed`, `input-encoding`, `input-binary`, naming the line
 */
export async function* readCsv(shown: string, bytes: Bytes, dialect: Dialect, from: Position): AsyncIterable<SourceChunk> {
  const header = await readHeader(shown, bytes, dialect);
  if (header === null) return;
  const { names } = header;
  const types: ReadonlyMap<string, ColumnType> = new Map(names.map((name) => [name, { kind: 'text' }]));
  const toRow = rowMaker(names);
  let at = from.byte === 0 ? header.end : from;
  let rest: Buffer | null = null;
  const cut = (chunk: Buffer, last: boolean): SourceChunk => {
    const { rows, ends, end, left } = cutRows(shown, chunk, dialect, last, at, names.length, toRow);
    at = end;
    rest = left;
    return { rows, ends, types, textOnly: true };
  };
  let waiting: Buffer[] = [];
  let held = 0;
  let enough = 0;
  for await (const chunk of bytes.from(at)) {
    waiting.push(chunk);
    held += chunk.byteLength;
    if (held < enough) continue;
    const result = cut(waiting.length === 1 ? chunk : Buffer.concat(waiting), false);
    waiting = rest === null ? [] : [rest];
    held = (rest as Buffer | null)?.byteLength ?? 0;
    enough = held > LONG_RECORD_BYTES ? Math.min(2 * held, MAX_RECORD_BYTES + 1) : 0;
    if (result.rows.length > 0) yield result;
  }
  if (held > 0) {
    const result = cut(Buffer.concat(waiting), true);
    if (result.rows.length > 0) yield result;
  }
}

/** @returns null for a file without a single line */
async function readHeader(shown: string, bytes: Bytes, dialect: Dialect): Promise<Header | null> {
  for (let count = FIRST_LOOK; ; count *= 4) {
    const head = await bytes.head(count);
    const bom = head.byteLength >= 3 && head[0] === 0xef && head[1] === 0xbb && head[2] === 0xbf ? 3 : 0;
    if (head.byteLength >= 2 && ((head[0] === 0xff && head[1] === 0xfe) || (head[0] === 0xfe && head[1] === 0xff))) throw encoding(shown, 1, true);
    const last = head.byteLength < count;
    let at = bom;
    let line = 0;
    const cutter = new RecordCutter(head, dialect.delimiter, last, false);
    for (;;) {
      if (at >= head.byteLength && last) return null;
      const record = cutter.next(at);
      if ('kind' in record) {
        if (record.kind === 'after-quote') throw afterQuote(shown, line + record.line);
        if (!last && count < HEADER_BYTES) break;
        throw record.inQuotes ? unclosedQuote(shown, line + 1, last ? null : HEADER_BYTES / MIB) : longHeader(shown, HEADER_BYTES / MIB);
      }
      if (!isBlank(record.fields)) {
        checkText(shown, head.subarray(at, record.end), line);
        const end = { row: 0, byte: record.end, line: line + record.lines };
        return { names: columnNames(shown, record.fields, dialect, head.subarray(at, record.end)), end };
      }
      line += record.lines;
      at = record.end;
    }
  }
}

function columnNames(shown: string, fields: readonly Field[], dialect: Dialect, line: Buffer): string[] {
  const [only] = fields;
  if (fields.length === 1 && typeof only === 'string') {
    for (const other of Object.values(DIALECTS)) {
      if (other !== dialect && only.includes(other.delimiter) && line[0] !== 0x22) throw wrongDelimiter(shown, dialect, other);
    }
    if (/\r./.test(only)) throw oldLineEnds(shown);
  }
  const seen = new Map<string, number>();
  return fields.map((field, i) => {
    // Tables that are written with their row numbers have a first column without a name.
    const name = field === null || field.trim() === '' ? `column_${i + 1}` : field;
    const first = seen.get(name);
    if (first !== undefined) throw duplicateColumn(shown, name, first, i + 1);
    seen.set(name, i + 1);
    return name;
  });
}

function cutRows(shown: string, bytes: Buffer, { delimiter }: Dialect, last: boolean, start: Position, columns: number, toRow: ReturnType<typeof rowMaker>): SourceChunk & { end: Position; left: Buffer | null } {
  const ascii = isAscii(bytes);
  const cutter = new RecordCutter(bytes, delimiter, last, ascii);
  const rows: RawRow[] = [];
  const ends: Position[] = [];
  let { row, line } = start;
  let at = 0;
  while (at < bytes.byteLength) {
    const record = cutter.next(at);
    if ('kind' in record) {
      if (record.kind === 'after-quote') throw afterQuote(shown, line + record.line);
      const long = bytes.byteLength - at > MAX_RECORD_BYTES;
      if (!last && !long) break;
      checkText(shown, bytes.subarray(0, at), start.line);
      throw record.inQuotes ? unclosedQuote(shown, line + 1, long ? MAX_RECORD_BYTES / MIB : null) : binary(shown, line + 1);
    }
    const { fields, end, lines } = record;
    if (!isBlank(fields)) {
      if (fields.length !== columns) {
        checkText(shown, bytes.subarray(0, end), start.line);
        throw ragged(shown, line + 1, fields.length, columns);
      }
      rows.push(toRow((i) => fields[i]));
      ends.push({ row: ++row, byte: start.byte + end, line: line + lines });
    }
    line += lines;
    at = end;
  }
  if (!ascii || rows.length > 0) checkText(shown, bytes.subarray(0, at), start.line, ascii);
  const end = { row, byte: start.byte + at, line };
  return { rows, ends, end, left: at < bytes.byteLength ? bytes.subarray(at) : null };
}

function isBlank(fields: readonly Field[]): boolean {
  return fields.length === 1 && fields[0] === null;
}

/** @throws Failure `input-encoding`, `input-binary` for whole lines that are no UTF-8 text */
function checkText(shown: string, bytes: Buffer, before: number, ascii = false): void {
  const zero = bytes.includes(0);
  if (!zero && (ascii || isUtf8(bytes))) return;
  let line = before + 1;
  for (let at = 0; at < bytes.byteLength; line++) {
    const newline = bytes.indexOf(10, at);
    const stop = newline === -1 ? bytes.byteLength : newline + 1;
    const content = bytes.subarray(at, stop);
    if (content.includes(0)) throw binary(shown, line);
    if (!isUtf8(content)) throw encoding(shown, line, false);
    at = stop;
  }
}
