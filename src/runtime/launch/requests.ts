/** What a worker was asked and has not answered yet. It answers in order, so only the clock of the first runs. */
import type { Header } from '../../protocol/wire.js';
import { WorkerDied } from './death.js';

export interface Reply<H = Header> {
  header: H;
  body: Uint8Array;
}

interface Open {
  resolve(reply: Reply): void;
  reject(error: Error): void;
  timer: NodeJS.Timeout | undefined;
  deadlineMs: number;
}

/** A timer that fires later than this after its time tells that the supervisor was stopped or starved. */
const STALL_MS = 500;

export class Requests {
  private readonly open = new Map<number, Open>();
  private lastId = 0;

  constructor(
    /** Called when the first has had neither an answer nor a sign of progress for as long as it may take. */
    private readonly onLate: (why: string) => void,
  ) {}

  get isEmpty(): boolean {
    return this.open.size === 0;
  }

  /** @param send sends it under the id that it is given. It comes first: what cannot be sent leaves nothing open, and the worker works while we do the rest. */
  add(send: (id: number) => void, deadlineMs: number): Promise<Reply> {
    return new Promise((resolve, reject) => {
      const id = ++this.lastId;
      send(id);
      const request: Open = { resolve, reject, deadlineMs, timer: undefined };
      this.open.set(id, request);
      if (this.open.size === 1) this.arm(request);
    });
  }

  /** A sign of progress: its clock starts anew. */
  renew(id: number): void {
    const request = this.open.get(id);
    if (request !== undefined) this.arm(request);
  }

  resolve(id: number, reply: Reply): void {
    this.settle(id, (request) => request.resolve(reply));
  }

  reject(id: number, error: Error): void {
    this.settle(id, (request) => request.reject(error));
  }

  /** The worker is gone. Only the request that it had in hand is to blame for a death. */
  fail(death: WorkerDied): void {
    let blame = death;
    for (const request of this.open.values()) {
      clearTimeout(request.timer);
      request.reject(blame);
      if (death.kind !== 'stopped') blame = new WorkerDied('bystander', death.message);
    }
    this.open.clear();
  }

  private settle(id: number, end: (request: Open) => void): void {
    const request = this.open.get(id);
    if (request === undefined) return;
    clearTimeout(request.timer);
    this.open.delete(id);
    end(request);
    // The clock of the next one starts when this one is done.
    const next = this.open.values().next().value;
    if (next !== undefined) this.arm(next);
  }

  private arm(request: Open): void {
    clearTimeout(request.timer);
    const due = performance.now() + request.deadlineMs;
    request.timer = setTimeout(() => {
      // Late by so much, it was this process that stood still; an answer may be waiting to be read.
      if (performance.now() - due > STALL_MS) this.arm(request);
      else this.onLate(`no answer for ${request.deadlineMs / 1000} s`);
    }, request.deadlineMs);
  }
}
