/** What places work on workers. The local engine is one; a cluster's will be another. */
import type { FrameStats, ReadyMessage, RowError, WireColumn } from '../../protocol/index.js';
import type { Frame } from '../plan/index.js';

export { LocalEngine, type LocalEngineOptions } from './local.js';

export interface FrameOutcome {
  frame: Frame;
  /** The plugin's columns, aligned with the frame's rows; failed rows are null. */
  columns: WireColumn[];
  /** Ascending by row (position in the frame). */
  errors: RowError[];
  stats: FrameStats;
  /** How often a worker had to be replaced for this frame. */
  deaths: number;
  /** Which process answered, and when, by `performance.now()`; not told where several did. */
  timing?: { pid: number; sent: number; answered: number };
}

export interface Engine {
  /** Starts the first worker. @throws Failure when the plugin does not load. */
  start(): Promise<ReadyMessage>;
  /**
   * Outcomes in the order of the frames, as soon as they can be given.
   *
   * @param worked the plugin has given results before, in a run that goes on: it is not to blame for rows that kill workers
   * @throws Failure when the run cannot go on
   */
  run(frames: AsyncIterable<Frame>, worked?: boolean): AsyncIterable<FrameOutcome>;
  /** Ends all workers; `atOnce`: without asking them to finish. */
  close(options?: { atOnce?: boolean }): Promise<void>;
}
