/**
 * Running steps over a batch, with every promise a step makes checked: same rows, same order.
 * The worker builds its failure handling on these parts; `plugsmith/testing` uses `runSteps` as it is.
 */
import { Batch } from './batch.js';
import { Column, columnFrom } from './column.js';
import { describe } from './describe.js';
import { meets, type PipelineStep, type Processor } from './pipeline.js';

/** A step broke its contract on the rows it returned. */
export class StepContractError extends Error {
  override readonly name = 'StepContractError';

  constructor(
    readonly kind: 'row_count' | 'rows_changed',
    message: string,
  ) {
    super(message);
  }
}

/** What a step made of a batch. */
export interface Outcome {
  batch: Batch;
  /** True when the rows came back in another order and were put back. */
  reordered: boolean;
}

/**
 * Calls a processor and checks what it returned.
 * @throws StepContractError for other rows; whatever the processor throws otherwise.
 */
export async function callProcessor(processor: Processor, batch: Batch): Promise<Outcome> {
  const result: unknown = await processor.process(batch);
  if (!(result instanceof Batch)) throw new StepContractError('row_count', `process() returned ${describe(result)}; return the batch, for example batch.withColumn(...)`);
  if (result.numRows !== batch.numRows) {
    const verb = result.numRows < batch.numRows ? 'dropped' : 'added';
    throw new StepContractError('row_count', `process() was given ${batch.numRows} rows and returned ${result.numRows}: it ${verb} ${Math.abs(batch.numRows - result.numRows)}. Every row must come back, null where there is no value`);
  }
  return restoreOrder(batch, result);
}

function restoreOrder(before: Batch, after: Batch): Outcome {
  if (!before.has('document_id')) return { batch: after, reordered: false };
  if (!after.has('document_id')) throw new StepContractError('rows_changed', 'process() returned rows without their document_id');
  const idsBefore = before.column('document_id');
  const idsAfter = after.column('document_id');
  if (idsBefore === idsAfter) return { batch: after, reordered: false };
  let wanted = idsBefore.toArray();
  let given = idsAfter.toArray();
  if (new Set(wanted).size < wanted.length) [wanted, given] = withContent(before, after) ?? [wanted, given];
  if (wanted.every((id, i) => id === given[i])) return { batch: after, reordered: false };
  const at = new Map<string | null, number[]>();
  given.forEach((id, i) => at.set(id, [...(at.get(id) ?? []), i]));
  const order = wanted.map((id) => at.get(id)?.shift());
  if (order.some((i) => i === undefined)) {
    throw new StepContractError('rows_changed', `process() changed document_id: ${String(wanted[order.indexOf(undefined)])} did not come back. Ids tie results to their rows; leave them as they are`);
  }
  return { batch: after.take(order as number[]), reordered: true };
}

/** Ids that occur twice do not tell two rows apart; with the row's content they do, where the step left that as it was. */
function withContent(before: Batch, after: Batch): [string[], string[]] | null {
  const [wanted, given] = [before, after].map((batch) => {
    if (!batch.has('data')) return [];
    const content = batch.column<unknown>('data').toArray();
    return batch.column('document_id').toArray().map((id, i) => JSON.stringify([id, content[i]]));
  }) as [string[], string[]];
  const same = wanted.length > 0 && isSame(wanted.slice().sort(), given.slice().sort());
  return same ? [wanted, given] : null;
}

function isSame(one: readonly string[], other: readonly string[]): boolean {
  return one.length === other.length && one.every((item, i) => item === other[i]);
}

/** Positions of the rows that meet the step's condition. */
export function matchingRows(step: PipelineStep, batch: Batch): number[] {
  const all = Array.from({ length: batch.numRows }, (_, i) => i);
  if (step.condition === 'always' || !batch.has('mime_type')) return all;
  const types = batch.column('mime_type');
  return all.filter((i) => meets(step.condition, types.get(i)));
}

/** Puts what a step did to some rows back among all rows; elsewhere a new column is null, a changed one as before. */
export function mergeRows(all: Batch, part: Batch, before: Batch, indices: readonly number[]): Batch {
  if (indices.length === all.numRows) return part;
  let merged = all;
  for (const column of part.columns()) {
    if (isUnchanged(before, column)) continue;
    const values = all.has(column.name) ? all.column<unknown>(column.name).toArray() : new Array<unknown>(all.numRows).fill(null);
    column.toArray().forEach((value, k) => (values[indices[k] as number] = value));
    merged = merged.withColumn(column.name, columnFrom(column.name, values));
  }
  return merged;
}

/** The columns that are new or changed. */
export function changedColumns(before: Batch, after: Batch): Column[] {
  return after.columns().filter((column) => !isUnchanged(before, column));
}

function isUnchanged(before: Batch, column: Column): boolean {
  return before.has(column.name) && before.column(column.name).origin === column.origin;
}

/** Calls the processor on slices of at most `size` rows and joins what comes back. @throws as `callProcessor` does. */
export async function callInSlices(processor: Processor, batch: Batch, size: number | null): Promise<Outcome> {
  if (size === null || size >= batch.numRows) return callProcessor(processor, batch);
  const parts: Batch[] = [];
  let reordered = false;
  for (let start = 0; start < batch.numRows; start += size) {
    const outcome = await callProcessor(processor, batch.slice(start, start + size));
    reordered ||= outcome.reordered;
    parts.push(outcome.batch);
  }
  const names = new Set(parts.flatMap((part) => part.columnNames));
  const columns = [...names].map((name) => {
    // A column that no slice touched keeps its identity, so that only real changes travel on.
    if (batch.has(name) && parts.every((part) => part.has(name) && isUnchanged(batch, part.column(name) as Column))) return batch.column(name) as Column;
    return columnFrom(name, parts.flatMap((part) => (part.has(name) ? part.column<unknown>(name).toArray() : new Array<unknown>(part.numRows).fill(null))));
  });
  return { batch: new Batch(columns, batch.numRows), reordered };
}

/** Runs all steps over a batch, as one batch. @throws what a step throws, as it is; StepContractError for other rows. */
export async function runSteps(steps: readonly { step: PipelineStep; processor: Processor }[], batch: Batch): Promise<Batch> {
  let state = batch;
  for (const { step, processor } of steps) {
    const indices = matchingRows(step, state);
    if (indices.length === 0) continue;
    const before = indices.length === state.numRows ? state : state.take(indices);
    const outcome = await callInSlices(processor, before, step.batchSize);
    state = mergeRows(state, outcome.batch, before, indices);
  }
  return state;
}
