/** What can be wrong with a Parquet file, in words. */
import { Failure, messageOf } from '../../../errors/index.js';

const AGAIN = 'Copy or write the file again.';

export function noParquet(path: string): Failure {
  return new Failure({ code: 'input-format', message: `${path} is no Parquet file: it does not begin with PAR1.`, why: 'Its content is not what its name or --input-format says.', next: 'Give --input-format with what it is, or another file.' });
}

export function truncated(path: string): Failure {
  return new Failure({ code: 'input-truncated', message: `${path} is cut short: it does not end with PAR1.`, why: 'The table of contents of a Parquet file stands at its end.', next: `${AGAIN} A program that is still writing it has to finish first.` });
}

export function encrypted(path: string, what: string): Failure {
  return new Failure({ code: 'input-encrypted', message: `${path} is encrypted (${what}).`, why: 'Plugsmith holds no keys of files.', next: 'Write a decrypted copy with the program that has the key.' });
}

export function compression(path: string, column: string, codec: string): Failure {
  return new Failure({ code: 'input-compression', message: `The column "${column}" of ${path} is compressed with ${codec}, which is not read.`, why: 'Its values cannot be had.', next: 'Write the file anew with zstd, snappy, gzip, brotli, lz4 or none.' });
}

export function splitFile(path: string, column: string): Failure {
  return new Failure({ code: 'input-format', message: `The column "${column}" of ${path} lies in another file.`, why: 'Such summaries point to files that may be anywhere.', next: 'Give the files that hold the data.' });
}

export function gigantic(path: string, column: string, bytes: number, most: number): Failure {
  const mib = (count: number): string => `${Math.ceil(count / 1024 / 1024).toLocaleString('en-US')} MiB`;
  return new Failure({ code: 'input-row-group', message: `The column "${column}" of ${path} has a page of ${mib(bytes)}; at most ${mib(most)} are read.`, why: 'A page is decompressed as a whole, so it has to fit into memory.', next: 'Write the file anew with smaller pages, for example with pyarrow: write_table(..., data_page_size=1024*1024, write_batch_size=64).' });
}

export function endsInPage(path: string, column: string): Failure {
  return new Failure({ code: 'input-truncated', message: `The column "${column}" of ${path} ends in the middle of a page.`, why: 'Parts of the file are missing, or its table of contents is wrong.', next: AGAIN });
}

export function badChecksum(path: string, column: string): Failure {
  return new Failure({ code: 'input-corrupt', message: `A page of the column "${column}" of ${path} has another checksum than it should.`, why: 'Its values changed since they were written.', next: AGAIN });
}

export function notText(path: string, column: string): Failure {
  return new Failure({ code: 'input-encoding', message: `The column "${column}" of ${path} is declared as text, but holds bytes that are not UTF-8.`, why: 'Guessing another encoding would change the text without a word.', next: 'Write the column anew as UTF-8, or as binary.' });
}

export function corrupt(path: string, where: string, error: unknown): Failure {
  // What a reader stumbles over in bytes that mean nothing tells nobody anything.
  const what = error instanceof TypeError ? 'it makes no sense' : messageOf(error);
  return new Failure({ code: 'input-corrupt', message: `${path} cannot be read as Parquet (${where}): ${what}.`, why: 'The file is damaged, or uses a part of the format that is not supported.', next: `${AGAIN} If other programs read it, write a copy with plain settings.`, cause: error });
}
