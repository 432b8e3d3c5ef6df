/** The examples of the service's plugin guide, word for word, and what becomes of each. */
import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { onnxModel, type Graph } from '../../src/search/onnx-model.js';
import { PythonWorker, refusal, withWorker } from './driver.js';
import { plugin } from './folder.js';
import { python, seedPython, why } from './python.js';

const seed = (name: string): string => fileURLToPath(new URL(`../fixtures/seed/${name}`, import.meta.url));
const texts = ['short', 'a text that is longer than fifty characters, so that it counts as positive'].map((data) => ({ data }));

let folder = '';

/** A seed plugin in which the file with the example was changed. */
function copyOf(name: string, change: (code: string) => string): string {
  const root = join(folder, name);
  cpSync(seed(name), root, { recursive: true });
  for (const file of ['processors/core.py', 'pipeline.py']) {
    const path = join(root, file);
    if (existsSync(path)) writeFileSync(path, change(readFileSync(path, 'utf8')));
  }
  return root;
}

/** The small model of a template, where a service looks for its own. */
function smallEmbedder(place: string): void {
  mkdirSync(place, { recursive: true });
  cpSync(fileURLToPath(new URL('../../templates/text/models/', import.meta.url)), place, { recursive: true });
}
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'plugsmith-seed-'));
  // One red pixel.
  writeFileSync(join(folder, 'red.png'), Buffer.from('iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAIAAACQd1PeAAAADElEQVR4nGP4z8AAAAMBAQDJ/pLvAAAAAElFTkSuQmCC', 'base64'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe.skipIf(python.python === null)(`bare environment${why(python)}`, () => {
  it('my_extractor: the missing package is named, with its import and the line that the manifest lacks', () =>
    withWorker(python.python, seed('my_extractor'), {}, async (worker) => {
      const said = await worker.rows(texts).catch((error: { reply: { code: string; message: string; next: string } }) => error.reply);
      expect(said).toMatchObject({ code: 'missing-module', next: 'Add the package to manifest.py: dependencies = ["sentence-transformers"]' });
      expect(said).toHaveProperty('message', 'The plugin imports "sentence_transformers", which is not there (processors/core.py:19:13: from sentence_transformers import SentenceTransformer).');
    }));

  it('image_classifier: torch is named, beside the dependencies that are there', () =>
    withWorker(python.python, seed('image_classifier'), {}, async (worker) => {
      const said = await worker.rows([{ data: 's3://bucket/a.jpg', mime_type: 'image/jpeg' }]).catch((error: { reply: object }) => error.reply);
      expect(said).toMatchObject({ code: 'missing-module', message: expect.stringContaining('"torch"') as string, next: expect.stringContaining('is among the dependencies') as string });
    }));

  it('built-in service: the package that runs it is named', () => {
    const fixed = copyOf('builtin_service', (code) => code.replace('text_column="text"', 'text_column="data"'));
    return withWorker(python.python, fixed, {}, async (worker) => {
      const said = await worker.rows(texts).catch((error: { reply: object }) => error.reply);
      expect(said).toMatchObject({ code: 'missing-module', message: 'The plugin imports "onnxruntime", which is not there.', next: 'Add the package to manifest.py: dependencies = ["onnxruntime"]' });
    });
  });

  it('secrets: refused before the first row, with the fix', async () => {
    expect(await refusal(python.python, seed('secrets'))).toMatchObject({ code: 'build-steps', message: expect.stringMatching(/MyProcessor.*process.*def __call__\(self, batch\)/) as string });
  });

  it('audio_embedding: NameError at its line, before any row', async () => {
    expect(await refusal(python.python, seed('audio_embedding'))).toMatchObject({ code: 'build-steps', message: expect.stringContaining("NameError: name 'MyParams' is not defined") as string, at: expect.stringMatching(/^pipeline\.py:12:/) as string });
  });

  it('builtin definition.py: not a custom plugin', async () => {
    expect(await refusal(python.python, seed('builtin_definition'))).toMatchObject({ code: 'manifest-missing', message: expect.stringContaining('not a custom plugin') as string });
  });

  it('conditional steps: a disabled step is absent', async () => {
    const off = new PythonWorker(python.python as string, seed('conditional_steps'));
    expect((await off.start()).steps.map(({ name }) => name)).toEqual(['E5Batch']);
    const { columns } = await off.rows(texts);
    expect(Object.keys(columns)).toEqual(['length']);
    await off.stop();
    const on = new PythonWorker(python.python as string, seed('conditional_steps'), { parameters: { enable_chunking: true } });
    expect((await on.start()).steps.map(({ name }) => name)).toEqual(['TextChunker', 'E5Batch']);
    await on.stop();
  });

  it('brand compliance: image_url is named, and data beside it', () =>
    withWorker(python.python, seed('brand_compliance'), {}, async (worker) => {
      const { errors } = await worker.rows([{ data: 'a.jpg' }, { data: 'b.jpg' }]);
      expect(errors).toHaveLength(2);
      expect(errors[0]).toMatchObject({ name: 'MissingColumnError', at: expect.stringMatching(/^processors\/compliance\.py:10:/) as string, message: expect.stringMatching(/no column "image_url".*data, document_id.*size_bytes.*its content is in "data"/) as string });
    }));

  it('LLM enrichment: a failed call is {} and counted', () => {
    const llm = ({ text }: Record<string, unknown>): unknown => {
      if (text === 'bad') throw new Error('the model is busy');
      return { data: `entities of ${String(text)}`, text: '' };
    };
    return withWorker(python.python, seed('llm_enrichment'), { serve: { llm } }, async (worker) => {
      const { columns, stats, errors } = await worker.rows([{ data: 'one' }, { data: 'bad' }, { data: null }]);
      expect(errors).toEqual([]);
      expect(columns['entities']).toEqual(['entities of one', {}, 'entities of ']);
      expect(stats.steps[0]).toMatchObject({ io_failures: 1, first_io_error: 'RefusedError: the model is busy.', io_calls: 3 });
    });
  });

  it('vlm_analyzer: empty URLs give failed calls and zero vectors, both counted', () => {
    const llm = ({ images }: Record<string, unknown>): unknown => {
      if ((images as string[])[0] === '') throw new Error('an image without an address');
      return { data: { description: 'a car', tags: ['car'] }, text: '' };
    };
    return withWorker(python.python, seed('vlm_analyzer'), { serve: { llm } }, async (worker) => {
      const image = { data: 's3://bucket/a.jpg', mime_type: 'image/jpeg' };
      const empty = await worker.rows([image, image]);
      expect(empty.stats.features).toEqual({ vlm_embedding: { written: 2, null: 0, wrong_size: 0, nan: 0, zero: 2, seen_size: 0 } });
      expect(empty.stats.steps[0]).toMatchObject({ io_failures: 2, first_io_error: 'RefusedError: an image without an address.' });
      const { columns, stats } = await worker.rows([{ ...image, source_url: 'https://example.com/car.jpg' }]);
      expect(columns['tags']).toEqual([['car']]);
      expect(stats.features['vlm_embedding']).toMatchObject({ written: 1, zero: 0 });
    });
  });
});

describe.skipIf(seedPython.python === null)(`with stand-ins${why(seedPython)}`, () => {
  it('my_extractor: both columns of ten rows are written', () =>
    withWorker(seedPython.python, seed('my_extractor'), {}, async (worker) => {
      const rows = Array.from({ length: 10 }, (_, i) => (i === 3 ? { data: null } : { data: 'words '.repeat(i * 2) }));
      const { columns, errors, stats } = await worker.rows(rows);
      expect(errors).toEqual([]);
      expect(Object.keys(columns)).toEqual(['my_embedding', 'sentiment']);
      expect((columns['my_embedding'] as number[][]).map((vector) => vector.length)).toEqual(Array(10).fill(384));
      expect(columns['sentiment']).toEqual([...Array<string>(5).fill('neutral'), ...Array<string>(5).fill('positive')]);
      expect(stats.features['my_embedding']).toMatchObject({ written: 10, null: 0 });
      expect(stats.steps[0]).toMatchObject({ name: 'MyProcessor', model_calls: 1, sequential: { model: 0 } });
    }));

  it('my_extractor: invoke gives an embedding', () =>
    withWorker(seedPython.python, seed('my_extractor'), { role: 'realtime' }, async (worker) => {
      const value = (await worker.realtime({ text: 'hello' })) as { embedding: number[]; sentiment: string };
      expect(value.embedding).toHaveLength(384);
      expect(value.sentiment).toBe('neutral');
    }));

  it('MyProcessor with model_size="large": every vector has the wrong size', () =>
    withWorker(seedPython.python, seed('my_extractor'), { parameters: { model_size: 'large' } }, async (worker) => {
      const { stats, columns } = await worker.rows(texts);
      expect(stats.features['my_embedding']).toMatchObject({ written: 0, wrong_size: 2, seen_size: 768 });
      expect(columns['my_embedding']).toEqual([null, null]);
    }));

  it.each(['text_processor', 'embedding_processor'])('%s runs', (name) =>
    withWorker(seedPython.python, seed(name), {}, async (worker) => {
      const { stats, errors } = await worker.rows([...texts, { data: null }]);
      expect(errors).toEqual([]);
      expect(stats.features['embedding']).toMatchObject({ written: 3 });
    }));

  it('image processor: one failed download fails its row only', async () => {
    const good = join(folder, 'red.png');
    await withWorker(seedPython.python, seed('image_processor'), {}, async (worker) => {
      const { columns, errors, stats } = await worker.rows([{ data: good }, { data: join(folder, 'absent.png') }, { data: good }]);
      expect(columns['embedding']).toEqual([[255, 0, 0, 1], null, [255, 0, 0, 1]]);
      expect(errors.map(({ row }) => row)).toEqual([1]);
      expect(stats.steps[0]?.first_io_error).toContain('there is no file');
    });
  });

  it('image loop runs', () => {
    const good = join(folder, 'red.png');
    return withWorker(seedPython.python, seed('image_loop'), {}, async (worker) => {
      const { columns, errors } = await worker.rows([{ data: good }, { data: good }]);
      expect(errors).toEqual([]);
      expect(columns['embedding']).toEqual([[255, 0, 0, 1], [255, 0, 0, 1]]);
    });
  });

  it('video frames: a failed download leaves its row None, and is counted', () =>
    withWorker(seedPython.python, seed('video_frames'), {}, async (worker) => {
      const { errors, stats } = await worker.rows([{ data: join(folder, 'red.png') }, { data: join(folder, 'absent.mp4') }]);
      expect(errors).toEqual([]);
      expect(stats.features['embedding']).toMatchObject({ written: 0, null: 2 });
      expect(stats.steps[0]).toMatchObject({ io_failures: 1 });
    }));

  it('core rule, wrong: text is named; pandas refuses to put a vector into a cell of no column; mended, it is seen at run time', async () => {
    await withWorker(seedPython.python, seed('core_rule_wrong'), {}, async (worker) => {
      const { errors } = await worker.rows(texts);
      expect(errors[0]).toMatchObject({ name: 'MissingColumnError', message: expect.stringContaining('no column "text"') as string });
      const named = await worker.rows(texts.map(({ data }) => ({ data, text: data })));
      expect(named.errors[0]).toMatchObject({ name: 'ValueError', at: expect.stringMatching(/^processors\/core\.py:13:/) as string });
    });
    const mended = copyOf('core_rule_wrong', (code) => code.replace('for idx', 'batch["embedding"] = None\n        for idx').replace('"text"', '"data"'));
    await withWorker(seedPython.python, mended, {}, async (worker) => {
      const { stats, errors } = await worker.rows([...texts, ...texts]);
      expect(errors).toEqual([]);
      expect(stats.features['embedding']).toMatchObject({ written: 4 });
      expect(stats.steps[0]).toMatchObject({ model_calls: 4, sequential: { model: 1, tokenizer: 0, io: 0 } });
    });
  });

  it('built-in service: text is named; a copy that reads data wants its model, and runs with a small one', async () => {
    await withWorker(seedPython.python, seed('builtin_service'), {}, async (worker) => {
      const { errors } = await worker.rows(texts);
      expect(errors[0]).toMatchObject({ name: 'MissingColumnError', message: expect.stringContaining('no column "text"') as string });
    });
    const fixed = copyOf('builtin_service', (code) => code.replace('text_column="text"', 'text_column="data"'));
    await withWorker(seedPython.python, fixed, {}, async (worker) => {
      const { errors } = await worker.rows(texts);
      expect(errors[0]?.message).toMatch(/The model intfloat\/multilingual-e5-large-instruct is not in .*models\/intfloat.*, and the hub's .*onnx\/model\.onnx cannot be had: There is no hub here/);
    });
    const models = join(folder, 'models');
    smallEmbedder(join(models, 'intfloat/multilingual-e5-large-instruct'));
    await withWorker(seedPython.python, fixed, { init: { model_folders: [models] } }, async (worker) => {
      const { errors, stats, columns } = await worker.rows([...texts, { data: null }]);
      expect(errors).toEqual([]);
      // The small model has 384 dimensions where the service's has 1024.
      expect(stats.features['embedding']).toMatchObject({ wrong_size: 3, seen_size: 384 });
      expect(stats.steps[0]).toMatchObject({ model_calls: 1, tokenizer_calls: 1 });
      expect(Object.keys(columns)).toEqual(['embedding']);
    });
    // The same from the hub, as the supervisor hands it over.
    const asked: string[] = [];
    const hub = ({ repo, file, optional }: Record<string, unknown>): unknown => {
      asked.push(`${String(repo)}/${String(file)}`);
      if (optional === true && file !== 'tokenizer.json') return null;
      const place = join(folder, 'snapshot');
      smallEmbedder(place);
      mkdirSync(join(place, 'onnx'), { recursive: true });
      cpSync(join(place, 'encoder.onnx'), join(place, 'onnx/model.onnx'));
      return { path: join(place, String(file)), commit: 'c' };
    };
    await withWorker(seedPython.python, fixed, { serve: { hub } }, async (worker) => {
      expect((await worker.rows(texts)).errors).toEqual([]);
      expect(asked).toEqual(['onnx/model.onnx', 'onnx/model.onnx_data', 'onnx/model.onnx.data', 'tokenizer.json'].map((file) => `intfloat/multilingual-e5-large-instruct/${file}`));
    });
  });

  it.each(['core_rule_correct', 'lazy_mixin', 'lazy_decorator'])('%s: text is named, and data beside it; with the column it runs', (name) =>
    withWorker(seedPython.python, seed(name), {}, async (worker) => {
      const { errors } = await worker.rows(texts);
      expect(errors).toHaveLength(2);
      expect(errors[0]).toMatchObject({ name: 'MissingColumnError', message: expect.stringContaining('its content is in "data"') as string });
      const fixed = await worker.rows(texts.map(({ data }) => ({ data, text: data })));
      expect(fixed.errors).toEqual([]);
      expect(fixed.stats.features['embedding']).toMatchObject({ written: 2 });
    }));

  it('built-in service for sound: through transformers, all of a batch at once; what cannot be fetched is None, and counted', async () => {
    const root = plugin({
      'pipeline.py': `from shared.inference.registry import get_batch_service
from engine.plugins.extractors.pipeline import ResourceType, RowCondition, StepDefinition


def build_steps(extractor_request, container=None):
    return {"steps": [StepDefinition(get_batch_service("openai/whisper-large-v3-turbo"), ResourceType.API, {"output_column": "transcription"}, RowCondition.IS_AUDIO)]}
`,
    });
    for (const word of ['one', 'two']) writeFileSync(join(folder, `${word}.wav`), word);
    const rows = ['one.wav', 'gone.wav', 'two.wav'].map((name) => ({ data: join(folder, name), mime_type: 'audio/wav' }));
    await withWorker(seedPython.python, root, {}, async (worker) => {
      const { columns, errors, stats } = await worker.rows([...rows, { data: 'no sound' }]);
      expect(errors).toEqual([]);
      // Nobody fetches models in a test: transformers gets the id.
      expect(columns['transcription']).toEqual(['one by openai/whisper-large-v3-turbo', null, 'two by openai/whisper-large-v3-turbo', null]);
      expect(stats).toMatchObject({ skipped: 1, steps: [{ model_calls: 1, io_failures: 1 }] });
    });
    await withWorker(python.python, root, {}, async (worker) => {
      const said = await worker.rows(rows).catch((error: { reply: object }) => error.reply);
      expect(said).toMatchObject({ code: 'missing-module', next: 'Add the package to manifest.py: dependencies = ["transformers"]' });
    });
  });

  it('built-in services for pictures and for reranking, on small models', async () => {
    const models = join(folder, 'services');
    const place = (id: string, graph: Graph): void => {
      mkdirSync(join(models, id, 'onnx'), { recursive: true });
      writeFileSync(join(models, id, 'onnx/model.onnx'), onnxModel(graph, { opset: 13 }));
    };
    // The mean of each colour; the mean of the tokens' ids.
    place('google/siglip-base-patch16-224', {
      name: 'colours',
      inputs: [{ name: 'pixel_values', type: 'float32', shape: ['batch', 3, 8, 8] }],
      outputs: [{ name: 'image_embeds', type: 'float32', shape: ['batch', 3] }],
      nodes: [{ op: 'ReduceMean', inputs: ['pixel_values'], outputs: ['image_embeds'], attributes: { axes: [2, 3], keepdims: 0 } }],
    });
    place('BAAI/bge-reranker-v2-m3', {
      name: 'ids',
      inputs: [{ name: 'input_ids', type: 'int64', shape: ['batch', 'tokens'] }],
      outputs: [{ name: 'logits', type: 'float32', shape: ['batch', 1] }],
      nodes: [
        { op: 'Cast', inputs: ['input_ids'], outputs: ['floats'], attributes: { to: 1 } },
        { op: 'ReduceMean', inputs: ['floats'], outputs: ['logits'], attributes: { axes: [1], keepdims: 1 } },
      ],
    });
    cpSync(fileURLToPath(new URL('../../templates/text/models/tokenizer.json', import.meta.url)), join(models, 'BAAI/bge-reranker-v2-m3/tokenizer.json'));
    const root = plugin({
      'pipeline.py': `from shared.inference.registry import get_batch_service
from shared.inference.google.siglip_base_patch16_224.models import InferenceConfigs
from engine.plugins.extractors.pipeline import ResourceType, RowCondition, StepDefinition


def build_steps(extractor_request, container=None):
    return {"steps": [
        StepDefinition(get_batch_service("google/siglip-base-patch16-224"), ResourceType.GPU, InferenceConfigs(), RowCondition.IS_IMAGE),
        StepDefinition(container.inference.get("BAAI/bge-reranker-v2-m3"), ResourceType.CPU, {"query": "a query", "output_column": "score"}, RowCondition.IS_TEXT),
    ]}
`,
    });
    await withWorker(seedPython.python, root, { init: { model_folders: [models] } }, async (worker) => {
      const { columns, errors, stats } = await worker.rows([
        { data: join(folder, 'red.png'), mime_type: 'image/png' }, { data: join(folder, 'absent.png'), mime_type: 'image/png' }, { data: 'a text' },
      ]);
      expect(errors).toEqual([]);
      const unit = 1 / Math.sqrt(3);
      const [vector, ...others] = columns['embedding'] as number[][];
      vector?.forEach((value, k) => expect(value).toBeCloseTo(k === 0 ? unit : -unit, 5));
      expect(others).toEqual([null, null]);
      expect(columns['score']?.[2]).toBeGreaterThan(0.5);
      expect(stats.steps).toMatchObject([{ name: 'SigLip', io_failures: 1, model_calls: 1 }, { name: 'BgeReranker', tokenizer_calls: 1 }]);
    });
  });

  it('load_hf_model: the guide\'s call fails inside transformers, and the plugin\'s line is told', () =>
    withWorker(seedPython.python, seed('hf_model'), {}, async (worker) => {
      const { errors } = await worker.rows(texts);
      expect(errors[0]).toMatchObject({ name: 'AttributeError', at: expect.stringMatching(/^processors\/core\.py:21:/) as string, message: expect.stringContaining("'from_dict'") as string });
    }));

  it('models of the hub come by way of the supervisor', () => {
    const asked: unknown[] = [];
    const hub = ({ file }: Record<string, unknown>): unknown => {
      asked.push(file);
      return ['config.json', 'model.safetensors', 'tokenizer.json'].includes(String(file)) ? { path: join(folder, String(file)), commit: 'c' } : null;
    };
    return withWorker(seedPython.python, seed('lazy_decorator'), { serve: { hub } }, async (worker) => {
      expect((await worker.rows(texts.map(({ data }) => ({ data, text: data })))).errors).toEqual([]);
      expect(asked.slice(0, 3)).toEqual(['config.json', 'model.safetensors', 'tokenizer.json']);
    });
  });

  it('namespace model: loads; an unknown id names the folder searched', async () => {
    await withWorker(seedPython.python, seed('namespace_model'), { init: { model_folders: [folder] } }, async (worker) => {
      const { errors } = await worker.rows(texts);
      expect(errors[0]?.message).toContain(`There is no model "my-fine-tuned-bert_1_0_0" in ${folder}`);
    });
    const { python: interpreter } = seedPython;
    spawnSync(interpreter as string, ['-c', 'import sys, numpy; numpy.savez(open(sys.argv[1], "wb"), weight=[1.0])', join(folder, 'my-fine-tuned-bert_1_0_0.pt')]);
    await withWorker(interpreter, seed('namespace_model'), { init: { model_folders: [folder] } }, async (worker) => {
      const { errors, stats } = await worker.rows(texts);
      expect(errors).toEqual([]);
      expect(stats.features['embedding']).toMatchObject({ written: 2 });
    });
  });

  it('image_classifier: no row has image_url, so every download fails and every vector is zero', () =>
    withWorker(seedPython.python, seed('image_classifier'), {}, async (worker) => {
      const { stats, columns } = await worker.rows([{ data: 's3://bucket/a.jpg', mime_type: 'image/jpeg' }, { data: 'text' }]);
      expect(stats.features['image_embedding']).toMatchObject({ written: 1, zero: 1 });
      expect(stats.steps[0]).toMatchObject({ io_failures: 1, first_io_error: expect.stringContaining('Invalid URL') as string });
      expect(stats.skipped).toBe(1);
      expect(columns['labels']).toEqual([[], null]);
    }));

  it('local tests: test_pipeline passes, the others fail for the guide\'s own reasons, the scanner snippet prints passed', () => {
    const parent = join(folder, 'local');
    for (const name of ['my_plugin', 'vlm_analyzer']) cpSync(seed(name), join(parent, name), { recursive: true });
    const main = fileURLToPath(new URL('../../worker-python/pytest_main.py', import.meta.url));
    const mocked = 'import pandas as pd\nfrom vlm_analyzer.processors.analyzer import VLMAnalyzerProcessor\n';
    const tests = join(parent, 'my_plugin/tests');
    writeFileSync(join(tests, 'test_with_llm_imported.py'), mocked + readFileSync(join(tests, 'test_with_llm.py'), 'utf8'));
    const { stdout } = spawnSync(seedPython.python as string, ['-I', main, 'my_plugin', 'my_plugin/tests', '-rA', '--tb=line', '-s'], { cwd: parent, encoding: 'utf8' });
    expect(stdout).toContain('Security scan passed!');
    expect(stdout).toMatch(/PASSED my_plugin\/tests\/test_pipeline\.py/);
    expect(stdout).toMatch(/PASSED my_plugin\/tests\/test_with_llm_imported\.py/);
    expect(stdout).toContain("processors/core.py:20: AttributeError: 'dict' object has no attribute 'model_size'");
    expect(stdout).toContain("tests/test_with_llm.py:10: NameError: name 'VLMAnalyzerProcessor' is not defined");
  });
});
