/**
 * The beginning of a run: its engine, whose first worker starts while the rest of what a run needs is loaded. So this
 * file and what it imports are small.
 */
import type { ReadyMessage } from '../protocol/index.js';
import { LocalEngine, type Engine } from './engines/index.js';
import type { LogLine } from './log.js';
import { manifestOf } from './ready.js';
import type { RunOptions } from './run-options.js';

/** An engine at work on its first worker. */
export interface Begun {
  engine: Engine;
  /** What that worker is, once it is ready. */
  starting: Promise<ReadyMessage>;
  heard: Heard;
}

/** What workers say beside their answers. Lines of the log wait until the run has one. */
export class Heard {
  /** Counted outside of frames, as while a plugin loads; without a prototype, whose names a plugin may count. */
  readonly metrics = Object.create(null) as Record<string, number>;
  readonly workersLost: { kind: string; message: string }[] = [];
  private readonly waiting: LogLine[] = [];
  private log: ((line: LogLine) => void) | null = null;

  line(line: LogLine): void {
    if (this.log === null) this.waiting.push(line);
    else this.log(line);
  }

  count(name: string, value: number): void {
    this.metrics[name] = (this.metrics[name] ?? 0) + value;
  }

  /** From now on, and what waited first. */
  tell(log: (line: LogLine) => void): void {
    this.waiting.splice(0).forEach(log);
    this.log = log;
  }
}

/** Workers started before the manifest says how many it wants. */
const EXPECTED_WORKERS = 2;

/** Of each worker: together they have as many as there are cores. */
export function threadsOf({ cores, concurrency }: Pick<RunOptions, 'cores' | 'concurrency'>): number {
  return Math.max(1, Math.floor(cores / (concurrency ?? Math.min(EXPECTED_WORKERS, cores))));
}

/** Starts the first worker of a run. Whoever takes what is begun has to close the engine. */
export function begin(options: RunOptions): Begun {
  const heard = new Heard();
  const engine = localEngine(options, heard);
  const starting = engine.start();
  // Whoever waits for the worker hears of it.
  starting.catch(() => undefined);
  return { engine, starting, heard };
}

function localEngine(options: RunOptions, heard: Heard): Engine {
  const { project, prepared, cores, concurrency } = options;
  const threads = threadsOf(options);
  return new LocalEngine({
    launch: {
      root: project.root, profile: options.profile, confinement: options.confinement, memoryGb: prepared.memoryGb, python: prepared.python, threads, env: options.env, inspect: options.inspect,
      serve: options.serve, onLog: (line) => heard.line(line), onMetric: (name, value) => heard.count(name, value),
    },
    init: {
      bundle: prepared.module, root: project.root, role: 'pipeline', parameters: options.parameters,
      threads, batch_size: options.batchSize, profile: options.profile, ...(options.lastStep !== null && { last_step: options.lastStep }), ...(prepared.verbose && { verbose: true }),
    },
    workersFor: async (ready) => concurrency ?? Math.max(1, Math.min((await manifestOf(ready)).compute_profile.max_concurrency, cores)),
    batchSizeFor: (ready) => ready.batch_size,
    timeoutMs: options.timeoutMs,
    keepGoing: options.keepGoing,
    onWorkerLost: (kind, message) => heard.workersLost.push({ kind, message }),
  });
}
