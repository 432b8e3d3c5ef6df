/** The worker's side of the window: shared memory behind descriptor 5, which takes long answers past the pipe. */
import { writevSync } from 'node:fs';
import type { Place } from '../protocol/index.js';

const WINDOW = 5;
/** Shorter ones are through the pipe before further calls into the system would pay. */
const SHORT_BYTES = 16 * 1024;

/** How many bytes were put into the place; null when they have to take the other way: there is none, or no room. */
export function intoWindow(place: Place | undefined, chunks: readonly Uint8Array[]): number | null {
  if (place === undefined) return null;
  const bytes = chunks.reduce((sum, chunk) => sum + chunk.byteLength, 0);
  if (bytes < SHORT_BYTES || bytes > place.bytes) return null;
  try {
    return writevSync(WINDOW, chunks, place.at) === bytes ? bytes : null;
  } catch {
    // The memory that may be shared is used up.
    return null;
  }
}
