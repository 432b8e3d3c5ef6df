/** Files that a person wrote: settings, parameters, keys. A device or a film under such a name must not fill the memory. */
import { closeSync, openSync, readSync } from 'node:fs';

/** More than anybody writes by hand. */
const LIMIT = 16 * 1024 * 1024;

/**
 * The whole text of a file, a pipe or a device, which is read to its end or to the limit.
 *
 * @param limit in bytes
 * @throws the system's error; RangeError for a file that holds more
 */
export function readSmallFile(path: string, limit = LIMIT): string {
  const handle = openSync(path, 'r');
  try {
    const chunks: Buffer[] = [];
    let bytes = 0;
    for (;;) {
      const chunk = Buffer.allocUnsafe(64 * 1024);
      const count = readSync(handle, chunk, 0, chunk.byteLength, null);
      if (count === 0) return Buffer.concat(chunks).toString('utf8');
      bytes += count;
      if (bytes > limit) throw new RangeError(`it holds more than ${Math.floor(limit / 1024)} kB`);
      chunks.push(chunk.subarray(0, count));
    }
  } finally {
    closeSync(handle);
  }
}
