import { appendFileSync, existsSync, mkdtempSync, readFileSync, readdirSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { buildColumn, inferType, valueAt, type Block, type FrameStats } from '../../../src/protocol/index.js';
import { JournalWriter, conform, readBlocks, recoverJournal, widen, type Commit, type JournalField, type ResultBlock } from '../../../src/runtime/journal/index.js';
import { stateFailure, writeFailure } from '../../../src/runtime/write-failures.js';
import { Random } from '../../protocol/random.js';

const STATS: FrameStats = { steps: [], features: {}, skipped: 0, reordered: 0, batches: 0, rss_bytes: 0 };
type Cells = Record<string, unknown>;

/** One block: what each row carries, and what the plugin wrote for it. */
function block(rows: readonly { input: Cells; plugin: Cells }[]): ResultBlock {
  const columns = (side: 'input' | 'plugin') => {
    const names = new Set(rows.flatMap((row) => Object.keys(row[side])));
    return [...names].map((name) => {
      const values = rows.map((row) => row[side][name] ?? null);
      const type = inferType(values);
      return buildColumn(name, side === 'input' && type.kind === 'vector' ? { kind: 'json' } : type, values);
    });
  };
  return { rows: rows.length, carried: columns('input'), added: columns('plugin') };
}

const rowsOf = (blocks: readonly Block[]): Cells[] =>
  blocks.flatMap((one) =>
    Array.from({ length: one.rows }, (_, i) =>
      Object.fromEntries(one.columns.map((column) => {
        const value = valueAt(column, i);
        return [column.name, value instanceof Float32Array ? Array.from(value) : value];
      })),
    ),
  );

const numbered = (from: number, count: number, more: (n: number) => Cells = () => ({})): ResultBlock =>
  block(Array.from({ length: count }, (_, i) => ({ input: { id: `r${from + i}` }, plugin: { n: from + i, ...more(from + i) } })));
const state = (row: number): Omit<Commit, 'segments' | 'failures' | 'fields'> => ({ columns: ['text'], position: { row, byte: row * 10, line: row }, inputDigest: null, totals: { rowsOut: row, rowsFailed: 0, stats: STATS, metrics: {}, seconds: 1, repeated: { rows: 0, first: null }, flaws: {}, inexact: [], replaced: [] } });

let folder: string;
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'plugsmith-journal-'))));
afterEach(() => rmSync(folder, { recursive: true, force: true }));

async function read(content: { segments: number[]; fields: JournalField[] }, only?: string[], from = folder): Promise<Cells[]> {
  const blocks: Block[] = [];
  for await (const one of readBlocks(from, content, only)) blocks.push(one);
  return rowsOf(blocks);
}

/** Appends and closes, as one life of a run. */
async function life(appends: [ResultBlock, string[], number][], from: Commit | null, into = folder): Promise<{ segments: number[]; fields: JournalField[] }> {
  const writer = await JournalWriter.open(into, from);
  for (const [one, failures, row] of appends) await writer.append(one, failures, state(row));
  await writer.close();
  return { segments: writer.sizes, fields: writer.fields };
}

describe('widen and conform', () => {
  const field = (name: string, kind: 'int' | 'float' | 'text' | 'json' | 'null', origin: 'input' | 'plugin'): JournalField => ({ name, type: { kind }, origin });
  it.each<[string, Cells[], JournalField[]]>([
    ['types meet', [{ n: 1 }, { n: 0.5 }], [field('n', 'float', 'plugin')]],
    ['null gives way', [{ n: null }, { n: 'x' }], [field('n', 'text', 'plugin')]],
    ['everything else is JSON', [{ n: 1 }, { n: 'x' }], [field('n', 'json', 'plugin')]],
    ['vectors of two sizes', [{ n: [1, 2] }, { n: [1] }], [field('n', 'json', 'plugin')]],
    ['first appearance decides the order', [{ b: 1 }, { a: 1, b: 1 }], [field('b', 'int', 'plugin'), field('a', 'int', 'plugin')]],
  ])('%s', (_name, plugins, expected) => {
    expect(plugins.reduce<JournalField[]>((fields, plugin) => widen(fields, block([{ input: {}, plugin }])), [])).toEqual(expected);
  });

  it('input columns stand first; a plugin column takes the place of one of the same name', () => {
    const fields = widen(widen([], block([{ input: { id: 'a', text: 'x' }, plugin: { n: 1 } }])), block([{ input: { later: 1 }, plugin: { text: 'y' } }]));
    expect(fields.map(({ name, origin }) => [name, origin])).toEqual([['id', 'input'], ['later', 'input'], ['n', 'plugin'], ['text', 'plugin']]);
  });

  it('a row for which the plugin wrote nothing keeps what the input has; a vector does not mix with it', () => {
    const one = block([{ input: { text: 'a', v: [9, 9] }, plugin: { text: 'A', v: [1, 2] } }, { input: { text: 'b', v: [9, 9] }, plugin: {} }]);
    const fields = widen([], one);
    expect(fields.map(({ type }) => type)).toEqual([{ kind: 'text' }, { kind: 'vector', dim: 2 }]);
    expect(rowsOf([conform(one, fields)])).toEqual([{ text: 'A', v: [1, 2] }, { text: 'b', v: null }]);
  });

  it('any grouping of rows gives the same fields and values', async () => {
    const random = new Random(11);
    for (let round = 0; round < 12; round++) {
      const value = (): unknown => random.pick([null, 1, 0.5, 'x', 0.1, { a: [0.1] }, true, random.text()]);
      const rows = random.list(1 + random.int(30), (i) => {
        const skipped = random.chance(0.2);
        return {
          input: { id: `r${i}`, ...(random.chance(0.7) && { a: value() }), ...(random.chance(0.3) && { shared: value() }), ...(random.chance(0.2) && { v: [0.1, 0.2] }) },
          // A declared feature is there in every frame; other columns come and go.
          plugin: { v: skipped ? null : [random.bits(), 0.1].map(Math.fround), ...(!skipped && random.chance(0.6) && { shared: value() }), ...(!skipped && random.chance(0.5) && { list: random.list(1 + random.int(2), () => Math.fround(0.1)) }) },
        };
      });
      // Frames as the worker makes them: the feature is a vector even where it is null.
      const frame = (start: number, end: number): ResultBlock => {
        const made = block(rows.slice(start, end));
        return { ...made, added: made.added.map((column) => (column.name === 'v' ? buildColumn('v', { kind: 'vector', dim: 2 }, rows.slice(start, end).map((row) => row.plugin.v)) : column)) };
      };
      const outcomes: { fields: JournalField[]; values: Cells[] }[] = [];
      for (const cuts of [rows.map((_, i) => [i, i + 1] as [number, number]), [[0, rows.length] as [number, number]], random.cuts(rows.length), random.cuts(rows.length)]) {
        const home = mkdtempSync(join(folder, 'run-'));
        const content = await life(cuts.map(([start, end]) => [frame(start, end), [], end]), null, home);
        outcomes.push({ fields: content.fields, values: await read(content, undefined, home) });
      }
      for (const outcome of outcomes) {
        expect(outcome.fields).toEqual(outcomes[0]?.fields);
        expect(outcome.values).toEqual(outcomes[0]?.values);
      }
    }
  });
});

describe('the journal', () => {
  it('gives back what was appended, in order, in one schema', async () => {
    const content = await life([[numbered(0, 3), [], 3], [numbered(3, 2, () => ({ tag: 'x' })), [], 5], [numbered(5, 0), ['{"a":1}'], 6], [numbered(6, 1, () => ({ n: 0.5 })), [], 7]], null);
    expect(content.segments).toHaveLength(3);
    expect(content.fields.map(({ name, type }) => [name, type.kind])).toEqual([['id', 'text'], ['n', 'float'], ['tag', 'text']]);
    expect(await read(content)).toEqual([...[0, 1, 2].map((n) => ({ id: `r${n}`, n, tag: null })), ...[3, 4].map((n) => ({ id: `r${n}`, n, tag: 'x' })), { id: 'r6', n: 0.5, tag: null }]);
    expect(await read(content, ['tag', 'id'])).toEqual((await read(content)).map(({ id, tag }) => ({ id, tag })));
    expect(readFileSync(join(folder, 'failures.jsonl'), 'utf8')).toBe('{"a":1}\n');
  });

  it('an interrupted run goes on where it was closed, and nothing is lost', async () => {
    let from: Commit | null = null;
    for (let turn = 0; turn < 4; turn++) {
      await life([[numbered(turn * 2, 2), [], turn * 2 + 2]], from);
      from = await recoverJournal(folder);
      expect(from?.position.row).toBe(turn * 2 + 2);
    }
    expect((await read(from as Commit)).map(({ n }) => n)).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
  });

  it('what was not committed is cut away', async () => {
    await life([[numbered(0, 2), ['{"first":1}'], 2]], null);
    const committed = await recoverJournal(folder);
    const writer = await JournalWriter.open(folder, committed);
    await writer.append(numbered(2, 2), ['{"second":1}'], state(4));
    await writer.abandon();
    expect(existsSync(join(folder, 'journal/001.arrow'))).toBe(true);
    expect(await recoverJournal(folder)).toEqual(committed);
    expect(existsSync(join(folder, 'journal/001.arrow'))).toBe(false);
    expect(readFileSync(join(folder, 'failures.jsonl'), 'utf8')).toBe('{"first":1}\n');
  });

  it('can be recovered before it has a single file, and with some of them', async () => {
    expect(await recoverJournal(folder)).toBeNull();
    writeFileSync(join(folder, 'failures.jsonl'), 'left over');
    expect(await recoverJournal(folder)).toBeNull();
    expect(statSync(join(folder, 'failures.jsonl')).size).toBe(0);
    await (await JournalWriter.open(folder, null)).abandon();
    expect(await recoverJournal(folder)).toBeNull();
  });

  it('a run without a single good row commits its failures', async () => {
    const content = await life([[numbered(0, 0), ['{"a":1}'], 1]], null);
    expect(content).toEqual({ segments: [], fields: [] });
    expect(await recoverJournal(folder)).toMatchObject({ position: { row: 1 }, failures: 8 });
    expect(await read(content)).toEqual([]);
  });
});

describe('recovery after a cut at every byte', () => {
  /** Three commits: two rows and a failure each, the last in a schema of its own. */
  async function threeCommits(): Promise<Commit[]> {
    const commits: Commit[] = [];
    for (let k = 0; k < 3; k++) {
      await life([[numbered(k * 2, 2, () => (k === 2 ? { tag: 'x' } : {})), [`{"failure":${k}}`], k * 2 + 2]], commits.at(-1) ?? null);
      commits.push((await recoverJournal(folder)) as Commit);
    }
    return commits;
  }

  it.each(['journal/commits', 'journal/001.arrow', 'journal/002.arrow', 'failures.jsonl'])('%s', async (file) => {
    const commits = await threeCommits();
    const files = ['failures.jsonl', ...readdirSync(join(folder, 'journal')).map((name) => `journal/${name}`)];
    const whole = new Map(files.map((name) => [name, readFileSync(join(folder, name))]));
    const cut = whole.get(file) as Buffer;
    const ends = commits.map((_commit, k) => cut.toString().split('\n').slice(0, k + 1).join('\n').length + 1);
    const isComplete = (at: number, k: number): boolean => {
      const { segments, failures } = commits[k] as Commit;
      if (file === 'journal/commits') return at >= (ends[k] as number);
      return at >= (file === 'failures.jsonl' ? failures : (segments[Number.parseInt(file.slice('journal/'.length))] ?? 0));
    };
    const sizeOf = (name: string): number => statSync(join(folder, name), { throwIfNoEntry: false })?.size ?? -1;
    let expected: Commit | null | undefined;
    for (let at = 0; at <= cut.byteLength; at++) {
      for (const [name, bytes] of whole) if (name === file || sizeOf(name) !== bytes.byteLength) writeFileSync(join(folder, name), name === file ? bytes.subarray(0, at) : bytes);
      const before = expected;
      expected = commits.findLast((_commit, k) => isComplete(at, k)) ?? null;
      if (expected === null && file !== 'journal/commits') {
        await expect(recoverJournal(folder)).rejects.toMatchObject({ code: 'journal-damaged' });
        continue;
      }
      expect(await recoverJournal(folder)).toEqual(expected);
      const rows = expected?.position.row ?? 0;
      for (const [name, bytes] of [[`journal/00${rows / 2 - 1}.arrow`, expected?.segments.at(-1)], ['failures.jsonl', expected?.failures]] as const) if (bytes !== undefined) expect(sizeOf(name)).toBe(bytes);
      if (expected !== before) expect((await read(expected ?? { segments: [], fields: [] })).map(({ n }) => n)).toEqual(Array.from({ length: rows }, (_, n) => n));
    }
  });

  it.each([['is gone', 0], ['is shorter', 100]])('a segment of a finished run that %s is no segment without rows', async (_, bytes) => {
    const last = (await threeCommits()).at(-1) as Commit;
    const path = join(folder, 'journal/001.arrow');
    if (bytes === 0) rmSync(path);
    else truncateSync(path, bytes);
    await expect(read(last)).rejects.toMatchObject({ code: 'run-damaged', message: expect.stringContaining(path) });
  });

  it('bytes behind the last commit, also such that look like one', async () => {
    const commits = await threeCommits();
    const path = join(folder, 'journal/commits');
    const last = readFileSync(path, 'utf8').trimEnd().split('\n').at(-1) as string;
    appendFileSync(path, `00000000${last.slice(8)}\n`);
    appendFileSync(path, Buffer.from([0xff, 0xfe, 0, 10, 0xc3]));
    appendFileSync(join(folder, 'journal/002.arrow'), 'garbage');
    writeFileSync(join(folder, 'journal/007.arrow'), 'garbage');
    expect(await recoverJournal(folder)).toEqual(commits.at(-1));
    expect((await read(commits.at(-1) as Commit)).map(({ n }) => n)).toEqual([0, 1, 2, 3, 4, 5]);
    expect(existsSync(join(folder, 'journal/007.arrow'))).toBe(false);
  });
});

describe('writeFailure', () => {
  it.each([
    ['ENOSPC', 'disk-full'], ['EDQUOT', 'disk-full'], ['EACCES', 'output-not-writable'], ['EROFS', 'output-not-writable'], ['EIO', 'write-failed'],
  ])('%s is %s', (code, expected) => {
    const failure = writeFailure(Object.assign(new Error('x'), { code }), '/out');
    expect(failure).toMatchObject({ code: expected, exitCode: 2 });
    expect(failure.message).toContain('/out');
    const state = stateFailure(failure.cause, '/p/.plugsmith');
    expect(state).toMatchObject({ code: expected, message: expect.stringContaining('/p/.plugsmith') });
    expect(`${state.why} ${state.next}`).not.toMatch(/--output|--resume/);
  });
});
