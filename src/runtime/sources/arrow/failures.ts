/** What can be wrong with Arrow IPC, in words. */
import { Failure, messageOf } from '../../../errors/index.js';

export function noArrow(shown: string): Failure {
  return new Failure({ code: 'input-format', message: `${shown} is no Arrow file or stream.`, why: 'Its content is not what its name or --input-format says.', next: 'Give --input-format with what it is, or another file.' });
}

export function truncated(shown: string, where: string): Failure {
  return new Failure({ code: 'input-truncated', message: `${shown} is cut short: it ends in ${where}.`, why: 'Rows are missing.', next: 'Copy or write the file again; a program that is still writing it has to finish first.' });
}

export function compressed(shown: string, codec: 'LZ4' | 'Zstandard'): Failure {
  return new Failure({
    code: 'input-compression',
    message: `The record batches of ${shown} are compressed with ${codec}, which is not read.`,
    why: 'Arrow is read as it lies in the file; a compressed Arrow file is better written as Parquet.',
    next: "Write it without compression, for example with pyarrow: feather.write_feather(table, path, compression='uncompressed'), or as Parquet.",
  });
}

export function gigantic(shown: string, batch: number, bytes: number, most: number): Failure {
  const mib = (count: number): string => `${Math.ceil(count / 1024 / 1024).toLocaleString('en-US')} MiB`;
  return new Failure({ code: 'input-record-batch', message: `Record batch ${batch} of ${shown} holds ${mib(bytes)}; at most ${mib(most)} are read.`, why: 'A record batch has to fit into memory as a whole.', next: 'Write the file anew with smaller batches, for example with pyarrow: writer.write_table(table, max_chunksize=65536).' });
}

export function duplicateColumn(shown: string, name: string): Failure {
  return new Failure({ code: 'input-columns', message: `${shown} has two columns "${name}".`, why: 'Columns are known by their names; one of the two would be lost.', next: 'Rename one of them.' });
}

export function corrupt(shown: string, where: string, error: unknown): Failure {
  return new Failure({ code: 'input-corrupt', message: `${shown} cannot be read as Arrow (${where}): ${messageOf(error)}.`, why: 'The file is damaged, or has columns of a type that is not supported.', next: 'Write the file again; if other programs read it, write its columns as plain types, or as Parquet.', cause: error });
}
