/** From raw rows to frames: how many rows travel together, and when. */
import { Failure } from '../../errors/index.js';
import { pluginId } from '../../manifest/fields.js';
import type { PluginManifest } from '../../manifest/index.js';
import { FRAME_ROWS } from '../../protocol/index.js';
import { START, type Position, type RawRow, type Source, type SourceChunk } from '../sources/index.js';
import { inputCheck } from './cells.js';
import { buildFrame, type Frame, type FrameContext } from './frame.js';
import { FAILURE_COLUMN, mapColumns, type MappingOptions } from './mapping.js';
import { RowQueue } from './queue.js';
import { typed } from './typed.js';

export { FAILURE_COLUMN } from './mapping.js';
export type { Frame, InputError } from './frame.js';
export type { MappingOptions } from './mapping.js';
export { guessMime, nestedTooDeeply } from './frame.js';
export { baseFolder, placed } from './paths.js';

/** How an input is planned. */
export interface PlanOptions extends MappingOptions {
  batchSize: number;
  /** Rows to read at most. */
  limit?: number | undefined;
  /** Where to begin, for a resumed run, */
  from?: Position | undefined;
  /** and the columns that its first rows had: what became which column then stays so. */
  columns?: readonly string[] | undefined;
  /** Where relative paths in `data` begin; they stay as they are unless told. */
  base?: string | undefined;
}

/** A frame leaves with fewer rows when this much time passed since its first one came, in milliseconds. */
const LINGER_MS = 50;

/**
 * Frames of whole batches. The first ones are small, so that the first row is not late and a hopeless plugin is found
 * out early; they grow up to 1,024 rows. Batches begin at multiples of the batch size, whatever the timing; a batch
 * with unusable rows is the last of its frame, so that the batches behind it keep their rows.
 * @throws Failure `input-empty`, `input-column`, and what the source throws
 */
export async function* planFrames(source: Source, manifest: PluginManifest, options: PlanOptions): AsyncGenerator<Frame> {
  const { batchSize, limit = Infinity, from = START } = options;
  const largest = Math.max(batchSize, Math.floor(FRAME_ROWS / batchSize) * batchSize);
  const waiting = new RowQueue(batchSize, from);
  let target = batchSize;
  let since = 0;
  let context: FrameContext | undefined;
  const take = (most: number): Frame => {
    const frame = buildFrame(waiting.cut(most), context as FrameContext);
    since = performance.now();
    // As many rows as all before it: 64, 64, 128, ... so that frames end where the record batches of the output end.
    target = Math.min(largest, waiting.passed);
    return frame;
  };

  const reader = source.read(from)[Symbol.asyncIterator]();
  const read = (): Promise<IteratorResult<SourceChunk>> => {
    const next = reader.next();
    // A rejection that arrives while a frame is being handed over is seen where it is awaited.
    next.catch(() => undefined);
    return next;
  };
  try {
    let next = read();
    for (let done = false; !done; ) {
      const arrived = await raceAgainst(next, waiting.whole > 0 ? Math.max(0, since + LINGER_MS - performance.now()) : null);
      if (arrived === undefined) {
        yield take(Math.min(waiting.whole, largest));
        continue;
      }
      done = arrived.done === true;
      if (!done) {
        const { rows, ends, types } = typed(arrived.value, manifest);
        const left = limit - waiting.next;
        if (waiting.length === 0) since = performance.now();
        const fresh = rows.slice(0, left);
        if (fresh.length > 0) {
          const known = (context ??= contextOf(source, manifest, fresh, types, options));
          waiting.add(fresh, ends.slice(0, left), (row) => known.check(row));
        }
        done = waiting.next >= limit;
      }
      if (!done) next = read();
      while (waiting.length >= target || waiting.isHeavy) yield take(Math.min(target, waiting.whole));
    }
    while (waiting.length > 0) yield take(Math.min(waiting.length, largest));
    if (waiting.next === 0) throw empty(source);
  } finally {
    await reader.return?.();
  }
}

/** The promise's value, or undefined when `ms` pass first; null waits for ever. */
async function raceAgainst<T>(promise: Promise<T>, ms: number | null): Promise<T | undefined> {
  if (ms === null) return promise;
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<undefined>((resolve) => (timer = setTimeout(resolve, ms, undefined)));
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}

function contextOf(source: Source, manifest: PluginManifest, rows: readonly RawRow[], types: SourceChunk['types'], options: PlanOptions): FrameContext {
  const seen = options.columns ?? columnsOf(rows);
  const mapping = mapColumns(manifest, seen, options);
  const taken = manifest.supported_input_types ?? [];
  return {
    sourceName: source.name,
    seen,
    mapping,
    check: inputCheck(mapping),
    pluginId: pluginId(manifest.feature_extractor_name, manifest.version),
    textOnly: taken.length === 1 && taken[0] === 'text',
    onlyKind: taken.length === 1 && ['image', 'video', 'audio'].includes(taken[0] as string) ? (taken[0] as string) : null,
    base: options.base ?? null,
    types,
  };
}

function columnsOf(rows: readonly RawRow[]): string[] {
  const seen = new Set<string>();
  for (const row of rows) for (const name of Object.keys(row)) if (name !== FAILURE_COLUMN) seen.add(name);
  return [...seen];
}

function empty(source: Source): Failure {
  return new Failure({ code: 'input-empty', message: `${source.path === '-' ? 'Standard input' : source.path} has no rows.`, why: 'A run that wrote nothing is never a success.', next: 'Give an input with at least one row.' });
}

