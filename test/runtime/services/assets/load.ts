import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

/** Bundles a source file, so that another process can import it. @returns the path of the module */
export async function loadTsFile(source: URL, outfile: string): Promise<string> {
  await build({ entryPoints: [fileURLToPath(source)], outfile, bundle: true, format: 'esm', platform: 'node', target: 'node20' });
  return outfile;
}
