import { describe, expect, it } from 'vitest';
import { RepeatedIds } from '../../../src/runtime/repeated-ids.js';
import type { FeatureStats, FrameStats, StepStats } from '../../../src/protocol/index.js';
import { reportText, summarise, type RunTotals } from '../../../src/runtime/report/index.js';

const feature = (more: Partial<FeatureStats>): FeatureStats => ({ written: 0, null: 0, wrong_size: 0, nan: 0, zero: 0, seen_size: 0, ...more });
const step = (more: Partial<StepStats> = {}): StepStats => ({
  name: 'Embed', rows: 10, batches: 2, seconds: 1.23456, model_seconds: 0.5, tokenizer_seconds: 0, io_seconds: 0, model_calls: 2, tokenizer_calls: 0, io_calls: 0, io_failures: 0, first_io_error: null, sequential: { model: 0, tokenizer: 0, io: 0 }, ...more,
});
const stats = (more: Partial<FrameStats> = {}): FrameStats => ({ steps: [step()], features: { v: feature({ written: 10 }) }, skipped: 0, reordered: 0, batches: 2, rss_bytes: 0, ...more });
const repeated = (rows: number, atLeast: boolean, row: number, id: string): RepeatedIds => Object.assign(new RepeatedIds(), { rows, atLeast, first: { row, id } });
const run = (totals: Partial<RunTotals> = {}, context: object = {}) =>
  summarise(
    { rowsIn: 10, rowsOut: 10, rowsFailed: 0, stats: stats(), seconds: 2, metrics: {}, workersLost: [], linesDropped: 0, errorsLogged: { count: 0, first: null }, inexact: new Set(), replaced: new Set(), repeated: new RepeatedIds(), flaws: {}, ...totals },
    { run: 'r', features: [{ name: 'v', dim: 3 }], allowNulls: false, output: 'out.arrow', failures: 'failures.jsonl', failureReasons: [], report: 'report.json', ...context },
  );

describe('status', () => {
  it.each<[string, string, Partial<RunTotals>, object]>([
    ['succeeded', 'all is well', {}, {}],
    ['succeeded', 'zero vectors', { stats: stats({ features: { v: feature({ written: 10, zero: 3 }) } }) }, {}],
    ['succeeded', 'rows without features', { stats: stats({ features: {} }) }, { features: [] }],
    ['succeeded', 'nulls that are allowed', { stats: stats({ features: { v: feature({ written: 9, null: 1 }) } }) }, { allowNulls: true }],
    ['succeeded', 'skipped rows', { rowsIn: 12, rowsOut: 12, stats: stats({ skipped: 2 }) }, {}],
    ['partial', 'a failed row', { rowsOut: 9, rowsFailed: 1, stats: stats({ features: { v: feature({ written: 9 }) } }) }, {}],
    ['partial', 'a null', { stats: stats({ features: { v: feature({ written: 9, null: 1 }) } }) }, {}],
    ['partial', 'a wrong size', { stats: stats({ features: { v: feature({ written: 9, wrong_size: 1 }) } }) }, { allowNulls: true }],
    ['partial', 'NaN', { stats: stats({ features: { v: feature({ written: 9, nan: 1 }) } }) }, { allowNulls: true }],
    ['partial', 'one feature of two', { stats: stats({ features: { v: feature({ written: 10 }), w: feature({ null: 10 }) } }) }, { features: [{ name: 'v', dim: 3 }, { name: 'w', dim: 3 }] }],
    ['failed', 'every row failed', { rowsOut: 0, rowsFailed: 10, stats: stats({ features: { v: feature({}) } }) }, {}],
    ['failed', 'every row was skipped', { stats: stats({ skipped: 10, features: { v: feature({}) } }) }, {}],
    ['failed', 'the feature was never written', { stats: stats({ features: { v: feature({ null: 10 }) } }) }, { allowNulls: true }],
    ['failed', 'the feature has the wrong size everywhere', { stats: stats({ features: { v: feature({ wrong_size: 10, seen_size: 4 }) } }) }, {}],
  ])('%s: %s', (status, _name, totals, context) => expect(run(totals, context).status).toBe(status));
});

describe('numbers', () => {
  it('are those of the run', () => {
    const result = run({ rowsIn: 12, rowsOut: 11, rowsFailed: 1, stats: stats({ skipped: 2, features: { v: feature({ written: 8, null: 1 }) } }) });
    expect(result).toMatchObject({
      run: 'r', rows: { in: 12, out: 11, failed: 1, skipped: 2 }, features: { v: { written: 8, null: 1, coverage: 0.8 } }, seconds: 2, rows_per_second: 6, output: 'out.arrow', failures: 'failures.jsonl', report: 'report.json',
      steps: [{ name: 'Embed', rows: 10, batches: 2, seconds: 1.235, model_seconds: 0.5, model_calls: 2 }],
    });
    expect(run().failures).toBeNull();
    expect(run({ seconds: 0 }).rows_per_second).toBe(0);
    expect(run({ rowsIn: 24, seconds: 90 }).rows_per_second).toBe(0.27);
    expect(run({ rowsIn: 3, rowsOut: 3, stats: stats({ skipped: 3 }) }).features['v']?.coverage).toBe(0);
  });
});

describe('warnings', () => {
  const of = (features: Partial<FeatureStats>) => ({ stats: stats({ features: { v: feature(features) } }) });
  it.each<[string, Partial<RunTotals>, object, RegExp]>([
    ['feature-never-written', of({ null: 10 }), {}, /No row has a value in "v"/],
    ['null-feature', of({ written: 8, null: 2 }), {}, /2 rows have null in "v"/],
    ['wrong-size', of({ wrong_size: 1, seen_size: 4 }), {}, /^1 row ha.* a vector of 4 numbers in "v", the manifest declares 3/],
    ['null-feature', { ...of({ written: 9, null: 1 }), flaws: { v: { null: { row: 1200, id: 'a' }, nan: { row: 1, id: 'b' } } } }, {}, /"v"; the service writes no document for them\. It is row 1,200, "a"\.$/],
    ['wrong-size', { ...of({ wrong_size: 2, seen_size: 4 }), flaws: { v: { wrong_size: { row: 3, id: 'a' } } } }, {}, /declares 3\. The first is row 3, "a"\.$/],
    ['nan', { ...of({ written: 1, nan: 9 }), flaws: { v: { nan: null }, w: { nan: { row: 1, id: 'b' } } } }, {}, /^9 rows .*"v".*NaN.*not written\.$/],
    ['nan', { ...of({ written: 1, nan: 9 }), flaws: { v: { nan: { row: 2, id: 'a' } } } }, {}, /not written\. The first is row 2, "a"\.$/],
    ['zero-vectors', of({ written: 10, zero: 1200 }), {}, /1,200 rows have the zero vector/],
    ['SEQ002', { stats: stats({ steps: [step({ sequential: { model: 2, tokenizer: 0, io: 0 } })] }) }, {}, /Embed called the model at least once per row in 2 batches of 2/],
    ['SEQ003', { stats: stats({ steps: [step({ sequential: { model: 0, tokenizer: 1, io: 0 } })] }) }, {}, /the tokenizer at least once per row in 1 batch of 2/],
    ['SEQ001', { stats: stats({ steps: [step({ sequential: { model: 0, tokenizer: 0, io: 1 } })] }) }, {}, /waited for I\/O row by row/],
    ['io-failures', { stats: stats({ steps: [step({ io_failures: 3, first_io_error: 'Error: 404' })] }) }, {}, /3 calls failed .* the first: Error: 404\.$/],
    ['io-failures', { stats: stats({ steps: [step({ io_failures: 1, first_io_error: 'RefusedError: Add --llm fake.' })] }) }, {}, /1 call failed .* the first: Add --llm fake\.$/],
    ['skipped', { stats: stats({ skipped: 1 }) }, {}, /1 row matched the condition of no step and passed/],
    ['skipped', { stats: stats({ skipped: 2, steps: [step({ name: 'prepare.filter' }), step()] }) }, {}, /2 rows matched the condition of no step, or no filter of prepare kept them, and passed/],
    ['reordered', { stats: stats({ reordered: 2 }) }, {}, /in 2 batches/],
    ['worker-lost', { workersLost: [{ kind: 'crash', message: 'it was killed' }] }, {}, /the first because:? it was killed/],
    ['log-truncated', { linesDropped: 5 }, {}, /5 lines that the plugin printed were dropped/],
    ['errors-logged', { errorsLogged: { count: 2, first: 'a promise failed' } }, {}, /logged 2 errors; the first: a promise failed/],
    ['replaced-columns', { replaced: new Set(['size', 'letters']) }, {}, /^The plugin wrote "size", "letters", which the input has too/],
    ['inexact-numbers', { inexact: new Set(['id']) }, {}, /numbers in "id" that no 64-bit float holds/],
    ['repeated-ids', { repeated: repeated(1, false, 1200, 'a') }, {}, /^1 row has the document_id of an earlier row; the first is row 1,200, "a"\.$/],
    ['repeated-ids', { repeated: repeated(2000, true, 3, 'b'.repeat(100)) }, {}, /^At least 2,000 rows have .* "b{60}\.\.\."\.$/],
    ['no-steps', { stats: stats({ steps: [], skipped: 10, features: {} }) }, {}, /no enabled steps/],
    ['no-features', { stats: stats({ features: {} }) }, { features: [] }, /declares no features/],
  ])('%s', (code, totals, context, message) => {
    const { warnings } = run(totals, context);
    expect(warnings.map((warning) => warning.code)).toEqual([code]);
    expect(warnings[0]?.message).toMatch(message);
    expect(warnings[0]?.next).toMatch(/\w.*\.$/);
  });
  it('there are none when all is well', () => expect(run().warnings).toEqual([]));
});

describe('as text', () => {
  it('never calls an incomplete coverage complete', () => {
    const text = reportText(run({ rowsIn: 100_000, rowsOut: 100_000, stats: stats({ features: { v: feature({ written: 99_999, null: 1 }) } }) }));
    expect(text).toContain('v: 99,999 written, coverage 99.9% (1 null)');
    expect(text).toContain('100,000 in, 100,000 out');
    expect(reportText(run())).toContain('coverage 100%');
  });
  it('tells of failed rows beyond the reasons that it names', () => {
    const reason = { rows: 3, step: 'Embed', kind: 'exception', message: 'no', at: null, first_row: 2 };
    expect(reportText(run({ rowsOut: 5, rowsFailed: 5 }, { failureReasons: [reason] }))).toMatch(/3 rows, the first row 2: Embed: no\n {2}failed {4}2 more rows for other reasons/);
    expect(reportText(run({ rowsOut: 7, rowsFailed: 3 }, { failureReasons: [reason] }))).not.toContain('other reasons');
  });
  it('tells what the run came to', () => {
    expect(reportText(run())).toMatch(/^Done\. {2}run r/);
    expect(reportText(run({ rowsOut: 9, rowsFailed: 1, stats: stats({ features: { v: feature({ written: 9 }) } }) }))).toMatch(/^Done, with failures\./);
    expect(reportText(run({ rowsOut: 0, rowsFailed: 10, stats: stats({ features: {} }) }))).toMatch(/^Failed/);
  });
});
