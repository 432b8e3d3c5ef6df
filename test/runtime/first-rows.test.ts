import { expect, it } from 'vitest';
import type { FeatureStats, RowError } from '../../src/protocol/index.js';
import type { FrameOutcome } from '../../src/runtime/engines/index.js';
import { addFirstFlaws, type FirstFlaws } from '../../src/runtime/first-rows.js';

/** A frame of eight rows behind a hundred others; `written` has the rows with a vector. */
function outcome(written: readonly number[], counted: Partial<FeatureStats>, failed: readonly number[] = []): FrameOutcome {
  const validity = Uint8Array.of(written.reduce((bits, row) => bits | (1 << row), 0));
  const rows = Array.from({ length: 8 }, (_, row) => row);
  const error = { step: 'Embed', kind: 'exception', name: 'Error', message: 'no', at: null } as const;
  return {
    // Of a frame only what is asked for.
    frame: { rows: 8, rowNumbers: rows.map((row) => 100 + row), documentIds: rows.map((row) => `id${row}`) } as unknown as FrameOutcome['frame'],
    columns: [{ name: 'v', type: { kind: 'vector', dim: 1 }, length: 8, nulls: 8 - written.length, validity, data: new Float32Array(8) }],
    errors: failed.map((row): RowError => ({ row, ...error })),
    stats: { steps: [], features: { v: { written: written.length, null: 0, wrong_size: 0, nan: 0, zero: 0, seen_size: 0, ...counted } }, skipped: 0, reordered: 0, batches: 1, rss_bytes: 0 },
    deaths: 0,
  };
}
const second = { row: 102, id: 'id1' };
const fifth = { row: 105, id: 'id4' };

it.each<[string, FirstFlaws, FrameOutcome, FirstFlaws]>([
  ['nothing, where every row has a vector', {}, outcome([0, 1, 2, 3, 4, 5, 6, 7], {}), {}],
  ['the first row without a vector', {}, outcome([0, 2, 3, 5, 6, 7], { null: 2 }), { v: { null: second } }],
  ['no row that failed', {}, outcome([0, 2, 3, 5, 6, 7], { nan: 1 }, [1]), { v: { nan: fifth } }],
  ['none, where rows lack a vector for several reasons', {}, outcome([0, 2, 3, 5, 6, 7], { null: 1, wrong_size: 1 }), { v: { null: null, wrong_size: null } }],
  ['none, where a row that no step matched lacks one too', {}, outcome([0, 2, 3, 5, 6, 7], { null: 1 }), { v: { null: null } }],
  ['no later row', { v: { null: { row: 3, id: 'x' }, nan: null } }, outcome([0], { null: 7, nan: 7 }), { v: { null: { row: 3, id: 'x' }, nan: null } }],
  ['another flaw beside a known one', { v: { null: second } }, outcome([0, 1, 2, 3, 5, 6, 7], { nan: 1 }), { v: { null: second, nan: fifth } }],
])('names %s', (_, known, frame, expected) => expect(addFirstFlaws(known, frame)).toEqual(expected));
