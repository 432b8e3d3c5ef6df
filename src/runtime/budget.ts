/** Calls of other people's services cost money: many of them are asked about before the first is made. */
import { Failure } from '../errors/index.js';
import type { ReadyMessage } from '../protocol/index.js';
import { START, type Source } from './sources/index.js';

export interface Budget {
  /** Names of the steps of type `api`. */
  steps: string[];
  /** Rows that each of them is given at most; null where the input cannot be counted before it is read. */
  rows: number | null;
}

/** So many rows are a trial, and nobody is asked. */
const TRIAL_ROWS = 1000;

/**
 * Asks when steps of type `api` would be given more than 1,000 rows.
 * @throws Failure `budget-refused`, and what `confirm` throws where nobody can be asked
 */
export async function askBudget(ready: ReadyMessage, source: Source, limit: number | null, confirm: (budget: Budget) => Promise<boolean>): Promise<void> {
  const steps = ready.steps.filter((step) => step.resource_type === 'api').map((step) => step.name);
  if (steps.length === 0 || (limit !== null && limit <= TRIAL_ROWS)) return;
  const rows = await countRows(source, limit);
  if (rows !== null && rows <= TRIAL_ROWS) return;
  if (await confirm({ steps, rows })) return;
  throw new Failure({ code: 'budget-refused', message: 'The run was not started: its calls were not agreed to.', why: 'Steps of type api call services that may cost money.', next: `Try it on some rows first: --limit ${TRIAL_ROWS}` });
}

/** As many rows as will be read. Null for standard input, which can be read but once. */
async function countRows(source: Source, limit: number | null): Promise<number | null> {
  if (source.path === '-') return limit;
  let rows = source.rows ?? null;
  if (rows === null) {
    rows = 0;
    for await (const chunk of source.read(START)) {
      rows += chunk.rows.length;
      if (limit !== null && rows >= limit) break;
    }
  }
  return Math.min(rows, limit ?? Infinity);
}
