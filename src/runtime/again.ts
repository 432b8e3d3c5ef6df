/** Runs that go on from others: one that was cut off, or the rows that failed. */
import { existsSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { Failure } from '../errors/index.js';
import { installation } from './launch/index.js';
import { pluginDigest, type Prepared, type Project } from './project/index.js';
import { everyRowUnread } from './report/index.js';
import { findRun, type RunRecord } from './runs.js';
import { openSource } from './sources/index.js';
import type { StartOptions } from './run-options.js';

/** What was asked for, filled up from the run it goes on from. @throws Failure of `fromFailed` and `checkResume` */
export async function again(project: Project, prepared: Prepared, given: StartOptions): Promise<{ asked: StartOptions; resume: { folder: string; record: RunRecord } | null }> {
  const base = given.failed === undefined ? given : await fromFailed(project, given, given.failed);
  if (base.resume === undefined) return { asked: base, resume: null };
  const resume = await checkResume(project, prepared, base, base.resume);
  return { asked: fromRecord(base, resume.record), resume };
}

/** The failed rows of a run as input, with that run's parameters and mapping where nothing else was given. @throws Failure `no-run`, `nothing-failed`, `never-read` */
async function fromFailed(project: Project, given: StartOptions, id: string): Promise<StartOptions> {
  const { folder, record } = findRun(project.root, id === '' ? undefined : id);
  const input = join(folder, 'failures.jsonl');
  if (!existsSync(input) || statSync(input).size === 0) {
    throw new Failure({ code: 'nothing-failed', message: `Run ${record.id} has no failed rows.`, why: 'There is nothing to run again.', next: 'Name another run with --failed RUN.' });
  }
  const otherColumns = given.column !== undefined || Object.keys(given.map ?? {}).length > 0;
  if (!otherColumns && (await everyRowUnread(input))) {
    throw new Failure({ code: 'never-read', message: `No failed row of run ${record.id} could be read from its input.`, why: `There is nothing of them to run again; ${input} says what hindered each.`, next: `Mend the input, then run it again: plugin run --input ${record.input.path}` });
  }
  if (record.content === undefined) given.announce?.(`Run ${record.id} did not come to its end: these are the rows that had failed by then. To go on with it: plugin run --resume ${record.id}`);
  const { parameters, batch_size, column, map } = record.options;
  return {
    ...given, input, inputFormat: 'jsonl', base: record.input.base,
    parameters: given.parameters ?? parameters, batchSize: given.batchSize ?? batch_size ?? undefined, column: given.column ?? column ?? undefined, map: { ...map, ...given.map },
  };
}

function fromRecord(given: StartOptions, record: RunRecord): StartOptions {
  const { parameters, batch_size, column, map, limit, step, keep_going = false, allow_nulls = false } = record.options;
  return {
    ...given, step: step ?? undefined, input: record.input.path, inputFormat: record.input.format ?? undefined, output: record.output.path, vectors: record.output.vectors,
    parameters, batchSize: batch_size ?? undefined, column: column ?? undefined, map, limit: limit ?? undefined,
    keepGoing: given.keepGoing || keep_going, allowNulls: given.allowNulls || allow_nulls,
  };
}

/** A run is continued only with what it was begun with. @throws Failure `resume-differs` naming the difference, `already-done`. */
async function checkResume(project: Project, prepared: Prepared, given: StartOptions, id: string): Promise<{ folder: string; record: RunRecord }> {
  const found = findRun(project.root, id === '' ? undefined : id);
  const { record } = found;
  if (record.content !== undefined) {
    throw new Failure({ code: 'already-done', message: `Run ${record.id} came to its end (${record.status}); there is nothing to continue.`, why: 'Only a run that was cut off can be resumed.', next: record.status === 'succeeded' ? 'Start a new one with --input.' : `To run its failed rows again: plugin run --failed ${record.id}` });
  }
  const differences: string[] = [];
  const compare = (what: string, before: unknown, now: unknown): void => {
    if (!isDeepStrictEqual(before, now)) differences.push(`${what} (then ${show(before)}, now ${show(now)})`);
  };
  compare('the Plugsmith version', record.plugsmith, installation().version);
  // Also where no flag is given: a plugin of others must not go on unconfined because nobody thought of it.
  if (((record.options.profile ?? 'trusted') === 'untrusted') !== (given.sandbox !== undefined)) differences.push(`the sandbox (the run was begun with${given.sandbox === undefined ? '' : 'out'} --as-host)`);
  if (record.plugin.digest !== pluginDigest(project, prepared)) differences.push('the plugin (its code or its models changed)');
  if (record.input.path !== '-') {
    const source = openSource({ input: record.input.path, format: record.input.format ?? undefined });
    if ((await source.digest()) !== record.input.digest) differences.push(`the input (${record.input.path} has other content)`);
  }
  if (given.parameters !== undefined) compare('the parameters', record.options.parameters, given.parameters);
  if (given.batchSize !== undefined) compare('the batch size', record.options.batch_size, given.batchSize);
  if (given.step !== undefined) compare('the last step', record.options.step ?? null, given.step);
  if (given.limit !== undefined) compare('the limit', record.options.limit, given.limit);
  if (given.column !== undefined) compare('the column', record.options.column, given.column);
  if (Object.keys(given.map ?? {}).length > 0) compare('the mapping', record.options.map, given.map);
  if (given.inputFormat !== undefined) compare('the format of the input', record.input.format, given.inputFormat);
  if (given.input !== undefined) compare('the input', record.input.path, given.input === '-' ? '-' : resolve(given.input));
  if (given.output !== undefined) compare('the output', record.output.path, resolve(given.output));
  if (given.vectors !== undefined) compare('the vectors', record.output.vectors ?? 'inline', given.vectors);
  if (differences.length > 0) {
    throw new Failure({
      code: 'resume-differs',
      message: `Run ${record.id} cannot be continued: ${differences.join('; ')} differ${differences.length === 1 ? 's' : ''} from when it began.`,
      why: 'A resumed run gives the same bytes as an undisturbed one; with other ingredients it would mix two runs.',
      next: 'Restore what changed, or start a new run.',
      details: { differences },
    });
  }
  return found;
}

function show(value: unknown): string {
  return value === null ? 'not given' : JSON.stringify(value);
}
