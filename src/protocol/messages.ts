/**
 * What supervisor and worker say to each other. One header shape per message; `docs/worker-protocol.md` is the page
 * for people, `test/protocol/vectors` the same for machines. Keys are snake_case because Python speaks them too.
 */
import type { Header } from './frames.js';

/** Columns with one value in the whole frame travel here, once, instead of in the body. */
export type Constants = Record<string, string | number | boolean | null>;

// Supervisor to worker -------------------------------------------------------------------------------------------

/** First message. Answered by `ready`, or by `error` when the plugin does not load. */
export interface InitMessage extends Header {
  type: 'init';
  id: number;
  /** File URL or path of the bundled plugin module. */
  bundle: string;
  /** The plugin's folder: paths given to `context.models` and friends are relative to it. */
  root: string;
  /** What will be asked of this worker. `manifest` loads the manifest only. */
  role: 'manifest' | 'pipeline' | 'realtime';
  /** Parameters as the user gave them; the worker applies defaults and validates. */
  parameters: Record<string, unknown>;
  /** Threads for native model runtimes in this worker. */
  threads: number;
  /** Overrides the batch size of the compute profile, in rows. */
  batch_size: number | null;
  profile: 'trusted' | 'untrusted';
  /** The last step to run, by name; all of them when absent. An unknown name is refused with `no-step`. */
  last_step?: string;
  /** Tracebacks with all lines, for Python; the plugin's own otherwise. */
  verbose?: boolean;
}

/** Up to 1,024 rows (or one batch, when a batch is larger) as Arrow IPC. Answered by `result` or `error`. */
export interface RowsMessage extends Header {
  type: 'rows';
  id: number;
  rows: number;
  /** Rows per call of a processor. The worker slices the frame at multiples of it. */
  batch_size: number;
  constants: Constants;
}

/** One call of the realtime service. Answered by `result` or `error`. */
export interface RealtimeMessage extends Header {
  type: 'realtime';
  id: number;
  inputs: Record<string, unknown>;
  parameters: Record<string, unknown>;
}

/** One action call. Answered by `result` or `error`. */
export interface ActionMessage extends Header {
  type: 'action';
  id: number;
  name: string;
  params: Record<string, unknown>;
}

/** Answer of the supervisor to a worker's `rpc`. */
export interface RpcReply extends Header {
  type: 'rpc';
  id: number;
  ok: boolean;
  result?: unknown;
  error?: { code: string; message: string; why?: string; next?: string };
}

/** A kernel event for the plugin. Never answered. */
export interface EventMessage extends Header {
  type: 'event';
  name: string;
  data: unknown;
}

/** Answered by `result` with `{ok: true}` when the worker's event loop turns. */
export interface HealthMessage extends Header {
  type: 'health';
  id: number;
}

/** Asks to give up the request `target`; its answer is `error` with code `cancelled`. Not answered itself. */
export interface CancelMessage extends Header {
  type: 'cancel';
  target: number;
}

/** Finish what is in hand, then exit 0. Not answered. */
export interface ShutdownMessage extends Header {
  type: 'shutdown';
}

export type ToWorker =
  | InitMessage | RowsMessage | RealtimeMessage | ActionMessage | RpcReply | EventMessage | HealthMessage | CancelMessage | ShutdownMessage;

/** What a worker is asked: each of these has one answer, which bears its `id`. */
export type RequestMessage = InitMessage | RowsMessage | RealtimeMessage | ActionMessage | HealthMessage;

/** A message without some of its keys. `Omit` would forget all others too, because a header may have keys of any name. */
export type Without<M, Keys extends string> = M extends unknown ? { [Key in keyof M as Key extends Keys ? never : Key]: M[Key] } : never;

/** A request that has no number yet: whoever sends it gives it one. */
export type Unnumbered<M extends RequestMessage = RequestMessage> = Without<M, 'id'>;

// Worker to supervisor -------------------------------------------------------------------------------------------

export interface StepInfo {
  name: string;
  resource_type: 'cpu' | 'gpu' | 'api';
  condition: string;
}

export interface ReadyMessage extends Header {
  type: 'ready';
  id: number;
  protocol: number;
  runtime: string;
  pid: number;
  /** The manifest in its wire form. */
  manifest: Record<string, unknown>;
  /** Parameters with defaults applied. */
  parameters: Record<string, unknown>;
  /** Enabled steps in order; empty unless role is `pipeline`. */
  steps: StepInfo[];
  batch_size: number;
}

/** Why one row has no result. `row` is the position in the frame. */
export interface RowError {
  row: number;
  step: string;
  kind: 'exception' | 'row_count' | 'rows_changed' | 'crash' | 'timeout' | 'memory';
  /** Class of what was thrown, e.g. `TypeError`. */
  name: string;
  message: string;
  /** The author's place, e.g. `processors/core.ts:31:9`; null when unknown. */
  at: string | null;
}

/** What each step did in one frame. Seconds are wall time; calls are counted by the worker's own wrappers. */
export interface StepStats {
  name: string;
  rows: number;
  batches: number;
  seconds: number;
  model_seconds: number;
  tokenizer_seconds: number;
  io_seconds: number;
  model_calls: number;
  tokenizer_calls: number;
  io_calls: number;
  io_failures: number;
  first_io_error: string | null;
  /** Batches in which calls were as many as rows: what SEQ001 to SEQ003 look like at run time. */
  sequential: { model: number; tokenizer: number; io: number };
}

/** What became of one declared vector feature in one frame, in rows. */
export interface FeatureStats {
  written: number;
  null: number;
  wrong_size: number;
  nan: number;
  zero: number;
  /** A size seen instead of the declared one; 0 when none. */
  seen_size: number;
}

export interface FrameStats {
  steps: StepStats[];
  features: Record<string, FeatureStats>;
  skipped: number;
  reordered: number;
  batches: number;
  rss_bytes: number;
  /** What plugin code counted while the frame was worked on, summed by name; absent where it counted nothing. */
  metrics?: Record<string, number>;
}

export interface RowsResult extends Header {
  type: 'result';
  id: number;
  rows: number;
  /** CRC-32 of the UTF-8 bytes of all `document_id` values in order: the engine checks that it is its own. */
  ids_crc32: number;
  row_errors: RowError[];
  stats: FrameStats;
}

/** Answer to `realtime` and `action`. The value is the body, as JSON text. */
export interface ValueResult extends Header {
  type: 'result';
  id: number;
  /** JavaScript or Python type name of what came back, for messages. */
  value_type: string;
}

/** Answer to `health`. */
export interface HealthResult extends Header {
  type: 'result';
  id: number;
  value: { ok: true };
  value_type: string;
}

export interface ErrorMessage extends Header {
  type: 'error';
  /** The request that failed, or 0 when the worker as a whole did. */
  id: number;
  code: string;
  message: string;
  why?: string;
  next?: string;
  name?: string;
  at?: string | null;
  details?: Record<string, unknown>;
}

export interface LogMessage extends Header {
  type: 'log';
  level: 'debug' | 'info' | 'warn' | 'error';
  message: string;
  step: string | null;
}

/** The worker is alive and finished `batches` of request `id`: the deadline starts anew. */
export interface ProgressMessage extends Header {
  type: 'progress';
  id: number;
  batches: number;
  note?: string;
}

/** What plugin code counted while no frame was in hand. */
export interface MetricMessage extends Header {
  type: 'metric';
  name: string;
  value: number;
}

/** The worker asks its supervisor for something it has no key or network for. Answered by `RpcReply`. */
export interface RpcRequest extends Header {
  type: 'rpc';
  id: number;
  method: string;
  params: Record<string, unknown>;
}

export type FromWorker =
  | ReadyMessage | RowsResult | ValueResult | HealthResult | ErrorMessage | LogMessage | ProgressMessage | MetricMessage | RpcRequest;

/** The ten columns every processor may read, in the order in which they travel. */
export const ROW_COLUMNS = [
  'data', 'document_id', 'object_id', 'blob_id', 'blob_property', 'blob_type', 'collection_id', 'feature_extractor_id', 'mime_type', 'size_bytes',
] as const;

/** Most rows in one frame. */
export const FRAME_ROWS = 1024;
