/**
 * The window: a file in shared memory that a worker writes long answers into, so that they are copied twice and not
 * pushed through a pipe in pieces. It has no name once it is open, and is gone with the two processes that hold it.
 * Lent and answered as `docs/worker-protocol.md` says; without it, answers come through the pipe as all else does.
 */
import { randomBytes } from 'node:crypto';
import { closeSync, openSync, readSync, unlinkSync } from 'node:fs';
import type { Place } from '../../protocol/wire.js';

/** Memory that looks like a folder. Elsewhere than on Linux there is none, and in a container it may be missing. */
const SHARED_MEMORY = '/dev/shm';
/** As many frames of rows as a worker has in flight. */
const PLACES = 2;
/** For one answer: 1,024 rows of 4,096 numbers. Only what is written takes memory. */
const PLACE_BYTES = 16 * 1024 * 1024;

export class Window {
  private readonly free = Array.from({ length: PLACES }, (_, i) => i * PLACE_BYTES);
  /** Where the answer to a request may be, by the request's id. */
  private readonly lent = new Map<number, number>();
  private isClosed = false;

  private constructor(
    /** What the worker gets as its descriptor 5. */
    readonly descriptor: number,
  ) {}

  /** Null where memory cannot be shared. */
  static open(folder = SHARED_MEMORY): Window | null {
    try {
      const path = `${folder}/plugsmith-${process.pid}-${randomBytes(8).toString('hex')}`;
      const descriptor = openSync(path, 'wx+', 0o600);
      unlinkSync(path);
      return new Window(descriptor);
    } catch {
      // Nothing is lost without it but time.
      return null;
    }
  }

  /** A place for the answer to a request, until that is there; undefined when all are taken. */
  lend(id: number): Place | undefined {
    const at = this.free.pop();
    if (at === undefined) return undefined;
    this.lent.set(id, at);
    return { at, bytes: PLACE_BYTES };
  }

  /** Ends the loan. Returns where the place is, undefined when the request had none; whoever wants what lies there reads it now. */
  settle(id: number): number | undefined {
    const at = this.lent.get(id);
    if (at === undefined) return undefined;
    this.lent.delete(id);
    this.free.push(at);
    return at;
  }

  /** A copy of what lies at a place, null when there is less. */
  read(at: number, bytes: number): Uint8Array | null {
    if (bytes > PLACE_BYTES) return null;
    // Written over to its last byte before anybody sees it.
    const body = new Uint8Array(Buffer.allocUnsafeSlow(bytes).buffer);
    return readSync(this.descriptor, body, 0, bytes, at) === bytes ? body : null;
  }

  close(): void {
    if (!this.isClosed) closeSync(this.descriptor);
    this.isClosed = true;
  }
}
