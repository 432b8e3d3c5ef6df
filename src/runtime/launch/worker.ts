/** A worker process as its supervisor sees it: requests with deadlines, logs, and one way to die. */
import type { ChildProcess } from 'node:child_process';
import type { Socket } from 'node:net';
import { FrameReader, encodeFrame, type ErrorMessage, type Frame, type Header, type LogMessage, type ProgressMessage, type RpcRequest, type ToWorker } from '../../protocol/index.js';
import { Failure } from '../../errors/index.js';
import { takeAhead } from './ahead.js';
import { WorkerDied, WorkerRefused, explainDeath, signalOf, type DeathKind } from './death.js';
import { waitForStacks } from './late.js';
import { readLines, signalGroup } from './process.js';
import { Requests, type Reply } from './requests.js';
import { startLine, startProcess } from './spawn.js';
import { placeInStacks } from './stack.js';
import type { Confinement } from './sandbox/types.js';
import { watchUsage } from './sandbox/watch.js';

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
  /** Answers what the worker asks. @throws Failure to refuse. */
  serve(method: string, params: Record<string, unknown>): Promise<unknown>;
  /** One line that plugin code printed or logged. */
  onLog(line: { level: string; source: 'stdout' | 'stderr' | 'log'; step: string | null; message: string }): void;
  onMetric?(name: string, value: number): void;
}

export type { Reply } from './requests.js';

export interface WorkerHandle {
  readonly pid: number;
  readonly alive: boolean;
  /** Why it is gone; null while it is alive. */
  readonly death: DeathKind | null;
  /**
   * @param deadlineMs without an answer or a sign of progress for this long, the worker is killed
   * @throws WorkerDied, WorkerRefused
   */
  request<H = Header>(message: Omit<ToWorker, 'id'> & { type: string }, body: readonly Uint8Array[], deadlineMs: number): Promise<Reply<H>>;
  /** Asks it to finish and waits up to a second, then kills. */
  stop(): Promise<void>;
  kill(kind: DeathKind, why: string): void;
  /** Resolves when the process and its output are gone. */
  readonly gone: Promise<void>;
}

const GRACE_MS = 1000;
/** The last of these lines explain a death; the stacks of many threads are long. */
const TAIL_LINES = 200;

export function launchWorker(options: LaunchOptions): WorkerHandle {
  const line = startLine(options);
  const child = takeAhead(line) ?? startProcess(line);
  return supervise(child, options);
}

function supervise(child: ChildProcess, options: LaunchOptions): WorkerHandle {
  const input = child.stdio[3] as Socket;
  const output = child.stdio[4] as Socket;
  const tail: string[] = [];
  const limits = options.confinement?.limits;
  let questions = 0;
  let death: WorkerDied | null = null;
  let lastWords: string | null = null;
  let late: string | null = null;

  const kill = (kind: DeathKind, why: string, plain = why): void => {
    death ??= new WorkerDied(kind, why, plain);
    signalGroup(child, 'SIGKILL');
    requests.fail(death);
  };
  /** Kills a worker that is late. A Python worker is asked first where it is. */
  const giveUp = async (why: string): Promise<void> => {
    late = why;
    if (options.python !== undefined) await waitForStacks({ pid: child.pid, confinement: options.confinement, tail, isGone: () => death !== null });
    const at = placeInStacks(tail, options.root);
    kill('timeout', at === null ? why : `${why}; it was at ${at}`);
  };
  const requests = new Requests((why) => void giveUp(why));

  const reader = new FrameReader();
  output.on('data', (chunk: Buffer) => {
    let frames: Frame[];
    try {
      frames = reader.push(chunk);
    } catch (error) {
      kill('crash', `the worker sent something that is no frame: ${(error as Error).message}`);
      return;
    }
    frames.forEach(receive);
  });

  const receive = (frame: Frame): void => {
    // Too late: the request is given up, and its successor must not be blamed for it.
    if (late !== null) return;
    const { header } = frame;
    switch (header.type) {
      case 'log': {
        const { level, message, step } = header as LogMessage;
        options.onLog({ level, source: 'log', step, message });
        return;
      }
      case 'metric':
        options.onMetric?.(String(header['name']), Number(header['value']));
        return;
      case 'progress':
        requests.renew((header as ProgressMessage).id);
        return;
      case 'rpc':
        void answer(header as RpcRequest);
        return;
      case 'error':
        if (header['id'] === 0) {
          lastWords = String(header['message']) + (header['at'] ? ` (${String(header['at'])})` : '');
          return;
        }
        requests.reject(header['id'] as number, new WorkerRefused(header as ErrorMessage));
        return;
      default:
        requests.resolve(header['id'] as number, frame);
    }
  };

  const send = (header: Header, body: readonly Uint8Array[] = []): void => {
    const chunks = encodeFrame(header, body);
    // Two or more chunks are one write.
    if (chunks.length > 1) input.cork();
    for (const chunk of chunks) input.write(chunk);
    if (chunks.length > 1) input.uncork();
  };

  const answer = async ({ id, method, params }: RpcRequest): Promise<void> => {
    try {
      if (++questions > (limits?.questions ?? Infinity)) throw new Failure({ code: 'too-many-questions', message: `More than ${limits?.questions} questions are open at the same time.`, next: 'Wait for answers before you ask again.' });
      const result = await options.serve(method, params);
      if (death === null) send({ type: 'rpc', id, ok: true, result });
    } catch (error) {
      const known = error instanceof Failure ? error : new Failure({ code: 'service-failed', message: (error as Error).message });
      const { code, message, why, next } = known;
      if (death === null) send({ type: 'rpc', id, ok: false, error: { code, message, ...(why && { why }), ...(next && { next }) } });
    } finally {
      questions--;
    }
  };

  // A worker that died mid-write breaks these pipes; the exit event tells the story.
  input.on('error', () => undefined);
  output.on('error', () => undefined);
  for (const source of ['stdout', 'stderr'] as const) {
    readLines(child[source] as Socket, (message) => {
      tail.push(message);
      if (tail.length > TAIL_LINES) tail.shift();
      options.onLog({ level: source === 'stdout' ? 'info' : 'warn', source, step: null, message });
    });
  }

  const unwatch = watchUsage({ pid: child.pid, memoryGb: options.memoryGb, limits, idle: () => requests.isEmpty, kill });

  const gone = new Promise<void>((resolve) => {
    child.on('error', (error) => {
      death ??= new WorkerDied('crash', `the worker could not be started: ${error.message}`);
      requests.fail(death);
    });
    // What the plugin started and left behind goes with it; it would also hold our pipes open.
    let drained: NodeJS.Timeout;
    child.on('exit', () => {
      signalGroup(child, 'SIGKILL');
      // What has left the group as well may hold them still: its output is not waited for.
      drained = setTimeout(() => child.stdio.forEach((stream) => stream?.destroy()), GRACE_MS);
    });
    child.on('close', (code, signal) => {
      unwatch();
      clearTimeout(drained);
      death ??= late !== null ? new WorkerDied('timeout', late)
        : explainDeath({ code, signal: signal ?? (options.confinement?.sandbox.bwrap ? signalOf(code) : null), lastWords, tail, at: placeInStacks(tail, options.root), memoryGb: options.memoryGb });
      requests.fail(death);
      resolve();
    });
  });

  return {
    pid: child.pid ?? 0,
    get alive() {
      return death === null;
    },
    get death() {
      return death?.kind ?? null;
    },
    gone,
    kill,
    request: <H>(message: Omit<ToWorker, 'id'> & { type: string }, body: readonly Uint8Array[], deadlineMs: number) => {
      // One that died between two requests: this one is not to blame.
      if (death !== null) return Promise.reject(death.kind === 'stopped' ? death : new WorkerDied('bystander', death.message));
      return requests.add((id) => send({ ...message, id }, body), deadlineMs) as Promise<Reply<H>>;
    },
    async stop() {
      if (death !== null) return gone;
      death = new WorkerDied('stopped', 'the worker was stopped');
      requests.fail(death);
      send({ type: 'shutdown' });
      const timer = setTimeout(() => signalGroup(child, 'SIGKILL'), GRACE_MS);
      await gone;
      clearTimeout(timer);
    },
  };
}
