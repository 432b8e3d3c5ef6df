/** Which Python files are looked through for rows at all. */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { globSync } from 'tinyglobby';
import { expect, test } from 'vitest';
import { lowerPython, mayConcernRows } from '../../../src/lint/facts/python/index.js';
import { loadPython } from '../../../src/lint/python/index.js';
import { LineIndex } from '../../../src/lint/text.js';

const python = await loadPython();
const mayHaveRows = (text: string): boolean => lowerPython(python.parse(text), new LineIndex(text)).mayHaveRows === true;

// Everything by which the front end finds rows, in one line each.
test.each([
  'for batch in x: pass\n', 'input_batch = 1\n', '_dataBatch = 1\n', 'batches = 1\n', 'df = 1\n', '_df = 1\n', 'for rows in x: pass\n', 'with x as rows: pass\n',
  'def f(frame): pass\n', 'def f(data_frame): pass\n', 'def f(user_df): pass\n', 'f = lambda pdf: 1\n', 'def f(a, /, *, old_frame=1): pass\n', 'def f(ｂａｔｃｈ): pass\n',
  'def f(x: pd.DataFrame): pass\n', 'def f(x: "list[Row]"): pass\n', 'x: pa.Table = 1\n', 'def f(x: pd.Series): pass\n', 'def f(x: Optional[pa.RecordBatch]): pass\n',
  'def process(self, x): pass\n', 'def \\\n  process(x): pass\n', 'def __call__(self, data): pass\n', 'def _run(self, n: int, records): pass\n', 'def transform_rows(\n    # all\n    table\n): pass\n', 'def handle(inputs_data): pass\n',
  'x.iterrows()\n', 'x.itertuples()\n', 'x.iter_rows()\n',
])('%j', (text) => {
  expect(mayHaveRows(text)).toBe(true);
  expect(mayConcernRows(text)).toBe(true);
});

test.each(['def f(x): pass\n', 'from a import b\nclass C:\n  def run(self): pass\n', 'narrows = borrows = 1\n', 'def handle(self, event): return event\n', 'process.start()\n'])('%j is not', (text) => {
  expect(mayConcernRows(text)).toBe(false);
});

test.each(['class InferenceService:\n  pass\n', 'def run_inference(a): pass\n', 'def process_batch(x): pass\n', 'def __call__(self, x): pass\n'])('%j is, for its processor or service', (text) => {
  expect(mayConcernRows(text)).toBe(true);
});

test('files that are left out have nothing to be found', () => {
  const root = fileURLToPath(new URL('../../..', import.meta.url));
  const texts = globSync(['worker-python/**/*.py', 'templates/**/*.py', 'test/**/*.py'], { cwd: root }).map((file) => readFileSync(`${root}/${file}`, 'utf8'));
  const left = texts.filter((text) => !mayConcernRows(text));
  expect(left.length).toBeGreaterThan(0);
  expect(left.filter(mayHaveRows)).toEqual([]);
});
