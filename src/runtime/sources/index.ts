/** Where rows come from. A source gives rows in order, with the position after each, and can start again at one. */
import type { ColumnType } from '../../protocol/index.js';
import type { PrefixDigest } from './prefix.js';

export { openSource, type SourceOptions } from './open.js';
export { problemOf, setProblem } from './problem.js';

/** A place in the input: everything before it has been read. */
export interface Position {
  /** Rows before it. */
  row: number;
  /** Bytes before it. */
  byte: number;
  /** Lines before it, for messages. */
  line: number;
}

export const START: Position = { row: 0, byte: 0, line: 0 };

export type RawRow = Record<string, unknown>;

export interface SourceChunk {
  rows: RawRow[];
  /** Position after each row. */
  ends: Position[];
  /** Types of columns, where the format declares them: the same for every chunk of a source. Others are told from the values. */
  types?: ReadonlyMap<string, ColumnType>;
  /** Whether the format has no other types than text. */
  textOnly?: true;
}

export interface Source {
  /** Part of every generated document id: the file's name, or `stdin`. */
  name: string;
  /** As the user gave it, for messages and `run.json`. */
  path: string;
  /** Total bytes, null when unknown (stdin). */
  bytes: number | null;
  /** Total rows, null as long as they are unknown; absent where they never are known. */
  readonly rows?: number | null;
  /** Where relative paths in `data` begin, where that is not the folder that the input stands in. Absolute. */
  readonly base?: string;
  /** Whether a file, once written there, would be part of the input. */
  holds?(path: string): boolean;
  /** Identity of the content: sha256 of a file, of names, sizes and times of a folder's files; null for stdin. */
  digest(): Promise<string | null>;
  /** What has been read so far, for an input that cannot be read before the run. */
  prefix?: PrefixDigest;
  /** Rows from `from` on. @throws Failure for input that cannot be read as rows, naming the line. */
  read(from: Position): AsyncIterable<SourceChunk>;
  /** Lets go of a stream that nobody will read to its end. */
  close?(): void;
}
