/** One run from input to output: rows in, frames through the engine, results into the journal, outputs out of it. */
import { existsSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import { Failure } from '../errors/index.js';
import { orAborted, untilAborted } from './abort.js';
import { askBudget, type Budget } from './budget.js';
import { fromWire, vectorFeatures, type PluginManifest } from '../manifest/index.js';
import type { FeatureStats, FrameStats, ReadyMessage } from '../protocol/index.js';
import { LocalEngine, type Engine, type FrameOutcome } from './engines/index.js';
import { addStats } from './engines/stats.js';
import { HopelessWatch } from './hopeless.js';
import { JournalWriter, recoverJournal, type Commit, type JournalContent } from './journal/index.js';
import { LiveSink } from './live-sink.js';
import { installation, type Confinement } from './launch/index.js';
import { RunLog, type LogLine } from './log.js';
import { baseFolder, planFrames, type Frame } from './plan/index.js';
import type { Prepared, Project } from './project/index.js';
import { pluginDigest } from './project/index.js';
import { failureReasons, summarise, type RunResult, type RunTotals } from './report/index.js';
import { failureLines, resultBlock } from './results.js';
import { lockRun } from './run-lock.js';
import { createRunFolder, ensureStateFolder, runFolder, writeRecord, writing, type RunRecord } from './runs.js';
import { Output, formatOf, type VectorMode } from './sinks/index.js';
import { openSource, type Source } from './sources/index.js';
import { Timeline, type TimelineRecord } from './timeline.js';

export interface RunOptions {
  project: Project;
  prepared: Prepared;
  input: string;
  inputFormat: string | null;
  /** Where relative paths in `data` begin; at the folder of the input unless told. */
  base?: string | undefined;
  column: string | null;
  map: Record<string, string>;
  /** Null: `output.arrow` in the run's folder. */
  output: string | null;
  vectors: VectorMode;
  parameters: Record<string, unknown>;
  batchSize: number | null;
  concurrency: number | null;
  limit: number | null;
  timeoutMs: number;
  /** The last step to run; all of them when null. */
  lastStep: string | null;
  /** Starts the one worker under the inspector, waiting for a debugger. */
  inspect: boolean;
  /** Asked before many calls of paid services are made. */
  confirmBudget(budget: Budget): Promise<boolean>;
  keepGoing: boolean;
  allowNulls: boolean;
  profile: 'trusted' | 'untrusted';
  /** For the untrusted profile. */
  confinement?: Confinement | undefined;
  cores: number;
  /** Variables for the worker, from --env-file and --secret. */
  env: Readonly<Record<string, string>>;
  /** Answers what workers ask for. */
  serve(method: string, params: Record<string, unknown>): Promise<unknown>;
  /** Hides secrets in what is logged. */
  mask(text: string): string;
  /** A run to continue, already checked against these options. */
  resume: { folder: string; record: RunRecord } | null;
  signal?: AbortSignal;
  onProgress?(state: { done: number | undefined; rows: number; rowsPerSecond: number; failed: number }): void;
  onLog?(line: LogLine): void;
}

export interface FinishedRun {
  result: RunResult;
  folder: string;
  record: RunRecord;
  manifest: PluginManifest;
}

/** Workers started before the manifest says how many it wants. */
const EXPECTED_WORKERS = 2;

const NO_STATS: FrameStats = { steps: [], features: {}, skipped: 0, reordered: 0, batches: 0, rss_bytes: 0 };

/**
 * Runs a plugin over an input.
 * @throws Failure when the run cannot start or cannot go on; failed rows are in the result
 */
export async function runPlugin(options: RunOptions): Promise<FinishedRun> {
  const source = openSource({ input: options.input, format: options.inputFormat ?? undefined });
  const totals: RunTotals = { rowsIn: 0, rowsOut: 0, rowsFailed: 0, stats: NO_STATS, seconds: 0, metrics: {}, workersLost: [], linesDropped: 0, errorsLogged: { count: 0, first: null }, inexact: new Set() };
  // The first worker starts while the input's digest is made and the run gets its folder; what it logs meanwhile waits for the folder.
  const early: LogLine[] = [];
  let log: RunLog | null = null;
  const engine = localEngine(options, (line) => (log === null ? early.push(line) : log.write(line)), totals);
  const starting = engine.start();
  starting.catch(() => undefined);
  let place: Place;
  try {
    place = await openPlace(options, source);
  } catch (error) {
    await engine.close({ atOnce: true });
    throw error;
  }
  const { folder, record, from, release, file } = place;
  log = new RunLog(join(folder, 'log.ndjson'), options.mask, options.onLog);
  early.forEach((line) => log?.write(line));
  if (from !== null) Object.assign(totals, { rowsIn: from.position.row, rowsOut: from.totals.rowsOut, rowsFailed: from.totals.rowsFailed, stats: from.totals.stats, seconds: from.totals.seconds, metrics: { ...from.totals.metrics, ...totals.metrics } });
  const sink = new LiveSink(file, record, from !== null);
  let journal: JournalWriter | null = null;
  try {
    const ready = await orAborted(starting, options.signal);
    const manifest = fromWire(ready.manifest);
    if (from === null) await orAborted(askBudget(ready, source, options.limit, options.confirmBudget), options.signal);
    journal = await JournalWriter.open(folder, from);
    const timeline = await stream({ options, record, source, engine, journal, sink, manifest, ready, from, totals });
    await journal.close();
    const content: JournalContent = { segments: journal.sizes, fields: journal.fields };
    journal = null;
    await engine.close();
    await log.close();
    await sink.finish(folder, content, options.signal);
    totals.linesDropped = log.dropped;
    totals.errorsLogged = { count: log.errors, first: log.firstError };
    return await finish(options, { ...record, content }, folder, totals, manifest, timeline);
  } catch (error) {
    await Promise.all([engine.close(), journal !== null && isInterrupt(error) ? journal.close() : journal?.abandon()]);
    await log.close();
    await sink.discard();
    recordFailure(folder, record);
    throw isInterrupt(error) ? interrupted(record) : error;
  } finally {
    source.close?.();
    release();
  }
}

/** Where a run keeps what it makes. */
interface Place {
  folder: string;
  record: RunRecord;
  /** What a resumed run goes on from. */
  from: Commit | null;
  file: Output;
  release(): void;
}

async function openPlace(options: RunOptions, source: Source): Promise<Place> {
  const place = await prepare(options, source);
  try {
    return { ...place, file: await Output.open(place.record.output, place.record.id) };
  } catch (error) {
    place.release();
    if (options.resume === null) rmSync(place.folder, { recursive: true, force: true });
    throw error;
  }
}

async function prepare(options: RunOptions, source: Source): Promise<Omit<Place, 'file'>> {
  const { project, prepared, resume } = options;
  ensureStateFolder(project.root);
  if (resume !== null) {
    const record: RunRecord = { ...resume.record, status: 'running', resumed: resume.record.resumed + 1 };
    const release = lockRun(resume.folder, record.id);
    try {
      const from = await recoverJournal(resume.folder);
      writeRecord(resume.folder, record);
      return { folder: resume.folder, record, from, release };
    } catch (error) {
      release();
      throw error;
    }
  }
  const digest = await orAborted(source.digest(), options.signal);
  const output = options.output === null ? null : { path: resolve(options.output), format: formatOf(options.output) };
  if (output !== null) refuseOwnInput(source, output.path);
  const { id, folder } = createRunFolder(project.root);
  const record: RunRecord = {
    id,
    plugsmith: installation().version,
    started: new Date().toISOString(),
    status: 'running',
    plugin: { name: project.name, version: '', plugin_id: '', digest: pluginDigest(project, prepared) },
    input: { path: source.path === '-' ? '-' : resolve(source.path), digest, format: options.inputFormat, base: options.base ?? source.base ?? baseFolder(options.input) },
    options: { parameters: options.parameters, batch_size: options.batchSize, limit: options.limit, column: options.column, map: options.map, step: options.lastStep },
    output: { ...(output ?? { path: join(runFolder(project.root, id), 'output.arrow'), format: 'arrow' }), vectors: options.vectors },
    resumed: 0,
  };
  const release = lockRun(folder, id);
  writeRecord(folder, record);
  return { folder, record, from: null, release };
}

/** On a full disk the record cannot be changed: it says `running`, as after a kill, and a resume takes both. */
function recordFailure(folder: string, record: RunRecord): void {
  try {
    writeRecord(folder, { ...record, status: 'failed' });
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
  }
}

/** Links count as what they lead to. @throws Failure `output-is-input` */
function refuseOwnInput({ path, holds }: Source, output: string): void {
  const same = existsSync(path) && existsSync(output) && sameFile(path, output);
  if (!same && holds?.(output) !== true) return;
  throw new Failure({
    code: 'output-is-input', message: same ? `${shown(output)} is the input of this run.` : `${shown(output)} would be one of the files of the input.`,
    why: same ? 'Its rows would be replaced by the results, and a resumed run could not read them again.' : 'The input would not be the same when the run is continued.', next: 'Choose another name with --output.',
  });
}

function sameFile(a: string, b: string): boolean {
  const [one, other] = [statSync(a), statSync(b)];
  return one.ino === other.ino && one.dev === other.dev;
}

function localEngine(options: RunOptions, onLog: (line: LogLine) => void, totals: RunTotals): Engine {
  const { project, prepared, cores, concurrency } = options;
  const planned = concurrency ?? Math.min(EXPECTED_WORKERS, cores);
  return new LocalEngine({
    launch: {
      root: project.root, profile: options.profile, confinement: options.confinement, memoryGb: prepared.memoryGb, python: prepared.python, env: options.env, inspect: options.inspect,
      serve: options.serve, onLog,
      onMetric: (name, value) => (totals.metrics[name] = (totals.metrics[name] ?? 0) + value),
    },
    init: {
      bundle: prepared.module, root: project.root, role: 'pipeline', parameters: options.parameters,
      threads: Math.max(1, Math.floor(cores / planned)), batch_size: options.batchSize, profile: options.profile, ...(options.lastStep !== null && { last_step: options.lastStep }),
    } as never,
    workersFor: (ready) => concurrency ?? Math.max(1, Math.min(fromWire(ready.manifest).compute_profile.max_concurrency, cores)),
    batchSizeFor: (ready) => ready.batch_size,
    timeoutMs: options.timeoutMs,
    keepGoing: options.keepGoing,
    onWorkerLost: (kind, message) => totals.workersLost.push({ kind, message }),
  });
}

interface Streaming {
  options: RunOptions;
  record: RunRecord;
  source: Source;
  engine: Engine;
  journal: JournalWriter;
  sink: LiveSink;
  manifest: PluginManifest;
  ready: ReadyMessage;
  from: Commit | null;
  totals: RunTotals;
}

async function stream({ options, record, source, engine, journal, sink, manifest, ready, from, totals }: Streaming): Promise<TimelineRecord> {
  const frames = planFrames(source, manifest, {
    batchSize: ready.batch_size, column: options.column ?? undefined, map: options.map, limit: options.limit ?? undefined, from: from?.position, columns: from?.columns,
    base: record.input.base,
  });
  if (from?.inputDigest != null) source.prefix?.expect(from.inputDigest);
  const watch = new HopelessWatch(ready.batch_size, from === null && !options.keepGoing);
  const started = performance.now();
  const before = { rows: totals.rowsIn, seconds: totals.seconds };
  const timeline = new Timeline(started);
  for await (const outcome of untilAborted(engine.run(frames), options.signal)) {
    watch.see(outcome);
    timeline.add(outcome);
    const { block, failed } = resultBlock(outcome);
    count(totals, outcome, block.rows, failed);
    totals.seconds = before.seconds + (performance.now() - started) / 1000;
    await journal.append(block, failureLines(outcome), {
      position: outcome.frame.end, inputDigest: source.prefix?.digestAt(outcome.frame.end.byte) ?? null, columns: outcome.frame.columns,
      totals: { rowsOut: totals.rowsOut, rowsFailed: totals.rowsFailed, stats: totals.stats, seconds: totals.seconds, metrics: totals.metrics },
    });
    if (block.rows > 0) await sink.write(block, journal.fields);
    const elapsed = totals.seconds - before.seconds;
    options.onProgress?.({
      done: progressOf(source, outcome.frame, options.limit), rows: totals.rowsIn, rowsPerSecond: elapsed === 0 ? 0 : (totals.rowsIn - before.rows) / elapsed, failed: totals.rowsFailed,
    });
  }
  return timeline.record();
}

function count(totals: RunTotals, { frame, stats }: FrameOutcome, written: number, failed: number): void {
  totals.rowsIn = frame.end.row;
  for (const name of frame.inexact) totals.inexact.add(name);
  totals.rowsOut += written;
  totals.rowsFailed += failed;
  totals.stats = addStats(totals.stats, stats);
}

function progressOf(source: Source, frame: Frame, limit: number | null): number | undefined {
  const byBytes = source.bytes === null ? undefined : frame.end.byte / Math.max(1, source.bytes);
  const rows = Math.min(limit ?? Infinity, source.rows ?? Infinity);
  const byRows = rows === Infinity ? undefined : frame.end.row / Math.max(1, rows);
  return byBytes === undefined ? byRows : Math.max(byBytes, byRows ?? 0);
}

async function finish(options: RunOptions, record: RunRecord, folder: string, totals: RunTotals, manifest: PluginManifest, timeline: TimelineRecord): Promise<FinishedRun> {
  const failures = join(folder, 'failures.jsonl');
  const report = join(folder, 'report.json');
  const result = summarise(totals, {
    run: record.id, features: vectorFeatures(manifest).filter(({ name }) => options.lastStep === null || isTouched(totals.stats.features[name])), allowNulls: options.allowNulls,
    output: shown(record.output.path), failures: shown(failures), failureReasons: totals.rowsFailed > 0 ? await failureReasons(failures) : [], report: shown(report),
  });
  const done: RunRecord = { ...record, status: result.status, plugin: { ...record.plugin, name: manifest.feature_extractor_name, version: manifest.version } };
  writing(folder, () => writeFileSync(join(folder, 'timeline.json'), JSON.stringify(timeline)));
  writing(folder, () => writeFileSync(report, `${JSON.stringify(result, null, 2)}\n`));
  writeRecord(folder, done);
  return { result, folder, record: done, manifest };
}

/** Features of steps that were left out are not missed. */
function isTouched(feature: FeatureStats | undefined): boolean {
  return feature !== undefined && feature.written + feature.wrong_size + feature.nan > 0;
}

/** Paths below the current folder are shown relative to it. */
function shown(path: string): string {
  const short = relative(process.cwd(), path);
  return short.startsWith('..') ? path : short;
}

function isInterrupt(error: unknown): boolean {
  return error instanceof Error && error.name === 'AbortError';
}

function interrupted(record: RunRecord): Failure {
  return new Failure({ code: 'interrupted', message: `Run ${record.id} was interrupted.`, why: 'What it had written is kept.', next: `Continue it: plugin run --resume ${record.id}`, exitCode: 130 });
}
