/** The local engine and its rescue, with real worker processes. */
import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { fromWire } from '../../../src/manifest/index.js';
import { valueAt } from '../../../src/protocol/index.js';
import { LocalEngine } from '../../../src/runtime/engines/index.js';
import { planFrames } from '../../../src/runtime/plan/index.js';
import { findProject, preparePlugin } from '../../../src/runtime/project/index.js';
import type { Source } from '../../../src/runtime/sources/index.js';

/** Long enough for a worker to start on a busy machine. */
const TIMEOUT_MS = 2500;

let root: string;
let bundle: string;
let engine: LocalEngine | undefined;
const lost: string[] = [];

beforeAll(async () => {
  root = mkdtempSync(join(tmpdir(), 'plugsmith-engines-'));
  cpSync(new URL('./fixture/', import.meta.url), root, { recursive: true });
  const project = findProject(root);
  bundle = (await preparePlugin(project)).module;
});
afterAll(() => rmSync(root, { recursive: true, force: true }));
afterEach(async () => {
  await engine?.close();
  engine = undefined;
  lost.length = 0;
});

function make(options: { workers?: number; every?: string; keepGoing?: boolean; memoryGb?: number; timeoutMs?: number; bundle?: string } = {}): LocalEngine {
  const { workers = 1, every = '', keepGoing = false, memoryGb = 1, timeoutMs = 60_000 } = options;
  engine = new LocalEngine({
    launch: { root, profile: 'trusted', memoryGb, serve: () => Promise.reject(new Error('nothing to ask for')), onLog: () => undefined },
    init: { bundle: options.bundle ?? bundle, root, role: 'pipeline', parameters: { every }, threads: 1, batch_size: null, profile: 'trusted' } as never,
    workersFor: () => workers,
    batchSizeFor: (ready) => ready.batch_size,
    timeoutMs, keepGoing,
    onWorkerLost: (kind) => lost.push(kind),
  });
  return engine;
}

function sourceOf(texts: readonly (string | undefined)[]): Source {
  const rows = texts.map((data) => (data === undefined ? {} : { data }));
  const ends = rows.map((_row, i) => ({ row: i + 1, byte: i + 1, line: i + 1 }));
  return { name: 'rows', path: 'rows', bytes: null, digest: async () => null, async *read() { yield { rows, ends }; } };
}

async function run(given: LocalEngine, texts: readonly (string | undefined)[], worked = false): Promise<{ failed: [number, string][]; companions: unknown[]; lengths: unknown[]; counted: number }> {
  const ready = await given.start();
  const frames = planFrames(sourceOf(texts), fromWire(ready.manifest), { batchSize: ready.batch_size });
  const all = { failed: [] as [number, string][], companions: [] as unknown[], lengths: [] as unknown[], counted: 0 };
  for await (const { frame, columns, errors, stats } of given.run(frames, worked)) {
    all.counted += stats.metrics?.['rows'] ?? 0;
    const column = (name: string) => columns.find((one) => one.name === name);
    for (const { row, kind } of errors) all.failed.push([frame.rowNumbers[row] as number, kind]);
    for (let row = 0; row < frame.rows; row++) {
      const vector = column('embedding');
      all.lengths.push((vector && (valueAt(vector, row) as Float32Array | null)?.[0]) ?? null);
      const companions = column('companions');
      all.companions.push(companions ? valueAt(companions, row) : null);
    }
  }
  return all;
}

const plain = (count: number): string[] => Array.from({ length: count }, (_, i) => 'x'.repeat((i % 9) + 1));
const isAlive = (pid: number): boolean => {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
};

describe('the local engine', () => {
  it('gives all rows in order, from several workers', async () => {
    const texts: (string | undefined)[] = plain(300);
    texts[17] = undefined;
    const { lengths, failed } = await run(make({ workers: 2 }), texts);
    expect(lengths).toEqual(texts.flatMap((text) => (text === undefined ? [] : [text.length])));
    expect([failed, lost]).toEqual([[], []]);
  });

  it('leaves no worker behind', async () => {
    const given = make();
    const { pid } = await given.start();
    expect(isAlive(pid)).toBe(true);
    await given.close();
    expect(isAlive(pid)).toBe(false);
  });

  it('goes on when a worker dies while it has nothing in hand', async () => {
    const given = make();
    const ready = await given.start();
    process.kill(ready.pid, 'SIGKILL');
    const [slot] = given['pool']['slots'];
    await vi.waitFor(() => expect(slot?.worker.alive).toBe(false), { timeout: 10_000 });
    const lengths: number[] = [];
    for await (const { columns } of given.run(planFrames(sourceOf(['a', 'bb']), fromWire(ready.manifest), { batchSize: 4 }))) lengths.push(...[0, 1].map((i) => (valueAt(columns[0] as never, i) as Float32Array)[0] as number));
    expect(lengths).toEqual([1, 2]);
  });

  it('says why a plugin does not load', async () => {
    await expect(make({ bundle: `${bundle}.none` }).start()).rejects.toMatchObject({ name: 'Failure', code: 'missing-module', exitCode: 2 });
  });

  it('an error of the input comes after the rows before it', async () => {
    const given = make();
    const ready = await given.start();
    const source: Source = { ...sourceOf([]), async *read() { yield* sourceOf(plain(4)).read({ row: 0, byte: 0, line: 0 }); throw new Error('line 5'); } };
    let rows = 0;
    const all = async (): Promise<void> => {
      for await (const { frame } of given.run(planFrames(source, fromWire(ready.manifest), { batchSize: 4 }))) rows += frame.rows;
    };
    await expect(all()).rejects.toThrow('line 5');
    expect(rows).toBe(4);
  });
});

describe('the rescue', () => {
  /** Eight good rows first, so that the plugin has worked; then two batches with one deadly row. */
  const withOne = (deadly: string): string[] => [...plain(8), 'a', 'bb', deadly, 'dddd', 'e', 'f', 'g', 'h'];
  const survivors = { companions: [4, 4, 4, 4, 4, 4, 4, 4, 3, 3, null, 3, 4, 4, 4, 4] };

  it('one row that kills its worker is the only one that fails; the rest of its batch runs as one batch', async () => {
    const texts = withOne('crash');
    const { failed, companions, lengths, counted } = await run(make(), texts);
    expect(failed).toEqual([[10, 'crash']]);
    // What was counted in search of the row is not in the result, and neither are its calls.
    expect(counted).toBe(15);
    expect(companions).toEqual(survivors.companions);
    expect(lengths).toEqual(texts.map((text) => (text === 'crash' ? null : text.length)));
    expect(new Set(lost)).toEqual(new Set(['crash']));
  });

  // The deadly row has a batch of its own, since each of its workers costs a time-out or much memory.
  it.each<[string, string, object]>([['orphan', 'crash', { timeoutMs: 30_000 }], ['hang', 'timeout', { timeoutMs: TIMEOUT_MS }], ...(process.platform === 'linux' ? [['memory', 'memory', { memoryGb: 0.2 }] as [string, string, object]] : [])])('a row that says %s fails by %s', async (deadly, kind, options) => {
    const { failed, companions } = await run(make(options), [...plain(4), deadly]);
    expect([failed, companions]).toEqual([[[4, kind]], [4, 4, 4, 4, null]]);
    expect(new Set(lost)).toEqual(new Set([kind]));
  });

  it('process.exit() is an exception of its row', async () => {
    const { failed, companions } = await run(make(), withOne('exit'));
    expect([failed, companions, lost]).toEqual([[[10, 'exception']], survivors.companions, []]);
  });

  it('rows that kill only together fail together', async () => {
    const { failed } = await run(make(), [...plain(4), 'together', 'a', 'together', 'b']);
    expect(failed).toEqual([[4, 'crash'], [5, 'crash'], [6, 'crash'], [7, 'crash']]);
  });

  it('two frames that kill their workers do not disturb each other', async () => {
    const texts = [...plain(4), 'crash', 'a', 'b', 'c', ...plain(8), 'd', 'e', 'f', 'crash'];
    const { failed, lengths } = await run(make({ workers: 2 }), texts);
    expect(failed).toEqual([[4, 'crash'], [19, 'crash']]);
    expect(lengths).toEqual(texts.map((text) => (text === 'crash' ? null : text.length)));
  });

  it('a plugin that kills its worker on every row ends the run', async () => {
    await expect(run(make({ every: 'crash' }), plain(8))).rejects.toMatchObject({ name: 'Failure', code: 'plugin-crash', exitCode: 2, next: expect.stringContaining('--keep-going') as string });
  });

  it('unless it gave results before, in a run that goes on: then these rows fail', async () => {
    expect((await run(make({ every: 'crash' }), plain(1), true)).failed).toEqual([[0, 'crash']]);
  });

  it('unless it was told to keep going: then every row fails', async () => {
    const { failed } = await run(make({ every: 'crash', keepGoing: true }), plain(3));
    expect(failed).toEqual([[0, 'crash'], [1, 'crash'], [2, 'crash']]);
  });
});
