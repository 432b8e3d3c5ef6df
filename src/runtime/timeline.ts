/** When which worker worked on what: bounded, whatever the length of the run. Kept beside the run as timeline.json. */
import type { FrameOutcome } from './engines/index.js';

/** A stretch of work of one worker. Times are milliseconds since the run's first row was read. */
export interface Span {
  /** From 1, in the order in which workers first answered. */
  worker: number;
  from: number;
  to: number;
  /** First row in the input, from 1. */
  row: number;
  rows: number;
  failed: number;
  /** Seconds in each step, in the pipeline's order. */
  steps: number[];
}

export interface TimelineRecord {
  /** Names of the steps, in the pipeline's order. */
  steps: string[];
  spans: Span[];
  /** Frames that took longest per row, slowest first. */
  slowest: Span[];
  /** Milliseconds at which a worker was lost. */
  deaths: number[];
}

/** More spans than a screen has columns tell nothing more. */
const MAX_SPANS = 1000;
const SLOWEST = 12;

export class Timeline {
  private spans: Span[] = [];
  private slowest: Span[] = [];
  private readonly deaths: number[] = [];
  private readonly workers = new Map<number, { index: number; busyUntil: number }>();
  private names: string[] = [];

  /** @param started what `performance.now()` was when the run began */
  constructor(private readonly started: number) {}

  add({ timing, frame, stats, errors, deaths }: FrameOutcome): void {
    for (let k = 0; k < deaths; k++) this.deaths.push(Math.round((timing?.answered ?? performance.now()) - this.started));
    if (timing === undefined || frame.rows === 0) return;
    const { pid } = timing;
    const worker = this.workers.get(pid) ?? { index: this.workers.size + 1, busyUntil: 0 };
    this.workers.set(pid, worker);
    const to = timing.answered - this.started;
    // A frame that was sent while the one before it was at work waited that long.
    const from = Math.min(to, Math.max(timing.sent - this.started, worker.busyUntil));
    worker.busyUntil = to;
    if (stats.steps.length > this.names.length) this.names = stats.steps.map((step) => step.name);
    const span: Span = { worker: worker.index, from, to, row: (frame.rowNumbers[0] ?? 0) + 1, rows: frame.rows, failed: errors.length, steps: stats.steps.map((step) => step.seconds) };
    this.slowest = [...this.slowest, span].sort((a, b) => perRow(b) - perRow(a)).slice(0, SLOWEST);
    this.spans.push(span);
    if (this.spans.length > MAX_SPANS) this.spans = halved(this.spans);
  }

  record(): TimelineRecord {
    const tidy = (span: Span): Span => ({ ...span, from: tenth(span.from), to: tenth(span.to), steps: span.steps.map((seconds) => Math.round(seconds * 1e4) / 1e4) });
    return { steps: this.names, spans: this.spans.map(tidy), slowest: this.slowest.map(tidy), deaths: this.deaths };
  }
}

/** Seconds per row, of a span. */
export function perRow({ from, to, rows }: Span): number {
  return (to - from) / 1000 / rows;
}

/** Each span joined with the next of the same worker. */
function halved(spans: readonly Span[]): Span[] {
  const open = new Map<number, Span>();
  const joined: Span[] = [];
  for (const span of spans) {
    const before = open.get(span.worker);
    if (before === undefined) {
      const copy = { ...span, steps: span.steps.slice() };
      open.set(span.worker, copy);
      joined.push(copy);
      continue;
    }
    before.to = span.to;
    before.rows += span.rows;
    before.failed += span.failed;
    span.steps.forEach((seconds, i) => (before.steps[i] = (before.steps[i] ?? 0) + seconds));
    open.delete(span.worker);
  }
  return joined;
}

function tenth(ms: number): number {
  return Math.round(ms * 10) / 10;
}
