/**
 * Folders of running commands in the cache, one each, for files that go when the command ends. A command that was
 * killed cannot tidy up, so whoever comes next does: a folder carries the machine, the process and its start.
 */
import { mkdtemp, readFile, readdir, rm, stat } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { Failure, messageOf, systemCode } from '../../../errors/index.js';
import { makeFolder } from '../../../files/index.js';

/** A folder of another machine, or of another container, is left alone for so long. */
const FOREIGN_MS = 7 * 24 * 3600 * 1000;

const machine = hostname().replace(/[^\w.]/g, '_').slice(0, 60);

/** Makes this command's folder below `root`. @throws Failure `asset-cache` */
export async function makeWorkplace(root: string): Promise<string> {
  try {
    makeFolder(root, 0o700);
    return await mkdtemp(join(root, `${machine}-${process.pid}-${await startOf(process.pid)}-`));
  } catch (error) {
    throw new Failure({ code: 'asset-cache', message: `Files that are downloaded cannot be kept: ${messageOf(error)}`, why: 'They lie in the cache folder until the command ends.', next: 'Make the folder writable, or set PLUGSMITH_CACHE_DIR to another one.', details: { folder: root }, cause: error });
  }
}

/** Removes the folders of commands that are gone. */
export async function sweepWorkplaces(root: string): Promise<void> {
  for (const name of await namesIn(root)) {
    if (await isAbandoned(join(root, name), name)) await rm(join(root, name), { recursive: true, force: true });
  }
}

async function namesIn(folder: string): Promise<string[]> {
  try {
    return await readdir(folder);
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return [];
    throw error;
  }
}

async function isAbandoned(path: string, name: string): Promise<boolean> {
  const owner = /^(.+)-(\d+)-(\d+)-[^-]*$/.exec(name);
  if (owner?.[1] === machine) return !(await isRunning(Number(owner[2]), owner[3] as string));
  const { mtimeMs } = await stat(path).catch(() => ({ mtimeMs: Infinity }));
  return Date.now() - mtimeMs > FOREIGN_MS;
}

/** Whether the process is there and is the one that began then: numbers of processes are used again. */
async function isRunning(pid: number, start: string): Promise<boolean> {
  try {
    process.kill(pid, 0);
  } catch (error) {
    // Alive, but of another user.
    if (systemCode(error) !== 'EPERM') return false;
  }
  return (await startOf(pid)) === start;
}

/** When a process began, in ticks since the machine did; 0 where the system does not say. */
async function startOf(pid: number): Promise<string> {
  try {
    const text = await readFile(`/proc/${pid}/stat`, 'latin1');
    return text.slice(text.lastIndexOf(')') + 2).split(' ')[19] ?? '0';
  } catch {
    return '0';
  }
}
