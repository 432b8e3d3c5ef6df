/** From a frame's outcome to what the journal keeps: the rows that survived, and a line for each that did not. */
import { takeRows, type RowError } from '../protocol/index.js';
import type { FrameOutcome } from './engines/index.js';
import type { ResultBlock } from './journal/index.js';
import { FAILURE_COLUMN, nestedTooDeeply, type Frame } from './plan/index.js';

export function resultBlock({ frame, columns, errors }: FrameOutcome): { block: ResultBlock; failed: number } {
  const failed = errors.length + frame.inputErrors.length;
  if (errors.length === 0) return { block: { rows: frame.rows, carried: frame.carried, added: columns }, failed };
  const dead = new Set(errors.map((error) => error.row));
  const alive = Array.from({ length: frame.rows }, (_, i) => i).filter((i) => !dead.has(i));
  return {
    block: { rows: alive.length, carried: frame.carried.map((column) => takeRows(column, alive)), added: columns.map((column) => takeRows(column, alive)) },
    failed,
  };
}

/** What stands in `_failure` of a line of failures.jsonl. */
interface FailureNote extends Omit<RowError, 'row' | 'kind'> {
  /** Row number in the input, from 1. */
  row: number;
  kind: RowError['kind'] | 'input';
}

/**
 * The failed rows as input rows, id included, with the reason beside them: valid input for another run.
 * @throws Failure `input-malformed` for a row that JSON can be read from but not written to
 */
export function failureLines({ frame, errors }: FrameOutcome): string[] {
  const lines: { row: number; text: string }[] = frame.inputErrors.map(({ row, raw, documentId, message }) => ({
    row, text: line(raw, documentId, { row: row + 1, step: '', kind: 'input', name: 'InputError', message, at: null }),
  }));
  for (const { row, ...error } of errors) {
    const number = frame.rowNumbers[row] as number;
    lines.push({ row: number, text: line(frame.raw[row] as Frame['raw'][number], frame.documentIds[row] as string, { ...error, row: number + 1 }) });
  }
  return lines.sort((a, b) => a.row - b.row).map(({ text }) => text);
}

function line(raw: Record<string, unknown>, documentId: string | null, note: FailureNote): string {
  const { [FAILURE_COLUMN]: _earlier, ...row } = raw;
  const id = documentId === null ? {} : { document_id: documentId };
  // First where the row has none of its own, in its place where it has: an empty one was replaced.
  try {
    return JSON.stringify({ ...id, ...row, ...id, [FAILURE_COLUMN]: note }, plain);
  } catch (error) {
    throw error instanceof RangeError ? nestedTooDeeply(note.row, 'Rows that fail are kept') : error;
  }
}

/** Tables may hold what JSON does not: vectors become lists, and whole numbers that no double holds become texts. */
function plain(_key: string, value: unknown): unknown {
  if (typeof value === 'bigint') return String(value);
  return ArrayBuffer.isView(value) ? Array.from(value as unknown as ArrayLike<number>) : value;
}
