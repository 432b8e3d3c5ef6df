import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { parseManifest } from '../../../src/manifest/index.js';
import { valueAt, type WireColumn } from '../../../src/protocol/index.js';
import { mapColumns } from '../../../src/runtime/plan/mapping.js';
import { planFrames, type Frame } from '../../../src/runtime/plan/index.js';
import { START, type Position, type RawRow, type Source } from '../../../src/runtime/sources/index.js';
import { Random } from '../../protocol/random.js';

function manifestOf(input: Record<string, 'required' | 'optional'>, types: string[] = ['text']) {
  const properties = Object.fromEntries(Object.keys(input).map((name) => [name, { type: 'string' }]));
  const required = Object.keys(input).filter((name) => input[name] === 'required');
  return parseManifest({
    feature_extractor_name: 'planned', version: '1.0.0', category: 'text', supported_input_types: types, features: [{ feature_type: 'embedding', feature_name: 'v', embedding_dim: 2, distance_metric: 'cosine' }],
    input_schema: { type: 'object', properties, required }, output_schema: { type: 'object', properties: { v: { type: 'array', items: { type: 'number' } } } },
  });
}
const manifest = manifestOf({ text: 'required' });

/** Rows that come in the given groups; ten bytes each, or as told. */
function sourceOf(groups: readonly (readonly RawRow[])[], bytesOf: (row: RawRow) => number = () => 10): Source {
  const rows = groups.flat();
  const ends: Position[] = [];
  rows.forEach((row, i) => ends.push({ row: i + 1, byte: (ends[i - 1]?.byte ?? 0) + bytesOf(row), line: i + 1 }));
  return {
    name: 'rows.jsonl', path: 'in/rows.jsonl', bytes: null, digest: async () => null,
    async *read(from) {
      let at = 0;
      for (const group of groups) {
        const start = Math.max(at, from.row);
        at += group.length;
        if (start < at) yield { rows: rows.slice(start, at), ends: ends.slice(start, at) };
      }
    },
  };
}

async function plan(source: Source, options: Partial<Parameters<typeof planFrames>[2]> = {}, of = manifest): Promise<Frame[]> {
  const frames: Frame[] = [];
  for await (const frame of planFrames(source, of, { batchSize: 4, ...options })) frames.push(frame);
  return frames;
}

const values = (column: WireColumn): unknown[] => Array.from({ length: column.length }, (_, i) => valueAt(column, i));
/** All rows of a frame as the plugin sees them. */
function seen(frame: Frame): Record<string, unknown>[] {
  return Array.from({ length: frame.rows }, (_, i) => ({ ...frame.constants, ...Object.fromEntries(frame.wire.columns.map((column) => [column.name, valueAt(column, i)])) }));
}
const carried = (frame: Frame): Record<string, unknown> => Object.fromEntries(frame.carried.map((column) => [column.name, values(column)]));
const numbered = (count: number, more: (i: number) => object = () => ({})): RawRow[] => Array.from({ length: count }, (_, i) => ({ data: `t${i}`, ...more(i) }));
const hashOf = (row: number): string => createHash('sha256').update(`rows.jsonl\n${row}`).digest('hex').slice(0, 12);

describe('mapColumns', () => {
  const map = (columns: string[], options = {}, of = manifest) => mapColumns(of, columns, options);
  it.each<[string, string[], object, string]>([
    ['the column data', ['id', 'data', 'text'], {}, 'data'], ['the one required key', ['id', 'text'], {}, 'text'], ['--column', ['data', 'body'], { column: 'body' }, 'body'],
    ['--map', ['body', 'text'], { map: { data: 'body' } }, 'body'], ['--column over --map', ['a', 'b'], { map: { data: 'a' }, column: 'b' }, 'b'],
  ])('data comes from %s', (_name, columns, options, expected) => expect(map(columns, options).columns.get('data')).toBe(expected));

  it('other row columns come from their own name, or as mapped', () => {
    const { columns } = map(['data', 'key'], { map: { document_id: 'key' } });
    expect([columns.get('document_id'), columns.get('mime_type'), columns.size]).toEqual(['key', 'mime_type', 10]);
  });

  it('shows the plugin what input_schema names, and no more', () => {
    const of = manifestOf({ text: 'required', title: 'optional', language: 'optional' });
    expect(map(['text', 'title', 'secret'], {}, of).visible).toEqual(['text', 'title', 'language']);
    // A required column that is not there is missed loudly; an optional one is null.
    expect(map(['data', 'title'], {}, of).visible).toEqual(['title', 'language']);
  });

  it.each<[string, string[], object, ReturnType<typeof manifestOf>, object]>([
    ['nothing fits', ['a', 'b'], {}, manifest, { code: 'input-column', message: 'The input has no column "data" and no column "text", which input_schema requires.', next: 'Name it: --column NAME. Columns seen: a, b.', details: { columns: ['a', 'b'] } }],
    ['two keys are required', ['a', 'b'], {}, manifestOf({ a: 'required', b: 'required' }), { code: 'input-column', message: 'The input has no column "data".' }],
    ['--column names nothing', ['a'], { column: 'c' }, manifest, { code: 'input-column', message: '--column c: the input has no column "c".', next: 'Columns seen: a.' }],
    ['--map names nothing', ['data'], { map: { mime_type: 'm' } }, manifest, { code: 'input-column', message: '--map mime_type=m: the input has no column "m".' }],
    ['--map names no row column', ['data'], { map: { body: 'data' } }, manifest, { code: 'usage', next: expect.stringContaining('data, document_id') as string }],
  ])('says so when %s', (_name, columns, options, of, failure) => expect(() => map(columns, options, of)).toThrow(expect.objectContaining({ exitCode: 2, ...failure }) as Error));
});

describe('rows', () => {
  it('get ids and defaults; what is the same everywhere travels once', async () => {
    const [frame] = await plan(sourceOf([[{ text: 'a' }, { text: 'b', document_id: 'mine' }]])) as [Frame];
    expect(frame.documentIds).toEqual([`doc_${hashOf(0)}`, 'mine']);
    expect(frame.constants).toEqual({ blob_property: 'text', blob_type: 'text', mime_type: 'text/plain', collection_id: 'col_local', feature_extractor_id: 'planned_1_0_0', size_bytes: 0 });
    expect(seen(frame)[1]).toMatchObject({ data: 'b', document_id: 'mine', object_id: `obj_${hashOf(1)}`, blob_id: `blob_${hashOf(1)}` });
    expect(frame.wire.columns.map(({ name }) => name).slice(0, 2)).toEqual(['data', 'document_id']);
  });

  it.each<[unknown, string]>([['x', 'x'], [7, '7'], [true, 'true'], ['', `doc_${hashOf(0)}`], [null, `doc_${hashOf(0)}`]])('document_id %j is %s', async (given, id) => {
    expect((await plan(sourceOf([[{ data: 'a', document_id: given }]])))[0]?.documentIds).toEqual([id]);
  });

  it.each<[unknown, unknown]>([['a', 'a'], [null, null], ['', ''], [7, '7'], [false, 'false']])('data %j reaches the plugin as %j', async (data, expected) => {
    expect(seen((await plan(sourceOf([[{ data }]])))[0] as Frame)[0]?.['data']).toBe(expected);
  });

  it.each<[string, string, string]>([
    ['cat.JPG', 'image/jpeg', 'image'], ['https://x.org/a/b.mp4?t=1#x', 'video/mp4', 'video'], ['/a/b.pdf', 'application/pdf', 'pdf'], ['a.wav', 'audio/wav', 'audio'], ['some words about b.png files', 'text/plain', 'text'], ['word', 'text/plain', 'text'], ['a.unknown', 'text/plain', 'text'],
  ])('%s is %s', async (data, mime_type, blob_type) => {
    const [frame] = await plan(sourceOf([[{ data }]]), {}, manifestOf({ text: 'required' }, ['text', 'image', 'video', 'audio', 'pdf']));
    expect(seen(frame as Frame)[0]).toMatchObject({ mime_type, blob_type });
  });

  it('what a row lacks does not depend on which rows travel with it', async () => {
    const rows: RawRow[] = [{ data: 'a.png' }, { data: 'b.png', mime_type: 'image/x', size_bytes: 5, title: 'T', object_id: 'o', constructor: 1 }, { data: 'c', mime_type: null }];
    const of = manifestOf({ text: 'required', title: 'optional' }, ['text', 'image']);
    const together = (await plan(sourceOf([rows]), {}, of)).flatMap(seen);
    const alone = (await plan(sourceOf([rows]), { batchSize: 1 }, of)).flatMap(seen);
    expect(alone).toEqual(together);
    expect(together.map((row) => [row['mime_type'], row['size_bytes'], row['title'], row['object_id']])).toEqual([['image/png', 0, null, `obj_${hashOf(0)}`], ['image/x', 5, 'T', 'o'], ['text/plain', 0, null, `obj_${hashOf(2)}`]]);
  });

  it('carries all columns of the input to the output, document_id first, lists of numbers exactly', async () => {
    const [frame] = await plan(sourceOf([[{ x: 1, data: 'a', list: [0.1, 0.2], _failure: { a: 1 } }, { data: 'b', y: { z: 1 }, list: null }]]));
    expect(carried(frame as Frame)).toEqual({ document_id: [`doc_${hashOf(0)}`, `doc_${hashOf(1)}`], x: [1, null], data: ['a', 'b'], list: [[0.1, 0.2], null], y: [null, { z: 1 }] });
    expect(frame?.carried[0]?.name).toBe('document_id');
  });

  it('that cannot be used are errors, and not among the others', async () => {
    const [frame] = await plan(sourceOf([[{ data: 'a' }, { text: 'b' }, { data: { x: 1 } }, { data: [1] }]]));
    expect(frame?.rowNumbers).toEqual([0]);
    expect(frame?.inputErrors.map(({ row, message }) => [row, message])).toEqual([[1, 'the row has no "data"'], [2, '"data" holds an object instead of text'], [3, '"data" holds a list instead of text']]);
    expect(frame?.end.row).toBe(4);
  });

  it.each<[object, string]>([
    [{ document_id: { a: 1 } }, '"document_id" holds an object instead of text'], [{ document_id: ['a'] }, '"document_id" holds a list instead of text'], [{ document_id: new Float32Array(2) }, '"document_id" holds a list instead of text'],
    [{ document_id: 2 ** 60 }, '"document_id" is a number too large to be read exactly; write it in quotes'], [{ mime_type: {} }, '"mime_type" holds an object instead of text'], [{ size_bytes: 'big' }, '"size_bytes" holds "big" instead of a whole number'], [{ size_bytes: 1.5 }, '"size_bytes" holds "1.5" instead of a whole number'],
  ])('%j is no row, and nothing is put in its place', async (more, message) => {
    const [frame] = await plan(sourceOf([[{ data: 'a', ...more }, { data: 'b', other: {}, size_bytes: '12' }]]));
    expect(frame?.inputErrors).toEqual([{ row: 0, raw: { data: 'a', ...more }, documentId: 'document_id' in more ? null : `doc_${hashOf(0)}`, message }]);
    expect(seen(frame as Frame)).toMatchObject([{ data: 'b', size_bytes: 12 }]);
  });
});

describe('frames', () => {
  it('hold whole batches, at most 1,024 rows, and grow', async () => {
    const frames = await plan(sourceOf([numbered(3000)]), { batchSize: 64 });
    const sizes = frames.map(({ rows }) => rows);
    expect(sizes[0]).toBe(64);
    expect(Math.max(...sizes)).toBe(1024);
    expect(sizes.slice(0, -1).every((size, i) => size % 64 === 0 && size >= (sizes[i - 1] ?? 0))).toBe(true);
    expect(frames.flatMap(({ rowNumbers }) => rowNumbers)).toEqual(Array.from({ length: 3000 }, (_, i) => i));
  });

  it('hold one batch when a batch is larger', async () => {
    expect((await plan(sourceOf([numbered(5000)]), { batchSize: 2000 })).map(({ rows }) => rows)).toEqual([2000, 2000, 1000]);
  });

  it('keep their batches together whatever rows are unusable and however they come in', async () => {
    const random = new Random(7);
    const rows = numbered(300, (i) => (i % 37 === 5 || i > 280 ? { data: undefined } : i % 53 === 8 ? { document_id: 2 ** 60 } : {}));
    const unusable = (i: number): boolean => rows[i]?.['data'] === undefined || rows[i]?.['document_id'] !== undefined;
    const batches = (frames: Frame[]): number[][] =>
      frames.flatMap(({ rowNumbers }) => Array.from({ length: Math.ceil(rowNumbers.length / 4) }, (_, k) => rowNumbers.slice(k * 4, k * 4 + 4)));
    const expected = Array.from({ length: 75 }, (_, k) => [0, 1, 2, 3].map((i) => 4 * k + i).filter((i) => !unusable(i))).filter((batch) => batch.length > 0);
    for (let round = 0; round < 20; round++) {
      const groups = random.cuts(rows.length, 40).map(([start, end]) => rows.slice(start, end));
      const frames = await plan(sourceOf(groups));
      expect(batches(frames)).toEqual(expected);
      expect(frames.flatMap(({ inputErrors }) => inputErrors.map(({ row }) => row))).toEqual(rows.flatMap((_row, i) => (unusable(i) ? [i] : [])));
    }
  });

  it('are cut by the bytes they take', async () => {
    const frames = await plan(sourceOf([numbered(40)], () => 9 * 1024 * 1024));
    expect(Math.max(...frames.map(({ rows }) => rows))).toBe(4);
    expect(frames).toHaveLength(10);
  });

  it('leave early when the input is slow', async () => {
    let proceed = (): void => undefined;
    const waited = new Promise<void>((resolve) => (proceed = resolve));
    const whole = sourceOf([numbered(9)]);
    const slow: Source = {
      ...whole,
      async *read(from) {
        for await (const { rows, ends } of whole.read(from)) {
          yield { rows: rows.slice(0, 4), ends: ends.slice(0, 4) };
          yield { rows: rows.slice(4, 8), ends: ends.slice(4, 8) };
          await waited;
          yield { rows: rows.slice(8), ends: ends.slice(8) };
        }
      },
    };
    const frames = planFrames(slow, manifest, { batchSize: 2 });
    let given = 0;
    while (given < 8) given += ((await frames.next()).value as Frame).rows;
    proceed();
    expect(((await frames.next()).value as Frame).rowNumbers).toEqual([8]);
  });

  it.each([1, 3, 4, 9, 10, 99])('read at most %s rows when told', async (limit) => {
    const frames = await plan(sourceOf([numbered(4), numbered(6)]), { limit });
    expect(frames.reduce((sum, { rows }) => sum + rows, 0)).toBe(Math.min(limit, 10));
  });

  it('continue at every end of a frame, with the same ids', async () => {
    const source = sourceOf([numbered(50), numbered(73)]);
    const whole = await plan(source);
    for (const [k, { end }] of whole.entries()) {
      const rest = await plan(source, { from: end });
      expect(rest.flatMap(seen)).toEqual(whole.slice(k + 1).flatMap(seen).map((row) => ({ ...row, data: expect.stringMatching(/^t\d+$/) as string })));
      expect(rest.at(-1)?.end ?? end).toEqual(whole.at(-1)?.end);
    }
  });

  it('an input without rows is an error; one that was read to its end before is not', async () => {
    await expect(plan(sourceOf([]))).rejects.toMatchObject({ code: 'input-empty', exitCode: 2 });
    expect(await plan(sourceOf([numbered(4)]), { from: { row: 4, byte: 40, line: 4 } })).toEqual([]);
  });

  it('an error of the source ends them, and a consumer that stops ends the source', async () => {
    const failing: Source = { ...sourceOf([]), async *read() { yield { rows: numbered(4), ends: numbered(4).map((_, i) => ({ ...START, row: i + 1 })) }; throw new Error('line 5'); } };
    const frames = planFrames(failing, manifest, { batchSize: 4 });
    expect(((await frames.next()).value as Frame).rows).toBe(4);
    await expect(frames.next()).rejects.toThrow('line 5');
    let closed = false;
    const closing: Source = { ...sourceOf([]), async *read(from) { try { yield* sourceOf([numbered(4), numbered(4)]).read(from); } finally { closed = true; } } };
    for await (const frame of planFrames(closing, manifest, { batchSize: 4 })) if (frame.rows > 0) break;
    expect(closed).toBe(true);
  });
});
