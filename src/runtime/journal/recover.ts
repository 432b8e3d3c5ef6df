/** What a run that was cut off has left: its last commit, and nothing behind it. */
import { existsSync, mkdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { readdir, truncate } from 'node:fs/promises';
import { join } from 'node:path';
import { Failure } from '../../errors/index.js';
import { commitsPath, failuresPath, parseCommit, segmentPath, type Commit } from './commits.js';

/**
 * The last commit of a run's folder whose data is all there, with everything after it cut away; null when there is none,
 * also when the run was killed before it had a journal.
 */
export async function recoverJournal(folder: string): Promise<Commit | null> {
  const journal = join(folder, 'journal');
  mkdirSync(journal, { recursive: true });
  const { commit, bytes, named } = lastCommit(folder);
  if (commit === null && named > 0) throw damaged(folder);
  const segments = commit?.segments ?? [];
  for (const name of await readdir(journal)) {
    const index = /^(\d+)\.arrow$/.exec(name)?.[1];
    if (index !== undefined && Number(index) >= segments.length) rmSync(join(journal, name));
  }
  for (const [index, length] of segments.entries()) await truncate(segmentPath(folder, index), length);
  for (const [path, length] of [[failuresPath(folder), commit?.failures ?? 0], [commitsPath(folder), bytes]] as const) {
    if (existsSync(path)) await truncate(path, length);
  }
  return commit;
}

/** @returns also how many commits there are, those whose data is gone included */
function lastCommit(folder: string): { commit: Commit | null; bytes: number; named: number } {
  const path = commitsPath(folder);
  const text = existsSync(path) ? readFileSync(path, 'utf8') : '';
  let found: { commit: Commit | null; bytes: number } = { commit: null, bytes: 0 };
  let bytes = 0;
  let named = 0;
  for (const line of text.split('\n').slice(0, -1)) {
    const commit = parseCommit(line);
    if (commit === null) break;
    bytes += Buffer.byteLength(line) + 1;
    named++;
    if (isOnDisk(folder, commit)) found = { commit, bytes };
  }
  return { ...found, named };
}

function damaged(folder: string): Failure {
  return new Failure({
    code: 'journal-damaged',
    message: `The run cannot be continued: files of its journal are missing or cut short in ${folder}.`,
    why: 'Not one of its commits can be read back, so its finished rows are lost.',
    next: 'Restore the files journal/*.arrow and failures.jsonl, or start a new run.',
  });
}

/** A disk that lied about fsync may hold a commit without its data: then an earlier one counts. */
function isOnDisk(folder: string, { segments, failures }: Commit): boolean {
  return segments.every((length, index) => sizeOf(segmentPath(folder, index)) >= length) && sizeOf(failuresPath(folder)) >= failures;
}

function sizeOf(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.size ?? 0;
}
