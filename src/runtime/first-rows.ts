/** The first row of each flaw of a feature, so that a warning can name one to look at. */
import { isValid } from '../protocol/index.js';
import type { FrameOutcome } from './engines/index.js';

/** Why a row has no vector: what a frame counts of each feature. */
const FLAWS = ['null', 'wrong_size', 'nan'] as const;

export type Flaw = (typeof FLAWS)[number];

/** A row of the input: its number, from 1, and its id. */
export interface InputRow {
  row: number;
  id: string;
}

/** By feature. `null` where the first row cannot be told from the rows beside it. */
export type FirstFlaws = Readonly<Record<string, Readonly<Partial<Record<Flaw, InputRow | null>>>>>;

/**
 * Adds what a frame shows for the first time; frames come in input order. A result says which rows have no vector, not
 * why: where a frame has several reasons, or rows that no step matched, the row stays unknown.
 */
export function addFirstFlaws(known: FirstFlaws, { frame, columns, errors, stats }: FrameOutcome): FirstFlaws {
  const found = Object.entries(stats.features).flatMap(([name, counted]) => {
    const fresh = FLAWS.filter((flaw) => counted[flaw] > 0 && known[name]?.[flaw] === undefined);
    const column = columns.find((candidate) => candidate.name === name);
    if (fresh.length === 0 || column === undefined) return [];
    const failed = new Set(errors.map(({ row }) => row));
    const without = Array.from({ length: frame.rows }, (_, row) => row).filter((row) => !isValid(column.validity, row) && !failed.has(row));
    const [first = 0] = without;
    const named = { row: (frame.rowNumbers[first] as number) + 1, id: frame.documentIds[first] as string };
    return [[name, { ...known[name], ...Object.fromEntries(fresh.map((flaw) => [flaw, counted[flaw] === without.length ? named : null])) }]];
  });
  return found.length === 0 ? known : { ...known, ...Object.fromEntries(found) };
}
