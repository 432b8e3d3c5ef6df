/** Run folders: `.plugsmith/runs/<id>/` in the plugin's own folder. */
import { existsSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { Failure, jsonMessageOf, messageOf, systemCode } from '../errors/index.js';
import { replaceFile } from '../files/index.js';
import type { JournalContent } from './journal/index.js';
import { stateFailure, writeFailure } from './write-failures.js';
import type { OutputTarget } from './sinks/index.js';

export interface RunRecord {
  id: string;
  plugsmith: string;
  started: string;
  status: 'running' | 'succeeded' | 'partial' | 'failed';
  plugin: { name: string; version: string; plugin_id: string; digest: string };
  input: { path: string; digest: string | null; format: string | null; /** Where relative paths in `data` begin. */ base: string };
  options: {
    parameters: Record<string, unknown>;
    batch_size: number | null;
    limit: number | null;
    column: string | null;
    map: Record<string, string>;
    /** The last step that was run; all of them when null or absent. */
    step?: string | null;
    /** Absent in runs that were begun before it was kept. */
    profile?: 'trusted' | 'untrusted';
    keep_going?: boolean;
    allow_nulls?: boolean;
  };
  output: OutputTarget;
  /** How often the run was continued. */
  resumed: number;
  /** Set when the run came to its end: what the journal holds. */
  content?: JournalContent;
}

function runsFolder(root: string): string {
  return join(root, '.plugsmith', 'runs');
}

export function runFolder(root: string, id: string): string {
  return join(runsFolder(root), id);
}

/** Makes `.plugsmith/`, which git is told to pass over. @throws Failure `output-not-writable`, `disk-full` */
export function ensureStateFolder(root: string): void {
  const folder = join(root, '.plugsmith');
  writing(folder, () => {
    mkdirSync(folder, { recursive: true });
    const ignore = join(folder, '.gitignore');
    if (!existsSync(ignore)) writeFileSync(ignore, '*\n');
  }, stateFailure);
}

/** @param told what a failed write means: `stateFailure` before a run has begun */
export function writing<T>(where: string, work: () => T, told: (error: unknown, where: string) => Failure = writeFailure): T {
  try {
    return work();
  } catch (error) {
    throw told(error, where);
  }
}

/** A new run's folder. Ids sort by time. */
export function createRunFolder(root: string, now = new Date()): { id: string; folder: string } {
  ensureStateFolder(root);
  const stamp = now.toISOString().replace(/[-:]/g, '').replace('T', '-').slice(0, 15);
  for (let n = 0; ; n++) {
    const id = n === 0 ? stamp : `${stamp}-${n + 1}`;
    const folder = runFolder(root, id);
    writing(runsFolder(root), () => mkdirSync(runsFolder(root), { recursive: true }), stateFailure);
    try {
      mkdirSync(folder);
      return { id, folder };
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw stateFailure(error, folder);
    }
  }
}

/** On disk when this returns: without it nobody could go on from what the journal has there. @throws Failure `disk-full`, `output-not-writable`; the earlier record stays then */
export function writeRecord(folder: string, record: RunRecord): void {
  const file = join(folder, 'run.json');
  try {
    replaceFile(file, `${JSON.stringify(record, null, 2)}\n`, { durable: true });
  } catch (error) {
    throw writeFailure(error, file);
  }
}

/**
 * The record of a run: by id, or of the latest.
 * @param prefer `finished`: the latest that came to its end, so that a try that was cut off does not stand before the results of yesterday
 * @throws Failure `no-run` naming the runs there are, `run-damaged`
 */
export function findRun(root: string, id?: string, prefer: 'finished' | 'any' = 'any'): { folder: string; record: RunRecord } {
  const all = listRuns(root);
  const finished = id === undefined && prefer === 'finished' ? all.findLast((name) => readRecord(root, name).content !== undefined) : undefined;
  const wanted = id ?? finished ?? all.at(-1);
  if (wanted === undefined || !all.includes(wanted)) {
    throw new Failure({
      code: 'no-run',
      message: wanted === undefined ? 'This plugin has no runs yet.' : `There is no run "${wanted}".`,
      why: 'Runs are kept in .plugsmith/runs of the plugin\'s folder.',
      next: all.length === 0 ? 'Make one: plugin run --local --input FILE' : `Runs, latest last: ${all.slice(-5).join(', ')}.`,
    });
  }
  return { folder: runFolder(root, wanted), record: readRecord(root, wanted) };
}

function readRecord(root: string, id: string): RunRecord {
  const file = join(runFolder(root, id), 'run.json');
  try {
    const record = JSON.parse(readFileSync(file, 'utf8')) as RunRecord;
    if (record?.id !== id) throw new Error('it is the record of no run, or of another');
    return record;
  } catch (error) {
    throw new Failure({ code: 'run-damaged', message: `The record of run ${id} cannot be read: ${jsonMessageOf(error)}.`, why: `${file} says what the run was and how far it came.`, next: `Make a new run, and remove the folder of this one: ${runFolder(root, id)}`, cause: error });
  }
}

function listRuns(root: string): string[] {
  const folder = runsFolder(root);
  if (!existsSync(folder)) return [];
  return readdirSync(folder).filter((name) => existsSync(join(folder, name, 'run.json'))).sort();
}

/**
 * Work that reads what a run wrote. Its files lie in the plugin's folder, where anything may happen to them.
 * @param place the run's folder, or which runs, for the message
 * @throws Failure `run-damaged` for what no reader expects; Failures of the work as they are
 */
export async function readingRun<T>(place: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof Failure || (!(error instanceof SyntaxError) && systemCode(error) === undefined)) throw error;
    throw new Failure({ code: 'run-damaged', message: `What the run wrote cannot be read: ${messageOf(error)}.`, why: `A file of ${place} is damaged or gone.`, next: 'Run the plugin on the rows again.', cause: error });
  }
}

/** Paths below the current folder are shown relative to it. */
export function shown(path: string): string {
  const short = relative(process.cwd(), path);
  return short.startsWith('..') ? path : short;
}
