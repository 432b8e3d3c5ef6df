import { describe, expect, it } from 'vitest';
import type { RowError } from '../../src/protocol/index.js';
import type { FrameOutcome } from '../../src/runtime/engines/index.js';
import { HopelessWatch } from '../../src/runtime/hopeless.js';

const error = (row: number, more: Partial<RowError> = {}): RowError => ({ row, step: 'Embed', kind: 'exception', name: 'TypeError', message: `row ${row}`, at: 'core.ts:3:1', ...more });
const outcome = (rows: number, errors: RowError[]): FrameOutcome => ({ frame: { rows }, errors }) as FrameOutcome;
const failed = (count: number, more: Partial<RowError> = {}): RowError[] => Array.from({ length: count }, (_, row) => error(row, more));

describe('HopelessWatch', () => {
  const see = (outcomes: FrameOutcome[], active = true): void => {
    const watch = new HopelessWatch(4, active);
    for (const one of outcomes) watch.see(one);
  };

  it.each<[string, FrameOutcome[]]>([
    ['two batches in one frame', [outcome(8, failed(8))]],
    ['two batches in two frames', [outcome(4, failed(4)), outcome(4, failed(4))]],
    ['two batches in uneven frames', [outcome(3, failed(3)), outcome(0, []), outcome(9, failed(9))]],
    ['a message that names each row', [outcome(8, failed(8, { at: null, kind: 'rows_changed' }))]],
    ['errors without a place but of one message', [outcome(8, failed(8, { at: null, message: 'same' }))]],
  ])('ends the run: %s', (_name, outcomes) => expect(() => see(outcomes)).toThrow(expect.objectContaining({ code: 'plugin-fails', exitCode: 2, next: expect.stringContaining('--keep-going') as string }) as Error));

  it.each<[string, FrameOutcome[]]>([
    ['only one batch came', [outcome(4, failed(4))]],
    ['one row is good', [outcome(8, failed(8).filter(({ row }) => row !== 5))]],
    ['the first row is good, then none', [outcome(4, failed(4).slice(1)), outcome(100, failed(100))]],
    ['two places fail', [outcome(8, failed(8).map((one) => ({ ...one, at: `core.ts:${one.row % 2}:1` })))]],
    ['two messages without a place', [outcome(8, failed(8, { at: null }))]],
    ['no rows at all', [outcome(0, [])]],
  ])('lets the run go on: %s', (_name, outcomes) => expect(() => see(outcomes)).not.toThrow());

  it('says nothing when it was told to keep going', () => expect(() => see([outcome(8, failed(8))], false)).not.toThrow());

  it('tells step, message and place', () => {
    expect(() => see([outcome(8, failed(8, { message: 'no text' }))])).toThrow('Every row of the first two batches failed in the same way: Embed: no text (core.ts:3:1).');
    expect(() => see([outcome(8, failed(8, { name: 'MissingColumnError' }))])).toThrow(expect.objectContaining({ next: expect.stringContaining('"data"') as string }) as Error);
  });

  it('names a missing module at once', () => {
    expect(() => see([outcome(1, failed(1, { message: "Cannot find package 'lodash' imported from /x" }))])).toThrow(expect.objectContaining({ code: 'missing-module', next: expect.stringContaining('npm install lodash') as string }) as Error);
  });
});
