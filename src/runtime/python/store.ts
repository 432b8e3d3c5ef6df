/** All environments in the cache folder: listed, and removed. */
import { existsSync } from 'node:fs';
import { readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { withLock } from '../../native/index.js';
import { brokenBy, environmentsFolder, lockOf, readRecord } from './environment.js';

/** One environment in the cache. */
export interface KeptEnvironment {
  key: string;
  /** Version of its Python, null where nothing but leftovers of a killed build lie there. */
  version: string | null;
  requirements: string[];
  installer: string | null;
  bytes: number;
  /** What is wrong with it, or null. */
  broken: string | null;
}

/** The environments of this cache folder, by key. */
export async function listEnvironments(): Promise<KeptEnvironment[]> {
  const folder = environmentsFolder();
  if (!existsSync(folder)) return [];
  const keys = (await readdir(folder, { withFileTypes: true })).filter((entry) => entry.isDirectory() && !entry.name.endsWith('.lock')).map(({ name }) => name).sort();
  return Promise.all(keys.map((key) => describe(join(folder, key), key)));
}

/**
 * Removes environments: those named, or all. A build under way is waited for. Workers that run in one keep what they
 * have loaded and lack the rest.
 */
export async function cleanEnvironments(keys: readonly string[] | null): Promise<KeptEnvironment[]> {
  const wanted = (await listEnvironments()).filter(({ key }) => keys === null || keys.includes(key));
  for (const { key } of wanted) {
    const place = join(environmentsFolder(), key);
    await withLock(lockOf(place), () => undefined, async () => {
      // The record goes first: killed here, the rest counts for nothing and is swept by the next build.
      await rm(join(place, 'environment.json'), { force: true });
      await rm(place, { recursive: true, force: true });
    });
  }
  return wanted;
}

async function describe(place: string, key: string): Promise<KeptEnvironment> {
  const record = readRecord(place);
  const bytes = await size(place);
  if (record === null) return { key, version: null, requirements: [], installer: null, bytes, broken: 'its build was not finished' };
  return { key, version: record.version, requirements: record.requirements, installer: record.installer, bytes, broken: brokenBy(record) };
}

async function size(folder: string): Promise<number> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => []);
  const files = entries.filter((entry) => entry.isFile());
  const sizes = await Promise.all(files.map((entry) => stat(join(entry.parentPath, entry.name)).then((found) => found.size, () => 0)));
  return sizes.reduce((sum, bytes) => sum + bytes, 0);
}
