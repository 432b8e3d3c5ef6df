/** Why a worker is gone, or what it answered instead of a result. */
import { constants } from 'node:os';
import { Failure } from '../../errors/index.js';
import type { ErrorMessage } from '../../protocol/wire.js';

/** `bystander`: the request only waited in the dead worker's queue; another one was in hand. */
export type DeathKind = 'crash' | 'timeout' | 'memory' | 'stopped' | 'bystander';

/** The worker is gone; every open request ends with this. */
export class WorkerDied extends Error {
  override readonly name = 'WorkerDied';

  /** @param plain the death without what differs from one time to the next: what failures.jsonl says of a row. */
  constructor(
    readonly kind: DeathKind,
    message: string,
    readonly plain = message,
  ) {
    super(message);
  }
}

/** The worker answered with an error message. */
export class WorkerRefused extends Error {
  override readonly name = 'WorkerRefused';

  constructor(readonly reply: ErrorMessage) {
    super(reply.message);
  }
}

/** The signal that ended a program, where its starter tells it as exit code 128 + number, as shells do; else null. */
export function signalOf(code: number | null): NodeJS.Signals | null {
  const found = Object.entries(constants.signals).find(([, number]) => code === 128 + number);
  return (found?.[0] as NodeJS.Signals | undefined) ?? null;
}

export interface Death {
  code: number | null;
  signal: NodeJS.Signals | null;
  /** What the worker itself said last, with `id` 0. */
  lastWords: string | null;
  /** The last lines it printed. */
  tail: readonly string[];
  /** The plugin's line, where a stack was written. */
  at: string | null;
  memoryGb: number;
}

/** A death as its exit code, its signal and its last lines tell it. */
export function explainDeath({ code, signal, lastWords, tail, at, memoryGb }: Death): WorkerDied {
  if (tail.some((line) => line.includes('heap out of memory') || line.includes('Reached heap limit'))) {
    return new WorkerDied('memory', `it ran out of memory: its heap is limited to ${memoryGb} GiB by compute_profile.actor_memory_gb`, outOfMemory(memoryGb));
  }
  if (lastWords !== null) return new WorkerDied('crash', `it ended with an uncaught error: ${lastWords}`);
  const plain = `the worker process ${signal !== null ? `was killed by ${signal}` : `ended by itself with exit code ${code}`}`;
  if (at !== null) return new WorkerDied('crash', `${plain} at ${at}`);
  const last = tail.at(-1);
  return new WorkerDied('crash', `${plain}${last ? `; its last line was: ${last.slice(0, 300)}` : ''}`, plain);
}

/** Heap, buffers or native memory, whichever was noticed first. */
function outOfMemory(memoryGb: number): string {
  return `it ran out of memory: it may use ${memoryGb} GiB by compute_profile.actor_memory_gb`;
}

/** A death by a limit of ours: what was measured, and the same without the measure. */
export function overLimit(used: number, memoryGb: number): { why: string; plain: string } {
  return { why: `it used ${(used / 1024 ** 3).toFixed(1)} GiB of memory, more than the ${memoryGb} GiB of compute_profile.actor_memory_gb`, plain: outOfMemory(memoryGb) };
}

/** What a worker answered instead of a result, as the user is told. */
export function refusal(error: WorkerRefused): Failure {
  const { code, message, why, next, details, at } = error.reply;
  return new Failure({ code, message: at ? `${message} (${at})` : message, ...(why && { why }), ...(next && { next }), ...(details && { details }) });
}
