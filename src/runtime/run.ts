/** One run from input to output: rows in, frames through the engine, results into the journal, outputs out of it. */
import { join } from 'node:path';
import { Failure } from '../errors/index.js';
import { replaceFile } from '../files/index.js';
import { orAborted, untilAborted } from './abort.js';
import { askBudget } from './budget.js';
import { inputColumns, vectorFeatures } from '../manifest/fields.js';
import type { PluginManifest } from '../manifest/index.js';
import { ROW_COLUMNS, type FeatureStats, type FrameStats, type ReadyMessage } from '../protocol/index.js';
import { threadsOf, type Begun } from './begin.js';
import type { Engine, FrameOutcome } from './engines/index.js';
import { addStats } from './engines/stats.js';
import { addFirstFlaws } from './first-rows.js';
import { HopelessWatch } from './hopeless.js';
import { rememberExpected } from './launch/index.js';
import { JournalWriter, type Commit, type JournalContent } from './journal/index.js';
import { LiveSink } from './live-sink.js';
import { RunLog } from './log.js';
import { planFrames, type Frame } from './plan/index.js';
import { expectManifest, manifestOf } from './ready.js';
import { failureReasons, summarise, type RunTotals } from './report/index.js';
import { RepeatedIds } from './repeated-ids.js';
import { failureLines, resultBlock } from './results.js';
import type { FinishedRun, RunOptions } from './run-options.js';
import { openPlace, type Place } from './run-place.js';
import { shown, writeRecord, writing, type RunRecord } from './runs.js';
import { openSource, type Source } from './sources/index.js';
import { Timeline, type TimelineRecord } from './timeline.js';

const NO_STATS: FrameStats = { steps: [], features: {}, skipped: 0, reordered: 0, batches: 0, rss_bytes: 0 };

/**
 * Runs a plugin over an input.
 *
 * @param begun its engine, whose first worker is starting; this function ends it
 * @throws Failure when the run cannot start or cannot go on; failed rows are in the result
 */
export async function runPlugin(options: RunOptions, { engine, starting, heard }: Begun): Promise<FinishedRun> {
  const totals: RunTotals = { rowsIn: 0, rowsOut: 0, rowsFailed: 0, stats: NO_STATS, seconds: 0, metrics: heard.metrics, workersLost: heard.workersLost, linesDropped: 0, errorsLogged: { count: 0, first: null }, inexact: new Set(), replaced: new Set(), repeated: new RepeatedIds(), flaws: {} };
  // While the worker starts, the input's digest is made, the run gets its folder, and the manifest's checks are loaded.
  expectManifest();
  let source: Source;
  let place: Place;
  try {
    source = openSource({ input: options.input, format: options.inputFormat ?? undefined });
    place = await openPlace(options, source);
  } catch (error) {
    await engine.close({ atOnce: true });
    throw error;
  }
  const { folder, record, from, release, file } = place;
  if (options.profile === 'trusted') rememberExpected(options.project.root, { ...options.prepared, threads: threadsOf(options) });
  const log = new RunLog(join(folder, 'log.ndjson'), options.mask, options.onLog);
  heard.tell((line) => log.write(line));
  if (from !== null) {
    const { rowsOut, rowsFailed, stats, seconds, metrics, repeated, flaws, inexact, replaced } = from.totals;
    Object.assign(totals, { rowsIn: from.position.row, rowsOut, rowsFailed, stats, seconds, flaws, inexact: new Set(inexact), replaced: new Set(replaced) });
    // The ids themselves are not kept: a row behind this point may repeat one of before it unseen.
    Object.assign(totals.repeated, { ...repeated, atLeast: true });
    for (const [name, value] of Object.entries(metrics)) heard.count(name, value);
  }
  const sink = new LiveSink(file, record, from !== null);
  let journal: JournalWriter | null = null;
  try {
    const ready = await orAborted(starting, options.signal);
    const manifest = await manifestOf(ready);
    if (from === null) await orAborted(askBudget(ready, source, options.limit, options.confirmBudget), options.signal);
    journal = await JournalWriter.open(folder, from);
    const timeline = await stream({ options, record, source, engine, journal, sink, manifest, ready, from, totals });
    // The workers end while the last of the journal goes to the disk.
    await Promise.all([journal.close(), engine.close()]);
    const content: JournalContent = { segments: journal.sizes, fields: journal.fields };
    journal = null;
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

/** On a full disk the record cannot be changed: it says `running`, as after a kill, and a resume takes both. */
function recordFailure(folder: string, record: RunRecord): void {
  try {
    writeRecord(folder, { ...record, status: 'failed' });
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
  }
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
  const seen: ReadonlySet<string> = new Set([...ROW_COLUMNS, ...inputColumns(manifest).map(({ name }) => name)]);
  const watch = new HopelessWatch(ready.batch_size, from === null && !options.keepGoing);
  const started = performance.now();
  const before = { rows: totals.rowsIn, out: totals.rowsOut, seconds: totals.seconds };
  const timeline = new Timeline(started);
  // The output of a frame is written while the journal gets the next one.
  let sunk: Promise<void> = Promise.resolve();
  try {
    for await (const outcome of untilAborted(engine.run(frames, before.out > 0), options.signal)) {
      watch.see(outcome);
      timeline.add(outcome);
      const { block, failed } = resultBlock(outcome);
      count(totals, outcome, seen, block.rows, failed);
      totals.seconds = before.seconds + (performance.now() - started) / 1000;
      const written = await journal.append(block, failureLines(outcome), {
        position: outcome.frame.end, inputDigest: source.prefix?.digestAt(outcome.frame.end.byte) ?? null, columns: outcome.frame.columns,
        totals: {
          rowsOut: totals.rowsOut, rowsFailed: totals.rowsFailed, stats: totals.stats, seconds: totals.seconds, metrics: { ...totals.metrics }, repeated: { rows: totals.repeated.rows, first: totals.repeated.first },
          flaws: totals.flaws, inexact: [...totals.inexact], replaced: [...totals.replaced],
        },
      });
      await sunk;
      if (written !== null) sunk = sink.write(written, journal.fields);
      sunk.catch(() => undefined);
      const elapsed = totals.seconds - before.seconds;
      options.onProgress?.({
        done: progressOf(source, outcome.frame, options.limit), rows: totals.rowsIn, rowsPerSecond: elapsed === 0 ? 0 : (totals.rowsIn - before.rows) / elapsed, failed: totals.rowsFailed,
      });
    }
    await sunk;
  } finally {
    // Whatever ended the run, nothing is being written when the output is given up.
    await sunk.catch(() => undefined);
  }
  return timeline.record();
}

/** @param seen columns of the input that the plugin knows of, and may change */
function count(totals: RunTotals, outcome: FrameOutcome, seen: ReadonlySet<string>, written: number, failed: number): void {
  const { frame, columns, stats } = outcome;
  totals.rowsIn = frame.end.row;
  const carried = new Set(frame.carried.map(({ name }) => name));
  for (const { name, nulls, length } of columns) if (nulls < length && carried.has(name) && !seen.has(name)) totals.replaced.add(name);
  for (const name of frame.inexact) totals.inexact.add(name);
  if (frame.idsGiven) totals.repeated.see(frame.documentIds, frame.rowNumbers);
  totals.rowsOut += written;
  totals.rowsFailed += failed;
  totals.stats = addStats(totals.stats, stats);
  totals.flaws = addFirstFlaws(totals.flaws, outcome);
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
    run: record.id, language: options.project.language, features: vectorFeatures(manifest).filter(({ name }) => options.lastStep === null || isTouched(totals.stats.features[name])), allowNulls: options.allowNulls,
    output: shown(record.output.path), failures: shown(failures), failureReasons: totals.rowsFailed > 0 ? await failureReasons(failures) : [], report: shown(report),
  });
  const done: RunRecord = { ...record, status: result.status, plugin: { ...record.plugin, name: manifest.feature_extractor_name, version: manifest.version } };
  writing(folder, () => replaceFile(join(folder, 'timeline.json'), JSON.stringify(timeline), { durable: true }));
  writing(folder, () => replaceFile(report, `${JSON.stringify(result, null, 2)}\n`, { durable: true }));
  // Last, since it says that all the others are there.
  writeRecord(folder, done);
  return { result, folder, record: done, manifest };
}

/** Features of steps that were left out are not missed. */
function isTouched(feature: FeatureStats | undefined): boolean {
  return feature !== undefined && feature.written + feature.wrong_size + feature.nan > 0;
}

function isInterrupt(error: unknown): boolean {
  return error instanceof Error && error.name === 'AbortError';
}

function interrupted(record: RunRecord): Failure {
  return new Failure({ code: 'interrupted', message: `Run ${record.id} was interrupted.`, why: 'What it had written is kept.', next: `Continue it: plugin run --resume ${record.id}`, exitCode: 130 });
}
