/**
 * Cutting bytes into the records and fields of a CSV file (RFC 4180: quotes are doubled, and quoted fields may hold
 * delimiters and line ends). Delimiter, quote and line end are ASCII, which never occurs inside another UTF-8
 * character, so records are cut as bytes and only fields that need it are decoded.
 */

/** Null is an empty field without quotes; `""` is an empty text. */
export type Field = string | null;

export interface CsvRecord {
  fields: Field[];
  /** Byte after the record and its line end. */
  end: number;
  /** Lines that it takes. */
  lines: number;
}

/** What stands in the way of a record: more bytes are needed, or text follows a closing quote. */
export type Obstacle = { kind: 'incomplete'; inQuotes: boolean } | { kind: 'after-quote'; line: number };

const QUOTE = '"';
const NEWLINE = '\n';

export class RecordCutter {
  private readonly text: string;
  private readonly ascii: boolean;
  /** Next quote at or behind the place that is looked at; -1 when there is none. */
  private quote: number;

  /** @param last whether these are the last bytes, so that a record may end without a line end */
  constructor(
    private readonly bytes: Buffer,
    private readonly delimiter: string,
    private readonly last: boolean,
    ascii: boolean,
  ) {
    this.text = bytes.latin1Slice();
    this.ascii = ascii;
    this.quote = this.text.indexOf(QUOTE);
  }

  /** The record that begins at a byte. */
  next(start: number): CsvRecord | Obstacle {
    if (this.quote !== -1 && this.quote < start) this.quote = this.text.indexOf(QUOTE, start);
    const newline = this.text.indexOf(NEWLINE, start);
    if (newline === -1 && !this.last && this.quote === -1) return { kind: 'incomplete', inQuotes: false };
    const end = newline === -1 ? this.text.length : newline;
    if (this.quote === -1 || this.quote > end) {
      if (newline === -1 && !this.last) return { kind: 'incomplete', inQuotes: false };
      return { fields: this.split(start, this.withoutReturn(start, end)), end: Math.min(end + 1, this.text.length), lines: 1 };
    }
    return this.quoted(start);
  }

  /** The fields of a record that holds no quote. */
  private split(start: number, end: number): Field[] {
    const fields: Field[] = [];
    for (let at = start; ; ) {
      const found = this.text.indexOf(this.delimiter, at);
      const stop = found === -1 || found > end ? end : found;
      fields.push(stop === at ? null : this.decode(at, stop));
      if (stop === end) return fields;
      at = stop + 1;
    }
  }

  private quoted(start: number): CsvRecord | Obstacle {
    const { text } = this;
    const fields: Field[] = [];
    let lines = 1;
    for (let at = start; ; at++) {
      if (text[at] === QUOTE) {
        let close = text.indexOf(QUOTE, at + 1);
        let doubled = false;
        while (close !== -1 && text[close + 1] === QUOTE) {
          doubled = true;
          close = text.indexOf(QUOTE, close + 2);
        }
        // A quote at the very end may be the first half of a doubled one.
        if (close === -1 || (close + 1 === text.length && !this.last)) return { kind: 'incomplete', inQuotes: true };
        const value = this.decode(at + 1, close);
        fields.push(doubled ? value.replaceAll('""', QUOTE) : value);
        lines += countLines(text, at, close);
        at = close + 1;
      } else {
        const stop = this.fieldEnd(at);
        if (stop === -1) return { kind: 'incomplete', inQuotes: false };
        const end = text[stop] === this.delimiter ? stop : this.withoutReturn(at, stop);
        fields.push(end === at ? null : this.decode(at, end));
        at = stop;
      }
      if (text[at] === this.delimiter) continue;
      if (text[at] === '\r' && text[at + 1] === NEWLINE) at++;
      if (at >= text.length || text[at] === NEWLINE) {
        if (at >= text.length && !this.last) return { kind: 'incomplete', inQuotes: false };
        return { fields, end: Math.min(at + 1, text.length), lines };
      }
      if (at + 1 === text.length && !this.last) return { kind: 'incomplete', inQuotes: false };
      return { kind: 'after-quote', line: lines };
    }
  }

  /** Where a field without quotes ends: at a delimiter, a line end, or the end of the file. */
  private fieldEnd(start: number): number {
    const newline = this.text.indexOf(NEWLINE, start);
    const delimiter = this.text.indexOf(this.delimiter, start);
    if (delimiter !== -1 && (newline === -1 || delimiter < newline)) return delimiter;
    return newline === -1 && this.last ? this.text.length : newline;
  }

  private withoutReturn(start: number, end: number): number {
    return end > start && this.text[end - 1] === '\r' ? end - 1 : end;
  }

  private decode(start: number, end: number): string {
    return this.ascii ? this.text.slice(start, end) : this.bytes.utf8Slice(start, end);
  }
}

function countLines(text: string, start: number, end: number): number {
  let lines = 0;
  for (let at = text.indexOf(NEWLINE, start); at !== -1 && at < end; at = text.indexOf(NEWLINE, at + 1)) lines++;
  return lines;
}
