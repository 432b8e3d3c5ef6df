/** A long command as stages with their seconds: a line each, and on a terminal the running one redrawn. */
import { formatDuration } from './format.js';
import { barOf, createLine, type RedrawnLine } from './progress.js';
import type { Theme } from './theme.js';

/** A stage that has ended, as `--json` documents show it. */
export interface StageRecord {
  stage: string;
  status: 'done' | 'failed';
  seconds: number;
  note: string | null;
}

/** Where stages are shown. */
export interface StageSurface {
  /** Where a line may be redrawn; null with `--json`. */
  stream: (NodeJS.WritableStream & { isTTY?: boolean }) | null;
  theme: Theme;
  /** A whole line. */
  line(text: string): void;
  event(event: { type: string; [key: string]: unknown }): void;
  now?: () => number;
}

const NAME = 9;

/** One stage at a time: the next one begins when the last has ended. */
export class Stages {
  readonly ended: StageRecord[] = [];
  private running: { name: string; started: number; text: string; drawing: RedrawnLine } | undefined;
  private readonly now: () => number;

  constructor(private readonly surface: StageSurface) {
    this.now = surface.now ?? (() => performance.now());
  }

  /** Runs the work of a stage; its end, good or bad, is shown. @param work gives the result and what to say of it */
  async run<T>(name: string, work: () => Promise<{ result: T; note?: string }>): Promise<T> {
    this.start(name);
    try {
      const { result, note } = await work();
      this.end('done', note);
      return result;
    } catch (error) {
      this.end('failed');
      throw error;
    }
  }

  /** A change within the stage, such as a state of the host: a line of its own where nothing is redrawn. */
  state(text: string): void {
    const { running, surface } = this;
    if (running === undefined) return;
    running.text = text;
    running.drawing.draw(0);
    surface.event({ type: 'stage', stage: running.name, status: 'running', state: text, seconds: this.seconds(running.started) });
    if (surface.stream?.isTTY !== true) surface.line(`  ${running.name.padEnd(NAME)}${text}`);
  }

  /** How far the stage is: drawn on a terminal only. @param figures `12 MB of 27 MB` */
  progress(share: number, figures: string): void {
    if (this.running === undefined) return;
    this.running.text = `${barOf(share)} ${Math.floor(share * 100)}%  ${figures}`;
    this.running.drawing.draw(share);
  }

  drawn(): boolean {
    return this.running?.drawing.drawn() ?? false;
  }

  private start(name: string): void {
    const stage = { name, started: this.now(), text: '' };
    const text = (): string => [`  ${name.padEnd(NAME - 2)}`, stage.text, formatDuration(this.seconds(stage.started))].filter(Boolean).join('  ');
    this.running = Object.assign(stage, { drawing: createLine(this.surface.stream, text) });
    this.surface.event({ type: 'stage', stage: name, status: 'started' });
  }

  private end(status: 'done' | 'failed', note?: string): void {
    const { running, surface } = this;
    if (running === undefined) return;
    running.drawing.stop();
    this.running = undefined;
    const seconds = this.seconds(running.started);
    this.ended.push({ stage: running.name, status, seconds, note: note ?? null });
    surface.event({ type: 'stage', stage: running.name, status, seconds, ...(note !== undefined && { note }) });
    const mark = status === 'done' ? surface.theme.good('✓') : surface.theme.error('✗');
    surface.line(`${mark} ${running.name.padEnd(NAME)}${surface.theme.dim(formatDuration(seconds).padStart(9))}${note === undefined ? '' : `  ${note}`}`);
  }

  /** With three decimal places: nobody reads more. */
  private seconds(started: number): number {
    return Math.round(this.now() - started) / 1000;
  }
}
