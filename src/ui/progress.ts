/** One line that says how far a long job is. */
import type { SingleBar } from 'cli-progress';
import { isStopping, onExit } from './exit.js';
import { formatClock, formatNumber } from './format.js';

export interface ProgressState {
  /** Share that is done, 0 to 1; undefined where the total is unknown (stdin). */
  done: number | undefined;
  rows: number;
  rowsPerSecond: number;
  failed: number;
}

export interface Progress {
  /** Cheap: call it as often as you like. */
  update(state: ProgressState): void;
  /** Removes the line. Safe to call twice. */
  stop(): void;
  /** Whether a line stands on the terminal now, without a line end. */
  drawn(): boolean;
}

export interface ProgressOptions {
  label: string;
  /** What is counted, in the plural: `rows`. */
  unit: string;
  /** Where to draw; null draws nothing. */
  stream: (NodeJS.WritableStream & { isTTY?: boolean; columns?: number }) | null;
  /** Milliseconds since some start; a clock of our own in tests. */
  now?: () => number;
}

const DRAW_MS = 100;
/** Jobs shorter than this draw nothing on a terminal: a bar that flashes by tells nobody anything. */
const QUIET_MS = 300;
/** Before this, start-up weighs too much for a sensible guess. */
const ETA_MS = 3000;
const BAR = 20;

/** Progress on a terminal as one line that is redrawn; elsewhere (a log file, CI) nothing. */
export function createProgress({ label, unit, stream, now = () => performance.now() }: ProgressOptions): Progress {
  const started = now();
  let latest: ProgressState | undefined;
  const line = createLine(stream, () => (latest === undefined ? label : progressLine(label, latest, unit, now() - started)));
  return { update: (state) => line.draw((latest = state).done ?? 0), stop: () => line.stop(), drawn: () => line.drawn() };
}

/** A line that is drawn again and again on a terminal, and nowhere else. */
export interface RedrawnLine {
  /** Says that there is something new; `done` is the share that is, 0 to 1. */
  draw(done: number): void;
  stop(): void;
  drawn(): boolean;
}

/** @param text what the line is to say when it is drawn */
export function createLine(stream: ProgressOptions['stream'], text: () => string): RedrawnLine {
  if (stream?.isTTY !== true) return { draw() {}, stop() {}, drawn: () => false };
  let stopped = false;
  let bar: SingleBar | undefined;
  let release = (): void => undefined;
  const begin = async (): Promise<void> => {
    const { default: library } = await import('cli-progress');
    if (stopped || isStopping()) return;
    bar = new library.SingleBar({
      stream, fps: 1000 / DRAW_MS, clearOnComplete: true, hideCursor: true, gracefulExit: false,
      // The library counts time between its own updates; ours come in bursts, so the text is made here.
      format: text,
    });
    // The library hides the cursor and lets no line wrap: a second signal, which ends the process at once, must not leave
    // that behind. The newest hook runs first, so those that take long do not come before it.
    release = onExit(() => stop());
    bar.start(1, 0);
  };
  // A progress line must not keep a finished process alive.
  const timer = setTimeout(() => void begin(), QUIET_MS).unref();
  const stop = (): void => {
    stopped = true;
    clearTimeout(timer);
    release();
    bar?.stop();
    bar = undefined;
  };
  return { draw: (done) => void bar?.update(done), stop, drawn: () => bar !== undefined };
}

/** `run  [#####---------------] 26%  12,345 rows  6,210 rows/s  ETA 0:21  1 failed`. Pure. */
export function progressLine(label: string, state: ProgressState, unit: string, elapsedMs: number): string {
  const bar = state.done === undefined ? [] : [barOf(state.done)];
  return [label, [...bar, ...figures(state, unit, elapsedMs)].join('  ').replace(']  ', '] ')].join('  ');
}

/** `[#####---------------]` for a share from 0 to 1. */
export function barOf(share: number): string {
  const filled = Math.floor(Math.min(1, share) * BAR);
  return `[${'#'.repeat(filled)}${'-'.repeat(BAR - filled)}]`;
}

function figures({ done, rows, rowsPerSecond, failed }: ProgressState, unit: string, elapsedMs: number): string[] {
  const parts = [`${formatNumber(rows)} ${unit}`, `${formatNumber(rowsPerSecond)} ${unit}/s`];
  if (done !== undefined) parts.unshift(`${Math.floor(Math.min(1, done) * 100)}%`);
  if (done !== undefined && done > 0 && done < 1 && elapsedMs >= ETA_MS) parts.push(`ETA ${formatClock((elapsedMs / 1000) * (1 / done - 1))}`);
  if (failed > 0) parts.push(`${formatNumber(failed)} failed`);
  return parts;
}
