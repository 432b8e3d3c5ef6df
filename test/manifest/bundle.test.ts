import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { build, type BuildOptions } from 'esbuild';
import { expect, it } from 'vitest';

it('works bundled, and loads the parser only to read source', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'plugsmith-manifest-'));
  try {
    const options = { entryPoints: ['src/manifest/index.ts'], outdir: folder, bundle: true, splitting: true, format: 'esm', platform: 'node', outExtension: { '.js': '.mjs' }, metafile: true } satisfies BuildOptions;
    const { metafile } = await build(options as typeof options & { metafile: true });
    const entry = Object.entries(metafile.outputs).find(([, { entryPoint }]) => entryPoint === 'src/manifest/index.ts');
    expect(Object.keys(entry?.[1].inputs ?? {}).filter((input) => input.includes('@babel'))).toEqual([]);
    const room = (await import(pathToFileURL(join(folder, 'index.mjs')).href)) as typeof import('../../src/manifest/index.js');
    const manifest = await room.readStatic(await readFile('templates/text/manifest.ts', 'utf8'), 'manifest.ts');
    expect(room.checkStatic(manifest)).toEqual([]);
    expect(manifest.value).toMatchObject({ version: '1.0.0', features: [{ feature_type: 'embedding' }] });
  } finally {
    await rm(folder, { recursive: true });
  }
});
