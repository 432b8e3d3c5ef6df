/** A worker process as its supervisor sees it: requests with deadlines, logs, and one way to die. */
import type { ChildProcess } from 'node:child_process';
import type { Socket } from 'node:net';
import type { ErrorMessage, Frame, Header, LogMessage, MetricMessage, ProgressMessage, RpcRequest, Unnumbered } from '../../protocol/wire.js';
import { takeAhead } from './ahead.js';
import { answering, type Serve } from './answers.js';
import { openChannel, type Send } from './channel.js';
import { WorkerDied, WorkerRefused, explainDeath, signalOf, type DeathKind } from './death.js';
import { waitForStacks } from './late.js';
import { readLines, signalGroup } from './process.js';
import { Requests, type Reply } from './requests.js';
import { startLine, startProcess } from './spawn.js';
import { placeInStacks } from './stack.js';
import type { Confinement } from './sandbox/types.js';
import { watchUsage } from './sandbox/watch.js';

/** What a worker is started with, and who hears it. */
export interface LaunchOptions {
  root: string;
  profile: 'trusted' | 'untrusted';
  /** Required for the untrusted profile. */
  confinement?: Confinement | undefined;
  /** The interpreter of a Python plugin's environment; absent: the plugin is TypeScript. */
  python?: string | undefined;
  /** Heap and resident memory, GiB. */
  memoryGb: number;
  /** Threads that numeric libraries may use, as `init` says them, too. */
  threads?: number | undefined;
  env?: Readonly<Record<string, string>>;
  /** Waits for a debugger before the first line; Node only. */
  inspect?: boolean | undefined;
  /** Answers what the worker asks. */
  serve: Serve;
  /** One line that plugin code printed or logged. */
  onLog(line: { level: string; source: 'stdout' | 'stderr' | 'log'; step: string | null; message: string }): void;
  onMetric?(name: string, value: number): void;
}

export type { Reply } from './requests.js';

/** A running worker, as those see it who have work for it. */
export interface WorkerHandle {
  readonly pid: number;
  readonly alive: boolean;
  /** Why it is gone; null while it is alive. */
  readonly death: DeathKind | null;
  /**
   * Sends a message and waits for its answer. Answers come in the order of the requests.
   *
   * @param deadlineMs without an answer or a sign of progress for this long, the worker is killed
   * @throws WorkerDied, WorkerRefused
   */
  request<H = Header>(message: Unnumbered, body: readonly Uint8Array[], deadlineMs: number): Promise<Reply<H>>;
  /** Asks it to finish and waits up to a second, then kills. */
  stop(): Promise<void>;
  /** Ends it at once, with all that it started. */
  kill(kind: DeathKind, why: string): void;
  /** Resolves when the process and its output are gone. */
  readonly gone: Promise<void>;
}

const GRACE_MS = 1000;
/** The last of these lines explain a death; the stacks of many threads are long. */
const TAIL_LINES = 200;

/** Starts a worker, or takes the one that was started ahead. @throws Failure `not-built`, `no-sandbox` */
export function launchWorker(options: LaunchOptions): WorkerHandle {
  const line = startLine(options);
  return new SupervisedWorker(takeAhead(line) ?? startProcess(line), options);
}

class SupervisedWorker implements WorkerHandle {
  readonly gone: Promise<void>;
  private readonly requests = new Requests((why) => void this.giveUp(why));
  private readonly send: Send;
  private readonly answer: (question: RpcRequest) => Promise<void>;
  /** The last lines that it printed. */
  private readonly tail: string[] = [];
  private end: WorkerDied | null = null;
  /** What it said of itself before it ended. */
  private lastWords: string | null = null;
  /** Why it is being given up; set before it is killed, so that what it still says does not count. */
  private late: string | null = null;

  constructor(
    private readonly child: ChildProcess,
    private readonly options: LaunchOptions,
  ) {
    const { confinement, memoryGb, serve } = options;
    const limits = confinement?.limits;
    this.send = openChannel(child.stdio[3] as Socket, child.stdio[4] as Socket, {
      onFrame: (frame) => this.receive(frame),
      onBroken: (why) => this.kill('crash', `the worker sent something that is no frame: ${why}`),
    });
    this.answer = answering(serve, limits?.questions ?? Infinity, (reply) => {
      if (this.alive) this.send(reply);
    });
    this.listen('stdout', 'info');
    this.listen('stderr', 'warn');
    const unwatch = watchUsage({ pid: child.pid, memoryGb, limits, idle: () => this.requests.isEmpty, kill: (kind, why, plain) => this.kill(kind, why, plain) });
    this.gone = this.watchEnd(unwatch);
  }

  get pid(): number {
    return this.child.pid ?? 0;
  }

  get alive(): boolean {
    return this.end === null;
  }

  get death(): DeathKind | null {
    return this.end?.kind ?? null;
  }

  request<H>(message: Unnumbered, body: readonly Uint8Array[], deadlineMs: number): Promise<Reply<H>> {
    // One that died between two requests: this one is not to blame.
    if (this.end !== null) return Promise.reject(this.end.kind === 'stopped' ? this.end : new WorkerDied('bystander', this.end.message));
    return this.requests.add((id) => this.send({ ...message, id }, body), deadlineMs) as Promise<Reply<H>>;
  }

  async stop(): Promise<void> {
    if (this.end !== null) return this.gone;
    this.died(new WorkerDied('stopped', 'the worker was stopped'));
    this.send({ type: 'shutdown' });
    const timer = setTimeout(() => signalGroup(this.child, 'SIGKILL'), GRACE_MS);
    await this.gone;
    clearTimeout(timer);
  }

  /** @param plain the reason without what differs from one time to the next */
  kill(kind: DeathKind, why: string, plain = why): void {
    const death = new WorkerDied(kind, why, plain);
    signalGroup(this.child, 'SIGKILL');
    this.died(death);
  }

  /** Every open request ends with the first reason that there was. */
  private died(death: WorkerDied): void {
    this.end ??= death;
    this.requests.fail(this.end);
  }

  /** Kills a worker that is late. A Python worker is asked first where it is. */
  private async giveUp(why: string): Promise<void> {
    const { python, confinement, root } = this.options;
    this.late = why;
    if (python !== undefined) await waitForStacks({ pid: this.child.pid, confinement, tail: this.tail, isGone: () => !this.alive });
    const at = placeInStacks(this.tail, root);
    this.kill('timeout', at === null ? why : `${why}; it was at ${at}`);
  }

  private receive(frame: Frame): void {
    // Too late: the request is given up, and its successor must not be blamed for it.
    if (this.late !== null) return;
    const { header } = frame;
    switch (header.type) {
      case 'log': {
        const { level, message, step } = header as LogMessage;
        this.options.onLog({ level, source: 'log', step, message });
        return;
      }
      case 'metric': {
        const { name, value } = header as MetricMessage;
        // NaN is null in JSON, and counts for nothing.
        this.options.onMetric?.(name, typeof value === 'object' ? 0 : Number(value));
        return;
      }
      case 'progress':
        this.requests.renew((header as ProgressMessage).id);
        return;
      case 'rpc':
        void this.answer(header as RpcRequest);
        return;
      case 'error': {
        const error = header as ErrorMessage;
        if (error.id === 0) this.lastWords = error.message + (error.at ? ` (${error.at})` : '');
        else this.requests.reject(error.id, new WorkerRefused(error));
        return;
      }
      default:
        this.requests.resolve(header['id'] as number, frame);
    }
  }

  private listen(source: 'stdout' | 'stderr', level: string): void {
    readLines(this.child[source] as Socket, (message) => {
      this.tail.push(message);
      if (this.tail.length > TAIL_LINES) this.tail.shift();
      this.options.onLog({ level, source, step: null, message });
    });
  }

  /** Resolves when the process and its output are gone; by then every open request has an end. */
  private watchEnd(unwatch: () => void): Promise<void> {
    const { child } = this;
    return new Promise((resolve) => {
      child.on('error', (error) => this.died(new WorkerDied('crash', `the worker could not be started: ${error.message}`)));
      let drained: NodeJS.Timeout;
      child.on('exit', () => {
        // What the plugin started and left behind goes with it; it would also hold our pipes open.
        signalGroup(child, 'SIGKILL');
        // What has left the group as well may hold them still: its output is not waited for.
        drained = setTimeout(() => child.stdio.forEach((stream) => stream?.destroy()), GRACE_MS);
      });
      child.on('close', (code, signal) => {
        unwatch();
        clearTimeout(drained);
        this.died(this.late !== null ? new WorkerDied('timeout', this.late) : this.explain(code, signal));
        resolve();
      });
    });
  }

  private explain(code: number | null, signal: NodeJS.Signals | null): WorkerDied {
    const { tail, lastWords, options: { root, memoryGb, confinement } } = this;
    // bubblewrap ends with 128 and the number of the signal that ended the worker.
    const told = signal ?? (confinement?.sandbox.bwrap ? signalOf(code) : null);
    return explainDeath({ code, signal: told, lastWords, tail, at: placeInStacks(tail, root), memoryGb });
  }
}
