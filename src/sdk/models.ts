/** Models by name, for code that has no context at hand. */
import type { OnnxModel, Tokenizer } from './context.js';
import { hooks, type ModelsHook } from './hooks.js';

/** A model of the hub, ready to run. */
export interface HfModel {
  model: OnnxModel;
  /** Null where `tokenizer: false` was asked for. */
  tokenizer: Tokenizer | null;
  /** The content of `config.json`. */
  config: Record<string, unknown>;
}

/** Which files of a model on the hub are loaded. */
export interface HfModelOptions {
  /** The ONNX file; `onnx/model.onnx` unless told. */
  file?: string;
  /** A branch, a tag or a commit; `main` unless told. */
  revision?: string;
  /** False for models without a `tokenizer.json`, such as those of pictures. */
  tokenizer?: boolean;
}

/**
 * Loads a model of the hub with its tokenizer and configuration. Models stay loaded for the life of the worker.
 * @param id `ORG/NAME`
 * @throws Error naming what the model lacks, or why it cannot be had
 */
export async function loadHfModel(id: string, { file = 'onnx/model.onnx', revision = 'main', tokenizer = true }: HfModelOptions = {}): Promise<HfModel> {
  const models = modelsOf('loadHfModel');
  const [config, loaded, model] = await Promise.all([
    models.hubFile(id, 'config.json', { revision }),
    tokenizer ? models.tokenizer(id, { revision }) : null,
    models.onnx(id, { file, revision }),
  ]);
  return { model, tokenizer: loaded, config: await readJson(config) };
}

/**
 * Loads an ONNX model of one's own by its id, `NAME_1_0_0`: `models/ID.onnx` or `models/ID/model.onnx` in the plugin's folder.
 * @throws Error naming the places that were looked at
 */
export async function loadNamespaceModel(id: string): Promise<OnnxModel> {
  if (!/^[\w-]+_\d+_\d+_\d+$/.test(id)) throw new Error(`"${id}" is no id of a model: it has to end in its version, as in my_model_1_0_0`);
  const models = modelsOf('loadNamespaceModel');
  const places = [`models/${id}.onnx`, `models/${id}/model.onnx`];
  for (const place of places) if (await models.exists(place)) return models.onnx(place);
  throw new Error(`there is no model ${id} in the plugin's folder; it would be ${places.join(' or ')}`);
}

function modelsOf(caller: string): ModelsHook {
  if (hooks.models === undefined) throw new Error(`${caller} works in a worker, and in tests that "plugin test" runs; this process is neither`);
  return hooks.models;
}

async function readJson(path: string): Promise<Record<string, unknown>> {
  const { readFile } = await import('node:fs/promises');
  return JSON.parse(await readFile(path, 'utf8')) as Record<string, unknown>;
}
