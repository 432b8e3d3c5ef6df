import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { resolveNative } from '../../src/native/index.js';
import { expectModels, loadUnmapped } from '../../src/worker/models/ahead.js';

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'models-ahead-'));
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

const isLoaded = (): boolean => Object.keys(createRequire(import.meta.url).cache).includes(resolveNative('onnxruntime-node') as string);

test('onnxruntime is loaded for a plugin that brings a model, and for no other; the plugin’s errors are mapped afterwards', () => {
  expectModels(root);
  mkdirSync(join(root, 'models'));
  writeFileSync(join(root, 'models/tokenizer.json'), '{}');
  expectModels(root);
  expect(isLoaded()).toBe(false);
  process.setSourceMapsEnabled(true);
  writeFileSync(join(root, 'models/encoder.onnx'), '');
  expectModels(root);
  expect(isLoaded()).toBe(true);
  expect(process).toHaveProperty('sourceMapsEnabled', true);
});

test('a folder that cannot be listed is no failure yet', () => {
  writeFileSync(join(root, 'models'), '');
  expectModels(root);
});

test('errors are mapped also after a package that does not load', () => {
  process.setSourceMapsEnabled(true);
  expect(() => loadUnmapped('nothing' as 'sharp')).toThrow();
  expect(process).toHaveProperty('sourceMapsEnabled', true);
});
