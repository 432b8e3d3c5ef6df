/**
 * Commits of a journal. Layout of a run's folder:
 *
 * ```text
 * journal/000.arrow   Arrow stream; a further segment begins where the schema had to widen, and where a run was continued
 * journal/commits     one line per commit: CRC-32 in hex, a space, JSON
 * failures.jsonl      failed rows, as input rows with the reason beside them
 * ```
 *
 * A commit line is written after the data it names is on disk, so the last whole line is the truth.
 */
import { join } from 'node:path';
import { crc32 } from 'node:zlib';
import type { FrameStats } from '../../protocol/index.js';
import type { FirstFlaws, InputRow } from '../first-rows.js';
import type { Position } from '../sources/index.js';
import type { JournalField } from './schema.js';

export interface Commit {
  /** Where the input stands; the run continues here. */
  position: Position;
  /** Bytes of each segment. */
  segments: number[];
  /** Bytes of failures.jsonl. */
  failures: number;
  fields: JournalField[];
  /** sha256 over the input bytes read so far, for inputs that cannot be read twice before the run; else null. */
  inputDigest: string | null;
  /** Columns of the first rows of the input. */
  columns: readonly string[];
  totals: Totals;
}

export interface Totals {
  rowsOut: number;
  rowsFailed: number;
  stats: FrameStats;
  seconds: number;
  /** What plugin code counted outside of frames; the rest is in `stats`. */
  metrics: Record<string, number>;
  /** Rows with the `document_id` of an earlier one, as far as seen, and the first of them. */
  repeated: { rows: number; first: InputRow | null };
  /** Rows that warnings name. */
  flaws: FirstFlaws;
  /** Columns that warnings name: those of `RunTotals`. */
  inexact: string[];
  replaced: string[];
}

/** What a commit is told by whoever appends; the journal knows the rest. */
export type JournalState = Omit<Commit, 'segments' | 'failures' | 'fields'>;

export function segmentPath(folder: string, index: number): string {
  return join(folder, 'journal', `${String(index).padStart(3, '0')}.arrow`);
}

export function commitsPath(folder: string): string {
  return join(folder, 'journal', 'commits');
}

export function failuresPath(folder: string): string {
  return join(folder, 'failures.jsonl');
}

export function commitLine(commit: Commit): string {
  const json = JSON.stringify(commit);
  return `${checksum(json)} ${json}\n`;
}

/** The commit in a line without its end; null when the line was cut short or changed. */
export function parseCommit(line: string): Commit | null {
  const [sum, json] = [line.slice(0, 8), line.slice(9)];
  return sum === checksum(json) ? (JSON.parse(json) as Commit) : null;
}

function checksum(json: string): string {
  return crc32(json).toString(16).padStart(8, '0');
}
