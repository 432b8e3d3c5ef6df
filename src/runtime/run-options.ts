/** What a run is asked to do, and what comes of it. */
import type { PluginManifest } from '../manifest/index.js';
import type { Budget } from './budget.js';
import type { Confinement } from './launch/index.js';
import type { LogLine } from './log.js';
import type { Prepared, Project } from './project/index.js';
import type { RunResult } from './report/index.js';
import type { RunRecord } from './runs.js';
import type { SessionOptions } from './session.js';
import type { VectorMode } from './sinks/index.js';

/** What a user asks for. */
export interface StartOptions extends SessionOptions {
  input?: string | undefined;
  inputFormat?: string | undefined;
  base?: string | undefined;
  column?: string | undefined;
  map?: Record<string, string>;
  output?: string | undefined;
  vectors?: VectorMode | undefined;
  parameters?: Record<string, unknown> | undefined;
  batchSize?: number | undefined;
  concurrency?: number | undefined;
  limit?: number | undefined;
  timeoutSeconds: number;
  /** The last step to run. */
  step?: string | undefined;
  /** Starts one worker under the inspector; no time limit holds then. */
  inspect?: boolean | undefined;
  /** Asked before many calls of paid services; see `askBudget`. */
  confirmBudget: RunOptions['confirmBudget'];
  keepGoing: boolean;
  allowNulls: boolean;
  /** Continue a run; an empty string means the latest. */
  resume?: string | undefined;
  /** Run only the failed rows of a run. */
  failed?: string | undefined;
  signal?: AbortSignal;
  onProgress?: RunOptions['onProgress'];
  onLog?(line: LogLine): void;
}

/** The same with nothing left open, for the plugin that it is. */
export interface RunOptions {
  project: Project;
  prepared: Prepared;
  input: string;
  inputFormat: string | null;
  /** Where relative paths in `data` begin; at the folder of the input unless told. */
  base?: string | undefined;
  column: string | null;
  map: Record<string, string>;
  /** Null: `output.arrow` in the run's folder. */
  output: string | null;
  vectors: VectorMode;
  parameters: Record<string, unknown>;
  batchSize: number | null;
  concurrency: number | null;
  limit: number | null;
  timeoutMs: number;
  /** The last step to run; all of them when null. */
  lastStep: string | null;
  /** Starts the one worker under the inspector, waiting for a debugger. */
  inspect: boolean;
  /** Asked before many calls of paid services are made. */
  confirmBudget(budget: Budget): Promise<boolean>;
  keepGoing: boolean;
  allowNulls: boolean;
  profile: 'trusted' | 'untrusted';
  /** For the untrusted profile. */
  confinement?: Confinement | undefined;
  cores: number;
  /** Variables for the worker, from --env-file and --secret. */
  env: Readonly<Record<string, string>>;
  /** Answers what workers ask for. */
  serve(method: string, params: Record<string, unknown>): Promise<unknown>;
  /** Hides secrets in what is logged. */
  mask(text: string): string;
  /** A run to continue, already checked against these options. */
  resume: { folder: string; record: RunRecord } | null;
  signal?: AbortSignal;
  onProgress?(state: { done: number | undefined; rows: number; rowsPerSecond: number; failed: number }): void;
  onLog?(line: LogLine): void;
}

export interface FinishedRun {
  result: RunResult;
  folder: string;
  record: RunRecord;
  manifest: PluginManifest;
}
