/** A Python worker under the supervisor that runs use, spoken to in rows instead of frames. */
import { Failure } from '../../src/errors/index.js';
import { buildColumn, decodeBlock, decodeValue, encodeBlock, inferType, valueAt, type ReadyMessage, type RowsResult } from '../../src/protocol/index.js';
import { launchWorker, type WorkerHandle } from '../../src/runtime/launch/index.js';

/** Any of the ten columns; `data` and `document_id` have values of their own where they are left out. */
export type Row = Record<string, string | number | boolean | null>;

export interface Result {
  /** Values by column, in the order in which the columns came. */
  columns: Record<string, unknown[]>;
  errors: RowsResult['row_errors'];
  stats: RowsResult['stats'];
}

export interface StartOptions {
  role?: 'manifest' | 'pipeline' | 'realtime';
  parameters?: Record<string, unknown>;
  batchSize?: number;
  /** Said when it is started, and by `init`. */
  threads?: number;
  /** More fields of `init`. */
  init?: Record<string, unknown>;
  /** Answers by method. */
  serve?: Record<string, (params: Record<string, unknown>) => unknown>;
}

const DEADLINE_MS = 20_000;

export class PythonWorker {
  readonly logs: { level: string; source: string; step: string | null; message: string }[] = [];
  private readonly handle: WorkerHandle;
  private rowsSent = 0;

  constructor(
    python: string,
    private readonly root: string,
    private readonly options: StartOptions = {},
  ) {
    this.handle = launchWorker({
      root, profile: 'trusted', memoryGb: 2, python, threads: options.threads,
      serve: (method, params) => {
        const answer = options.serve?.[method];
        if (answer === undefined) return Promise.reject(new Failure({ code: 'no-service', message: `There is no ${method} here.`, next: 'Give one.' }));
        return Promise.resolve(answer(params));
      },
      onLog: (line) => this.logs.push(line),
    });
  }

  /** @throws WorkerRefused with what `init` failed of */
  async start(): Promise<ReadyMessage> {
    const { role = 'pipeline', parameters = {}, batchSize, init } = this.options;
    const { header } = await this.handle.request<ReadyMessage>({ type: 'init', bundle: this.root, root: this.root, role, parameters, threads: this.options.threads ?? 1, batch_size: batchSize ?? null, profile: 'trusted', ...init } as never, [], DEADLINE_MS);
    return header;
  }

  /** One frame of rows. */
  async rows(rows: readonly Row[], batchSize = 64, deadlineMs = DEADLINE_MS): Promise<Result> {
    const full: Row[] = rows.map((row) => ({ document_id: `doc_${this.rowsSent++}`, data: null, mime_type: 'text/plain', ...row }));
    const names = [...new Set(full.flatMap((row) => Object.keys(row)))];
    const columns = names.map((name) => {
      const values = full.map((row) => row[name] ?? null);
      return buildColumn(name, inferType(values), values);
    });
    const constants = { object_id: 'o', blob_id: 'b', blob_property: 'text', blob_type: 'text', collection_id: 'c', feature_extractor_id: 'p_1_0_0', size_bytes: 0 };
    const { header, body } = await this.handle.request<RowsResult>({ type: 'rows', rows: rows.length, batch_size: batchSize, constants } as never, encodeBlock({ rows: rows.length, columns }), deadlineMs);
    const block = decodeBlock(body, rows.length);
    const plain = (value: unknown): unknown => (value instanceof Float32Array ? Array.from(value) : value);
    return { columns: Object.fromEntries(block.columns.map((column) => [column.name, rows.map((_, i) => plain(valueAt(column, i)))])), errors: header.row_errors, stats: header.stats };
  }

  async realtime(inputs: Record<string, unknown>, parameters: Record<string, unknown> = {}): Promise<unknown> {
    const { body } = await this.handle.request({ type: 'realtime', inputs, parameters } as never, [], DEADLINE_MS);
    return decodeValue(body).value;
  }

  /** Everything that was logged or printed so far, a line each. */
  get said(): string {
    return this.logs.map(({ level, message }) => `${level}: ${message}`).join('\n');
  }

  stop(): Promise<void> {
    return this.handle.stop();
  }

  get gone(): Promise<void> {
    return this.handle.gone;
  }

  get pid(): number {
    return this.handle.pid;
  }
}

/** A worker that is up, for the time of `use`. */
export async function withWorker<T>(python: string | null, root: string, options: StartOptions, use: (worker: PythonWorker) => Promise<T>): Promise<T> {
  const worker = new PythonWorker(python as string, root, options);
  try {
    await worker.start();
    return await use(worker);
  } finally {
    await worker.stop();
  }
}

/** What `init` is refused with. */
export async function refusal(python: string | null, root: string, options: StartOptions = {}): Promise<{ code: string; message: string; next: string; at: string | null }> {
  const worker = new PythonWorker(python as string, root, options);
  try {
    await worker.start();
    throw new Error('the worker started');
  } catch (error) {
    const { reply } = error as { reply?: { code: string; message: string; next?: string; details?: { at?: string } } };
    if (reply === undefined) throw error;
    return { code: reply.code, message: reply.message, next: reply.next ?? '', at: reply.details?.at ?? null };
  } finally {
    await worker.stop();
  }
}
