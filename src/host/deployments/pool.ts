/** The workers of one version: started when they are needed, given back when they are idle, started again with growing pauses when they die. */
import { Failure } from '../../errors/index.js';
import type { RealtimeAnswer, RealtimeCaller } from '../../runtime/index.js';
import type { DeploymentSettings } from './settings.js';

export interface PoolOptions {
  /** Starts a worker; it has answered its health check then. */
  start(timeoutMs: number, signal: AbortSignal): Promise<RealtimeCaller>;
  /** Workers at most. */
  workers: number;
  settings: DeploymentSettings;
  /** A worker died by itself or did not start; `inRow` such events since the last good answer. */
  onCrash(error: Error, inRow: number): void;
  /** Its workers were given back; the next call starts one. */
  onIdle(): void;
}

export interface Inputs {
  inputs: Record<string, unknown>;
  parameters: Record<string, unknown>;
  timeoutMs: number;
}

/** The pool was closed before the call began: another pool may take it. */
export class PoolClosed extends Error {
  override readonly name = 'PoolClosed';
}

/** Too many calls wait. */
export class QueueFull extends Error {
  override readonly name = 'QueueFull';
}

/** A call that waits for a worker. */
interface Job extends Inputs {
  resolve(answer: Promise<RealtimeAnswer>): void;
  reject(error: unknown): void;
  /** Gives up waiting for a worker. */
  timer: NodeJS.Timeout;
}

interface Member {
  caller: RealtimeCaller;
  busy: boolean;
  /** Ended by us. */
  stopped: boolean;
}

export class Pool {
  private readonly members = new Set<Member>();
  private readonly jobs: Job[] = [];
  private busy = 0;
  private starting = 0;
  private failures = 0;
  /** Takes no more calls. */
  private retired = false;
  /** Ends what is still starting. */
  private readonly ending = new AbortController();
  private pause: NodeJS.Timeout | undefined;
  private idle: NodeJS.Timeout | undefined;
  /** Since when no worker had anything to do, on the clock of `performance.now()`. */
  private restedAt = 0;
  private whenQuiet: (() => void) | undefined;

  constructor(private readonly options: PoolOptions) {}

  /** Workers that are there, calls in hand, calls that wait. */
  get numbers(): { workers: number; busy: number; waiting: number } {
    return { workers: this.members.size, busy: this.busy, waiting: this.jobs.length };
  }

  /** Makes sure that a worker is there and answers. @throws what starting throws */
  async warm(timeoutMs: number): Promise<void> {
    const [member] = this.members;
    if (member === undefined) await this.grow(timeoutMs);
    else if (!member.busy) await member.caller.check(timeoutMs);
    this.rest();
  }

  /** @throws PoolClosed, QueueFull, Failure (see `RealtimeCaller.call`; `realtime-waited`: no worker came free in time) */
  call(given: Inputs): Promise<RealtimeAnswer> {
    if (this.retired) return Promise.reject(new PoolClosed());
    if (this.jobs.length >= this.options.settings.queue) return Promise.reject(new QueueFull());
    const free = this.jobs.length === 0 ? this.free() : undefined;
    if (free !== undefined) return this.serve(free, given);
    return new Promise((resolve, reject) => {
      const job: Job = { ...given, resolve, reject, timer: setTimeout(() => this.giveUp(job), given.timeoutMs) };
      this.jobs.push(job);
      this.next();
    });
  }

  /** Takes no more calls, lets those in hand finish within `ms`, then ends all workers. Calls that wait get PoolClosed. */
  async close(ms: number): Promise<void> {
    this.retired = true;
    clearTimeout(this.pause);
    clearTimeout(this.idle);
    for (const job of this.jobs.splice(0)) {
      clearTimeout(job.timer);
      job.reject(new PoolClosed());
    }
    if (this.busy > 0 && ms > 0) await this.quiet(ms);
    this.ending.abort(new PoolClosed());
    await this.stopAll();
  }

  private quiet(ms: number): Promise<void> {
    return new Promise((done) => {
      const timer = setTimeout(done, ms);
      timer.unref();
      this.whenQuiet = () => {
        clearTimeout(timer);
        done();
      };
    });
  }

  private free(): Member | undefined {
    for (const member of this.members) if (!member.busy && member.caller.alive) return member;
    return undefined;
  }

  private next(): void {
    if (this.jobs.length === 0) {
      this.rest();
      return;
    }
    for (let member = this.free(); member !== undefined; member = this.free()) {
      const job = this.jobs.shift() as Job;
      clearTimeout(job.timer);
      job.resolve(this.serve(member, job));
      if (this.jobs.length === 0) return;
    }
    if (this.members.size + this.starting < this.options.workers && this.pause === undefined && this.starting < this.jobs.length) {
      void this.grow(this.options.settings.healthyWithin).then(() => this.next(), () => undefined);
    }
  }

  private async serve(member: Member, { inputs, parameters, timeoutMs }: Inputs): Promise<RealtimeAnswer> {
    member.busy = true;
    this.busy += 1;
    try {
      const answer = await member.caller.call(inputs, parameters, timeoutMs);
      this.failures = 0;
      return answer;
    } catch (error) {
      if (error instanceof Failure && error.code === 'realtime-error') this.failures = 0;
      throw error;
    } finally {
      member.busy = false;
      this.busy -= 1;
      if (!member.caller.alive) this.members.delete(member);
      if (this.busy === 0) this.whenQuiet?.();
      this.next();
    }
  }

  private async grow(timeoutMs: number): Promise<void> {
    this.starting += 1;
    try {
      const caller = await this.options.start(timeoutMs, this.ending.signal);
      const member: Member = { caller, busy: false, stopped: false };
      void caller.gone.then(() => this.lost(member));
      if (this.retired) {
        await caller.close();
        throw new PoolClosed();
      }
      this.members.add(member);
    } catch (error) {
      if (!this.retired) this.failed(error as Error);
      throw error;
    } finally {
      this.starting -= 1;
    }
  }

  /** A worker is gone. One that was stopped, or killed over a call that took too long, is no sign of a broken plugin. */
  private lost(member: Member): void {
    this.members.delete(member);
    const { death } = member.caller;
    if (this.retired || member.stopped || death === 'timeout') return;
    this.failed(new Error(`a worker died (${death})`));
  }

  private failed(error: Error): void {
    this.failures += 1;
    const { first, last } = this.options.settings.backoff;
    clearTimeout(this.pause);
    this.pause = setTimeout(() => {
      this.pause = undefined;
      this.next();
    }, Math.min(first * 2 ** (this.failures - 1), last));
    this.pause.unref();
    this.options.onCrash(error, this.failures);
  }

  private giveUp(job: Job): void {
    this.jobs.splice(this.jobs.indexOf(job), 1);
    job.reject(new Failure({ code: 'realtime-waited', message: `No worker came free within ${job.timeoutMs / 1000} s.`, why: 'All of them are busy or starting.', next: 'Try again later.' }));
  }

  /** Begins to count the time without calls. */
  private rest(): void {
    if (this.retired || this.members.size === 0 || this.busy > 0) return;
    this.restedAt = performance.now();
    if (this.idle === undefined) this.lookAfter(this.options.settings.idleAfter);
  }

  /** One timer for all pauses: most are over long before it could fire, so it looks again where it came too early. */
  private lookAfter(ms: number): void {
    this.idle = setTimeout(() => {
      this.idle = undefined;
      // A call in hand, or one that waits, begins a new rest when it is over.
      if (this.busy > 0 || this.jobs.length > 0 || this.members.size === 0) return;
      const left = this.restedAt + this.options.settings.idleAfter - performance.now();
      if (left > 0) {
        this.lookAfter(left);
        return;
      }
      void this.stopAll();
      this.options.onIdle();
    }, ms);
    this.idle.unref();
  }

  private async stopAll(): Promise<void> {
    const members = [...this.members];
    this.members.clear();
    for (const member of members) member.stopped = true;
    await Promise.all(members.map(({ caller }) => caller.close()));
  }
}
