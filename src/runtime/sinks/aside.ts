/**
 * JSON Lines written by a thread. Printing floats is most of what a run with JSON out does outside its workers, and the
 * command's own thread has the input and the journal to care for. Small results are written without it.
 */
import { Worker } from 'node:worker_threads';
import type { Block } from '../../protocol/index.js';
import type { JournalField } from '../journal/index.js';
import { writeFailure } from '../write-failures.js';
import { distFile } from '../launch/index.js';
import type { OutputFile } from './file.js';
import type { Sink } from './index.js';
import { jsonlFormat } from './jsonl.js';

/** What the thread is given when it starts. */
export interface AsideData {
  fields: readonly JournalField[];
  /** The open file, which threads share, its position included. */
  fd: number;
}

/** What the thread answers to each block, in order. */
export type AsideAnswer = { written: true; bytes: number } | { written: false; code: string | undefined; message: string };

/** Starting the thread costs about as much as writing these. */
const ROWS_WITHOUT = 4096;
/** Blocks on their way; each is copied, so they bound the memory. */
const CREDIT = 2;

/** @param file must not be written to by others until `finish` or `abandon` has returned */
export function asideSink(fields: readonly JournalField[], file: OutputFile): Sink {
  const format = jsonlFormat(fields);
  let thread: Thread | null = null;
  let rows = 0;
  return {
    write: async (block) => {
      rows += block.rows;
      if (rows <= ROWS_WITHOUT) return file.write(format.push(block));
      thread ??= new Thread({ fields, fd: file.fd }, file);
      return thread.write(block);
    },
    finish: async () => {
      await thread?.finish();
      await file.write(format.end());
    },
    abandon: async () => thread?.end(),
  };
}

class Thread {
  private readonly worker: Worker;
  private inFlight = 0;
  private failed: unknown = null;
  private wake = (): void => undefined;

  constructor(
    data: AsideData,
    private readonly file: OutputFile,
  ) {
    this.worker = new Worker(distFile('runtime/sinks/aside-thread.js'), { workerData: data });
    this.worker.on('message', (answer: AsideAnswer) => {
      this.inFlight--;
      if (answer.written) file.grew(answer.bytes);
      else this.failed ??= Object.assign(new Error(answer.message), { code: answer.code });
      this.wake();
    });
    this.worker.on('error', (error) => {
      this.failed ??= error;
      this.wake();
    });
    // A run that is given up must not wait for it.
    this.worker.unref();
  }

  /** @throws Failure `disk-full` and its like, for this block or one before it */
  async write(block: Block): Promise<void> {
    await this.until(CREDIT - 1);
    this.inFlight++;
    this.worker.postMessage(block);
  }

  async finish(): Promise<void> {
    await this.until(0);
    await this.end();
  }

  async end(): Promise<void> {
    await this.worker.terminate();
  }

  /** Waits until at most `blocks` are on their way. The event loop must stay alive meanwhile. */
  private async until(blocks: number): Promise<void> {
    this.worker.ref();
    while (this.inFlight > blocks && this.failed === null) await new Promise<void>((resolve) => (this.wake = resolve));
    this.worker.unref();
    if (this.failed !== null) throw writeFailure(this.failed, this.file.path);
  }
}
