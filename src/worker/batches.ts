/**
 * One batch through all steps. A step that throws is bisected, that step only and from that step's input, so earlier
 * steps are never called twice for a row. Once the poison rows are known, the rest runs again as one batch: what a
 * good row is batched with depends on the input and on the poison, never on the search for it.
 */
import type { RowError } from '../protocol/index.js';
import type { Batch } from '../sdk/index.js';
import { StepContractError, callInSlices, matchingRows, mergeRows, type Outcome } from '../sdk/runtime.js';
import { tell } from './place.js';
import type { LiveStep } from './plugin.js';
import type { StepMeter } from './stats.js';

export interface BatchResult {
  /** The surviving rows after the last step, columns as the steps left them. */
  after: Batch;
  /** Position in the batch of each surviving row. */
  rows: number[];
  errors: RowError[];
  /** Surviving rows that a step matched; the others were skipped. */
  matched: number[];
  skipped: number;
  reordered: number;
}

export interface StepRun extends LiveStep {
  meter: StepMeter;
}

/** @param onCall called after each call of a processor: the search for poison makes many, and each is a sign of life */
export async function runBatch(batch: Batch, steps: readonly StepRun[], root: string, onCall: () => void): Promise<BatchResult> {
  let state = batch;
  let rows = Array.from({ length: batch.numRows }, (_, i) => i);
  const touched = new Uint8Array(batch.numRows);
  const errors: RowError[] = [];
  let reordered = 0;
  for (const run of steps) {
    const matching = matchingRows(run.step, state);
    if (matching.length === 0) continue;
    for (const i of matching) touched[rows[i] as number] = 1;
    const part = matching.length === state.numRows ? state : state.take(matching);
    const done = await runStep(run, part, root, onCall);
    reordered += done.reordered;
    if (done.poison.size === 0) {
      state = mergeRows(state, done.after, part, matching);
      continue;
    }
    for (const [k, error] of done.poison) errors.push({ ...error, row: rows[matching[k] as number] as number });
    const dead = new Set([...done.poison.keys()].map((k) => matching[k] as number));
    const alive = rows.map((_, i) => i).filter((i) => !dead.has(i));
    const position = new Map(alive.map((i, k) => [i, k]));
    const good = matching.filter((i) => !dead.has(i)).map((i) => position.get(i) as number);
    const survivors = state.take(alive);
    state = good.length === 0 ? survivors : mergeRows(survivors, done.after, done.before, good);
    rows = alive.map((i) => rows[i] as number);
    if (rows.length === 0) break;
  }
  const matched = rows.filter((row) => touched[row] === 1);
  return { after: state, rows, errors, matched, skipped: rows.length - matched.length, reordered };
}

interface StepDone {
  /** The surviving rows as the step was given them, and as it returned them. */
  before: Batch;
  after: Batch;
  /** Position in the step's input to what went wrong. */
  poison: Map<number, Omit<RowError, 'row'>>;
  reordered: number;
}

async function runStep(run: StepRun, input: Batch, root: string, onCall: () => void): Promise<StepDone> {
  const call = (batch: Batch): Promise<Outcome> => run.meter.batch(batch.numRows, () => callInSlices(run.processor, batch, run.step.batchSize)).finally(onCall);
  const poison = new Map<number, Omit<RowError, 'row'>>();
  let alive = Array.from({ length: input.numRows }, (_, i) => i);
  let batch = input;
  for (;;) {
    try {
      const { batch: after, reordered } = await call(batch);
      return { before: batch, after, poison, reordered: reordered ? 1 : 0 };
    } catch (error) {
      const found = new Map<number, unknown>();
      await isolate(call, input, alive, error, found);
      // Each half works alone, the whole does not: nobody can say which row is to blame, so all of them are.
      if (found.size === 0) for (const i of alive) found.set(i, error);
      for (const [i, cause] of found) poison.set(i, explain(cause, run.step.name, root));
      alive = alive.filter((i) => !found.has(i));
      batch = input.take(alive);
      if (alive.length === 0) return { before: batch, after: batch, poison, reordered: 0 };
    }
  }
}

/** Finds the rows that fail on their own, by halving. `error` is what the whole of `rows` gave. */
async function isolate(call: (batch: Batch) => Promise<Outcome>, input: Batch, rows: number[], error: unknown, found: Map<number, unknown>): Promise<void> {
  if (rows.length === 1) {
    found.set(rows[0] as number, error);
    return;
  }
  const middle = rows.length >> 1;
  for (const half of [rows.slice(0, middle), rows.slice(middle)]) {
    let failure: unknown;
    let failed = false;
    try {
      await call(input.take(half));
    } catch (caught) {
      failed = true;
      failure = caught;
    }
    if (failed) await isolate(call, input, half, failure, found);
  }
}

function explain(error: unknown, step: string, root: string): Omit<RowError, 'row'> {
  const told = tell(error, root);
  const kind = error instanceof StepContractError ? error.kind : 'exception';
  return { step, kind, ...told };
}
