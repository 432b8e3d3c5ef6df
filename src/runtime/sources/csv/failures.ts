/** What can be wrong with a CSV file, in words. */
import { Failure } from '../../../errors/index.js';

export interface Dialect {
  /** As `--input-format` has it. */
  format: 'csv' | 'csv-semicolon' | 'tsv';
  delimiter: ',' | ';' | '\t';
}

export const DIALECTS: Record<Dialect['format'], Dialect> = {
  csv: { format: 'csv', delimiter: ',' },
  'csv-semicolon': { format: 'csv-semicolon', delimiter: ';' },
  tsv: { format: 'tsv', delimiter: '\t' },
};

const NAMES: Record<Dialect['delimiter'], string> = { ',': 'commas', ';': 'semicolons', '\t': 'tabs' };

/** The first line has one column only by this delimiter, and several by another one. */
export function wrongDelimiter(shown: string, used: Dialect, found: Dialect): Failure {
  return new Failure({
    code: 'input-delimiter',
    message: `The columns of ${shown} are separated by ${NAMES[found.delimiter]}, not by ${NAMES[used.delimiter]}.`,
    why: 'Read as it is, each line would be one column.',
    next: `Add --input-format ${found.format}.`,
    details: { format: found.format },
  });
}

export function duplicateColumn(shown: string, name: string, first: number, second: number): Failure {
  return new Failure({
    code: 'input-columns',
    message: `${shown} has two columns "${name}": number ${first} and number ${second}.`,
    why: 'Columns are known by their names; one of the two would be lost.',
    next: 'Rename one of them in the first line.',
    details: { line: 1, columns: [first, second] },
  });
}

export function ragged(shown: string, line: number, fields: number, columns: number): Failure {
  return new Failure({
    code: 'input-malformed',
    message: `Line ${line} of ${shown} has ${count(fields, 'field')}, the first line has ${count(columns, 'column')}.`,
    why: 'Which value belongs to which column cannot be told.',
    next: fields > columns ? `Correct line ${line}; a value that holds the delimiter stands in quotes.` : `Correct line ${line}; a value that is missing keeps its delimiter.`,
    details: { line, fields, columns },
  });
}

/** @param mebibytes how far was looked; null: to the end of the file */
export function unclosedQuote(shown: string, line: number, mebibytes: number | null): Failure {
  return new Failure({
    code: 'input-malformed',
    message: `A quote that opens in line ${line} of ${shown} is not closed${mebibytes === null ? '' : ` within ${mebibytes} MiB`}.`,
    why: 'Everything behind it would be one value.',
    next: `Close it, or double the quote where it is part of the text: "".`,
    details: { line },
  });
}

export function afterQuote(shown: string, line: number): Failure {
  return new Failure({
    code: 'input-malformed',
    message: `In line ${line} of ${shown}, text follows a closing quote.`,
    why: 'Where the value ends cannot be told.',
    next: 'Put the whole value into quotes, and double those inside it: "".',
    details: { line },
  });
}

export function oldLineEnds(shown: string): Failure {
  return new Failure({
    code: 'input-malformed',
    message: `The lines of ${shown} end with a carriage return alone.`,
    why: 'Such files are no longer written by anything but old programs, and are read as one line.',
    next: `Convert the file, for example: tr '\\r' '\\n' < ${shown} > converted.csv`,
    details: { line: 1 },
  });
}

export function encoding(shown: string, line: number, utf16: boolean): Failure {
  return new Failure({
    code: 'input-encoding',
    message: utf16 ? `${shown} is UTF-16.` : `Line ${line} of ${shown} is not UTF-8.`,
    why: 'Rows are read as UTF-8; guessing another encoding would change the text without a word.',
    next: `Convert the file, for example: iconv -f ${utf16 ? 'utf-16' : 'latin1'} -t utf-8 ${shown} > utf8.csv`,
    details: { line },
  });
}

export function binary(shown: string, line: number): Failure {
  return new Failure({
    code: 'input-binary',
    message: `${shown} is no CSV file: line ${line} holds bytes that are no text.`,
    why: 'It looks like a binary file under a text name.',
    next: 'Give a text file, or name its format with --input-format.',
    details: { line },
  });
}

export function longHeader(shown: string, mib: number): Failure {
  return new Failure({ code: 'input-malformed', message: `The first line of ${shown} is longer than ${mib} MiB.`, why: 'The first line names the columns.', next: 'Check that the file is CSV, and that a quote in its first line is closed.', details: { line: 1 } });
}

function count(number: number, what: string): string {
  return `${number} ${what}${number === 1 ? '' : 's'}`;
}
