/** The local engine: a pool of worker processes, two frames in flight each, answers in order. */
import { crc32 } from 'node:zlib';
import { Failure, messageOf } from '../../errors/index.js';
import { decodeBlock, encodeBlock, type InitMessage, type ReadyMessage, type RowsMessage, type RowsResult, type WireColumn } from '../../protocol/index.js';
import { WorkerDied, WorkerRefused, launchWorker, type LaunchOptions, type WorkerHandle } from '../launch/index.js';
import type { Frame } from '../plan/index.js';
import type { Engine, FrameOutcome } from './index.js';
import { Rescue } from './rescue.js';

export interface LocalEngineOptions {
  launch: LaunchOptions;
  /** What starts a worker; `launchWorker` unless told. */
  launchWorker?: ((options: LaunchOptions) => WorkerHandle) | undefined;
  init: Omit<InitMessage, 'type' | 'id'>;
  /** How many workers, decided once the plugin is known. */
  workersFor(ready: ReadyMessage): number | Promise<number>;
  batchSizeFor(ready: ReadyMessage): number;
  /** Without progress for this long, a batch is given up, in milliseconds. */
  timeoutMs: number;
  keepGoing: boolean;
  onWorkerLost(kind: string, message: string): void;
}

const CREDIT = 2;
/** Finished frames that may wait for an earlier one, per worker. */
const WINDOW = 4;
/** Loading a plugin is no batch: on a busy machine it takes longer than a short --timeout. At least this long, in milliseconds. */
const LOAD_MS = 5000;
/** Starts in a row that may end with a dead worker before the plugin is to blame. */
const STARTS = 5;
/** Workers that a frame may lose without having been in hand, before it is treated as the cause. */
const BYSTANDINGS = 5;

interface Slot {
  worker: WorkerHandle;
  ready: Promise<ReadyMessage>;
  inFlight: number;
}

export class LocalEngine implements Engine {
  private slots: Slot[] = [];
  /** Every worker that is alive, those of the rescue included: none outlives the engine. */
  private readonly workersAlive = new Set<WorkerHandle>();
  private waiting: ((slot: Slot) => void)[] = [];
  private workers = 1;
  private batchSize = 64;
  private closed = false;
  private readonly rescue: Rescue;
  /** Frames that came back with at least one good row: a plugin that worked once is not hopeless. */
  private successes = 0;

  constructor(private readonly options: LocalEngineOptions) {
    this.rescue = new Rescue({
      launch: async () => {
        const slot = this.spawn();
        await slot.ready;
        return slot.worker;
      },
      send: (worker, frame, batchSize) => this.send(worker, frame, batchSize),
      batchSize: () => this.batchSize,
      succeededBefore: () => this.successes > 0,
      keepGoing: options.keepGoing,
      onWorkerLost: options.onWorkerLost,
    });
  }

  async start(): Promise<ReadyMessage> {
    const slot = this.spawn();
    const ready = await slot.ready;
    this.workers = await this.options.workersFor(ready);
    this.batchSize = this.options.batchSizeFor(ready);
    this.slots.push(slot);
    return ready;
  }

  async *run(frames: AsyncIterable<Frame>): AsyncIterable<FrameOutcome> {
    const queue: Promise<FrameOutcome>[] = [];
    let wake = (): void => undefined;
    let room = (): void => undefined;
    let done = false;
    let failure: { error: unknown } | null = null;
    const limit = this.workers * WINDOW;
    const pump = (async () => {
      try {
        for await (const frame of frames) {
          if (this.closed) return;
          const outcome = this.dispatch(frame);
          outcome.catch(() => undefined);
          queue.push(outcome);
          wake();
          if (queue.length >= limit) await new Promise<void>((resolve) => (room = resolve));
        }
      } catch (error) {
        failure = { error };
      } finally {
        done = true;
        wake();
      }
    })();
    try {
      for (;;) {
        const head = queue[0];
        if (head === undefined) {
          if (done) break;
          await new Promise<void>((resolve) => (wake = resolve));
          continue;
        }
        const outcome = await head;
        queue.shift();
        room();
        yield outcome;
      }
      if (failure !== null) throw (failure as { error: unknown }).error;
    } finally {
      this.closed ||= !done;
      room();
      // A pump that waits for input is not waited for: closing the source ends it.
      void pump;
    }
  }

  async close({ atOnce = false } = {}): Promise<void> {
    this.closed = true;
    await Promise.all([...this.workersAlive].map((worker) => {
      if (!atOnce) return worker.stop();
      worker.kill('stopped', 'the run is over');
      return worker.gone;
    }));
  }

  private async dispatch(frame: Frame): Promise<FrameOutcome> {
    if (frame.rows === 0) return emptyOutcome(frame);
    for (let lost = 1; ; lost++) {
      const slot = await this.acquire();
      try {
        const outcome = await this.send(slot.worker, frame, this.batchSize);
        this.successes += outcome.errors.length < frame.rows ? 1 : 0;
        return outcome;
      } catch (error) {
        if (!(error instanceof WorkerDied)) throw error;
        this.replace(slot);
        if (error.kind === 'stopped') throw error;
        // Requests that merely waited in the dead worker's queue go to another one.
        if (error.kind === 'bystander' && lost < BYSTANDINGS) continue;
        const outcome = await this.rescue.recover(frame, error);
        this.successes += outcome.errors.length < frame.rows ? 1 : 0;
        return outcome;
      } finally {
        this.release(slot);
      }
    }
  }

  private async send(worker: WorkerHandle, frame: Frame, batchSize: number): Promise<FrameOutcome> {
    const message: Omit<RowsMessage, 'id'> = { type: 'rows', rows: frame.rows, batch_size: batchSize, constants: frame.constants };
    const sent = performance.now();
    let reply;
    try {
      reply = await worker.request<RowsResult>(message as never, encodeBlock(frame.wire), this.options.timeoutMs);
    } catch (error) {
      if (error instanceof WorkerRefused) throw refusal(error);
      throw error;
    }
    const { header, body } = reply;
    checkRows(frame, header);
    return { frame, columns: decodeColumns(body, frame.rows), errors: header.row_errors, stats: header.stats, deaths: 0, timing: { pid: worker.pid, sent, answered: performance.now() } };
  }

  private spawn(): Slot {
    const slot: Slot = { worker: this.launch(), ready: undefined as never, inFlight: 0 };
    slot.ready = this.load(slot);
    slot.ready.catch(() => undefined);
    return slot;
  }

  private launch(): WorkerHandle {
    if (this.closed) throw new WorkerDied('stopped', 'the run is over');
    const worker = (this.options.launchWorker ?? launchWorker)(this.options.launch);
    this.workersAlive.add(worker);
    void worker.gone.then(() => this.workersAlive.delete(worker));
    return worker;
  }

  /** A worker may be killed from outside while it starts; one that dies so again and again has the plugin to blame. */
  private async load(slot: Slot): Promise<ReadyMessage> {
    const init = { ...this.options.init, type: 'init' } as Omit<InitMessage, 'id'>;
    for (let start = 1; ; start++) {
      try {
        return (await slot.worker.request<ReadyMessage>(init as never, [], Math.max(LOAD_MS, this.options.timeoutMs))).header;
      } catch (error) {
        if (error instanceof WorkerRefused) throw refusal(error);
        if (!(error instanceof WorkerDied) || error.kind === 'stopped') throw error;
        if (error.kind === 'timeout' || start === STARTS) throw startFailure(error);
        slot.worker = this.launch();
      }
    }
  }

  private async acquire(): Promise<Slot> {
    // A worker may die while it has nothing in hand: then nobody else notices.
    for (const slot of this.slots) if (!slot.worker.alive && slot.inFlight === 0) this.replace(slot);
    const free = this.slots.filter((slot) => slot.inFlight < CREDIT && slot.worker.alive).sort((a, b) => a.inFlight - b.inFlight)[0] ?? this.grow();
    if (free !== undefined) free.inFlight++;
    const slot = free ?? (await new Promise<Slot>((resolve) => this.waiting.push(resolve)));
    await slot.ready;
    return slot;
  }

  /** One worker more, when all have their hands full and there may be more: small inputs start but one. */
  private grow(): Slot | undefined {
    if (this.slots.length >= this.workers || this.closed) return undefined;
    const slot = this.spawn();
    this.slots.push(slot);
    return slot;
  }

  private release(slot: Slot): void {
    slot.inFlight--;
    const free = this.slots.find((candidate) => candidate.inFlight < CREDIT && candidate.worker.alive);
    const next = free === undefined ? undefined : this.waiting.shift();
    if (free === undefined || next === undefined) return;
    free.inFlight++;
    next(free);
  }

  private replace(dead: Slot): void {
    const index = this.slots.indexOf(dead);
    if (index === -1 || this.closed) return;
    this.slots[index] = this.spawn();
  }
}

function decodeColumns(body: Uint8Array, rows: number): WireColumn[] {
  try {
    return decodeBlock(body, rows).columns;
  } catch (error) {
    throw broken(`an answer that cannot be read: ${messageOf(error)}`);
  }
}

/** The engine joins by position: count and ids must be those it sent. */
function checkRows(frame: Frame, header: RowsResult): void {
  const ids = frame.wire.columns.find((column) => column.name === 'document_id') as unknown as { offsets: Int32Array; data: Uint8Array };
  if (header.rows === frame.rows && header.ids_crc32 === crc32(ids.data.subarray(0, ids.offsets[frame.rows]))) return;
  throw broken(`other rows than it was sent (${header.rows} for ${frame.rows})`);
}

function broken(what: string): Failure {
  return new Failure({ code: 'protocol', message: `A worker answered with ${what}.`, why: 'Results would be joined to the wrong rows.', next: 'This is a defect of the worker, or plugin code writes to the worker\'s descriptor 4; run again, and report it if it stays.' });
}

export function refusal(error: WorkerRefused): Failure {
  const { code, message, why, next, details, at } = error.reply;
  return new Failure({ code, message: at ? `${message} (${at})` : message, ...(why && { why }), ...(next && { next }), ...(details && { details }) });
}

function startFailure(error: WorkerDied): Failure {
  return new Failure({
    code: error.kind === 'timeout' ? 'plugin-load-timeout' : 'plugin-load',
    message: `The plugin's worker did not start: ${error.message}.`,
    why: 'The plugin is imported and its steps are built before the first row.',
    next: error.kind === 'timeout' ? 'Look for a loop or a wait in top-level code, buildSteps or a constructor; --timeout allows more time.' : 'Look at the top-level code of the plugin and at the log of the run.',
  });
}

function emptyOutcome(frame: Frame): FrameOutcome {
  return { frame, columns: [], errors: [], stats: { steps: [], features: {}, skipped: 0, reordered: 0, batches: 0, rss_bytes: 0 }, deaths: 0 };
}
