/** onnxruntime, loaded before it is asked for. */
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { loadNative, resolveNative, type NativeModules } from '../../native/index.js';

/** A plugin that brings a model needs onnxruntime for its first row. Here it is loaded while the supervisor is busy. */
export function expectModels(root: string): void {
  const folder = join(root, 'models');
  try {
    if (!existsSync(folder) || !readdirSync(folder).some((name) => name.endsWith('.onnx'))) return;
    if (resolveNative('onnxruntime-node') !== null) loadUnmapped('onnxruntime-node');
  } catch {
    // Whoever asks for a model meets the same again, and there is somebody to tell it to.
  }
}

/** Without looking for source maps, of which onnxruntime has one for each of its twenty files. They are for the plugin's own. */
export function loadUnmapped<N extends keyof NativeModules>(name: N): NativeModules[N] {
  process.setSourceMapsEnabled(false);
  try {
    return loadNative(name);
  } finally {
    process.setSourceMapsEnabled(true);
  }
}
