import { describe, expect, it } from 'vitest';
import type { Batch } from '../../src/sdk/index.js';
import { toPipelineStep } from '../../src/sdk/runtime.js';
import { makeBatch } from '../../src/sdk/testing.js';
import { runBatch, type StepRun } from '../../src/worker/batches.js';
import { StepMeter } from '../../src/worker/stats.js';
import { Random } from '../protocol/random.js';

/** A step that remembers the rows of each of its calls. */
function step(name: string, fn: (batch: Batch) => Batch, more: { condition?: 'is_text'; batchSize?: number } = {}): StepRun & { calls: string[][] } {
  const calls: string[][] = [];
  const process = (batch: Batch): Batch => {
    calls.push(batch.column('data').toArray() as string[]);
    return fn(batch);
  };
  return { step: { ...toPipelineStep(process, 0), name, ...more }, processor: { process }, meter: new StepMeter(name), calls };
}

const pass = (batch: Batch): Batch => batch.withColumn('first', batch.column('data').toArray().map((text) => `${text}!`));
const failingOn = (poison: ReadonlySet<string>) => (batch: Batch): Batch => {
  for (const text of batch.column('data')) if (poison.has(text as string)) throw new RangeError(`no ${text}`);
  return batch.withColumn('second', batch.column('first').toArray());
};
const batchOf = (texts: readonly string[], mime: (text: string) => string = () => 'text/plain'): Batch => makeBatch(texts.map((data) => ({ data, mime_type: mime(data) })));
const run = (batch: Batch, steps: readonly StepRun[], onCall = (): void => undefined): ReturnType<typeof runBatch> => runBatch(batch, steps, '/p', onCall);
const texts = (batch: Batch): unknown[] => batch.column('data').toArray();

describe('runBatch', () => {
  it('finds exactly the poison rows, calls no earlier step twice, and runs the rest as one batch', async () => {
    const random = new Random(5);
    for (let round = 0; round < 60; round++) {
      const all = random.list(1 + random.int(64), (i) => `t${i}`);
      const poison = new Set(all.filter(() => random.chance(random.pick([0, 0.05, 0.5, 1]))));
      const first = step('first', pass);
      const second = step('second', failingOn(poison));
      const third = step('third', (batch) => batch);
      const good = all.filter((text) => !poison.has(text));
      const done = await run(batchOf(all), [first, second, third]);
      expect(done.errors.map(({ row }) => all[row]).sort()).toEqual([...poison].sort());
      expect(done.rows.map((row) => all[row])).toEqual(good);
      expect(texts(done.after)).toEqual(good);
      expect(done.after.numRows === 0 ? [] : done.after.column('second').toArray()).toEqual(good.map((text) => `${text}!`));
      expect(first.calls).toEqual([all]);
      if (good.length > 0) expect([second.calls.at(-1), third.calls]).toEqual([good, [good]]);
      else expect(third.calls).toEqual([]);
      expect(done.matched).toEqual(done.rows);
    }
  });

  it('finds one row among many in few calls', async () => {
    const all = Array.from({ length: 64 }, (_, i) => `t${i}`);
    const second = step('second', failingOn(new Set(['t37'])));
    await run(batchOf(all), [step('first', pass), second]);
    // The whole, two halves on each of six levels, and the rest.
    expect(second.calls).toHaveLength(1 + 2 * 6 + 1);
  });

  it('tells step, kind, name and message', async () => {
    const { errors } = await run(batchOf(['a', 'b']), [step('first', pass), step('second', failingOn(new Set(['b'])))]);
    expect(errors).toEqual([{ row: 1, step: 'second', kind: 'exception', name: 'RangeError', message: 'no b', at: null }]);
  });

  it('blames a whole batch that fails only together', async () => {
    const pair = step('pair', (batch) => {
      if (texts(batch).includes('left') && texts(batch).includes('right')) throw new Error('both');
      return batch;
    });
    const done = await run(batchOf(['left', 'a', 'right']), [pair]);
    expect(done.errors.map(({ row }) => row)).toEqual([0, 1, 2]);
    expect(done.rows).toEqual([]);
  });

  it('takes poison away first where rows also fail together', async () => {
    const both = step('both', (batch) => {
      if (texts(batch).includes('poison')) throw new Error('poison');
      if (batch.numRows > 2) throw new Error('more than two');
      return batch;
    });
    const done = await run(batchOf(['a', 'b', 'poison']), [both]);
    expect(done.errors.map(({ row, message }) => [row, message])).toEqual([[2, 'poison']]);
    expect(texts(done.after)).toEqual(['a', 'b']);
  });

  it('keeps to conditions when rows fail: untouched rows stay, and are not matched', async () => {
    const image = (text: string): string => (text.startsWith('i') ? 'image/png' : 'text/plain');
    const second = step('second', failingOn(new Set(['t2', 't4'])), { condition: 'is_text' });
    const firstText = step('first', pass, { condition: 'is_text' });
    const all = ['i0', 't1', 't2', 'i3', 't4', 't5'];
    const done = await run(batchOf(all, image), [firstText, second]);
    expect(texts(done.after)).toEqual(['i0', 't1', 'i3', 't5']);
    expect(done.after.column('second').toArray()).toEqual([null, 't1!', null, 't5!']);
    expect({ rows: done.rows, matched: done.matched, skipped: done.skipped }).toEqual({ rows: [0, 1, 3, 5], matched: [1, 5], skipped: 2 });
  });

  it('a step with a batch size of its own is bisected in its slices', async () => {
    const small = step('small', failingOn(new Set(['t3'])), { batchSize: 2 });
    const all = ['t0', 't1', 't2', 't3', 't4'];
    const done = await run(batchOf(all), [step('first', pass), small]);
    expect(texts(done.after)).toEqual(['t0', 't1', 't2', 't4']);
    expect(small.calls.slice(-2)).toEqual([['t0', 't1'], ['t2', 't4']]);
    expect(Math.max(...small.calls.map((call) => call.length))).toBe(2);
  });

  it('counts what it called', async () => {
    const first = step('first', pass);
    const second = step('second', failingOn(new Set(['b'])));
    await run(batchOf(['a', 'b']), [first, second]);
    expect([first.meter.stats.rows, first.meter.stats.batches]).toEqual([2, 1]);
    // Both rows, each by itself, then the good one.
    expect([second.meter.stats.rows, second.meter.stats.batches]).toEqual([5, 4]);
  });

  it('gives a sign of life after each call, also of those that fail', async () => {
    const second = step('second', failingOn(new Set(['b'])));
    let signs = 0;
    await run(batchOf(['a', 'b']), [step('first', pass), second], () => void signs++);
    expect(signs).toBe(1 + second.calls.length);
  });

  it('counts reordering', async () => {
    const done = await run(batchOf(['a', 'b']), [step('turn', (batch) => batch.take([1, 0])), step('pass', pass)]);
    expect([done.reordered, texts(done.after)]).toEqual([1, ['a', 'b']]);
  });

  it.each([
    ['row_count', (batch: Batch) => batch.filter(({ data }) => data !== 'b')],
    ['rows_changed', (batch: Batch) => batch.withColumn('document_id', texts(batch).map((text) => (text === 'b' ? 'x' : 'doc_1')))],
  ])('a broken contract is %s', async (kind, fn) => {
    const { errors } = await run(batchOf(['a', 'b']), [step('bad', fn)]);
    expect(errors).toMatchObject([{ row: 1, kind, name: 'StepContractError' }]);
  });

  it.each([['a string', 'oops', 'string', 'oops'], ['null', null, 'object', 'null'], ['an object', { a: 1 }, 'object', '{"a":1}']])('%s may be thrown', async (_name, thrown, name, message) => {
    const { errors } = await run(batchOf(['a']), [step('bad', () => { throw thrown; })]);
    expect(errors).toMatchObject([{ name, message, at: null }]);
  });
});
