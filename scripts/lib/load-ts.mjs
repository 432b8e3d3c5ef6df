import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

/**
 * Imports a TypeScript file of the source tree: esbuild bundles it in memory, and Node imports the
 * result. Nothing is written to disk. For scripts only, and for files that import no package.
 *
 * @param {URL} url the file, e.g. `new URL('../src/search/onnx-model.ts', import.meta.url)`
 * @returns {Promise<any>} the module's exports
 */
export async function loadTs(url) {
  const result = await build({
    entryPoints: [fileURLToPath(url)],
    bundle: true,
    write: false,
    format: 'esm',
    platform: 'node',
    target: 'node20',
  });
  const code = Buffer.from(result.outputFiles[0].contents).toString('base64');
  return import(`data:text/javascript;base64,${code}`);
}
