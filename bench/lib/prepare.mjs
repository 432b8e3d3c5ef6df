/** The plugins under measurement, as folders of their own below `.data`. */
import { cpSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { DATA } from './data.mjs';
import { makeModels } from './models.mjs';

const from = (path) => fileURLToPath(new URL(`../../${path}`, import.meta.url));

/** The program that is measured. */
export const COMMAND = from('bin/plugin.js');

/** Which plugin of bench/plugins runs which model. */
const MODELS = { matrix: 'hashed', mlp: 'hashed', transformer: 'tokens' };

/**
 * Makes the folders anew: `text` is the template itself, the others are plugins of bench/plugins with a model each.
 * @returns {Promise<Record<'text' | 'matrix' | 'mlp' | 'transformer', string>>} the folder of each
 */
export async function preparePlugins() {
  const folders = Object.fromEntries(['text', ...Object.keys(MODELS)].map((name) => [name, join(DATA, 'plugins', name)]));
  rmSync(join(DATA, 'plugins'), { recursive: true, force: true });
  cpSync(from('templates/text'), folders.text, { recursive: true });
  const models = await makeModels();
  for (const [name, plugin] of Object.entries(MODELS)) {
    cpSync(from(`bench/plugins/${plugin}`), folders[name], { recursive: true });
    mkdirSync(join(folders[name], 'models'));
    writeFileSync(join(folders[name], 'models/encoder.onnx'), models[name]);
  }
  await prepareParts();
  return folders;
}

/** Two parts of Plugsmith on their own: the writer of digits, which the scripts share, and the JSONL sink. */
async function prepareParts() {
  await build({
    absWorkingDir: from('.'),
    entryPoints: ['src/runtime/sinks/float32.ts', 'src/runtime/sinks/jsonl.ts'],
    outdir: join(DATA, 'parts'), bundle: true, format: 'esm', platform: 'node', target: 'node20', outExtension: { '.js': '.mjs' },
  });
}
