/** From raw rows to frames: how many rows travel together, and when. */
import { Failure } from '../../errors/index.js';
import { pluginId } from '../../manifest/fields.js';
import type { PluginManifest } from '../../manifest/index.js';
import { FRAME_ROWS } from '../../protocol/index.js';
import { START, type Position, type RawRow, type Source, type SourceChunk } from '../sources/index.js';
import { inputCheck } from './cells.js';
import { buildFrame, type Frame, type FrameContext } from './frame.js';
import { FAILURE_COLUMN, mapColumns, type MappingOptions } from './mapping.js';
import { typed } from './typed.js';

export { FAILURE_COLUMN } from './mapping.js';
export type { Frame, InputError } from './frame.js';
export type { MappingOptions } from './mapping.js';
export { guessMime, nestedTooDeeply } from './frame.js';
export { baseFolder, placed } from './paths.js';

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
/** Nor does it wait for more rows when those it has take this much of the input. */
const FRAME_BYTES = 32 * 1024 * 1024;

/**
 * Frames of whole batches. The first ones are small, so that the first row is not late and a hopeless plugin is found
 * out early; they grow up to 1,024 rows. Batches begin at multiples of the batch size, whatever the timing; a batch
 * with unusable rows is the last of its frame, so that the batches behind it keep their rows.
 * @throws Failure `input-empty`, `input-column`, and what the source throws
 */
export async function* planFrames(source: Source, manifest: PluginManifest, options: PlanOptions): AsyncGenerator<Frame> {
  const { batchSize, limit = Infinity, from = START } = options;
  const largest = Math.max(batchSize, Math.floor(FRAME_ROWS / batchSize) * batchSize);
  let target = batchSize;
  let context: FrameContext | undefined;
  let rows: RawRow[] = [];
  /** What makes a row unusable, null where nothing does. */
  let problems: (string | null)[] = [];
  let ends: Position[] = [];
  let first = from.row;
  let since = 0;
  let types: SourceChunk['types'];
  /** Bytes of the input in frames so far. */
  let taken = from.byte;

  const bytes = (count: number): number => (ends[count - 1] as Position).byte - taken;
  /** Rows of the next frame: whole batches, `most` rows at most, cut where bytes or an unusable row say so. */
  const fitting = (most: number): number => {
    let count = 0;
    while (count < most) {
      const start = count;
      count = Math.min(most, count + batchSize);
      if (bytes(count) >= FRAME_BYTES || problems.slice(start, count).some((problem) => problem !== null)) break;
    }
    return count;
  };
  const take = (most: number): Frame => {
    const count = fitting(most);
    taken = (ends[count - 1] as Position).byte;
    const frame = buildFrame(rows.slice(0, count), problems.slice(0, count), first, ends[count - 1] as Position, context as FrameContext);
    rows = rows.slice(count);
    problems = problems.slice(count);
    ends = ends.slice(count);
    first += count;
    since = performance.now();
    // As many rows as all before it: 64, 64, 128, ... so that frames end where the record batches of the output end.
    target = Math.min(largest, first - from.row);
    return frame;
  };

  const reader = source.read(from)[Symbol.asyncIterator]();
  try {
    let next = reader.next();
    // A rejection that arrives while a frame is being handed over is seen at the await below.
    next.catch(() => undefined);
    for (let done = false; !done; ) {
      const whole = Math.floor(rows.length / batchSize) * batchSize;
      const arrived = await raceAgainst(next, whole > 0 ? Math.max(0, since + LINGER_MS - performance.now()) : null);
      if (arrived === undefined) {
        yield take(Math.min(whole, largest));
        continue;
      }
      done = arrived.done === true;
      if (!done) {
        const left = limit - first - rows.length;
        if (rows.length === 0) since = performance.now();
        const chunk = typed(arrived.value, manifest);
        types = chunk.types;
        const fresh = chunk.rows.slice(0, left);
        rows.push(...fresh);
        ends.push(...chunk.ends.slice(0, left));
        done = first + rows.length >= limit;
        if (fresh.length > 0) context ??= contextOf(source, manifest, fresh, types, options);
        for (const row of fresh) problems.push((context as FrameContext).check(row));
      }
      if (!done) {
        next = reader.next();
        next.catch(() => undefined);
      }
      while (rows.length >= target || (rows.length >= batchSize && bytes(rows.length) >= FRAME_BYTES)) yield take(Math.min(target, Math.floor(rows.length / batchSize) * batchSize));
    }
    while (rows.length > 0) yield take(Math.min(rows.length, largest));
    if (first === 0) throw empty(source);
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

