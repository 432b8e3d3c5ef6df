import { randomUUID } from 'node:crypto';
import { access, constants, lstat, readdir, rm, stat, statfs, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { messageOf, systemCode } from '../errors/index.js';
import { cacheDir } from '../native/index.js';
import { type DoctorContext, fail, type Finding, ok, warn } from './check.js';

/** The cache folder: is it writable, how large is it. Nothing is made where it does not exist yet. */
export async function checkCache({ env }: DoctorContext): Promise<Finding> {
  const folder = cacheDir(env);
  try {
    const existing = await nearestExisting(folder);
    if (existing !== folder) {
      await access(existing, constants.W_OK);
      return ok(`${folder} will be made when it is needed`);
    }
    await tryWriting(folder);
    const { bytes, complete } = await sizeOf(folder);
    return ok(`${folder} is writable and holds ${complete ? '' : 'more than '}${megabytes(bytes)}`);
  } catch (error) {
    return fail(`The cache folder ${folder} cannot be used: ${messageOf(error)}`, 'Make it writable, or set PLUGSMITH_CACHE_DIR to another folder.');
  }
}

export async function checkTemporary(): Promise<Finding> {
  try {
    await tryWriting(tmpdir());
    return ok(`${tmpdir()} is writable`);
  } catch (error) {
    return fail(`The temporary folder ${tmpdir()} cannot be written: ${messageOf(error)}`, 'Make it writable, or set TMPDIR to another folder.');
  }
}

const LOW = 1024 ** 3;
const TOO_LOW = 100 * 1024 ** 2;

/** Judges free space in bytes on the disk of a folder. */
export function judgeFree(bytes: number, folder: string): Finding {
  const finding = `${megabytes(bytes)} are free on the disk of ${folder}`;
  const remedy = 'Free some space, or set PLUGSMITH_CACHE_DIR to a folder on another disk.';
  if (bytes < TOO_LOW) return fail(finding, remedy);
  return bytes < LOW ? warn(`${finding}; installing onnxruntime-node takes 300 MB for a moment`, remedy) : ok(finding);
}

export async function checkFree({ env }: DoctorContext): Promise<Finding> {
  const folder = await nearestExisting(cacheDir(env));
  const { bavail, bsize } = await statfs(folder);
  return judgeFree(bavail * bsize, folder);
}

/** The folder itself, or the first folder above it that exists. Fails where a file is in the way. */
async function nearestExisting(path: string): Promise<string> {
  try {
    if (!(await stat(path)).isDirectory()) throw new Error(`${path} is not a folder`);
    return path;
  } catch (error) {
    if (systemCode(error) !== 'ENOENT' || dirname(path) === path) throw error;
    return nearestExisting(dirname(path));
  }
}

/** Writes and removes a file, because permissions alone do not tell of read-only disks, quotas and sandboxes. */
async function tryWriting(folder: string): Promise<void> {
  const file = join(folder, `.doctor-${randomUUID()}`);
  await writeFile(file, 'x', { flag: 'wx' });
  await rm(file);
}

const SIZE_LIMIT_MS = 5_000;

/** Adds up file sizes; gives what it has when its time is up. */
async function sizeOf(root: string): Promise<{ bytes: number; complete: boolean }> {
  const end = performance.now() + SIZE_LIMIT_MS;
  const open = [root];
  let bytes = 0;
  for (let folder = open.pop(); folder !== undefined; folder = open.pop()) {
    if (performance.now() > end) return { bytes, complete: false };
    for (const entry of await readdir(folder, { withFileTypes: true })) {
      const path = join(folder, entry.name);
      if (entry.isDirectory()) open.push(path);
      else bytes += (await lstat(path)).size;
    }
  }
  return { bytes, complete: true };
}

function megabytes(bytes: number): string {
  return bytes >= LOW ? `${(bytes / LOW).toFixed(1)} GB` : `${Math.round(bytes / 1024 ** 2)} MB`;
}
