/** Structure, manifest, samples through the pipeline in several groupings, realtime: one result per check. */
import { join } from 'node:path';
import { Failure, messageOf } from '../../errors/index.js';
import { fieldsOf, inputColumns, requiredOf, vectorFeatures } from '../../manifest/fields.js';
import type { JsonSchema } from '../../manifest/index.js';
import { ROW_COLUMNS } from '../../protocol/index.js';
import { runInline, type InlineResult } from '../inline.js';
import type { LogLine } from '../log.js';
import { openRealtime } from '../realtime.js';
import type { Session } from '../session.js';
import { guessMime, placed } from '../plan/index.js';
import { firstIoError } from '../report/summary.js';
import type { RawRow } from '../sources/index.js';
import { compareRows } from './compare.js';
import { findSamples, readSamples, type Samples } from './samples.js';

export interface PluginCheck {
  name: string;
  status: 'passed' | 'failed' | 'skipped';
  /** What was seen, or what is wrong. */
  finding: string;
  next?: string;
}

export interface CheckOptions {
  /** Rows of samples at most. */
  limit: number;
  timeoutMs: number;
  /** Accept null in declared features. */
  allowNulls: boolean;
  parameters?: Record<string, unknown> | undefined;
  onLog(line: LogLine): void;
  onCheck?(check: PluginCheck): void;
}

/** Batch sizes under which samples have to give the same results: processors keep nothing from batch to batch. */
const SIZES = [1, 7, 64];
const TOLERANCE = 1e-5;

export async function checkPlugin(session: Session, options: CheckOptions): Promise<PluginCheck[]> {
  const checks: PluginCheck[] = [];
  const note = (name: string, status: PluginCheck['status'], finding: string, next?: string): void => {
    const check = { name, status, finding, ...(next !== undefined && { next }) };
    checks.push(check);
    options.onCheck?.(check);
  };
  const attempt = async (name: string, work: () => Promise<void>): Promise<boolean> => {
    try {
      await work();
      return true;
    } catch (error) {
      note(name, 'failed', messageOf(error), error instanceof Failure ? error.next : undefined);
      return false;
    }
  };
  const { project } = session;
  note('structure', 'passed', [project.manifest, project.pipeline, project.realtime].filter(Boolean).join(', '));
  const samples = await takeSamples(session, options.limit, note);
  if (samples !== null) {
    await attempt('pipeline', async () => {
      const reference = await runSamples(session, samples, samples.rows, options, 64);
      reportPipeline(reference, samples.rows.length, options.allowNulls, note);
      if (reference.rows.every((row) => row === null)) {
        for (const name of ['output schema', 'grouping']) note(name, 'skipped', 'no row came out of the pipeline');
        return;
      }
      await checkSchemas(reference, samples.rows, note);
      await checkGroupings(session, samples, reference, options, note);
    });
  }
  if (project.realtime === null) note('realtime', 'skipped', `there is no realtime.${project.language === 'python' ? 'py' : 'ts'}; queries are embedded by the pipeline`);
  else await attempt('realtime', () => checkRealtime(session, samples, options, note));
  return checks;
}

const rowsOf = (count: number): string => `${count} ${count === 1 ? 'row' : 'rows'}`;

type Note = (name: string, status: PluginCheck['status'], finding: string, next?: string) => void;

async function takeSamples({ project }: Session, limit: number, note: Note): Promise<Samples | null> {
  const found = findSamples(project.root);
  if (found === null) {
    // Plugins in the service's own layout have no samples; theirs is what pytest tries.
    note('samples', project.language === 'python' ? 'skipped' : 'failed', 'there is nothing in samples/', 'Add some rows of real input to samples/, as a table or as files: the pipeline is tried on them.');
    return null;
  }
  try {
    const samples = await readSamples(join(project.root, found));
    const rows = samples.rows.slice(0, limit);
    if (rows.length === 0) note('samples', 'failed', `${found} has no rows`, 'Add some rows of real input.');
    else note('samples', 'passed', `${found}: ${rowsOf(rows.length)}`);
    return rows.length === 0 ? null : { ...samples, rows };
  } catch (error) {
    note('samples', 'failed', messageOf(error), error instanceof Failure ? error.next : undefined);
    return null;
  }
}

/** @param rows of the samples, in the order in which they are to run */
function runSamples(session: Session, { base, source }: Samples, rows: readonly RawRow[], options: CheckOptions, batchSize: number): Promise<InlineResult> {
  return runInline(session, source(rows), { batchSize, base, timeoutMs: options.timeoutMs, onLog: options.onLog, ...(options.parameters && { parameters: options.parameters }) });
}

function reportPipeline(result: InlineResult, rows: number, allowNulls: boolean, note: Note): void {
  const [first] = result.errors;
  if (first !== undefined) {
    note('pipeline', 'failed', `${result.errors.length} of ${rows} sample rows failed; row ${first.row + 1}: ${first.step ? `${first.step}: ` : ''}${first.message}${first.at ? ` (${first.at})` : ''}`, first.at ? `Mend ${first.at}.` : undefined);
    return;
  }
  for (const { name, dim } of vectorFeatures(result.manifest)) {
    const counted = result.stats.features[name];
    const nulls = counted === undefined ? rows : allowNulls ? 0 : counted.null;
    const written = (counted?.written ?? 0) + (allowNulls ? (counted?.null ?? 0) : 0);
    const wrong = counted === undefined || written < rows - result.stats.skipped;
    if (!wrong) continue;
    const what = counted === undefined || nulls > 0 ? `${nulls} of ${rows} rows are null` : counted.wrong_size > 0 ? `${counted.wrong_size} of ${rows} rows have ${counted.seen_size} numbers instead of ${dim}` : `${counted.nan} of ${rows} rows hold NaN`;
    // Rows that no step matched, and nulls that are accepted, lack a vector rightly.
    const at = result.stats.skipped > 0 || allowNulls ? -1 : result.rows.findIndex((row) => row !== null && (row[name] ?? null) === null);
    note('pipeline', 'failed', `feature "${name}": ${what}${at < 0 ? '' : `; row ${at + 1} is the first without a vector`}`, `Write ${dim} numbers per row into "${name}"${nulls > 0 ? ', or accept nulls with --allow-nulls' : ''}.`);
    return;
  }
  const steps = result.stats.steps.map((step) => step.name).join(', ');
  // What a row is without the answer of a call is the processor's to decide; whoever reads this should know.
  const lacking = result.stats.steps.find((step) => step.io_failures > 0);
  note('pipeline', 'passed', `${rowsOf(rows)} through ${steps || 'no step'}${lacking === undefined ? '' : `; but calls of ${lacking.name} failed (${lacking.io_failures}), the first: ${firstIoError(lacking)}`}`);
}

async function checkSchemas(reference: InlineResult, samples: readonly RawRow[], note: Note): Promise<void> {
  const { manifest } = reference;
  const missing = inputColumns(manifest).filter(({ required, name }) => required && !samples.every((row) => name in row || 'data' in row));
  if (missing.length > 0) note('input schema', 'failed', `samples lack ${missing.map(({ name }) => `"${name}"`).join(', ')}, which input_schema requires`, 'Add it to the samples, or make it optional.');
  else note('input schema', 'passed', 'samples have what input_schema requires');
  const problem = await outputProblem(reference);
  if (problem === null) note('output schema', manifest.output_schema ? 'passed' : 'skipped', manifest.output_schema ? 'rows are as output_schema says' : 'the manifest has no output_schema');
  else note('output schema', 'failed', problem, 'Write what output_schema declares, or change the schema.');
}

async function outputProblem({ manifest, rows, stats }: InlineResult): Promise<string | null> {
  if (!manifest.output_schema) return null;
  const { checkValue } = await import('../../manifest/index.js');
  // What a row came with stays in it; `rows` hold only what the steps wrote.
  const given = new Set<string>([...ROW_COLUMNS, ...inputColumns(manifest).map(({ name }) => name)]);
  const required = requiredOf(manifest.output_schema).filter((name) => !given.has(name));
  const fields = fieldsOf(manifest.output_schema) as Record<string, JsonSchema>;
  const takesNull = new Set(Object.keys(fields).filter((name) => checkValue(fields[name] ?? {}, null).problems.length === 0));
  const schema = { ...manifest.output_schema, required, additionalProperties: true } as JsonSchema;
  // A row that no step matched has nothing of the plugin's.
  const isEmpty = (row: InlineResult['rows'][number]): boolean => row === null || Object.values(row).every((value) => value === null);
  for (const [index, row] of rows.entries()) {
    if (row === null || isEmpty(row)) continue;
    const plain = Object.fromEntries(Object.entries(row).flatMap(([key, value]) => (value === null && !takesNull.has(key) ? [] : [[key, value instanceof Float32Array ? Array.from(value) : value]])));
    const [first] = checkValue(schema, plain).problems;
    if (first !== undefined) return `row ${index + 1}: ${first.message}`;
  }
  if (stats.skipped === rows.length || !rows.every(isEmpty)) return null;
  // Features are told of with the pipeline, and null may be what the schema asks for.
  const features = new Set(vectorFeatures(manifest).map(({ name }) => name));
  const never = required.find((name) => !features.has(name) && !takesNull.has(name));
  return never === undefined ? null : `no row has "${never}"`;
}

async function checkGroupings(session: Session, samples: Samples, reference: InlineResult, options: CheckOptions, note: Note): Promise<void> {
  for (const size of SIZES) {
    const result = size === 64 ? reference : await runSamples(session, samples, samples.rows, options, size);
    const difference = compareRows(reference.rows, result.rows, TOLERANCE);
    if (difference !== null) {
      note('grouping', 'failed', `batches of ${size} give another result than batches of 64: ${difference}`, 'A processor must not keep data from batch to batch, nor let one row decide about another.');
      return;
    }
  }
  const reversed = await runSamples(session, samples, samples.rows.slice().reverse(), options, 64);
  const difference = compareRows(reference.rows, reversed.rows.slice().reverse(), TOLERANCE);
  if (difference !== null) note('grouping', 'failed', `rows in reverse order give another result: ${difference}`, 'A processor must not keep data from batch to batch.');
  else note('grouping', 'passed', `the same results in batches of ${SIZES.join(', ')} and in reverse order (tolerance ${TOLERANCE})`);
}

async function checkRealtime(session: Session, samples: Samples | null, options: CheckOptions, note: Note): Promise<void> {
  const service = await openRealtime(session, options);
  try {
    const required = inputColumns(service.manifest).find((column) => column.required);
    const first = samples?.rows[0] ?? {};
    const found = first['data'] ?? (required && first[required.name]) ?? Object.values(first).find((value) => typeof value === 'string') ?? 'hello';
    const content = typeof found === 'string' ? placed(found, guessMime(found), samples?.base ?? session.project.root) : found;
    const inputs = { ...(required && { [required.name]: content }), text: content, texts: [content] };
    const { problems, milliseconds } = await service.call(inputs, options.parameters ?? {});
    const [problem] = problems;
    if (problem !== undefined) note('realtime', 'failed', problem, 'Return { embedding: [...] } from runInference, further vectors under their feature names.');
    else note('realtime', 'passed', `the answer keeps the contract (${milliseconds.toFixed(0)} ms with loading)`);
  } finally {
    await service.close();
  }
}
