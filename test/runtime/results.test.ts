import { describe, expect, it } from 'vitest';
import { buildColumn, valueAt, type RowError } from '../../src/protocol/index.js';
import type { FrameOutcome } from '../../src/runtime/engines/index.js';
import { failureLines, resultBlock } from '../../src/runtime/results.js';

const raw = [{ text: 'a' }, { text: 'b', document_id: '' }, { document_id: 7, text: 'c', _failure: { message: 'earlier' } }];
const error = (row: number): RowError => ({ row, step: 'Embed', kind: 'exception', name: 'Error', message: 'no', at: 'core.ts:1:1' });
const outcome = (errors: RowError[]): FrameOutcome =>
  ({
    frame: {
      rows: 3, rowNumbers: [10, 12, 13], raw, documentIds: ['x', 'y', '7'], carried: [buildColumn('document_id', { kind: 'text' }, ['x', 'y', '7'])],
      inputErrors: [{ row: 11, raw: { other: 1 }, documentId: 'z', message: 'the row has no "text"' }],
    },
    columns: [buildColumn('v', { kind: 'vector', dim: 1 }, [[1], null, [3]])], errors,
  }) as unknown as FrameOutcome;

describe('resultBlock', () => {
  it('keeps the rows that survived, and counts the others', () => {
    const { block, failed } = resultBlock(outcome([error(1)]));
    expect([block.rows, failed]).toEqual([2, 2]);
    expect([...block.carried, ...block.added].map((column) => [0, 1].map((i) => valueAt(column, i)))).toEqual([['x', '7'], [new Float32Array([1]), new Float32Array([3])]]);
  });
  it('passes a frame without failures through uncopied', () => {
    const whole = outcome([]);
    expect(resultBlock(whole).block.added).toBe(whole.columns);
  });
});

describe('failureLines', () => {
  it('are input rows in input order, with the id that was used and the reason', () => {
    const lines = failureLines(outcome([error(0), error(1), error(2)])).map((line) => JSON.parse(line) as Record<string, unknown>);
    const note = { step: 'Embed', kind: 'exception', name: 'Error', message: 'no', at: 'core.ts:1:1' };
    expect(lines).toEqual([
      { document_id: 'x', text: 'a', _failure: { ...note, row: 11 } },
      { document_id: 'z', other: 1, _failure: { row: 12, step: '', kind: 'input', name: 'InputError', message: 'the row has no "text"', at: null } },
      { text: 'b', document_id: 'y', _failure: { ...note, row: 13 } },
      { document_id: '7', text: 'c', _failure: { ...note, row: 14 } },
    ]);
  });
  it('keep an id that cannot be used, so that it can be mended', () => {
    const { frame } = outcome([]);
    const inputErrors = [{ row: 11, raw: { document_id: { a: 1 } }, documentId: null, message: 'no id' }];
    const [line] = failureLines({ frame: { ...frame, inputErrors }, columns: [], errors: [] } as unknown as FrameOutcome);
    expect(JSON.parse(line as string)).toMatchObject({ document_id: { a: 1 }, _failure: { message: 'no id' } });
  });
  it('name a row that cannot be written as JSON', () => {
    const deep = JSON.parse(`${'['.repeat(100_000)}${']'.repeat(100_000)}`) as unknown;
    const { frame } = outcome([]);
    const inputErrors = [{ row: 11, raw: { text: deep }, documentId: 'z', message: '"text" holds a list' }];
    expect(() => failureLines({ frame: { ...frame, inputErrors }, columns: [], errors: [] } as unknown as FrameOutcome)).toThrow(expect.objectContaining({ code: 'input-malformed', message: expect.stringContaining('Row 12') }));
  });
});
