import { describe, expect, it } from 'vitest';
import { Batch } from '../../src/sdk/index.js';
import { StepContractError, callInSlices, callProcessor, changedColumns, matchingRows, mergeRows, runSteps } from '../../src/sdk/execute.js';
import { RowCondition, toPipelineStep, type PipelineStep } from '../../src/sdk/pipeline.js';
import { makeBatch } from '../../src/sdk/testing.js';
import { Random } from '../protocol/random.js';

const rows = (...texts: (string | null)[]): Batch => makeBatch(texts.map((data) => ({ data })));
const process = (fn: (batch: Batch) => unknown) => ({ process: fn as (batch: Batch) => Batch });
const texts = (batch: Batch): unknown[] => batch.column('data').toArray();

describe('callProcessor', () => {
  it.each<[string, (batch: Batch) => unknown, 'row_count' | 'rows_changed', RegExp]>([
    ['nothing', () => undefined, 'row_count', /returned undefined; return the batch/],
    ['a list', (b) => b.toArray(), 'row_count', /returned an object of class Array/],
    ['fewer rows', (b) => b.filter((_row, i) => i > 0), 'row_count', /given 3 rows and returned 2: it dropped 1/],
    ['more rows', (b) => b.concat(b), 'row_count', /given 3 rows and returned 6: it added 3/],
    ['other ids', (b) => b.withColumn('document_id', ['doc_1', 'x', 'doc_3']), 'rows_changed', /doc_2 did not come back/],
    ['one id twice', (b) => b.take([0, 0, 2]), 'rows_changed', /doc_2 did not come back/],
    ['no ids', (b) => new Batch([b.column('data')], b.numRows), 'rows_changed', /without their document_id/],
  ])('refuses %s', async (_name, fn, kind, message) => {
    const call = callProcessor(process(fn), rows('a', 'b', 'c'));
    await expect(call).rejects.toThrow(StepContractError);
    await expect(call).rejects.toMatchObject({ kind, message: expect.stringMatching(message) as string });
  });

  it('lets errors of the processor through as they are', async () => {
    const error = new TypeError('mine');
    await expect(callProcessor(process(() => Promise.reject(error)), rows('a'))).rejects.toBe(error);
  });

  it('puts rows back that came in another order', async () => {
    const random = new Random(3);
    for (let round = 0; round < 30; round++) {
      const batch = rows(...random.list(1 + random.int(12), (i) => `t${i}`));
      const order = random.list(batch.numRows, (i) => i).sort(() => random.int(3) - 1);
      const { batch: after, reordered } = await callProcessor(process((b) => b.withColumn('copy', texts(b)).take(order)), batch);
      expect(texts(after)).toEqual(texts(batch));
      expect(after.column('copy').toArray()).toEqual(texts(batch));
      expect(reordered).toBe(order.some((from, to) => from !== to));
    }
  });

  it('keeps rows of one id in the order in which they came back', async () => {
    const batch = makeBatch([{ document_id: 'a', data: '1' }, { document_id: 'a', data: '2' }, { document_id: 'b', data: '3' }]);
    const { batch: after, reordered } = await callProcessor(process((b) => b.take([2, 0, 1])), batch);
    expect([texts(after), reordered]).toEqual([['1', '2', '3'], true]);
  });
});

describe('callInSlices', () => {
  it.each([null, 1, 2, 3, 5, 9])('slices of %s rows give what one call gives', async (size) => {
    const batch = rows('a', 'bb', 'ccc', 'd', 'e');
    const seen: number[] = [];
    const { batch: after } = await callInSlices(
      process((b) => {
        seen.push(b.numRows);
        return b.withColumn('n', texts(b).map((t) => (t as string).length));
      }),
      batch,
      size,
    );
    expect(after.column('n').toArray()).toEqual([1, 2, 3, 1, 1]);
    expect(Math.max(...seen)).toBe(Math.min(size ?? 5, 5));
    expect(seen.reduce((a, b) => a + b)).toBe(5);
    expect(changedColumns(batch, after).map(({ name }) => name)).toEqual(['n']);
  });

  it('a column that only some slices write is null in the others; one order that differs counts', async () => {
    const outcome = await callInSlices(process((b) => (b.get(0).data === 'a' ? b.withColumn('n', [1, 2]).take([1, 0]) : b)), rows('a', 'b', 'c'), 2);
    expect(outcome.batch.column('n').toArray()).toEqual([1, 2, null]);
    expect(outcome.reordered).toBe(true);
  });
});

describe('changedColumns', () => {
  const batch = rows('a', 'b');
  it.each<[string, (b: Batch) => Batch, string[]]>([
    ['nothing', (b) => b, []],
    ['picked rows', (b) => b.take([1, 0]), []],
    ['a new column', (b) => b.withColumn('n', [1, 2]), ['n']],
    ['a changed column', (b) => b.withColumn('data', ['A', 'B']), ['data']],
    ['a column under another name', (b) => b.withColumn('text', b.column('data')), ['text']],
    ['a column in another order', (b) => b.withColumn('data', b.take([1, 0]).column('data')), ['data']],
    ['the column itself', (b) => b.withColumn('data', b.column('data')), []],
  ])('%s', (_name, change, names) => expect(changedColumns(batch, change(batch)).map(({ name }) => name)).toEqual(names));
});

describe('mergeRows', () => {
  it('new columns are null elsewhere, changed ones as before', () => {
    const all = rows('a', 'b', 'c');
    const before = all.take([0, 2]);
    const merged = mergeRows(all, before.withColumn('n', [1, 3]).withColumn('data', ['A', 'C']), before, [0, 2]);
    expect(merged.column('n').toArray()).toEqual([1, null, 3]);
    expect(texts(merged)).toEqual(['A', 'b', 'C']);
    expect(merged.column('document_id')).toBe(all.column('document_id'));
  });
});

describe('matchingRows', () => {
  const types = ['text/plain', 'text/html', 'image/png', 'video/mp4', 'audio/wav', 'application/pdf', null, 'application/json'];
  const batch = makeBatch(types.map((mime_type) => ({ mime_type })));
  const step = (condition: RowCondition): PipelineStep => ({ ...toPipelineStep((b: Batch) => b, 0), condition });
  it.each<[RowCondition, number[]]>([
    ['always', [0, 1, 2, 3, 4, 5, 6, 7]], ['is_text', [0, 1]], ['is_image', [2]], ['is_video', [3]], ['is_audio', [4]], ['is_pdf', [5]], ['is_visual', [2, 3]], ['is_video_or_audio', [3, 4]],
  ])('%s', (condition, expected) => expect(matchingRows(step(condition), batch)).toEqual(expected));
  it('without mime_type every row matches', () => expect(matchingRows(step('is_image'), new Batch([batch.column('data')], 8))).toHaveLength(8));
});

describe('runSteps', () => {
  const step = (fn: (batch: Batch) => Batch, more: Partial<PipelineStep> = {}) => ({ step: { ...toPipelineStep(fn, 0), ...more }, processor: process(fn) });
  it('passes on what earlier steps wrote, and calls no step without rows', async () => {
    let called = false;
    const after = await runSteps(
      [
        step((b) => b.withColumn('n', texts(b).map((t) => (t as string).length))),
        step((b) => b.withColumn('twice', b.column<number>('n').toArray().map((n) => (n ?? 0) * 2)), { batchSize: 1 }),
        step((b) => ((called = true), b), { condition: 'is_pdf' }),
      ],
      rows('a', 'bbb'),
    );
    expect(after.column('twice').toArray()).toEqual([2, 6]);
    expect(called).toBe(false);
  });
});
