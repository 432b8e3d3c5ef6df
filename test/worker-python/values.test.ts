/** What a plugin writes into a frame, and what travels. */
import { array, assert, asyncProperty, constantFrom } from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { PythonWorker, withWorker } from './driver.js';
import { plugin, stepOf } from './folder.js';
import { python, why } from './python.js';

/** The first row's `data` is Python that is run with the batch; `v` is the feature, everything else a plain column. */
const root = plugin({
  'manifest.py': `feature_extractor_name = "values"
version = "1.0.0"
features = [{"feature_type": "embedding", "feature_name": "v", "embedding_dim": 2, "distance_metric": "dot"}]
`,
  ...stepOf(`
import dataclasses, datetime, decimal, enum

class Tensor:
    """What of a torch tensor matters here."""
    def __init__(self, values):
        self.values = np.array(values)
    def detach(self):
        return self
    def cpu(self):
        return self
    def numpy(self):
        return self.values

@dataclasses.dataclass
class Point:
    x: int

class Colour(enum.Enum):
    RED = "red"

def step(batch):
    scope = {**globals(), "batch": batch}
    exec(batch["data"].dropna().iloc[0], scope)
    return scope["batch"]
`),
});

let worker: PythonWorker;
beforeAll(async () => {
  if (python.python === null) return;
  worker = new PythonWorker(python.python, root);
  await worker.start();
});
afterAll(() => worker?.stop());

/** Column `c` of as many rows as it has values. */
async function column(code: string, rows: number, batchSize = 64): Promise<unknown[] | undefined> {
  const { columns, errors } = await worker.rows(Array.from({ length: rows }, () => ({ data: code })), batchSize);
  expect(errors).toEqual([]);
  return columns['c'];
}

describe.skipIf(python.python === null)(`values of a column${why(python)}`, () => {
  it.each<[string, unknown[]]>([
    ['["a", None, ""]', ['a', null, '']],
    ['["a", float("nan"), pd.NA]', ['a', null, null]],
    ['[1, 2, 3]', [1, 2, 3]],
    ['[1, None, 3]', [1, null, 3]],
    ['[1, 2.5, None]', [1, 2.5, null]],
    ['[True, False, True]', [true, false, true]],
    ['[True, None, False]', [true, null, false]],
    ['[True, 1, 2]', [true, 1, 2]],
    ['[1.5, True, None]', [1.5, true, null]],
    ['["a", 1, None]', ['a', 1, null]],
    ['[None, None, None]', [null, null, null]],
    ['np.array([1, 2, 3], dtype=np.uint8)', [1, 2, 3]],
    ['np.array([1.5, np.nan, 3], dtype=np.float32)', [1.5, null, 3]],
    ['pd.array([1, None, 3], dtype="Int64")', [1, null, 3]],
    ['pd.Categorical(["x", None, "y"])', ['x', null, 'y']],
    ['pd.array(["x", None, "y"], dtype="string")', ['x', null, 'y']],
    ['[np.int32(1), np.int32(2), None]', [1, 2, null]],
    ['[[1, 2], [3, 4], None]', [[1, 2], [3, 4], null]],
    ['[[1, 2], [3], None]', [[1, 2], [3], null]],
    ['[[], [1.5], None]', [[], [1.5], null]],
    ['[["a"], ["b", "c"], []]', [['a'], ['b', 'c'], []]],
    ['list(np.ones((3, 2)))', [[1, 1], [1, 1], [1, 1]]],
    ['[Tensor([1, 2]), Tensor([3, 4]), None]', [[1, 2], [3, 4], null]],
    ['[{"a": 1}, {"b": [None]}, None]', [{ a: 1 }, { b: [null] }, null]],
    ['[{"a": float("nan")}, {1: np.float32(0.5)}, {"t": (1, 2)}]', [{ a: null }, { 1: 0.5 }, { t: [1, 2] }]],
    ['[{"a": np.ones(2)}, {"b": {3}}, {"p": Point(1)}]', [{ a: [1, 1] }, { b: [3] }, { p: { x: 1 } }]],
    ['[Colour.RED, decimal.Decimal("1.5"), None]', ['red', '1.5', null]],
    ['[datetime.date(2024, 1, 2), None, datetime.date(2024, 1, 3)]', ['2024-01-02', null, '2024-01-03']],
    ['pd.to_datetime(["2024-01-02", None, "2024-01-03"])', ['2024-01-02T00:00:00', null, '2024-01-03T00:00:00']],
    ['["half a pair \\ud800", "b", "c"]', ['half a pair ?', 'b', 'c']],
    ['[2**60, 1, 2]', [2 ** 60, 1, 2]],
    ['[2**70, 1, 2]', [2 ** 70, 1, 2]],
  ])('%s', async (code, expected) => {
    expect(await column(`batch["c"] = ${code}`, 3)).toEqual(expected);
  });

  it('what has no JSON form is null, and said once', async () => {
    expect(await column('batch["c"] = [b"bytes", {"a": object()}, {"a": 1}]', 3)).toEqual([null, null, { a: 1 }]);
    expect(worker.logs.filter(({ message }) => message.includes('the column "c" holds a bytes, which has no JSON form'))).toHaveLength(1);
  });

  it('batches of different sorts meet as a run\'s frames do', async () => {
    expect(await column('batch["c"] = [1.5] if batch["document_id"].iloc[0].endswith(("0", "2", "4", "6", "8")) else [2]', 2, 1)).toEqual(expect.arrayContaining([1.5, 2]) as unknown);
    // A vector that meets something else keeps the digits of float32.
    expect(await column('batch["c"] = [[0.1]] if batch["document_id"].iloc[0].endswith(("0", "2", "4", "6", "8")) else ["x"]', 2, 1)).toEqual(expect.arrayContaining([[Math.fround(0.1)], 'x']) as unknown);
  });
});

describe.skipIf(python.python === null)(`frames${why(python)}`, () => {
  // What a batch of two rows writes into the column `c`, and into the feature.
  const written = [
    '["a", None]', '[1, 2]', '[1.5, None]', '[True, None]', '[None, None]', '[[0.1], None]', '[[0.1], [0.2]]', '[[1, 2], [3, 4]]', '[[1], [1, 2]]',
    '[{"a": [0.1]}, None]', '[["x"], []]', 'np.array([0.1, 2], dtype=np.float32)', 'list(np.full((2, 2), 0.1))', 'pd.Categorical(["p", "q"])', '[2**60, 0.5]',
  ];

  it('say the same, however batches are grouped into them', () =>
    assert(
      asyncProperty(array(constantFrom(...written), { minLength: 1, maxLength: 6 }), async (codes) => {
        const rows = codes.flatMap((code) => [1, 2].map(() => ({ data: `batch["c"] = ${code}; batch["v"] = ${code}` })));
        const whole = await worker.rows(rows, 2);
        const parts: Awaited<ReturnType<typeof worker.rows>>[] = [];
        for (let at = 0; at < rows.length; at += 2) parts.push(await worker.rows(rows.slice(at, at + 2), 2));
        for (const name of ['c', 'v']) expect(whole.columns[name]).toEqual(parts.flatMap(({ columns }) => columns[name]));
        const sum = (key: 'written' | 'null' | 'wrong_size' | 'nan'): number => parts.reduce((total, { stats }) => total + (stats.features['v']?.[key] ?? 0), 0);
        for (const key of ['written', 'null', 'wrong_size', 'nan'] as const) expect(whole.stats.features['v']?.[key]).toBe(sum(key));
      }),
      { numRuns: 100 },
    ));
});

describe.skipIf(python.python === null)(`a feature${why(python)}`, () => {
  it.each<[string, unknown[], Record<string, number>]>([
    ['[[1, 2], [3.5, 4], None]', [[1, 2], [3.5, 4], null], { written: 2, null: 1 }],
    ['[np.array([1, 2]), np.zeros(2), float("nan")]', [[1, 2], [0, 0], null], { written: 2, zero: 1, null: 1 }],
    ['[[1, None], [float("inf"), 1], [1e39, 1]]', [null, null, null], { nan: 3 }],
    ['[["a", 1], [True, 1], [1, 2]]', [null, [1, 1], [1, 2]], { nan: 1, written: 2 }],
    ['[[True, False], [True, 0.5], [1, 2]]', [[1, 0], [1, 0.5], [1, 2]], { written: 3 }],
    ['[[1], [1, 2, 3], [1, 2]]', [null, null, [1, 2]], { wrong_size: 2, seen_size: 3, written: 1 }],
    ['[1.5, 2.5, None]', [null, null, null], { wrong_size: 2, seen_size: 1, null: 1 }],
    ['["text", {"a": 1}, [1, 2]]', [null, null, [1, 2]], { wrong_size: 2, written: 1 }],
    ['[np.ones((1, 2)), np.ones(2), np.ones(2)]', [null, [1, 1], [1, 1]], { wrong_size: 1, seen_size: 1, written: 2 }],
    ['[Tensor([1, 2]), (3, 4), [5, 6]]', [[1, 2], [3, 4], [5, 6]], { written: 3 }],
    ['[[1e-50, 0], [1, 1], [1, 1]]', [[0, 0], [1, 1], [1, 1]], { written: 3, zero: 1 }],
  ])('%s', async (code, vectors, counted) => {
    const { columns, stats } = await worker.rows([1, 2, 3].map(() => ({ data: `batch["v"] = ${code}` })));
    expect(columns['v']).toEqual(vectors);
    expect(stats.features['v']).toMatchObject({ written: 0, null: 0, wrong_size: 0, nan: 0, zero: 0, ...counted });
  });
});

describe.skipIf(python.python === null)(`a frame${why(python)}`, () => {
  const run = (code: string, rows = 3): ReturnType<PythonWorker['rows']> => worker.rows(Array.from({ length: rows }, () => ({ data: code })));

  it('has the ten columns, objects all of them, and None for null', async () => {
    const { columns } = await worker.rows([{ data: 'batch["c"] = [",".join(batch.columns) + "|" + str(set(map(str, batch.dtypes)))] * len(batch); batch["n"] = [value is None for value in batch["data"]]' }, { data: null }]);
    expect(columns['c']?.[0]).toBe("data,document_id,object_id,blob_id,blob_property,blob_type,collection_id,feature_extractor_id,mime_type,size_bytes|{'object'}");
    expect(columns['n']).toEqual([false, true]);
  });

  it.each([
    ['a copy', 'batch = batch.copy()'],
    ['a new index', 'batch = batch.set_index("document_id", drop=False).reset_index(drop=True)'],
    ['an index of texts', 'batch.index = ["x", "y", "z"]'],
    ['columns in another order', 'batch = batch[batch.columns[::-1]]'],
    ['a value written anew', 'batch["data"] = batch["data"].fillna("")'],
  ])('%s sends nothing back', async (_, code) => {
    const { columns, errors } = await run(code);
    expect(errors).toEqual([]);
    expect(Object.keys(columns)).toEqual(['v']);
  });

  it.each([
    ['in place', 'batch.loc[batch.index[0], "object_id"] = "new"'],
    ['in its array', 'batch["object_id"].to_numpy()[0] = "new"'],
    ['by another frame', 'batch = batch.assign(object_id=["new", "o", "o"])'],
  ])('of a column changed %s go back the cells that differ', async (_, code) => {
    expect((await run(code)).columns['object_id']).toEqual(['new', null, null]);
  });

  it.each([
    ['its form as JSON', 'class M:\n    def __init__(self, place):\n        self.place = place\n    def model_dump(self, mode=None):\n        if self.place == 1:\n            raise ValueError("unreadable")\n        return {}\nbatch["c"] = [M(place) for place in range(len(batch))]', { c: [{}, null, {}] }],
    ['its numbers', 'class T(Tensor):\n    def numpy(self):\n        if self.values[0] < 0:\n            raise ValueError("unreadable")\n        return self.values\nbatch["v"] = [T([1.0, 2.0]), T([-1.0, 2.0]), T([1.0, 2.0])]', { v: [[1, 2], null, [1, 2]] }],
    ['whether it is another', 'class S(str):\n    def __eq__(self, other):\n        raise ValueError("unreadable")\n    __hash__ = str.__hash__\nbatch["object_id"] = ["x", S("x"), "x"]', { object_id: ['x', null, 'x'] }],
  ])('an object that raises when it is asked for %s costs its row, and no other', async (_, code, expected) => {
    const { columns, errors, stats } = await run(code);
    expect(columns).toMatchObject(expected);
    expect(errors).toMatchObject([{ row: 1, step: 'step', kind: 'exception', name: 'ValueError', message: 'unreadable' }]);
    const { written, null: missing } = stats.features['v'] as { written: number; null: number };
    expect(written + missing).toBe(2);
  });

  it('a cell that was set to None is told: an answer has no word for it', async () => {
    const told = (): number => worker.logs.filter(({ level, message }) => level === 'warn' && message.startsWith('"object_id" was set to None') && message.includes('write ""')).length;
    await run('batch.loc[batch.index[0], "object_id"] = "new"');
    await run('batch["collection_id"] = np.array([None] * len(batch), dtype=object)');
    expect(told()).toBe(0);
    for (let time = 0; time < 2; time++) expect((await run('batch.loc[batch.index[0], "object_id"] = None')).columns['object_id']).toEqual([null, null, null]);
    expect(told()).toBe(1);
  });

  it.each([
    ['filled', 'batch["data"] = batch["data"].fillna("none")', { data: [null, 'none', null] }],
    ['made anew with equal values', 'batch["size_bytes"] = batch["size_bytes"].astype(int); batch["mime_type"] = batch["mime_type"].astype("category"); batch = batch.convert_dtypes()', {}],
    ['of another sort', 'batch["size_bytes"] = [{"x": False, "z": "0"}.get(text, 0.0) for text in batch["data"]]', { size_bytes: [false, null, '0'] }],
  ])('a column %s says the same, whatever rows travel together', async (_, code, expected) => {
    const rows = ['x', null, 'z'].map((data) => ({ data }));
    const root = plugin(stepOf(`import pandas as pd\n\ndef step(batch):\n    place = batch.index[0]\n    ${code}\n    return batch`));
    await withWorker(python.python, root, {}, async (worker) => {
      expect((await worker.rows(rows)).columns).toEqual(expected);
      const alone = await Promise.all(rows.map((row) => worker.rows([row])));
      for (const name of Object.keys(expected)) expect(alone.map(({ columns }) => columns[name]?.[0] ?? null)).toEqual(expected[name as keyof typeof expected]);
    });
  });

  it.each([
    ['rows missing', 'batch = batch.head(2)', 'row_count', 'it dropped 1'],
    ['rows twice', 'batch = pd.concat([batch, batch])', 'row_count', 'it added'],
    ['nothing', 'batch = None', 'row_count', 'end it with: return batch'],
    ['a list', 'batch = []', 'row_count', 'returned a list'],
    ['no ids', 'batch = batch.drop(columns="document_id")', 'rows_changed', 'without their document_id'],
    ['other ids', 'batch["document_id"] = "x"', 'rows_changed', 'did not come back'],
    ['names of two levels', 'batch.columns = pd.MultiIndex.from_product([["x"], batch.columns])', 'rows_changed', 'columns with 2 levels'],
    ['two names that are one as text', 'batch[0] = 1; batch["0"] = 2', 'rows_changed', 'two columns named'],
    ['a column twice', 'batch = pd.concat([batch, batch[["data"]]], axis=1)', 'rows_changed', "two columns named 'data'"],
  ])('%s: refused', async (_, code, kind, message) => {
    const { errors } = await run(code);
    expect(errors).toHaveLength(3);
    expect(errors[0]).toMatchObject({ kind, message: expect.stringContaining(message) as string });
  });

  it.each(['batch["text"]', 'batch.text', 'next(batch.iterrows())[1].text', 'batch[["data", "text"]]', 'batch.loc[:, "text"]', 'next(batch.iterrows())[1]["text"]', 'batch.drop(columns=["text"])', 'batch.set_index("text")', 'batch.groupby("text")', 'batch.sort_values("text")'])('%s: the column is named, and data beside it', async (code) => {
    const { errors } = await run(code, 1);
    expect(errors).toMatchObject([{ name: 'MissingColumnError', message: expect.stringMatching(/^there is no column "text"\. A row has data, .*its content is in "data"/) as string }]);
  });

  it.each([
    ['{}["text"]', 'KeyError'],
    ['batch["data"].map(lambda text: {}["text"])', 'KeyError'],
    ['batch["data"].text', 'AttributeError'],
    ['None.text', 'AttributeError'],
  ])('%s: an error as any other', async (code, name) => {
    expect((await run(code, 1)).errors).toMatchObject([{ name }]);
  });

  it('rows in another order are put back, equal ids told apart by content', async () => {
    const rows = ['batch["c"] = batch["data"].str.len(); batch = batch[::-1]', 'pass', 'other'].map((data, i) => ({ data, document_id: i === 1 ? 'twice' : i === 2 ? 'twice' : 'once' }));
    const { columns, stats } = await worker.rows(rows);
    expect(stats.reordered).toBe(1);
    expect(columns['c']).toEqual(rows.map(({ data }) => data.length));
  });

  it('an Arrow table is taken', async () => {
    expect((await run('import pyarrow; batch["c"] = ["x", None, "z"]; batch = pyarrow.Table.from_pandas(batch)')).columns['c']).toEqual(['x', null, 'z']);
  });

  it('a dict of arrays is taken, a matrix as a column of vectors', async () => {
    const { columns } = await run('batch = {**batch.to_dict("list"), "v": np.ones((3, 2))}');
    expect(columns['v']).toEqual([[1, 1], [1, 1], [1, 1]]);
  });
});
