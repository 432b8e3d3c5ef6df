import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { loadNative } from '../../src/native/index.js';
import { hooks } from '../../src/sdk/runtime.js';
import { loadHfModel, loadNamespaceModel } from '../../src/sdk/index.js';
import { onnxModel } from '../../src/search/onnx-model.js';
import { modelLoader, type AskHub } from '../../src/worker/models/index.js';

const DOUBLE = onnxModel({
  name: 'double', inputs: [{ name: 'x', type: 'float32', shape: ['n'] }], outputs: [{ name: 'y', type: 'float32', shape: ['n'] }],
  initializers: [{ name: 'two', type: 'float32', shape: [], data: Float32Array.of(2) }], nodes: [{ op: 'Mul', inputs: ['x', 'two'], outputs: ['y'] }],
});
const TOKENIZER = JSON.stringify({ version: '1.0', added_tokens: [], normalizer: null, pre_tokenizer: { type: 'WhitespaceSplit' }, post_processor: null, decoder: null, model: { type: 'WordLevel', vocab: { '[UNK]': 0, hello: 1 }, unk_token: '[UNK]' } });

let root: string;
let asked: string[];
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'plugsmith-models-'));
  asked = [];
  for (const [path, content] of [['models/own.onnx', DOUBLE], ['models/own_1_0_0.onnx', DOUBLE], ['models/big_1_0_0/model.onnx', DOUBLE], ['hub/onnx/model.onnx', DOUBLE], ['hub/tokenizer.json', TOKENIZER], ['hub/config.json', '{"hidden_size":1}']] as const) {
    await mkdir(join(root, path, '..'), { recursive: true });
    await writeFile(join(root, path), content);
  }
});
afterEach(() => rm(root, { recursive: true }));

/** A supervisor whose hub is a folder. */
const ask: AskHub = async ({ repo, file, revision, optional }) => {
  asked.push(`${repo}@${revision} ${file}`);
  if (optional) return null;
  if (repo !== 'org/name') throw new Error(`There is no model ${repo}.`);
  return { path: join(root, 'hub', file) };
};
const loader = () => modelLoader(root, 1, async () => loadNative('onnxruntime-node'), ask);
const doubled = async (model: { run: ReturnType<typeof loader>['onnx'] extends (...args: never[]) => Promise<infer M> ? (M extends { run: infer R } ? R : never) : never }): Promise<number | undefined> => (await model.run({ x: { data: Float32Array.of(21), dims: [1] } }))['y']?.data[0];

describe('a model', () => {
  it('of the plugin’s folder asks nobody', async () => {
    expect(await doubled(await loader().onnx('models/own.onnx'))).toBe(42);
    expect(asked).toEqual([]);
  });

  it.each<[string, [string, object?], string[]]>([
    ['by its name', ['org/name'], ['org/name@main onnx/model.onnx', 'org/name@main onnx/model.onnx_data', 'org/name@main onnx/model.onnx.data']],
    ['by name and file', ['org/name', { file: 'onnx/model.onnx' }], ['org/name@main onnx/model.onnx', 'org/name@main onnx/model.onnx_data', 'org/name@main onnx/model.onnx.data']],
    ['by name and revision', ['org/name', { revision: 'v1' }], ['org/name@v1 onnx/model.onnx', 'org/name@v1 onnx/model.onnx_data', 'org/name@v1 onnx/model.onnx.data']],
  ])('of the hub comes %s, once', async (_name, args, expected) => {
    const models = loader();
    const [one, two] = await Promise.all([models.onnx(...(args as [string])), models.onnx(...(args as [string]))]);
    expect(one).toBe(two);
    expect(await doubled(one)).toBe(42);
    expect(asked).toEqual(expected);
  });

  it('is one of the hub for each revision', async () => {
    const models = loader();
    expect(await models.onnx('org/name')).not.toBe(await models.onnx('org/name', { revision: 'v1' }));
  });

  it.each([['models/none.onnx'], ['org/none.onnx']])('%s is a path, and its absence is told as one', async (path) => {
    await expect(loader().onnx(path)).rejects.toThrow(`the model ${path} does not exist in the plugin's folder`);
    expect(asked).toEqual([]);
  });

  it.each([['version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 9\n', 'is only a pointer of Git LFS'], ['version', 'cannot be loaded: ']])('of which only %j is there is told as that', async (content, said) => {
    await writeFile(join(root, 'models/own.onnx'), content);
    await expect(loader().onnx('models/own.onnx')).rejects.toThrow(`the model models/own.onnx ${said}`);
  });

  it('that the hub refuses is asked for again', async () => {
    const models = loader();
    for (let i = 0; i < 2; i++) await expect(models.onnx('org/other')).rejects.toThrow('There is no model org/other.');
    expect(asked).toHaveLength(2);
  });

  it('a folder of the plugin wins over a name on the hub', async () => {
    await expect(loader().onnx('models/big_1_0_0')).rejects.toThrow('the model models/big_1_0_0 is not a file');
  });
});

it('a tokenizer comes from either place', async () => {
  const models = loader();
  for (const tokenizer of [await models.tokenizer('hub/tokenizer.json'), await models.tokenizer('org/name')]) expect(tokenizer.encode('hello')).toEqual([1]);
});

describe('without a context', () => {
  beforeEach(() => {
    hooks.models = loader();
  });
  afterEach(() => {
    delete hooks.models;
  });

  it('loadHfModel gives model, tokenizer and configuration', async () => {
    const { model, tokenizer, config } = await loadHfModel('org/name');
    expect([await doubled(model), tokenizer?.encode('hello'), config]).toEqual([42, [1], { hidden_size: 1 }]);
    expect((await loadHfModel('org/name', { tokenizer: false })).tokenizer).toBeNull();
  });

  it.each(['own_1_0_0', 'big_1_0_0'])('loadNamespaceModel finds %s', async (id) => expect(await doubled(await loadNamespaceModel(id))).toBe(42));

  it.each([
    ['none_1_0_0', "there is no model none_1_0_0 in the plugin's folder; it would be models/none_1_0_0.onnx or models/none_1_0_0/model.onnx"],
    ['own', '"own" is no id of a model'], ['../own_1_0_0', '"../own_1_0_0" is no id of a model'],
  ])('loadNamespaceModel says what is wrong with %s', (id, message) => expect(loadNamespaceModel(id)).rejects.toThrow(message));

  it('a bare script is told where they work', async () => {
    delete hooks.models;
    await expect(loadHfModel('org/name')).rejects.toThrow('loadHfModel works in a worker, and in tests that "plugin test" runs');
  });
});
