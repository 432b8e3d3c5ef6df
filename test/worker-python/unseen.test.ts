/** Plugins as people write them: each has corners that the guide's own examples do not. */
import { describe, expect, it } from 'vitest';
import { refusal, withWorker, type StartOptions } from './driver.js';
import { plugin } from './folder.js';
import { python, why } from './python.js';

const EMBEDDING = 'features = [{"feature_type": "embedding", "feature_name": "emb", "embedding_dim": 2, "distance_metric": "cosine"}]\n';
const META = `metadata = {"feature_extractor_name": "my_plugin", "version": "v1.0", "category": "text"}\n${EMBEDDING}`;
const VEC = 'def vec(text):\n    return [len(text), 1]\n';
const STEP = `from .utils import vec\n\ndef step(batch):\n    batch["emb"] = [vec(text) for text in batch["data"]]\n    return batch\n\ndef build_steps(extractor_request, **kwargs):\n    return {"steps": [step]}\n`;
const EMB = { emb: [[1, 1], [2, 1]] };

interface Unseen {
  files: Record<string, string>;
  /** Columns for the rows "a" and "bb". */
  columns?: Record<string, unknown[]>;
  said?: RegExp;
  steps?: string[];
}

const RUNS: Record<string, Unseen> = {
  'schemas of pydantic 1': {
    files: {
      'manifest.py': `${META}\nfrom pydantic.v1 import BaseModel, Field\n\nclass Params(BaseModel):\n    k: int = Field(3, ge=1)\n\nparameter_schema = output_schema = Params\n`,
      'utils.py': VEC, 'pipeline.py': STEP.replace('    return {"steps"', '    assert extractor_request.extractor_config.parameters == {"k": 3}\n    return {"steps"'),
    },
    columns: EMB,
  },
  'metadata as an object, with keys that nothing reads': {
    files: { 'manifest.py': `from shared.collection.features.extractors.models import ExtractorDefinition\n\nmetadata = ExtractorDefinition(name="my_plugin", version="v1", icon="x", tags=["a"])\n${EMBEDDING}`, 'utils.py': VEC, 'pipeline.py': STEP },
    columns: EMB, said: /warn: metadata has the key "tags", which nothing reads/,
  },
  'modules with the names of others': {
    files: {
      'manifest.py': META, '__init__.py': '', 'types.py': 'X = 1\n', 'json.py': 'def dumps(value):\n    return "mine"\n', 'engine.py': 'Z = 3\n', 'shared/__init__.py': '', 'shared/plugins.py': 'Y = 2\n', 'utils.py': VEC,
      'pipeline.py': `import json\nfrom typing import List\nfrom shared.plugins.sdk import parallel_io\nfrom . import engine\nfrom .json import dumps\nfrom .shared.plugins import Y\nfrom .types import X\nimport my_plugin.utils as again\n${STEP.replace('    return {"steps"', '    assert json.dumps([1]) == "[1]" and dumps(1) == "mine" and X + Y + engine.Z == 6 and again.vec is vec and parallel_io\n    return {"steps"')}`,
    },
    columns: EMB,
  },
  'a request by another name': {
    files: { 'manifest.py': META, 'utils.py': VEC, 'pipeline.py': STEP.replace('build_steps(extractor_request, **kwargs)', 'build_steps(request, c=None)').replace('    return {"steps"', '    assert request.extractor_config.version == "1.0.0"\n    return {"steps"') },
    columns: EMB, said: /takes the request as "request"; the service may pass it by its name, extractor_request/,
  },
  'partials, bound methods and functions as services': {
    files: {
      'manifest.py': META, 'utils.py': VEC,
      'pipeline.py': `from functools import partial\nfrom engine.plugins.extractors.pipeline import StepDefinition\nfrom .utils import vec\n\ndef embed(batch, mark):\n    batch["emb"] = [vec(text) for text in batch["data"]]\n    batch["mark"] = mark\n    return batch\n\ndef tag(batch):\n    return batch.assign(tag="t")\n\nclass Holder:\n    def run(self, batch):\n        return batch.assign(m=1)\n\ndef build_steps(extractor_request, **kwargs):\n    return {"steps": [partial(embed, mark="!"), Holder().run, StepDefinition(tag)]}\n`,
    },
    columns: { ...EMB, mark: ['!', '!'], m: [1, 1], tag: ['t', 't'] }, steps: ['embed', 'run', 'tag'],
  },
  'prepare as the service has it': {
    files: {
      'manifest.py': META, 'utils.py': VEC,
      'pipeline.py': `import numpy as np\n\nclass Mark:\n    def __init__(self, mark, other=""):\n        self.mark = mark + other\n\n    def __call__(self, batch, more):\n        return {**batch, "seen": np.array([text + self.mark + more + str(len(batch["data"])) for text in batch["data"]], dtype=object)}\n\ndef prepare(ds):\n    return ds.map_batches(Mark, fn_constructor_args=("!",), fn_constructor_kwargs={"other": "?"}, fn_args=("m",), batch_format="numpy", batch_size=1, concurrency=2)\n\n${STEP.replace('"steps": [step]', '"steps": [step], "prepare": prepare')}`,
    },
    columns: { ...EMB, seen: ['a!?m1', 'bb!?m1'] },
  },
  'loops of their own, closed and left behind': {
    files: {
      'manifest.py': META, 'utils.py': VEC,
      'pipeline.py': `import asyncio\n\nasync def sizes(batch):\n    await asyncio.sleep(0)\n    return [len(text) for text in batch["data"]]\n\ndef runs(batch):\n    batch["a"] = asyncio.run(sizes(batch))\n    return batch\n\ndef closes(batch):\n    loop = asyncio.get_event_loop()\n    batch["b"] = loop.run_until_complete(sizes(batch))\n    loop.close()\n    return batch\n\nasync def waits(batch):\n    batch["c"] = await sizes(batch)\n    return batch\n\n${STEP.replace('[step]', '[runs, closes, waits, runs, closes, step]')}`,
    },
    columns: { a: [1, 2], b: [1, 2], c: [1, 2], ...EMB },
  },
  'values of all sorts': {
    files: {
      'manifest.py': META, 'utils.py': VEC,
      'pipeline.py': `import collections, pathlib, uuid\nimport numpy as np\nimport pandas as pd\nfrom pydantic.v1 import BaseModel\n\nclass Old(BaseModel):\n    x: int = 1\n\nVALUES = [collections.deque([1, 2]), range(3), pd.Series([1, 2]), pd.DataFrame({"a": [1]}), collections.Counter("aab"), Old(), uuid.UUID(int=1), pathlib.PurePosixPath("/a"), pd.Period("2024-01", "M"), pd.Interval(0, 1)]\n\ndef values(batch):\n    batch["values"] = [VALUES] * len(batch)\n    return batch.rename(columns={"data": "text"})\n\ndef back(batch):\n    return batch.rename(columns={"text": "data"}).drop(columns=["mime_type"])\n\n${STEP.replace('[step]', '[values, back, step]')}`,
    },
    columns: { ...EMB, values: [1, 2].map(() => [[1, 2], [0, 1, 2], [1, 2], [{ a: 1 }], { a: 2, b: 1 }, { x: 1 }, '00000000-0000-0000-0000-000000000001', '/a', '2024-01', '(0, 1]']) },
  },
  'rows joined, shuffled and written through loc': {
    files: {
      'manifest.py': META, 'utils.py': VEC,
      'pipeline.py': `import pandas as pd\nfrom .utils import vec\n\ndef step(batch):\n    side = pd.DataFrame({"document_id": batch["document_id"], "emb": [vec(text) for text in batch["data"]]}).iloc[::-1]\n    batch = batch.merge(side, on="document_id").sort_values("data", ascending=False)\n    batch["count"] = batch.groupby("mime_type")["data"].transform("count")\n    batch.loc[batch["data"].str.len() > 1, "long"] = True\n    for row in batch.itertuples():\n        batch.at[row.Index, "size"] = len(row.data)\n    return pd.concat([batch, pd.get_dummies(batch["blob_type"], prefix="is")], axis=1)\n\ndef build_steps(extractor_request, **kwargs):\n    return {"steps": [step]}\n`,
    },
    columns: { ...EMB, count: [2, 2], long: [null, true], size: [1, 2], is_text: [true, true] },
  },
};

const SECRET = `${META}
from pydantic import BaseModel, ConfigDict, SecretStr, computed_field

class Inner(BaseModel):
    tokens: list[SecretStr] = [SecretStr("t")]

class Params(BaseModel):
    model_config = ConfigDict(extra="forbid")
    key: SecretStr = SecretStr("k")
    inner: Inner = Inner()
    size: int = 2

    @computed_field
    @property
    def double(self) -> int:
        return 2 * self.size

parameter_schema = Params
`;

Object.assign(RUNS, {
  'parameters with secrets, and with what is computed from others': {
    files: {
      'manifest.py': SECRET, 'utils.py': VEC,
      'pipeline.py': STEP.replace('from .utils', 'from .manifest import Params\nfrom .utils').replace('    return {"steps"', '    params = Params(**extractor_request.extractor_config.parameters)\n    assert params.key.get_secret_value() == "k" and params.inner.tokens[0].get_secret_value() == "t" and params.double == 4\n    return {"steps"'),
    },
    columns: EMB,
  },
  'classes with some of their arguments': {
    files: {
      'manifest.py': META, 'utils.py': VEC,
      'pipeline.py': 'from functools import partial\nfrom engine.plugins.extractors.pipeline import StepDefinition\nfrom .utils import vec\n\nclass Embed:\n    def __init__(self, config=None, mark=""):\n        self.name = f"{config}{mark}"\n\n    def __call__(self, batch):\n        batch["emb"] = [vec(text) for text in batch["data"]]\n        batch[self.name] = 1\n        return batch\n\ndef build_steps(extractor_request, **kwargs):\n    return {"steps": [StepDefinition(partial(Embed, mark="!"), config="a"), partial(Embed, "b")]}\n',
    },
    columns: { ...EMB, 'a!': [1, 1], b: [1, 1] }, steps: ['Embed', 'Embed'],
  },
  'helpers with numbers of numpy, paths as objects and items of all sorts': {
    files: {
      'manifest.py': META, 'utils.py': VEC,
      'pipeline.py': `import functools, pathlib\nimport numpy as np\nfrom shared.plugins import concurrent_api_calls, download_asset, open_asset, parallel_io\n\nasync def size(extra, text):\n    return len(text) + extra\n\ndef helpers(batch):\n    texts = batch["data"]\n    one = parallel_io(texts, len, np.int64(4))\n    two = parallel_io((text for text in texts), len, max_workers=1)\n    three = concurrent_api_calls(texts, functools.partial(size, 1), np.int32(2))\n    four = parallel_io({"k": 1}.items(), lambda pair: pair[1])\n    here = pathlib.Path(__file__)\n    with open_asset(here, suffix=None) as path:\n        found = path == download_asset(here)[0] == str(here)\n    batch["sizes"] = [[one[i], two[i], three[i], four[0], int(found)] for i in range(len(texts))]\n    return batch\n\n${STEP.replace('[step]', '[helpers, step]')}`,
    },
    columns: { ...EMB, sizes: [[1, 1, 2, 1, 1], [2, 2, 3, 1, 1]] },
  },
  'numpy and warnings that are strict, from the first batch on': {
    files: {
      'manifest.py': META, 'utils.py': VEC,
      'pipeline.py': `import warnings\nimport numpy as np\nimport pandas as pd\n\ndef strict(batch):\n    warnings.simplefilter("error")\n    np.seterr(all="raise")\n    pd.set_option("mode.copy_on_write", True)\n    pd.set_option("future.infer_string", True)\n    batch["sizes"] = [[1e-60, 1e60, 1.0]] * len(batch)\n    batch["texts"] = ["a", None]\n    return batch\n\n${STEP.replace('[step]', '[strict, step]')}`,
    },
    columns: { ...EMB, sizes: [[0, Infinity, 1], [0, Infinity, 1]], texts: ['a', null] },
  },
  'structured loggers, and lines that do not fit their values': {
    files: {
      'manifest.py': META, 'utils.py': VEC,
      'pipeline.py': `import logging\nfrom shared.loggers.services import get_logger\n\nlog = get_logger(__name__, service="mine").bind(kind=1)\nlog.info("event %d", "two", rows=3)\nlog.log(logging.WARNING, "100%")\nlog.exception("none at all")\n\n${STEP}`,
    },
    columns: EMB, said: /info: event %d two service=mine kind=1 rows=3\nwarn: 100% service=mine kind=1\nerror: none at all service=mine kind=1$/m,
  },
} satisfies Record<string, Unseen>);

describe.skipIf(python.python === null)(`unseen plugins${why(python)}`, () => {
  it.each(Object.entries(RUNS))('%s', (_, { files, columns, said, steps }) =>
    withWorker(python.python, plugin(files), {}, async (worker) => {
      const { columns: found, errors, stats } = await worker.rows([{ data: 'a' }, { data: 'bb' }]);
      expect(errors).toEqual([]);
      expect(found).toMatchObject(columns ?? {});
      if (steps !== undefined) expect(stats.steps.map(({ name }) => name)).toEqual(steps);
      if (said !== undefined) expect(worker.said).toMatch(said);
    }));

  it.each<[string, Record<string, string>, RegExp]>([
    ['a file above, imported as if it were installed', { 'utils/__init__.py': VEC, 'processors/core.py': 'from utils import vec\n', 'pipeline.py': 'from .processors.core import vec\n' }, /from \.\.utils import vec/],
    ['a file beside, imported so', { 'processors/helpers.py': 'x = 1\n', 'processors/core.py': 'import helpers\n', 'pipeline.py': 'from .processors import core\n' }, /from \. import helpers/],
    ['a list for a dict', { 'pipeline.py': 'def build_steps(extractor_request):\n    return []\n' }, /returned a list; return \{"steps"/],
    ['a method that ds has not', { 'pipeline.py': 'def build_steps(extractor_request):\n    return {"steps": [], "prepare": lambda ds: ds.repartition(2)}\n' }, /ds has no "repartition" here; it has map_batches/],
    ['an unknown batch_format', { 'pipeline.py': 'def build_steps(extractor_request):\n    return {"steps": [], "prepare": lambda ds: ds.map_batches(lambda batch: batch, batch_format="polars")}\n' }, /no batch_format 'polars'; there are pandas/],
    ['a class of pydantic 1 and a wrong parameter', { 'manifest.py': `${META}\nfrom pydantic.v1 import BaseModel\n\nclass P(BaseModel):\n    k: int = 1\n\nparameter_schema = P\n`, 'pipeline.py': 'x = 1\n' }, /colour is no parameter; there are k/],
  ])('refused: %s', async (name, files, expected) => {
    const options: StartOptions = name.includes('parameter') ? { parameters: { colour: 1 } } : {};
    const { message, next } = await refusal(python.python, plugin(files), options);
    expect(`${message} ${next}`).toMatch(expected);
  });

  it('errors whose own words say nothing are told all the same', () => {
    const code = `import numpy as np

class Odd(Exception):
    def __str__(self):
        raise RuntimeError("no")

def step(batch):
    text = batch["data"].iloc[0]
    if text == "empty":
        raise StopIteration
    if text == "odd":
        raise Odd
    if text == "matrix":
        batch["emb"] = np.ones((len(batch), 2))
    if text == "index":
        return batch.set_index("document_id")
    if text == "own":
        return batch[["data"]]
    return batch.loc[batch.index.repeat(2)]

def build_steps(extractor_request):
    return {"steps": [step]}
`;
    return withWorker(python.python, plugin({ 'pipeline.py': code }), {}, async (worker) => {
      const { errors } = await worker.rows(['empty', 'odd', 'matrix', 'index', 'own', 'twice'].map((data) => ({ data })), 1);
      expect(errors.map(({ message }) => message)).toEqual([
        'StopIteration, raised without a message',
        'Odd, whose message cannot be shown',
        'a matrix is no column: give each row its vector, as in batch["embedding"] = matrix.tolist()',
        'the step returned rows without their document_id: it is their index; end with: return batch.reset_index()',
        'the step returned rows without their document_id: add columns to the batch and return that, not a frame of their own',
        'the step was given 1 rows and returned 2: it added 1. Every row must come back as one row, several values of a row as a list in its cell',
      ]);
    });
  });

  it('a realtime answer that has no JSON form is told in so many words', () =>
    withWorker(python.python, plugin({ 'realtime.py': 'class InferenceService:\n    def run_inference(self, inputs, parameters):\n        return {"embedding": [1.0], "picture": b"x"}\n' }), { role: 'realtime' }, async (worker) => {
      await expect(worker.realtime({})).rejects.toMatchObject({ reply: { code: 'plugin-error', message: 'the answer holds a bytes, which has no JSON form; give text, numbers, lists and dicts' } });
    }));

  it('a realtime service that takes its arguments by name alone', () =>
    withWorker(python.python, plugin({ 'realtime.py': 'class InferenceService:\n    async def run_inference(self, *, inputs, parameters):\n        return {"embedding": [len(inputs["text"]), parameters["k"]]}\n' }), { role: 'realtime' }, async (worker) => {
      expect(await worker.realtime({ text: 'hello' }, { k: 2 })).toEqual({ embedding: [5, 2] });
    }));
});
