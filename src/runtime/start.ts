/** From what a user asked for to a run: plugin, services, and the run to continue or to mend. */
import { existsSync, readdirSync, statSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { Failure } from '../errors/index.js';
import { isFolder } from '../files/index.js';
import { installation } from './launch/index.js';
import type { LogLine } from './log.js';
import { pluginDigest, type Prepared, type Project } from './project/index.js';
import { everyRowUnread } from './report/index.js';
import { runPlugin } from './run.js';
import type { FinishedRun, RunOptions } from './run-options.js';
import { findRun, type RunRecord } from './runs.js';
import { openSession, workerVariables, type SessionOptions } from './session.js';
import type { VectorMode } from './sinks/index.js';
import { openSource } from './sources/index.js';

export interface StartOptions extends SessionOptions {
  input?: string | undefined;
  inputFormat?: string | undefined;
  base?: string | undefined;
  column?: string | undefined;
  map?: Record<string, string>;
  output?: string | undefined;
  vectors?: VectorMode | undefined;
  parameters?: Record<string, unknown> | undefined;
  batchSize?: number | undefined;
  concurrency?: number | undefined;
  limit?: number | undefined;
  timeoutSeconds: number;
  /** The last step to run. */
  step?: string | undefined;
  /** Starts one worker under the inspector; no time limit holds then. */
  inspect?: boolean | undefined;
  /** Asked before many calls of paid services; see `askBudget`. */
  confirmBudget: RunOptions['confirmBudget'];
  keepGoing: boolean;
  allowNulls: boolean;
  /** Continue a run; an empty string means the latest. */
  resume?: string | undefined;
  /** Run only the failed rows of a run. */
  failed?: string | undefined;
  signal?: AbortSignal;
  onProgress?: RunOptions['onProgress'];
  onLog?(line: LogLine): void;
}

/** The longest that a timer takes. */
const NO_TIMEOUT_MS = 2 ** 31 - 1;

/** @throws Failure; see `runPlugin` */
export async function startRun(given: StartOptions): Promise<FinishedRun> {
  const session = await openSession(given);
  const { project, prepared, secrets, services, cores, profile, confinement } = session;
  if (given.inspect && (project.language === 'python' || profile === 'untrusted')) throw noInspector(project.language);
  if (given.inspect) given.announce?.('The worker waits for a debugger on 127.0.0.1:9229: open chrome://inspect, or attach an editor. Time limits do not hold.');
  const base = given.failed === undefined ? given : await fromFailed(project, given, given.failed);
  const resume = base.resume === undefined ? null : await checkResume(project, prepared, base, base.resume);
  const asked = resume === null ? base : fromRecord(base, resume.record);
  if (asked.input === undefined) {
    throw new Failure({ code: 'usage', message: 'There is no --input.', why: 'A run needs rows.', next: trySamples(project) ?? 'Give a file with --input FILE, or - for standard input.' });
  }
  try {
    return await runPlugin({
      project, prepared, resume,
      input: asked.input,
      inputFormat: asked.inputFormat ?? null, base: asked.base, column: asked.column ?? null, map: asked.map ?? {}, output: asked.output ?? null, vectors: asked.vectors ?? 'inline',
      parameters: asked.parameters ?? {}, batchSize: asked.batchSize ?? null, concurrency: asked.inspect ? 1 : (asked.concurrency ?? null), limit: asked.limit ?? null,
      timeoutMs: asked.inspect ? NO_TIMEOUT_MS : asked.timeoutSeconds * 1000, lastStep: asked.step ?? null, inspect: asked.inspect ?? false, confirmBudget: asked.confirmBudget, keepGoing: asked.keepGoing, allowNulls: asked.allowNulls,
      profile, confinement, cores, env: workerVariables(session),
      serve: services.handle, mask: secrets.mask,
      ...(given.signal && { signal: given.signal }), ...(given.onProgress && { onProgress: given.onProgress }), ...(given.onLog && { onLog: given.onLog }),
    });
  } finally {
    await services.close();
  }
}

function noInspector(language: Project['language']): Failure {
  const python = language === 'python';
  return new Failure({ code: 'usage', message: python ? 'A Python plugin cannot be run with --inspect.' : '--inspect does not work in a sandbox.', why: python ? 'The inspector is that of Node.' : 'A sandboxed worker has no network, which a debugger needs.', next: python ? 'Attach a debugger of Python, or look at rows with --limit 5 --show.' : 'Leave out --as-host and --sandbox.' });
}

/** The command that runs the first table of the plugin's samples; null where there is none. */
function trySamples({ root }: Project): string | null {
  const folder = join(root, 'samples');
  const table = isFolder(folder) ? readdirSync(folder).sort().find((name) => /\.(jsonl|csv|tsv|parquet|arrow)$/.test(name)) : undefined;
  return table === undefined ? null : `Try the samples: plugin run --input ${join(relative(process.cwd(), folder), table)}`;
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
  const { parameters, batch_size, column, map } = record.options;
  return {
    ...given, input, inputFormat: 'jsonl', base: record.input.base,
    parameters: given.parameters ?? parameters, batchSize: given.batchSize ?? batch_size ?? undefined, column: given.column ?? column ?? undefined, map: { ...map, ...given.map },
  };
}

function fromRecord(given: StartOptions, record: RunRecord): StartOptions {
  const { parameters, batch_size, column, map, limit, step } = record.options;
  return {
    ...given, step: step ?? undefined, input: record.input.path, inputFormat: record.input.format ?? undefined, output: record.output.path, vectors: record.output.vectors,
    parameters, batchSize: batch_size ?? undefined, column: column ?? undefined, map, limit: limit ?? undefined,
  };
}

/** A run is continued only with what it was begun with. @throws Failure `resume-differs` naming the difference, `already-done`. */
async function checkResume(project: Project, prepared: Prepared, given: StartOptions, id: string): Promise<{ folder: string; record: RunRecord }> {
  const found = findRun(project.root, id === '' ? undefined : id);
  const { record } = found;
  if (record.content !== undefined) {
    throw new Failure({ code: 'already-done', message: `Run ${record.id} came to its end (${record.status}); there is nothing to continue.`, why: 'Only a run that was cut off can be resumed.', next: `To run its failed rows again: plugin run --failed ${record.id}` });
  }
  const differences: string[] = [];
  const compare = (what: string, before: unknown, now: unknown): void => {
    if (!isDeepStrictEqual(before, now)) differences.push(`${what} (then ${show(before)}, now ${show(now)})`);
  };
  compare('the Plugsmith version', record.plugsmith, installation().version);
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
