/** The local engine: frames to a pool of worker processes, answers in order. */
import type { ReadyMessage } from '../../protocol/wire.js';
import { WorkerDied, type WorkerHandle } from '../launch/index.js';
import type { Frame } from '../plan/index.js';
import type { Engine, FrameOutcome } from './index.js';
import { WorkerPool, type PoolOptions } from './pool.js';
import { Rescue } from './rescue.js';

export interface LocalEngineOptions extends PoolOptions {
  /** How many workers, decided once the plugin is known. */
  workersFor(ready: ReadyMessage): number | Promise<number>;
  batchSizeFor(ready: ReadyMessage): number;
  keepGoing: boolean;
  onWorkerLost(kind: string, message: string): void;
}

/** Finished frames that may wait for an earlier one, per worker. */
const WINDOW = 4;
/** One worker answers in order: two frames are in its hands, one is ready. More would only be rows that V8 copies about while they wait. */
const WINDOW_OF_ONE = 3;
/** Workers that a frame may lose without having been in hand, before it is treated as the cause. */
const BYSTANDINGS = 5;

export class LocalEngine implements Engine {
  private readonly pool: WorkerPool;
  private readonly rescue: Rescue;
  private batchSize = 64;
  /** How frames travel: it brings the codec of Arrow, which is large, and is loaded while the first worker starts. */
  private readonly exchanging = once(() => import('./exchange.js'));
  /** Whether a frame came back with at least one good row: a plugin that worked once is not hopeless. */
  private worked = false;

  constructor(private readonly options: LocalEngineOptions) {
    this.pool = new WorkerPool(options);
    this.rescue = new Rescue({
      launch: () => this.pool.extra(),
      send: (worker, frame, batchSize) => this.exchange(worker, frame, batchSize),
      batchSize: () => this.batchSize,
      succeededBefore: () => this.worked,
      keepGoing: options.keepGoing,
      onWorkerLost: options.onWorkerLost,
    });
  }

  async start(): Promise<ReadyMessage> {
    const starting = this.pool.start();
    this.exchanging();
    const ready = await starting;
    this.pool.size = await this.options.workersFor(ready);
    this.batchSize = this.options.batchSizeFor(ready);
    return ready;
  }

  async *run(frames: AsyncIterable<Frame>, worked = false): AsyncIterable<FrameOutcome> {
    this.worked ||= worked;
    const queue: Promise<FrameOutcome>[] = [];
    let wake = (): void => undefined;
    let room = (): void => undefined;
    let done = false;
    let failure: { error: unknown } | null = null;
    const limit = this.pool.size === 1 ? WINDOW_OF_ONE : this.pool.size * WINDOW;
    const pump = (async () => {
      try {
        for await (const frame of frames) {
          if (this.pool.ended) return;
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
      this.pool.ended ||= !done;
      room();
      // A pump that waits for input is not waited for: closing the source ends it.
      void pump;
    }
  }

  close({ atOnce = false } = {}): Promise<void> {
    return this.pool.close(atOnce);
  }

  private async dispatch(frame: Frame): Promise<FrameOutcome> {
    if (frame.rows === 0) return emptyOutcome(frame);
    for (let lost = 1; ; lost++) {
      const slot = await this.pool.acquire();
      try {
        const outcome = await this.exchange(slot.worker, frame, this.batchSize);
        this.worked ||= outcome.errors.length < frame.rows;
        return outcome;
      } catch (error) {
        if (!(error instanceof WorkerDied)) throw error;
        this.pool.replace(slot);
        if (error.kind === 'stopped') throw error;
        // Requests that merely waited in the dead worker's queue go to another one.
        if (error.kind === 'bystander' && lost < BYSTANDINGS) continue;
        const outcome = await this.rescue.recover(frame, error);
        this.worked ||= outcome.errors.length < frame.rows;
        return outcome;
      } finally {
        this.pool.release(slot);
      }
    }
  }

  private async exchange(worker: WorkerHandle, frame: Frame, batchSize: number): Promise<FrameOutcome> {
    const { exchange } = await this.exchanging();
    return exchange(worker, frame, batchSize, this.options.timeoutMs);
  }
}

/** Begins at the first call, whose outcome all others share; who never looks at it misses nothing. */
function once<T>(load: () => Promise<T>): () => Promise<T> {
  let loading: Promise<T> | undefined;
  return () => {
    if (loading === undefined) (loading = load()).catch(() => undefined);
    return loading as Promise<T>;
  };
}

/** Of a frame without rows, which no worker has to see. */
function emptyOutcome(frame: Frame): FrameOutcome {
  return { frame, columns: [], errors: [], stats: { steps: [], features: {}, skipped: 0, reordered: 0, batches: 0, rss_bytes: 0 }, deaths: 0 };
}
