/** Assets: `data` of a binary row is a URL or a path; these give a local file for it. */
import { readFile, rm } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { hooks } from './hooks.js';

/**
 * A local file for `url`: a path or `file:` URL as it is, anything else through the worker.
 * @returns `isTemporary` when the caller has to remove it.
 */
export async function downloadAsset(url: string, suffix = ''): Promise<{ path: string; isTemporary: boolean }> {
  if (/^file:/i.test(url)) return { path: fileURLToPath(url), isTemporary: false };
  const scheme = /^([a-z][a-z0-9+.-]+):\/\//i.exec(url)?.[1];
  if (scheme === undefined) return { path: url, isTemporary: false };
  if (hooks.openAsset === undefined) throw new Error(`${scheme}: assets are fetched by the worker; this process is none, give a path or a file: URL`);
  return hooks.openAsset(url, suffix);
}

/** Calls `use` with a local path for `url`, and removes the file afterwards if it was temporary. */
export async function openAsset<R>(url: string, use: (path: string) => R | Promise<R>, suffix = ''): Promise<R> {
  const { path, isTemporary } = await downloadAsset(url, suffix);
  try {
    return await use(path);
  } finally {
    if (isTemporary) await rm(path, { force: true });
  }
}

/**
 * The bytes of `url`, for files that the plugin takes apart itself, such as sounds and tables.
 * @throws Error naming the address where there is nothing to read
 */
export async function readAsset(url: string): Promise<Uint8Array> {
  return openAsset(url, async (path) => {
    const { buffer, byteOffset, byteLength } = await readFile(path).catch((error: NodeJS.ErrnoException) => {
      throw new Error(`${url.slice(0, 200)} cannot be read: ${error.code === 'ENOENT' ? 'there is no such file' : error.code}`);
    });
    return new Uint8Array(buffer, byteOffset, byteLength);
  });
}
