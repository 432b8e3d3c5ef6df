/** The folder of a run, its record, its lock and its output: made for a new run, found again for one that goes on. */
import { existsSync, rmSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { Failure } from '../errors/index.js';
import { orAborted } from './abort.js';
import { recoverJournal, type Commit } from './journal/index.js';
import { installation } from './launch/index.js';
import { baseFolder } from './plan/index.js';
import { pluginDigest } from './project/index.js';
import { lockRun } from './run-lock.js';
import type { RunOptions } from './run-options.js';
import { createRunFolder, ensureStateFolder, runFolder, shown, writeRecord, type RunRecord } from './runs.js';
import { Output, formatOf } from './sinks/index.js';
import type { Source } from './sources/index.js';

/** Where a run keeps what it makes. */
export interface Place {
  folder: string;
  record: RunRecord;
  /** What a resumed run goes on from. */
  from: Commit | null;
  file: Output;
  release(): void;
}

/** @throws Failure; nothing of a new run is left then */
export async function openPlace(options: RunOptions, source: Source): Promise<Place> {
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
    options: {
      parameters: options.parameters, batch_size: options.batchSize, limit: options.limit, column: options.column, map: options.map, step: options.lastStep, profile: options.profile,
      keep_going: options.keepGoing, allow_nulls: options.allowNulls,
    },
    output: { ...(output ?? { path: join(runFolder(project.root, id), 'output.arrow'), format: 'arrow' }), vectors: options.vectors },
    resumed: 0,
  };
  const release = lockRun(folder, id);
  writeRecord(folder, record);
  return { folder, record, from: null, release };
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
