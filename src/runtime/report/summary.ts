/** From what a run counted to its result and its warnings, each with one next action. */
import type { FailureReason } from './failures.js';
import type { FeatureStats, FrameStats, StepStats } from '../../protocol/index.js';
import type { FirstFlaws, InputRow } from '../first-rows.js';
import type { RepeatedIds } from '../repeated-ids.js';
import { addCounts } from '../engines/stats.js';
import { words, type Language, type Words } from './words.js';

export interface Warning {
  code: string;
  message: string;
  next: string;
}

/** The result of a run; a stable shape, more keys may be added. */
export interface RunResult {
  status: 'succeeded' | 'partial' | 'failed';
  run: string;
  /** `in` = `out` + `failed`; `skipped` rows, which no step matched, are among `out`. */
  rows: { in: number; out: number; failed: number; skipped: number };
  features: Record<string, { written: number; null: number; wrong_size: number; nan: number; zero: number; coverage: number }>;
  steps: { name: string; rows: number; batches: number; seconds: number; model_seconds: number; tokenizer_seconds: number; io_seconds: number; model_calls: number; tokenizer_calls: number; io_calls: number }[];
  /** What plugin code counted with context.metrics. */
  metrics: Record<string, number>;
  seconds: number;
  rows_per_second: number;
  warnings: Warning[];
  output: string | null;
  failures: string | null;
  /** The commonest reasons why rows failed. */
  failure_reasons: FailureReason[];
  report: string;
}

export interface RunTotals {
  rowsIn: number;
  rowsOut: number;
  rowsFailed: number;
  stats: FrameStats;
  /** Wall seconds, all continuations added up. */
  seconds: number;
  /** Counted outside of frames; the rest is in `stats`. */
  metrics: Record<string, number>;
  workersLost: { kind: string; message: string }[];
  linesDropped: number;
  errorsLogged: { count: number; first: string | null };
  /** Input columns with numbers that no float64 holds exactly. */
  inexact: Set<string>;
  /** Columns that the input has and the plugin, which did not see them, wrote. */
  replaced: Set<string>;
  /** Rows with the `document_id` of an earlier row. */
  repeated: RepeatedIds;
  /** Rows to name for features that were not written. */
  flaws: FirstFlaws;
}

export interface SummaryContext {
  run: string;
  /** Of the plugin; `typescript` unless told. */
  language?: Language;
  features: readonly { name: string; dim: number }[];
  allowNulls: boolean;
  output: string | null;
  failures: string | null;
  failureReasons: FailureReason[];
  report: string;
}

export function summarise(totals: RunTotals, context: SummaryContext): RunResult {
  const { rowsIn, rowsOut, rowsFailed, stats } = totals;
  const expected = rowsIn - stats.skipped;
  const features: RunResult['features'] = {};
  for (const { name } of context.features) {
    const counted = stats.features[name] ?? { written: 0, null: 0, wrong_size: 0, nan: 0, zero: 0, seen_size: 0 };
    const { written, wrong_size, nan, zero } = counted;
    features[name] = { written, null: counted.null, wrong_size, nan, zero, coverage: expected === 0 ? 0 : written / expected };
  }
  const incomplete = Object.values(features).some((feature) => feature.wrong_size + feature.nan > 0 || (!context.allowNulls && feature.null > 0));
  const wroteNothing = rowsOut - stats.skipped === 0 || (context.features.length > 0 && Object.values(features).every((feature) => feature.written === 0));
  return {
    status: wroteNothing ? 'failed' : rowsFailed > 0 || incomplete ? 'partial' : 'succeeded',
    run: context.run,
    rows: { in: rowsIn, out: rowsOut, failed: rowsFailed, skipped: stats.skipped },
    features,
    steps: stats.steps.map(({ name, rows, batches, seconds, model_seconds, tokenizer_seconds, io_seconds, model_calls, tokenizer_calls, io_calls }) => ({
      name, rows, batches, seconds: round(seconds), model_seconds: round(model_seconds), tokenizer_seconds: round(tokenizer_seconds), io_seconds: round(io_seconds), model_calls, tokenizer_calls, io_calls,
    })),
    metrics: addCounts(stats.metrics, totals.metrics),
    seconds: round(totals.seconds),
    rows_per_second: totals.seconds === 0 ? 0 : rate(rowsIn / totals.seconds),
    warnings: warningsOf(totals, context),
    output: context.output,
    failures: rowsFailed > 0 ? context.failures : null,
    failure_reasons: context.failureReasons,
    report: context.report,
  };
}

/** Whole rows; two digits where they are fewer than ten, as those of slow services are. */
function rate(perSecond: number): number {
  return perSecond < 10 ? Number(perSecond.toPrecision(2)) : Math.round(perSecond);
}

function round(seconds: number): number {
  return Math.round(seconds * 1000) / 1000;
}

function warningsOf(totals: RunTotals, context: SummaryContext): Warning[] {
  const { stats } = totals;
  const said = words[context.language ?? 'typescript'];
  const warnings: Warning[] = [];
  const warn = (code: string, message: string, next: string): void => void warnings.push({ code, message, next });
  for (const feature of context.features) featureWarnings(feature, stats.features[feature.name], totals.flaws[feature.name] ?? {}, context.allowNulls, said, warn);
  for (const step of stats.steps) stepWarnings(step, said, warn);
  if (stats.reordered > 0) warn('reordered', `A step returned its rows in another order in ${count(stats.reordered, 'batch', 'batches')}; they were put back by document_id.`, 'Return rows in the order in which they came.');
  if (totals.workersLost.length > 0) {
    const [first] = totals.workersLost;
    warn('worker-lost', `${count(totals.workersLost.length, 'worker')} died and ${totals.workersLost.length === 1 ? 'was' : 'were'} replaced; the first because: ${first?.message}.`, 'Look at the log of the run; rows that kill a worker every time are among the failures.');
  }
  if (totals.linesDropped > 0) warn('log-truncated', `${count(totals.linesDropped, 'line')} that the plugin printed were dropped: the log of a run is limited.`, 'Print less per row.');
  const { count: errors, first: firstError } = totals.errorsLogged;
  if (errors > 0) warn('errors-logged', `The plugin logged ${count(errors, 'error')}; the first: ${firstError}`, 'Look at the log of the run; a promise that nobody awaits fails unseen.');
  if (totals.replaced.size > 0) warn('replaced-columns', `The plugin wrote ${listed(totals.replaced)}, which the input has too; the output holds what the plugin wrote, in fields only where that is not null.`, 'Leave out or rename such columns of the input, unless they come from an earlier run of the plugin.');
  if (totals.inexact.size > 0) warn('inexact-numbers', `The input has numbers in ${listed(totals.inexact)} that no 64-bit float holds exactly; they were rounded.`, 'Write such numbers, ids for example, as text in quotes.');
  const { rows: repeated, atLeast, first } = totals.repeated;
  if (first !== null) warn('repeated-ids', `${atLeast ? 'At least ' : ''}${rowsHave(repeated)} the document_id of an earlier row; the first is ${rowNamed(first)}.`, 'Give each row an id of its own, or none: rows are told apart by it, in a comparison of runs and on the service.');
  if (stats.steps.length === 0 && totals.rowsOut > 0) warn('no-steps', 'The pipeline has no enabled steps.', `Look at enabled of the steps in ${said.buildSteps}, and at the parameters.`);
  else if (stats.skipped > 0) {
    const filters = stats.steps.some(({ name }) => name.startsWith('prepare.'));
    const what = filters ? 'matched the condition of no step, or no filter of prepare kept them, and' : 'matched the condition of no step and';
    warn('skipped', `${count(stats.skipped, 'row')} ${what} passed through untouched.`, `Check mime_type of the rows and the conditions of the steps${filters ? ', and ds.filter in prepare' : ''}.`);
  }
  if (context.features.length === 0 && totals.rowsOut > 0) warn('no-features', 'The manifest declares no features, so no vector index comes of this run.', 'Declare vectors in features, unless the plugin writes structured fields only.');
  return warnings;
}

function listed(names: ReadonlySet<string>): string {
  return [...names].map((name) => `"${name}"`).join(', ');
}

type Warn = (code: string, message: string, next: string) => void;

function featureWarnings(feature: { name: string; dim: number }, counted: FeatureStats | undefined, first: FirstFlaws[string], allowNulls: boolean, said: Words, warn: Warn): void {
  if (counted === undefined) return;
  const { name, dim } = feature;
  if (counted.written === 0 && counted.null > 0 && counted.wrong_size === 0 && counted.nan === 0) {
    warn('feature-never-written', `No row has a value in "${name}": the feature was never written.`, `Write it in a processor: ${said.write(name)}`);
  } else if (counted.null > 0) warn('null-feature', `${rowsHave(counted.null)} null in "${name}"; the service writes no document for them.${whichRow(counted.null, first.null)}`, allowNulls ? 'They were accepted by --allow-nulls; nothing has to be done where such rows need not be found.' : 'Give every row a vector, or accept nulls with --allow-nulls.');
  if (counted.wrong_size > 0) warn('wrong-size', `${rowsHave(counted.wrong_size)} a vector of ${counted.seen_size} numbers in "${name}", the manifest declares ${dim}.${whichRow(counted.wrong_size, first.wrong_size)}`, `Set embedding_dim to ${counted.seen_size}, or use the model that gives ${dim}.`);
  if (counted.nan > 0) warn('nan', `${rowsHave(counted.nan)} something else than finite numbers in "${name}" (NaN, infinity or text); such vectors are not written.${whichRow(counted.nan, first.nan)}`, 'Look for a division by zero, for example the mean of an empty text.');
  if (counted.zero > 0) warn('zero-vectors', `${rowsHave(counted.zero)} the zero vector in "${name}", which is equally far from everything.`, 'Give null where there is no content, and look for calls that failed.');
}

function stepWarnings(step: StepStats, said: Words, warn: Warn): void {
  const { sequential, name } = step;
  const per = (calls: number): string => `in ${count(calls, 'batch', 'batches')} of ${step.batches}`;
  if (sequential.model > 0) warn('SEQ002', `${name} called the model at least once per row ${per(sequential.model)} (seen at run time).`, 'Collect the rows first and call the model once per batch; see docs/rules/SEQ002.md.');
  if (sequential.tokenizer > 0) warn('SEQ003', `${name} called the tokenizer at least once per row ${per(sequential.tokenizer)} (seen at run time).`, `Use ${said.encodeBatch}.`);
  if (sequential.io > 0) warn('SEQ001', `${name} waited for I/O row by row ${per(sequential.io)} (seen at run time).`, `Use ${said.parallel} or ${said.concurrent}.`);
  if (step.io_failures > 0) warn('io-failures', `${count(step.io_failures, 'call')} failed inside ${said.parallel} or ${said.concurrent} in ${name}; the first: ${firstIoError(step)}`, 'Rows whose call failed have no result; see what the processor does with them.');
}

/** Of the calls that failed in a step, what the first one said, as a sentence. What we refused says itself what to do. */
export function firstIoError({ first_io_error: said }: StepStats): string {
  const text = (said ?? 'it said nothing').replace(/^RefusedError: /, '');
  return /[.!?]$/.test(text) ? text : `${text}.`;
}

/** A sentence with the first of the rows, where it is known. */
function whichRow(rows: number, first: InputRow | null | undefined): string {
  return first == null ? '' : ` ${rows === 1 ? 'It' : 'The first'} is ${rowNamed(first)}.`;
}

function rowNamed({ row, id }: InputRow): string {
  return `row ${row.toLocaleString('en-US')}, ${JSON.stringify(clip(id))}`;
}

/** Of an id, what fits into a line. */
function clip(id: string): string {
  return id.length <= 60 ? id : `${id.slice(0, 60)}...`;
}

/** `1 row has`, `2 rows have`. */
function rowsHave(n: number): string {
  return `${count(n, 'row')} ${n === 1 ? 'has' : 'have'}`;
}

function count(n: number, one: string, many = `${one}s`): string {
  return `${n.toLocaleString('en-US')} ${n === 1 ? one : many}`;
}
