/** Models for plugin code: from the plugin's folder, or from the hub, whose files the supervisor brings. */
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import type { NativeModules } from '../../native/index.js';
import type { HubFile } from '../../sdk/index.js';
import type { ModelsHook } from '../../sdk/runtime.js';
import { onnxLoader } from './onnx.js';
import { tokenizerLoader } from './tokenizer.js';

/** Asks the supervisor for a file of the hub; null where it is optional and not there. */
export type AskHub = (wanted: { repo: string; file: string; revision: string; optional: boolean }) => Promise<{ path: string } | null>;

/** Where exporters put weights that are too large for the model's own file. */
const WEIGHTS = ['_data', '.data'];

/**
 * @param root the plugin's folder
 * @param threads for one model
 * @param ort gives the native module
 */
export function modelLoader(root: string, threads: number, ort: () => Promise<NativeModules['onnxruntime-node']>, ask: AskHub): ModelsHook {
  const onnx = onnxLoader(root, threads, ort);
  const tokenizers = tokenizerLoader(root);
  const exists = (path: string): boolean => existsSync(resolve(root, path));

  /** A name on the hub has one slash and no file of that path in the plugin. */
  const isHub = (path: string, hub: HubFile | undefined): boolean => hub?.file !== undefined || hub?.revision !== undefined || (/^[\w-][\w.-]*\/[\w-][\w.-]*$/.test(path) && !/\.(onnx|ort|json)$/i.test(path) && !exists(path));
  const file = (repo: string, name: string, revision: string): Promise<string> => {
    // An answer of the supervisor knows nothing of the plugin: this remembers who asked.
    const asker = new Error();
    return ask({ repo, file: name, revision, optional: false }).then(
      (found) => (found as { path: string }).path,
      (error: Error) => {
        throw Object.assign(asker, { name: error.name, message: error.message });
      },
    );
  };
  const shown = (repo: string, name: string, revision: string): string => `${repo}/${name}${revision === 'main' ? '' : `@${revision}`}`;

  return {
    onnx(path, hub) {
      if (!isHub(path, hub)) return onnx.load(path);
      const { file: name = 'onnx/model.onnx', revision = 'main' } = hub ?? {};
      return onnx.load(shown(path, name, revision), () =>
        file(path, name, revision).then(async (full) => {
          // onnxruntime looks for them beside the model.
          for (const suffix of WEIGHTS) await ask({ repo: path, file: name + suffix, revision, optional: true });
          return full;
        }),
      );
    },
    tokenizer(path, hub) {
      if (!isHub(path, hub)) return tokenizers.load(path);
      const { file: name = 'tokenizer.json', revision = 'main' } = hub ?? {};
      return tokenizers.load(shown(path, name, revision), () => file(path, name, revision));
    },
    hubFile: (id, name, { revision = 'main' } = {}) => file(id, name, revision),
    exists: async (path) => exists(path),
  };
}
