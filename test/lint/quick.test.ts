import { build } from 'esbuild';
import { expect, it } from 'vitest';

/** The files that are loaded with a door, before anything in it is called. */
async function loadedWith(door: string): Promise<string[]> {
  const { metafile } = await build({ entryPoints: [door], bundle: true, splitting: true, format: 'esm', platform: 'node', outdir: 'none', write: false, metafile: true, logLevel: 'error' });
  const outputs = Object.entries(metafile.outputs);
  const loaded = new Set(outputs.filter(([, { entryPoint }]) => entryPoint === door).map(([path]) => path));
  // A Set gives what is added meanwhile, too.
  for (const path of loaded) for (const { path: other, kind } of metafile.outputs[path]?.imports ?? []) if (kind === 'import-statement') loaded.add(other);
  return [...loaded].flatMap((path) => Object.keys(metafile.outputs[path]?.inputs ?? {}));
}

const heavy = /node_modules\/(@babel|zod|web-tree-sitter)\/|src\/lint\/(registry|engine|rules\/)|src\/manifest\//;

it('reads and reports without parsers and rules, until one is needed', async () => {
  const quick = await loadedWith('src/lint/quick.ts');
  expect(quick).toContain('src/lint/project.ts');
  expect(quick.filter((file) => heavy.test(file))).toEqual([]);
  // What is looked for is there, behind the other door.
  expect((await loadedWith('src/lint/index.ts')).filter((file) => heavy.test(file)).length).toBeGreaterThan(50);
});
