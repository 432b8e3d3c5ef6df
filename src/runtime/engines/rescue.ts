/**
 * What happens to a frame whose worker died. It is tried again on fresh workers; when it keeps killing them, its rows
 * are halved until those are known that do, and the rest of their batch runs as one batch.
 */
import { Failure } from '../../errors/index.js';
import { buildColumn, takeRows, unifyTypes, valueAt, type ColumnType, type FrameStats, type RowError, type WireColumn } from '../../protocol/wire.js';
import { WorkerDied, type WorkerHandle } from '../launch/index.js';
import type { Frame } from '../plan/index.js';
import type { FrameOutcome } from './index.js';
import { addStats } from './stats.js';

export interface RescueOptions {
  launch(): Promise<WorkerHandle>;
  send(worker: WorkerHandle, frame: Frame, batchSize: number): Promise<FrameOutcome>;
  batchSize(): number;
  succeededBefore(): boolean;
  keepGoing: boolean;
  onWorkerLost(kind: string, message: string): void;
}

/** Retries before rows are looked at one by one. A time-out costs its whole deadline each time. */
const RETRIES: Record<string, number> = { crash: 3, memory: 1, timeout: 1 };
/** How often a batch may kill a worker without a row that does so alone, before all its rows are given up. */
const UNEXPLAINED = 2;

interface Part {
  /** Positions in the frame. */
  rows: number[];
  outcome: FrameOutcome;
}

export class Rescue {
  private worker: WorkerHandle | null = null;
  /** One frame at a time: two frames that kill workers must not kill each other's. */
  private turn: Promise<unknown> = Promise.resolve();

  constructor(private readonly options: RescueOptions) {}

  recover(frame: Frame, death: WorkerDied): Promise<FrameOutcome> {
    const mine = this.turn.then(() => this.attempt(frame, death));
    this.turn = mine.catch(() => undefined);
    return mine;
  }

  private async attempt(frame: Frame, first: WorkerDied): Promise<FrameOutcome> {
    this.options.onWorkerLost(first.kind, first.message);
    let death = first;
    let deaths = 1;
    const hopeless = !this.options.succeededBefore() && !this.options.keepGoing;
    for (let retry = 0; retry < (hopeless ? 1 : (RETRIES[first.kind] ?? 1)); retry++) {
      const again = await this.probe(frame, all(frame));
      if (!(again instanceof WorkerDied)) return { ...again, deaths };
      death = again;
      deaths++;
    }
    if (hopeless) await this.failEarly(frame, death);
    const parts: Part[] = [];
    const errors: RowError[] = [];
    const size = this.options.batchSize();
    for (let start = 0; start < frame.rows; start += size) {
      let rows = all(frame).slice(start, start + size);
      for (let unexplained = 0; ; ) {
        const result = rows.length === 0 ? null : await this.probe(frame, rows);
        if (!(result instanceof WorkerDied)) {
          if (result !== null) parts.push({ rows, outcome: result });
          break;
        }
        deaths++;
        const poison = new Map<number, WorkerDied>();
        await this.isolate(frame, rows, result, poison);
        // Perhaps something else ended that worker. When it happens again the rows kill only together: nobody can
        // say which of them, so all are to blame.
        if (poison.size === 0 && ++unexplained <= UNEXPLAINED) continue;
        if (poison.size === 0) for (const row of rows) poison.set(row, result);
        for (const [row, cause] of poison) errors.push(rowError(row, cause));
        rows = rows.filter((row) => !poison.has(row));
      }
    }
    return { ...join(frame, parts, errors), deaths };
  }

  private async isolate(frame: Frame, rows: number[], death: WorkerDied, poison: Map<number, WorkerDied>): Promise<void> {
    if (rows.length === 1) {
      // One death is no proof: a worker may be killed from outside. A time-out is, and it costs its whole deadline.
      const proof = death.kind === 'crash' ? await this.probe(frame, rows) : death;
      if (proof instanceof WorkerDied) poison.set(rows[0] as number, proof);
      return;
    }
    const middle = rows.length >> 1;
    for (const half of [rows.slice(0, middle), rows.slice(middle)]) {
      const result = await this.probe(frame, half);
      if (result instanceof WorkerDied) await this.isolate(frame, half, result, poison);
    }
  }

  /** When nothing ever worked and the first and the last row kill a worker each, no row is to blame but the plugin. */
  private async failEarly(frame: Frame, death: WorkerDied): Promise<void> {
    for (const row of new Set([0, frame.rows - 1])) {
      if (!((await this.probe(frame, [row])) instanceof WorkerDied)) return;
    }
    const what = { timeout: 'takes too long', memory: 'runs out of memory', crash: 'ends its worker' }[death.kind as 'timeout' | 'memory' | 'crash'];
    throw new Failure({
      code: `plugin-${death.kind}`,
      message: `The plugin ${what} on every row tried: ${death.message}.`,
      why: 'The first batch, its first row and its last row all failed in the same way, so the cause is not a single row.',
      next: death.kind === 'timeout' ? 'Look for an endless loop or a wait in process(); --timeout SECONDS allows more time, --keep-going tries every row.' : 'Mend the plugin; its output is in the log of the run. --keep-going tries every row.',
    });
  }

  /** Runs some rows of the frame as one message on a worker that is not the pool's. */
  private async probe(frame: Frame, rows: number[]): Promise<FrameOutcome | WorkerDied> {
    const part = rows.length === frame.rows ? frame : subFrame(frame, rows);
    try {
      if (this.worker === null || !this.worker.alive) this.worker = await this.options.launch();
      const whole = rows.length === frame.rows;
      return await this.options.send(this.worker, part, whole ? this.options.batchSize() : rows.length);
    } catch (error) {
      if (!(error instanceof WorkerDied) || error.kind === 'stopped') throw error;
      // It died before these rows reached it: they say nothing about them.
      if (error.kind === 'bystander') return this.probe(frame, rows);
      this.options.onWorkerLost(error.kind, error.message);
      return error;
    }
  }
}

function all(frame: Frame): number[] {
  return Array.from({ length: frame.rows }, (_, i) => i);
}

/** Some rows of a frame, as a frame. */
function subFrame(frame: Frame, rows: readonly number[]): Frame {
  return {
    ...frame,
    rows: rows.length,
    wire: { rows: rows.length, columns: frame.wire.columns.map((column) => takeRows(column, rows)) },
    rowNumbers: rows.map((row) => frame.rowNumbers[row] as number),
    carried: [],
    raw: [],
    documentIds: [],
    inputErrors: [],
    inexact: [],
  };
}

function rowError(row: number, death: WorkerDied): RowError {
  const kind = death.kind === 'timeout' || death.kind === 'memory' ? death.kind : 'crash';
  return { row, step: '', kind, name: 'WorkerDied', message: death.plain, at: null };
}

/** One outcome for the frame out of those of its parts. */
function join(frame: Frame, parts: readonly Part[], errors: RowError[]): Omit<FrameOutcome, 'deaths'> {
  const names = new Set(parts.flatMap(({ outcome }) => outcome.columns.map((column) => column.name)));
  const columns: WireColumn[] = [...names].map((name) => {
    const held = parts.flatMap(({ rows, outcome }) => {
      const column = outcome.columns.find((candidate) => candidate.name === name);
      return column ? [{ rows, column }] : [];
    });
    const type = held.reduce<ColumnType>((acc, { column }) => unifyTypes(acc, column.type), { kind: 'null' });
    const values = new Array<unknown>(frame.rows).fill(null);
    for (const { rows, column } of held) rows.forEach((row, k) => (values[row] = valueAt(column, k)));
    return buildColumn(name, type, values);
  });
  const inner = parts.flatMap(({ rows, outcome }) => outcome.errors.map((error) => ({ ...error, row: rows[error.row] as number })));
  const stats = parts.map(({ outcome }) => outcome.stats).reduce<FrameStats>(addStats, { steps: [], features: {}, skipped: 0, reordered: 0, batches: 0, rss_bytes: 0 });
  return { frame, columns, errors: [...errors, ...inner].sort((a, b) => a.row - b.row), stats };
}
