/** The workers of an engine: started as frames come, replaced when they die, each with a few frames in hand. */
import { Failure } from '../../errors/index.js';
import type { InitMessage, ReadyMessage, Unnumbered, Without } from '../../protocol/wire.js';
import { WorkerDied, WorkerRefused, launchWorker, refusal, type LaunchOptions, type WorkerHandle } from '../launch/index.js';

export interface PoolOptions {
  launch: LaunchOptions;
  /** What starts a worker; `launchWorker` unless told. */
  launchWorker?: ((options: LaunchOptions) => WorkerHandle) | undefined;
  init: Without<InitMessage, 'type' | 'id'>;
  /** Without progress for this long, a batch is given up, in milliseconds. */
  timeoutMs: number;
}

/** Frames in flight per worker. */
const CREDIT = 2;
/** Loading a plugin is no batch: on a busy machine it takes longer than a short --timeout. At least this long, in milliseconds. */
const LOAD_MS = 5000;
/** Starts in a row that may end with a dead worker before the plugin is to blame. */
const STARTS = 5;

export interface Slot {
  worker: WorkerHandle;
  ready: Promise<ReadyMessage>;
  inFlight: number;
}

export class WorkerPool {
  /** How many workers there may be. */
  size = 1;
  /** Once true, no worker is started any more. */
  ended = false;
  private slots: Slot[] = [];
  /** Every worker that is alive, those of the rescue included: none outlives the pool. */
  private readonly alive = new Set<WorkerHandle>();
  private waiting: ((slot: Slot) => void)[] = [];

  constructor(private readonly options: PoolOptions) {}

  /** The first worker, which says what the plugin is. @throws Failure when the plugin does not load */
  async start(): Promise<ReadyMessage> {
    const slot = this.spawn();
    const ready = await slot.ready;
    this.slots.push(slot);
    return ready;
  }

  /** A worker beside the others, for rows that may kill it. */
  async extra(): Promise<WorkerHandle> {
    const slot = this.spawn();
    await slot.ready;
    return slot.worker;
  }

  /** The worker with the least in hand, as soon as there is one. Give it back with `release`. */
  async acquire(): Promise<Slot> {
    // A worker may die while it has nothing in hand: then nobody else notices.
    for (const slot of this.slots) if (!slot.worker.alive && slot.inFlight === 0) this.replace(slot);
    const free = this.slots.filter((slot) => slot.inFlight < CREDIT && slot.worker.alive).sort((a, b) => a.inFlight - b.inFlight)[0] ?? this.grow();
    if (free !== undefined) free.inFlight++;
    const slot = free ?? (await new Promise<Slot>((resolve) => this.waiting.push(resolve)));
    await slot.ready;
    return slot;
  }

  /** Its frame is done; who waits longest gets the place. */
  release(slot: Slot): void {
    slot.inFlight--;
    const free = this.slots.find((candidate) => candidate.inFlight < CREDIT && candidate.worker.alive);
    const next = free === undefined ? undefined : this.waiting.shift();
    if (free === undefined || next === undefined) return;
    free.inFlight++;
    next(free);
  }

  /** Another worker in the place of one that died. */
  replace(dead: Slot): void {
    const index = this.slots.indexOf(dead);
    if (index === -1 || this.ended) return;
    this.slots[index] = this.spawn();
  }

  /** Ends all of them; `atOnce`: without asking them to finish. */
  async close(atOnce: boolean): Promise<void> {
    this.ended = true;
    await Promise.all([...this.alive].map((worker) => {
      if (!atOnce) return worker.stop();
      worker.kill('stopped', 'the run is over');
      return worker.gone;
    }));
  }

  /** One worker more, when all have their hands full and there may be more: small inputs start but one. */
  private grow(): Slot | undefined {
    if (this.slots.length >= this.size || this.ended) return undefined;
    const slot = this.spawn();
    this.slots.push(slot);
    return slot;
  }

  private spawn(): Slot {
    const starting = { worker: this.launch(), inFlight: 0 };
    const slot: Slot = Object.assign(starting, { ready: this.load(starting) });
    slot.ready.catch(() => undefined);
    return slot;
  }

  private launch(): WorkerHandle {
    if (this.ended) throw new WorkerDied('stopped', 'the run is over');
    const worker = (this.options.launchWorker ?? launchWorker)(this.options.launch);
    this.alive.add(worker);
    void worker.gone.then(() => this.alive.delete(worker));
    return worker;
  }

  /** A worker may be killed from outside while it starts; one that dies so again and again has the plugin to blame. */
  private async load(slot: Pick<Slot, 'worker'>): Promise<ReadyMessage> {
    const init: Unnumbered<InitMessage> = { ...this.options.init, type: 'init' };
    for (let start = 1; ; start++) {
      try {
        return (await slot.worker.request<ReadyMessage>(init, [], Math.max(LOAD_MS, this.options.timeoutMs))).header;
      } catch (error) {
        if (error instanceof WorkerRefused) throw refusal(error);
        if (!(error instanceof WorkerDied) || error.kind === 'stopped') throw error;
        if (error.kind === 'timeout' || start === STARTS) throw startFailure(error);
        slot.worker = this.launch();
      }
    }
  }
}

function startFailure(error: WorkerDied): Failure {
  return new Failure({
    code: error.kind === 'timeout' ? 'plugin-load-timeout' : 'plugin-load',
    message: `The plugin's worker did not start: ${error.message}.`,
    why: 'The plugin is imported and its steps are built before the first row.',
    next: error.kind === 'timeout' ? 'Look for a loop or a wait in top-level code, buildSteps or a constructor; --timeout allows more time.' : 'Look at the top-level code of the plugin and at the log of the run.',
  });
}
