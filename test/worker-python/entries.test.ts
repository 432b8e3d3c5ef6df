/** What a plugin may offer as steps and as a realtime service, and what it is told where that cannot be run. */
import { describe, expect, it } from 'vitest';
import { PythonWorker, refusal, withWorker } from './driver.js';
import { plugin } from './folder.js';
import { python, why } from './python.js';

const PIPELINE = 'from engine.plugins.extractors.pipeline import PipelineDefinition, ResourceType, RowCondition, StepDefinition, build_pipeline_steps\n';
const build = (steps: string, code = '', signature = 'extractor_request, container=None, **kwargs', more = ''): string =>
  `${PIPELINE}\n${code}\n\ndef build_steps(${signature}):\n    return {"steps": ${steps}${more}}\n`;

const CLASS = `class Upper:
    def __init__(self, config=None, **kwargs):
        self.mark = (config or {}).get("mark", "")
        self.kwargs = kwargs

    def __call__(self, batch):
        batch["out"] = batch["data"].str.upper() + self.mark
        return batch
`;

describe.skipIf(python.python === null)(`steps${why(python)}`, () => {
  it.each<[string, string, string[]]>([
    ['a class', build('[Upper]', CLASS), ['Upper']],
    ['an instance', build('[Upper({"mark": "!"})]', CLASS), ['Upper']],
    ['a function', build('[up]', 'def up(batch):\n    batch["out"] = batch["data"].str.upper()\n    return batch'), ['up']],
    ['a lambda', build('[lambda batch: batch.assign(out=batch["data"].str.upper())]'), ['step_1']],
    ['a pipeline', build('build_pipeline_steps(PipelineDefinition(name="p", version="v1", steps=[StepDefinition(service_class=Upper, resource_type=ResourceType.GPU, config={"mark": "?"})]))', CLASS), ['Upper']],
    ['beside base_steps', build('base_steps + [Upper]', CLASS, 'extractor_request, base_steps'), ['Upper']],
    ['definitions without build_pipeline_steps', build('[StepDefinition(Upper, ResourceType.CPU)]', CLASS), ['Upper']],
    ['no arguments', build('[Upper]', CLASS, ''), ['Upper']],
    ['all with defaults', build('[Upper]', CLASS, 'extractor_request=None, container=None, base_steps=None, dataset_size=None, content_flags=None'), ['Upper']],
    ['an async build_steps', build('[Upper]', CLASS).replace('def build_steps', 'async def build_steps'), ['Upper']],
    ['an async call', build('[Later()]', 'import asyncio\n\nclass Later:\n    async def __call__(self, batch):\n        await asyncio.sleep(0)\n        batch["out"] = batch["data"].str.upper()\n        return batch'), ['Later']],
    ['a generator', build('[parts]', 'def parts(batch):\n    batch["out"] = batch["data"].str.upper()\n    yield batch.head(1)\n    yield batch.tail(len(batch) - 1)'), ['parts']],
    ['an async generator', build('[parts]', 'async def parts(batch):\n    batch["out"] = batch["data"].str.upper()\n    yield batch'), ['parts']],
    ['a config by position', build('[StepDefinition(service_class=Odd, resource_type=ResourceType.CPU, config={"mark": "!"})]', 'class Odd:\n    def __init__(self, settings, progress_actor):\n        assert settings == {"mark": "!"} and progress_actor is None\n\n    def __call__(self, batch):\n        batch["out"] = batch["data"].str.upper()\n        return batch'), ['Odd']],
    ['prepare', build('[Upper]', `${CLASS}\n\ndef both(ds):\n    return ds.map(lambda row: {**row, "data": row["data"] + "c"}).map_batches(lambda batch: batch)`, 'extractor_request', ', "prepare": both'), ['prepare.map', 'prepare.map_batches', 'Upper']],
    ['prepare that gives ds', build('[Upper]', CLASS, 'extractor_request', ', "prepare": lambda ds: ds'), ['Upper']],
    ['extract', `from engine.pipelines.models import PipelineStepsAndPrepare\n\n${CLASS}\n\ndef extract(extractor_request, **kwargs):\n    return PipelineStepsAndPrepare(steps=[Upper])\n`, ['Upper']],
    ['a base class', build('[StepDefinition(service_class=Based, resource_type=ResourceType.CPU)]', 'from shared.plugins.inference.batch import BaseBatchInferenceService\n\nclass Based(BaseBatchInferenceService):\n    def __init__(self, config, **kwargs):\n        super().__init__(**kwargs)\n        self.config = config\n\n    def _process_batch(self, batch):\n        self.logger.info("a batch")\n        batch["out"] = batch["data"].str.upper()\n        return batch'), ['Based']],
  ])('%s', (_, code, names) =>
    withWorker(python.python, plugin({ 'pipeline.py': code }), {}, async (worker) => {
      const { columns, errors, stats } = await worker.rows([{ data: 'a' }, { data: 'b' }]);
      expect(errors).toEqual([]);
      expect(columns['out']?.map((text) => String(text).slice(0, 1))).toEqual(['A', 'B']);
      expect(stats.steps.map(({ name }) => name)).toEqual(names);
    }));

  it.each<[string, string, RegExp]>([
    ['only process', build('[Old()]', 'class Old:\n    def process(self, batch):\n        return batch'), /Old\) has a method process, which nothing calls.*def __call__\(self, batch\)/],
    ['only process, a class', build('[StepDefinition(service_class=Old, resource_type=ResourceType.CPU)]', 'class Old:\n    async def process(self, batch):\n        return batch'), /rename it to def __call__/],
    ['no steps', `${PIPELINE}\ndef build_steps(extractor_request):\n    pass\n`, /returned nothing; return \{"steps": \[\.\.\.\]\}/],
    ['steps that are no list', build('None'), /returned a dict without a list of steps/],
    ['a text for a class', build('[StepDefinition(service_class="Upper", resource_type=ResourceType.CPU)]'), /service_class is the text 'Upper'; give the class itself/],
    ['a text', build('["Upper"]'), /step 1 is a str that cannot be called/],
    ['an unknown resource', build('[StepDefinition(service_class=Upper, resource_type="tpu")]', CLASS), /resource_type 'tpu' is not one of ResourceType.CPU/],
    ['an unknown condition', build('[StepDefinition(service_class=Upper, resource_type=ResourceType.CPU, condition="is_green")]', CLASS), /condition 'is_green' is not one of RowCondition.ALWAYS/],
    ['a bad batch size', build('[StepDefinition(service_class=Upper, resource_type=ResourceType.CPU, batch_size=0)]', CLASS), /batch_size 0 is not a whole number above 0/],
    ['a constructor that raises', build('[StepDefinition(service_class=Bad, resource_type=ResourceType.CPU, config={})]', 'class Bad:\n    def __init__(self, config):\n        raise RuntimeError("no")\n\n    def __call__(self, batch):\n        return batch'), /build_steps failed at pipeline\.py:5:\d+: RuntimeError: no/],
    ['a missing argument', build('[]', '', 'extractor_request, colour'), /missing 1 required positional argument: 'colour'/],
    ['no build_steps', 'x = 1\n', /no function build_steps/],
    ['ds.count', build('[]', '', 'extractor_request', ', "prepare": lambda ds: ds if ds.count() else ds'), /ds\.count\(\) is not known/],
    ['a prepare that gives nothing', build('[]', '', 'extractor_request', ', "prepare": lambda ds: None'), /prepare\(ds\) returned a NoneType/],
    ['sys.exit', 'import sys\n\ndef build_steps(extractor_request):\n    sys.exit(1)\n', /must not end its worker/],
  ])('refused: %s', async (_, code, message) => {
    const said = await refusal(python.python, plugin({ 'pipeline.py': code }));
    expect(said.code).toBe('build-steps');
    expect(said.message).toMatch(message);
    expect(said.next).not.toBe('');
  });

  it.each([
    [false, /^debug: Traceback, the plugin's lines:\n  pipeline\.py:4:\d+, in outer\n    .*\n  pipeline\.py:\d+:\d+, in inner\n    raise KeyError\("x"\) from None\nKeyError: there is no key 'x'$/],
    [true, /^debug: Traceback \(most recent call last\):\n  File ".*plugsmith_worker[\s\S]*in inner/],
  ])('an error is in the log once, verbose: %s', (verbose, expected) => {
    const code = build('[outer]', 'def outer(batch):\n    return batch["data"].map(inner)\n\ndef inner(text):\n    raise KeyError("x") from None');
    return withWorker(python.python, plugin({ 'pipeline.py': code }), { init: { verbose } }, async (worker) => {
      expect((await worker.rows([{ data: 'a' }, { data: 'b' }])).errors).toHaveLength(2);
      expect(worker.logs).toHaveLength(1);
      expect(worker.said).toMatch(expected);
    });
  });

  it('runs up to a step', async () => {
    const root = plugin({ 'pipeline.py': build('[Upper, lambda batch: 1 / 0]', CLASS) });
    await withWorker(python.python, root, { init: { last_step: 'Upper' } }, async (worker) => {
      expect((await worker.rows([{ data: 'a' }])).columns['out']).toEqual(['A']);
    });
    expect(await refusal(python.python, root, { init: { last_step: 'Lower' } })).toMatchObject({ code: 'no-step', next: 'Steps: Upper, step_2.' });
  });

  it('rows that prepare filters out are skipped, its errors cost their rows', () =>
    withWorker(python.python, plugin({ 'pipeline.py': build('[Upper]', CLASS, 'extractor_request', ', "prepare": lambda ds: ds.map(lambda row: {**row, "data": row["data"] * ds.count()}).filter(lambda row: len(row["data"]) < 3)') }), { init: { dataset_size: 1 } }, async (worker) => {
      const { columns, errors, stats } = await worker.rows(['a', 'long', null, 'b'].map((data) => ({ data })));
      expect(columns['out']).toEqual(['A', null, null, 'B']);
      expect(errors).toMatchObject([{ row: 2, step: 'prepare.map', name: 'TypeError' }]);
      expect(stats.skipped).toBe(1);
    }));

  it('a step has its own batch size and its condition', () =>
    withWorker(python.python, plugin({ 'pipeline.py': build('[StepDefinition(service_class=Size, resource_type=ResourceType.CPU, condition=RowCondition.IS_VISUAL, batch_size=2)]', 'class Size:\n    def __init__(self):\n        pass\n\n    def __call__(self, batch):\n        batch["size"] = len(batch)\n        batch["some"] = [[1.5]] * len(batch) if len(batch) > 1 else None\n        return batch') }), {}, async (worker) => {
      const types = ['image/png', 'text/plain', 'video/mp4', 'image/gif', null];
      const { columns, stats } = await worker.rows(types.map((mime_type) => ({ mime_type })));
      expect(columns['size']).toEqual([2, null, 2, 1, null]);
      expect(columns['some']).toEqual([[1.5], null, [1.5], null, null]);
      expect(stats).toMatchObject({ skipped: 2, batches: 1 });
    }));
});

describe.skipIf(python.python === null)(`realtime${why(python)}`, () => {
  const BASE = 'from shared.plugins.inference.serve import BaseInferenceService\n\n';
  it.each([
    ['run_inference', `${BASE}class InferenceService(BaseInferenceService):\n    async def run_inference(self, inputs, parameters):\n        self.logger.info("asked")\n        return {"embedding": [len(inputs["text"]), parameters["k"]]}\n`],
    ['__call__', `${BASE}class InferenceService(BaseInferenceService):\n    def __init__(self):\n        super().__init__()\n\n    def __call__(self, inputs: dict, parameters: dict) -> dict:\n        return {"embedding": [len(inputs["text"]), parameters["k"]]}\n`],
    ['_process_single of a subclass by another name', `${BASE}class Mine(BaseInferenceService):\n    async def _process_single(self, inputs, parameters):\n        return {"embedding": [len(inputs["text"]), parameters["k"]]}\n`],
    ['predict', 'class RealtimeHandler:\n    def predict(self, request):\n        return {"embedding": [len(request["inputs"]["text"]), request["parameters"]["k"]]}\n'],
    ['get_inference_service, an instance', 'class Any:\n    async def run_inference(self, inputs, parameters=None):\n        return {"embedding": [len(inputs["text"]), parameters["k"]]}\n\ndef get_inference_service():\n    return Any()\n'],
    ['get_inference_service, awaited', 'class Any:\n    async def __call__(self, inputs, options):\n        return {"embedding": [len(inputs["text"]), options["k"]]}\n\nasync def get_inference_service():\n    return Any()\n'],
    ['get_inference_service, a class', 'class Any:\n    def run_inference(self, inputs, options):\n        return {"embedding": [len(inputs["text"]), options["k"]]}\n\ndef get_inference_service():\n    return Any\n'],
  ])('%s', (_, code) =>
    withWorker(python.python, plugin({ 'realtime.py': code }), { role: 'realtime' }, async (worker) => {
      expect(await worker.realtime({ text: 'hello' }, { k: 7 })).toEqual({ embedding: [5, 7] });
    }));

  it('refused: nothing that could be called', async () => {
    expect(await refusal(python.python, plugin({ 'realtime.py': 'x = 1\n' }), { role: 'realtime' })).toMatchObject({ code: 'no-realtime', message: expect.stringContaining('no InferenceService') as string });
    expect(await refusal(python.python, plugin({}), { role: 'realtime' })).toMatchObject({ code: 'no-realtime', message: expect.stringContaining('no realtime.py') as string });
  });
});

describe.skipIf(python.python === null)(`helpers${why(python)}`, () => {
  it('one loop for the worker\'s life; helpers work inside of it, on threads, and count what fails', () => {
    const code = build('[step]', `
import asyncio, logging
from shared.plugins.sdk import concurrent_api_calls, parallel_io

loops = set()
log = logging.getLogger(__name__)

async def half(number):
    await asyncio.sleep(0)
    if number % 2:
        raise ValueError(f"odd {number}")
    return number

def calls(_):
    return concurrent_api_calls([0, 1, 2], half, 2)

async def step(batch):
    loops.add(id(asyncio.get_running_loop()))
    log.info("a line of the log")
    inside = concurrent_api_calls(items=[0, 1, 2], async_fn=half, max_concurrent=10)
    threads = parallel_io(items=[5, 6, None], process_fn=lambda number: number + 1, max_workers=8)
    nested = parallel_io([1, 2], calls)
    batch["out"] = [{"loops": len(loops), "inside": inside, "threads": threads, "nested": nested}] * len(batch)
    return batch
`);
    return withWorker(python.python, plugin({ 'pipeline.py': code }), {}, async (worker) => {
      await worker.rows([{ data: 'a' }]);
      const { columns, stats, errors } = await worker.rows([{ data: 'a' }]);
      expect(errors).toEqual([]);
      expect(columns['out']?.[0]).toEqual({ loops: 1, inside: [0, null, 2], threads: { 0: 6, 1: 7 }, nested: { 0: [0, null, 2], 1: [0, null, 2] } });
      expect(stats.steps[0]).toMatchObject({ io_failures: 4, first_io_error: 'ValueError: odd 1' });
      expect(worker.logs).toContainEqual({ level: 'info', source: 'log', step: 'step', message: 'a line of the log' });
    });
  });

  it('files: paths as they are, URLs through the supervisor, temporary ones removed', () => {
    const code = build('[step]', `
import os
from shared.plugins import download_asset, open_asset
from shared.utilities.files import resolve_url_to_local_path

def step(batch):
    url = batch["data"].iloc[0]
    with open_asset(url, suffix=".txt") as path:
        inside = os.path.exists(path)
    batch["out"] = [[inside, os.path.exists(path), download_asset(__file__)[1], resolve_url_to_local_path("file://" + __file__)[0] == __file__]]
    return batch
`);
    const asset = async ({ url, suffix }: Record<string, unknown>): Promise<unknown> => {
      const { mkdtempSync, writeFileSync } = await import('node:fs');
      const path = `${mkdtempSync('/tmp/plugsmith-asset-')}/file${String(suffix)}`;
      writeFileSync(path, String(url));
      return { path, isTemporary: true };
    };
    return withWorker(python.python, plugin({ 'pipeline.py': code }), { serve: { asset } }, async (worker) => {
      const { columns, errors } = await worker.rows([{ data: 's3://bucket/a.txt' }]);
      expect(errors).toEqual([]);
      expect(columns['out']).toEqual([[true, false, false, true]]);
    });
  });

  it('a file that takes its time is waited for beyond the deadline', () => {
    const code = build('[step]', 'from shared.plugins import download_asset\n\ndef step(batch):\n    batch["out"] = [download_asset(url)[0] for url in batch["data"]]\n    return batch');
    const asset = (): Promise<unknown> => new Promise((resolve) => setTimeout(() => resolve({ path: '/tmp', isTemporary: false }), 4500));
    return withWorker(python.python, plugin({ 'pipeline.py': code }), { serve: { asset } }, async (worker) => {
      expect((await worker.rows([{ data: 's3://bucket/a.txt' }], 64, 3000)).columns['out']).toEqual(['/tmp']);
    });
  });

  it('lazy models: an overridden loader is used, weights of the user are found', () => {
    const code = build('[Mine(), Named()]', `
from engine.models import LazyModelMixin
from shared.plugins.inference.batch import BaseBatchInferenceService

class Mine(LazyModelMixin, BaseBatchInferenceService):
    def ensure_model_loaded(self):
        self._model, self._tokenizer = "model", "tokenizer"

    def _process_batch(self, batch):
        batch["out"] = "-".join(self.get_model())
        return batch

class Named(LazyModelMixin):
    model_id = "weights_1_0_0"
    model_source = "namespace"

    def _instantiate_model(self, cached):
        return cached.split("/")[-1]

    def __call__(self, batch):
        batch["file"] = self.model
        batch["none"] = self.tokenizer
        return batch
`);
    return withWorker(python.python, plugin({ 'pipeline.py': code, 'models/weights_1_0_0.json': '{}' }), {}, async (worker) => {
      const { columns, errors } = await worker.rows([{ data: 'a' }]);
      expect(errors).toEqual([]);
      expect(columns).toEqual({ out: ['model-tokenizer'], file: ['weights_1_0_0.json'], none: [null] });
    });
  });

  it('services that are not there say how to provide them', () => {
    const code = build('[Ask({"c": container})]', 'class Ask:\n    def __init__(self, config):\n        self.container = config["c"]\n\n    async def __call__(self, batch):\n        batch["out"] = [(await self.container.llm.generate("x")).text, await self.container.secrets.list()]\n        return batch');
    return withWorker(python.python, plugin({ 'pipeline.py': code }), {}, async (worker) => {
      const { errors } = await worker.rows([{ data: 'a' }]);
      expect(errors).toMatchObject([{ name: 'RefusedError', message: 'There is no llm here. Give one.' }]);
    });
  });
});

describe.skipIf(python.python === null)(`modules${why(python)}`, () => {
  it('every name of the guide is there', () => {
    const imports = `
from api.namespaces.plugins.security.scanner import PluginSecurityScanner
from engine.inference.services import BaseBatchInferenceService as Older
from engine.models import LazyModelMixin, is_hf_model_cached, lazy_model, load_hf_model, load_hf_model_async, load_namespace_model
from engine.models.lazy import LazyModelMixin as Lazy
from engine.models.loader import load_hf_model as load
from engine.pipelines.models import ExtractorRequest, PipelineStepsAndPrepare
from engine.plugins.extractors.builder import build_pipeline_steps
from engine.services.batch import BaseBatchInferenceService as Old
from shared.collection.features.extractors.models import ExtractorDefinition
from shared.inference.BAAI.bge_reranker_v2_m3.models import InferenceConfigs as A
from shared.inference.google.siglip_base_patch16_224.models import InferenceConfigs as B
from shared.inference.jinaai.jina_embeddings_v2_base_code.models import InferenceConfigs as C
from shared.inference.openai.whisper_large_v3_turbo.models import InferenceConfigs as D
from shared.inference.registry import get_batch_service
from shared.loggers.services import get_logger
from shared.models.loader import load_namespace_model as again
from shared.plugins import concurrent_api_calls, download_asset, open_asset, parallel_io
from shared.plugins.inference.batch import BaseBatchInferenceService
from shared.plugins.inference.serve import BaseInferenceService, ServeDeploymentConfig
from shared.plugins.sdk import concurrent_api_calls, download_asset, parallel_io
from shared.utilities.files import resolve_url_to_local_path

assert Old is BaseBatchInferenceService is Older and ServeDeploymentConfig(enabled=True, num_replicas=2).num_replicas == 2
assert not is_hf_model_cached("nobody/nothing")
try:
    PluginSecurityScanner().scan_directory("nowhere")
    raise AssertionError("scanned a folder that is not there")
except NotADirectoryError:
    pass
`;
    return withWorker(python.python, plugin({ 'pipeline.py': `${imports}\n\ndef build_steps(extractor_request):\n    return {"steps": [lambda batch: batch]}\n` }), {}, async () => undefined);
  });

  it('the user\'s own packages win, name by name', async () => {
    // Installed packages of these names, as a plugin's environment may have them.
    const site = plugin({ 'shared/__init__.py': 'mine = True\n', 'shared/tools.py': 'x = 1\n', 'engine/plugins/extractors/pipeline.py': 'ours = False\n' });
    const code = `import sys
sys.path.append(${JSON.stringify(site)})
import shared
import shared.tools
from shared.plugins.sdk import parallel_io
import engine.plugins.extractors.pipeline as pipeline
assert shared.mine and parallel_io and not pipeline.ours

def build_steps(extractor_request):
    return {"steps": [lambda batch: batch]}
`;
    await withWorker(python.python, plugin({ 'pipeline.py': code }), {}, async () => undefined);
  });

  it.each<[string, string, string, RegExp]>([
    ['a package by its name for pip', 'import yaml\n', 'x = 1\n', /"yaml", which is not there \(pipeline\.py:1:1: import yaml\).*dependencies = \["pyyaml"\]/],
    ['beside those that are listed', 'import bs4\n', 'dependencies = ["requests>=2", "pillow"]\n', /dependencies = \["requests>=2", "pillow", "beautifulsoup4"\]/],
    ['a file of the plugin, imported as if it were installed', 'from processors.core import X\n', '', /from \.processors\.core import/],
    ['a module that only the service has', 'from shared.billing.models import CostRate\n', '', /"shared\.billing".*builtin plugins of the service use more/],
    ['a file that the plugin does not have', 'from .cores import X\n', '', /no file cores\.py/],
  ])('missing: %s', async (_, code, manifest, expected) => {
    const root = plugin({ 'manifest.py': `feature_extractor_name = "my_plugin"\nversion = "1.0.0"\n${manifest}`, 'processors/core.py': 'X = 1\n', 'pipeline.py': code });
    const { message, next, code: kind } = await refusal(python.python, root);
    expect(kind).toBe('missing-module');
    expect(`${message} ${next}`).toMatch(expected);
  });

  it.each(['my-plugin', 'json', 'pandas', '1st', 'shared'])('a folder called %s is a package all the same', (name) =>
    withWorker(python.python, plugin({ 'pipeline.py': 'import json\nfrom .manifest import version\n\ndef build_steps(extractor_request):\n    assert json.dumps(version)\n    return {"steps": [lambda batch: batch]}\n' }, name), {}, async (worker) => {
      expect((await worker.rows([{ data: 'a' }])).errors).toEqual([]);
    }));
});

describe.skipIf(python.python === null)(`manifest${why(python)}`, () => {
  const manifestOf = async (code: string): Promise<{ manifest: Record<string, unknown>; parameters: Record<string, unknown> }> => {
    const worker = new PythonWorker(python.python as string, plugin({ 'manifest.py': code }), { role: 'manifest', parameters: { k: 3 } });
    try {
      return await worker.start();
    } finally {
      await worker.stop();
    }
  };

  it('in both styles, brought to one form', async () => {
    const models = 'from pydantic import BaseModel, Field\n\nclass P(BaseModel):\n    k: int = Field(default=1, ge=0)\n    size: str = "base"\n\n';
    const { manifest, parameters } = await manifestOf(`${models}metadata = {"name": "old_style", "version": "v2.1", "category": "text", "parameter_schema": P, "tier": 1}\ncompute_profile = {"resource_type": "cpu", "batch_size": 7}\noutput_schema = {"v": {"type": "array"}}\n`);
    expect(manifest).toMatchObject({ feature_extractor_name: 'old_style', version: '2.1.0', category: 'text', tier: 1, features: [], compute_profile: { batch_size: 7 }, output_schema: { v: { type: 'array' } }, parameter_schema: { type: 'object', properties: { k: { minimum: 0, default: 1 } } } });
    expect(parameters).toEqual({ k: 3, size: 'base' });
  });

  it('parameters of a plugin without a schema are taken as they are', async () => {
    expect((await manifestOf('feature_extractor_name = "abc"\nversion = "1"\n')).parameters).toEqual({ k: 3 });
  });

  it.each<[string, string, RegExp]>([
    ['no name', 'version = "1.0.0"', /no feature_extractor_name/],
    ['a bad name', 'feature_extractor_name = "a-b"\nversion = "1.0.0"', /letter, then/],
    ['a bad version', 'feature_extractor_name = "abc"\nversion = "1.0.0.0"', /version is '1\.0\.0\.0'/],
    ['a version as a number', 'feature_extractor_name = "abc"\nversion = 1.0', /version is 1\.0/],
    ['wrong feature keys', 'feature_extractor_name = "abc"\nversion = "1"\nfeatures = [{"type": "vector", "name": "v", "dimensions": 3, "distance": "cosine"}]', /key 'type'.*Did you mean "feature_type"/],
    ['a feature without its size', 'feature_extractor_name = "abc"\nversion = "1"\nfeatures = [{"feature_type": "embedding", "feature_name": "v", "distance_metric": "cosine"}]', /has no embedding_dim/],
    ['a schema that is none', 'feature_extractor_name = "abc"\nversion = "1"\ninput_schema = print', /input_schema is a builtin_function_or_method/],
    ['parameters of the wrong kind', 'from pydantic import BaseModel\n\nclass P(BaseModel):\n    k: str\n\nfeature_extractor_name = "abc"\nversion = "1"\nparameter_schema = P', /k: Input should be a valid string/],
    ['an unknown parameter', 'feature_extractor_name = "abc"\nversion = "1"\nparameter_schema = {"kk": {"type": "integer", "default": 1}}', /k is no parameter; did you mean "kk"/],
    ['a parameter beyond its limit', 'feature_extractor_name = "abc"\nversion = "1"\nparameter_schema = {"type": "object", "properties": {"k": {"type": "integer", "maximum": 2}}}', /3 is more than 2/],
  ])('refused: %s', async (_, code, expected) => {
    const { message, next } = await refusal(python.python, plugin({ 'manifest.py': code }), { role: 'manifest', parameters: { k: 3 } });
    expect(`${message} ${next}`).toMatch(expected);
  });
});
