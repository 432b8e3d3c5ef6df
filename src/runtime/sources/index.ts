/** Where rows come from. A source gives rows in order, with the position after each, and can start again at one. */
import type { PrefixDigest } from './prefix.js';

export { openSource, type SourceOptions } from './open.js';

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
}

export interface Source {
  /** Part of every generated document id: the file's name, or `stdin`. */
  name: string;
  /** As the user gave it, for messages and `run.json`. */
  path: string;
  /** Total bytes, null when unknown (stdin). */
  bytes: number | null;
  /** Identity of the content: sha256 of a file, null for stdin. */
  digest(): Promise<string | null>;
  /** What has been read so far, for an input that cannot be read before the run. */
  prefix?: PrefixDigest;
  /** Rows from `from` on. @throws Failure for input that cannot be read as rows, naming the line. */
  read(from: Position): AsyncIterable<SourceChunk>;
  /** Lets go of a stream that nobody will read to its end. */
  close?(): void;
}
