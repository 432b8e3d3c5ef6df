/** Why rows failed: failures.jsonl, grouped by cause. Read from the file, so a resumed run tells of its earlier failures too. */
import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';

export interface FailureReason {
  /** How many rows failed for it. */
  rows: number;
  /** Empty where no step is to blame. */
  step: string;
  kind: string;
  /** That of the first row. */
  message: string;
  /** `processors/core.ts:31:9`, null where no place is known. */
  at: string | null;
  /** Number of the first row in the input, from 1. */
  first_row: number;
}

/** Reasons told in a report; the file holds all of them. */
const SHOWN = 5;

interface Line {
  _failure: { row: number; step: string; kind: string; name: string; message: string; at: string | null };
}

/** Whether all failed rows failed because they could not be read, as files without permission do. */
export async function everyRowUnread(file: string): Promise<boolean> {
  const lines = createReadStream(file);
  try {
    for await (const line of createInterface({ input: lines, crlfDelay: Infinity })) if (!isInputProblem(line)) return false;
    return true;
  } finally {
    lines.destroy();
  }
}

/** Somebody may have mended the file by hand: a line without a reason, or that is no JSON, is a row to run. */
function isInputProblem(line: string): boolean {
  try {
    return (JSON.parse(line) as Partial<Line>)._failure?.kind === 'input';
  } catch {
    return false;
  }
}

/** The commonest reasons, most rows first. An exception is known by its place, anything else by its message, whatever the numbers and ids in it. */
export async function failureReasons(file: string): Promise<FailureReason[]> {
  const reasons = new Map<string, FailureReason>();
  for await (const line of createInterface({ input: createReadStream(file), crlfDelay: Infinity })) {
    const { row, step, kind, name, message, at } = (JSON.parse(line) as Line)._failure;
    const key = [step, kind, name, at ?? alike(message)].join('\n');
    const known = reasons.get(key);
    if (known !== undefined) known.rows++;
    else reasons.set(key, { rows: 1, step, kind, message, at, first_row: row });
  }
  return [...reasons.values()].sort((a, b) => b.rows - a.rows || a.first_row - b.first_row).slice(0, SHOWN);
}

/** A message without what differs from row to row: words with a digit in them, such as numbers, ids and addresses. */
function alike(message: string): string {
  // Looked for where a word begins, and nowhere in it: a plugin may say thousands of letters without a space.
  return message.replace(/(?<![\p{L}\p{N}_-])[\p{L}\p{N}_-]*\p{N}[\p{L}\p{N}_.:-]*/gu, '#');
}
