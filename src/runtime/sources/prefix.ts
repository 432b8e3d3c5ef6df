/**
 * The identity of a stream: sha256 over what was read of it, told at any place a run may be continued from. Bytes are
 * hashed when the rows they hold are done, so that the digest can be had at every commit without reading twice.
 */
import { createHash } from 'node:crypto';
import { Failure } from '../../errors/index.js';
import type { Position } from './index.js';

export class PrefixDigest {
  private readonly hash = createHash('sha256');
  private readonly pending: Buffer[] = [];
  private at = 0;
  private expected: string | null = null;

  /** A continued run: what is skipped has to have this digest. */
  expect(digest: string): void {
    this.expected = digest;
  }

  /** sha256 of the first `byte` bytes, hex. Places are asked for in ascending order, and only once read. */
  digestAt(byte: number): string {
    this.advance(byte);
    return this.hash.copy().digest('hex');
  }

  /** Takes in everything before `byte`, so that it need not be kept. */
  advance(byte: number): void {
    while (this.at < byte) {
      const chunk = this.pending.shift();
      if (chunk === undefined) throw new RangeError(`byte ${byte} of the stream has not been read`);
      const used = Math.min(chunk.byteLength, byte - this.at);
      this.hash.update(chunk.subarray(0, used));
      this.at += used;
      if (used < chunk.byteLength) this.pending.unshift(chunk.subarray(used));
    }
  }

  /**
   * The bytes of a stream, from its beginning. The first `from.byte` of them have been read by an earlier run.
   * @throws Failure `resume-differs` when those are not the same as then, before anything behind them is given
   */
  async *read(stream: AsyncIterable<unknown>, from: Position): AsyncIterable<Buffer> {
    let read = 0;
    for await (const chunk of stream) {
      const bytes = chunk as Buffer;
      this.pending.push(bytes);
      const before = read;
      read += bytes.byteLength;
      if (before < from.byte) {
        this.advance(Math.min(read, from.byte));
        if (read >= from.byte) this.check(from);
      }
      yield bytes;
    }
    if (read < from.byte) throw differs(`it ends after ${read} bytes, of which the run had already read ${from.byte}`);
  }

  private check(from: Position): void {
    if (this.expected !== null && this.digestAt(from.byte) !== this.expected) throw differs(`its first ${from.byte} bytes (${from.row} rows) are other ones`);
  }
}

function differs(how: string): Failure {
  return new Failure({
    code: 'resume-differs',
    message: `The run cannot be continued: the input on standard input differs from when it began: ${how}.`,
    why: 'A resumed run gives the same bytes as an undisturbed one; with other rows it would mix two runs.',
    next: 'Feed the same input from its beginning, or start a new run.',
    details: { differences: [`the input (standard input: ${how})`] },
  });
}
