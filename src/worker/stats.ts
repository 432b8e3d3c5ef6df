/** Counters of what plugin code asked the worker for. One set per process: a worker runs one step at a time. */
import type { StepStats } from '../protocol/index.js';

export interface Counters {
  model_calls: number;
  model_seconds: number;
  tokenizer_calls: number;
  tokenizer_seconds: number;
  io_calls: number;
  io_seconds: number;
  io_failures: number;
}

const counters: Counters = { model_calls: 0, model_seconds: 0, tokenizer_calls: 0, tokenizer_seconds: 0, io_calls: 0, io_seconds: 0, io_failures: 0 };

let firstIoError: string | null = null;
let ioInFlight = 0;
let ioOverlapped = false;

/** Counts one synchronous or awaited piece of work. */
export function countModel(started: number): void {
  counters.model_calls++;
  counters.model_seconds += (performance.now() - started) / 1000;
}

export function countTokenizer(started: number, calls = 1): void {
  counters.tokenizer_calls += calls;
  counters.tokenizer_seconds += (performance.now() - started) / 1000;
}

/** Runs an I/O operation and counts it; notes whether operations ever overlapped. */
export async function countIo<T>(work: () => Promise<T>): Promise<T> {
  const started = performance.now();
  if (++ioInFlight > 1) ioOverlapped = true;
  try {
    return await work();
  } finally {
    ioInFlight--;
    counters.io_calls++;
    counters.io_seconds += (performance.now() - started) / 1000;
  }
}

export function noteIoFailure(error: unknown): void {
  counters.io_failures++;
  firstIoError ??= error instanceof Error ? `${error.name}: ${error.message}` : String(error);
}

/** The step that is running, for the log; null between steps. */
export let activeStep: string | null = null;

/** Fewer rows than this say nothing about how a plugin treats a batch. */
const TELLING_ROWS = 4;

/** Statistics of one step over one frame; `batch` is called around each call of the step. */
export class StepMeter {
  readonly stats: StepStats;

  constructor(name: string) {
    this.stats = {
      name, rows: 0, batches: 0, seconds: 0, model_seconds: 0, tokenizer_seconds: 0, io_seconds: 0,
      model_calls: 0, tokenizer_calls: 0, io_calls: 0, io_failures: 0, first_io_error: null, sequential: { model: 0, tokenizer: 0, io: 0 },
    };
  }

  async batch<T>(rows: number, work: () => Promise<T>): Promise<T> {
    activeStep = this.stats.name;
    const before = { ...counters };
    const started = performance.now();
    ioOverlapped = ioInFlight > 0;
    try {
      return await work();
    } finally {
      activeStep = null;
      const { stats } = this;
      const wall = (performance.now() - started) / 1000;
      const used = (key: keyof Counters): number => counters[key] - before[key];
      stats.rows += rows;
      stats.batches++;
      stats.seconds += wall;
      for (const key of ['model_calls', 'tokenizer_calls', 'io_calls', 'io_failures'] as const) stats[key] += used(key);
      // Overlapping calls add up to more than the wall saw; the split must not exceed the whole.
      for (const key of ['model_seconds', 'tokenizer_seconds', 'io_seconds'] as const) stats[key] += Math.min(used(key), wall);
      if (rows >= TELLING_ROWS) {
        if (used('model_calls') >= rows) stats.sequential.model++;
        if (used('tokenizer_calls') >= rows) stats.sequential.tokenizer++;
        if (used('io_calls') >= rows && !ioOverlapped) stats.sequential.io++;
      }
      stats.first_io_error ??= firstIoError;
      firstIoError = null;
    }
  }
}
