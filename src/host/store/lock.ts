/** One host per folder: SQLite's own lock on `lock.db`, which the system frees when the process is gone, however it ended. */
import { readFileSync, writeFileSync } from 'node:fs';
import { Failure, systemCode } from '../../errors/index.js';

export interface FolderLock {
  /** Notes where this host can be reached, for whoever finds the folder taken. */
  announce(url: string): void;
  release(): void;
}

/** @throws Failure `host-running` naming process and address of the host that has the folder */
export async function lockFolder(lockFile: string, noteFile: string): Promise<FolderLock> {
  const { default: Database } = await import('libsql');
  const db = new Database(lockFile);
  try {
    db.exec('BEGIN EXCLUSIVE');
  } catch (error) {
    db.close();
    if (systemCode(error) === 'SQLITE_BUSY') throw taken(noteFile);
    throw error;
  }
  const note = (url: string | null): void => writeFileSync(noteFile, `${JSON.stringify({ pid: process.pid, url })}\n`);
  note(null);
  return {
    announce: note,
    release: () => {
      db.exec('ROLLBACK');
      db.close();
    },
  };
}

function taken(noteFile: string): Failure {
  const { pid, url } = readNote(noteFile);
  return new Failure({
    code: 'host-running',
    message: `Another host has this folder: process ${pid ?? 'unknown'}, ${url ?? 'still starting'}.`,
    why: 'Two hosts on one folder would overwrite each other.',
    next: pid === null ? 'Wait a moment, or name another folder with --folder.' : `Use that one, stop it (kill ${pid}), or name another folder with --folder.`,
    details: { pid, url, port: url === null ? null : Number(new URL(url).port) },
  });
}

function readNote(file: string): { pid: number | null; url: string | null } {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as { pid: number; url: string | null };
  } catch {
    // The other host has taken the lock and not written its note yet.
    return { pid: null, url: null };
  }
}
