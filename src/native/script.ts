/**
 * Scripts that are compiled once. What V8 made of one, all functions included that were called, is kept in the cache
 * folder; the next process takes it from there. Node does so by itself from version 22 on, for the main thread and for
 * modules alone; this is for every version and for threads too.
 */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { basename, dirname, join } from 'node:path';
import { cachedDataVersionTag } from 'node:v8';
import { Script } from 'node:vm';
import { isMainThread } from 'node:worker_threads';
import { makeFolder, replaceFile } from '../files/index.js';
import { cacheDir } from './cache.js';

const DIGEST_BYTES = 32;

/**
 * Runs a script in CommonJS, one without `import()`, and gives its exports. Its name has to tell its content: code that
 * was kept is known by it, and by the version and the flags of V8.
 *
 * @param shared modules of the caller that the script requires by these names
 */
export function loadScript(path: string, shared: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const tag = cachedDataVersionTag();
  const kept = join(cacheDir(), 'compiled', `${basename(path)}-${tag.toString(16)}`);
  const cachedData = readKept(kept);
  const script = new Script(`(function (exports, require, module, __filename) {${readFileSync(path, 'utf8')}\n})`, {
    filename: path, ...(cachedData && { cachedData }),
  });
  const module = { exports: {} };
  const require = createRequire(path);
  (script.runInThisContext() as (...args: unknown[]) => void)(module.exports, (name: string) => shared[name] ?? (require(name) as unknown), module, path);
  // At the end it is known which functions are called. Threads end before; code of changed flags would not be taken.
  if (isMainThread && script.cachedDataRejected !== false) process.once('exit', () => cachedDataVersionTag() === tag && keep(kept, script));
  return module.exports;
}

/** What was kept; undefined when there is nothing, or it is not what was written: V8 would run it unseen. */
function readKept(path: string): Buffer | undefined {
  try {
    const bytes = readFileSync(path);
    const data = bytes.subarray(DIGEST_BYTES);
    return bytes.subarray(0, DIGEST_BYTES).equals(digestOf(data)) ? data : undefined;
  } catch {
    // Most often it is the first time. Whatever else is the matter, the script is compiled.
    return undefined;
  }
}

function keep(path: string, script: Script): void {
  const data = script.createCachedData();
  try {
    makeFolder(dirname(path));
    replaceFile(path, Buffer.concat([digestOf(data), data]));
  } catch {
    // A cache that cannot be written costs the next start what this one took.
  }
}

function digestOf(data: Buffer): Buffer {
  return createHash('sha256').update(data).digest();
}
