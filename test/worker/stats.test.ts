import { beforeEach, describe, expect, it } from 'vitest';
import { StepMeter, countIo, countModel, countTokenizer, noteIoFailure } from '../../src/worker/stats.js';

let meter: StepMeter;
beforeEach(() => (meter = new StepMeter('s')));
const now = (): number => performance.now();

describe('StepMeter', () => {
  it.each<[string, number, (rows: number) => void | Promise<void>, object]>([
    ['one call a batch', 8, () => countModel(now()), { model: 0, tokenizer: 0, io: 0 }],
    ['one call a row', 8, (rows) => { for (let i = 0; i < rows; i++) countModel(now()); }, { model: 1, tokenizer: 0, io: 0 }],
    ['one call a row of few rows', 3, (rows) => { for (let i = 0; i < rows; i++) countModel(now()); }, { model: 0, tokenizer: 0, io: 0 }],
    ['tokenizer calls', 4, () => countTokenizer(now(), 4), { model: 0, tokenizer: 1, io: 0 }],
    ['waits one after the other', 4, async (rows) => { for (let i = 0; i < rows; i++) await countIo(async () => undefined); }, { model: 0, tokenizer: 0, io: 1 }],
    ['waits side by side', 4, async (rows) => { await Promise.all(Array.from({ length: rows }, () => countIo(async () => undefined))); }, { model: 0, tokenizer: 0, io: 0 }],
  ])('%s', async (_name, rows, work, sequential) => {
    await meter.batch(rows, async () => work(rows));
    expect(meter.stats).toMatchObject({ rows, batches: 1, sequential });
  });

  it('adds up calls, and never splits more than the whole', async () => {
    const hourAgo = now() - 3_600_000;
    for (let i = 0; i < 2; i++) await meter.batch(4, async () => countModel(hourAgo));
    const { model_calls, model_seconds, seconds, batches } = meter.stats;
    expect([model_calls, batches]).toEqual([2, 2]);
    expect(model_seconds).toBeLessThanOrEqual(seconds);
  });

  it('keeps the first failure of I/O, and counts what a failing step did', async () => {
    await expect(meter.batch(4, async () => {
      noteIoFailure(new TypeError('first'));
      noteIoFailure('second');
      throw new Error('mine');
    })).rejects.toThrow('mine');
    expect(meter.stats).toMatchObject({ batches: 1, io_failures: 2, first_io_error: 'TypeError: first' });
    const other = new StepMeter('t');
    await other.batch(1, async () => undefined);
    expect(other.stats.first_io_error).toBeNull();
  });
});
