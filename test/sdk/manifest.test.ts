import { build } from 'esbuild';
import ts from 'typescript';
import { expect, it } from 'vitest';
import { z as zod } from 'zod';
import { defineManifest, z } from '../../src/sdk/manifest.js';

it('returns the manifest it was given', () => {
  const written = { feature_extractor_name: 'abc', version: '1.0.0', parameter_schema: z.object({ n: z.number().default(1) }) };
  expect(defineManifest(written)).toBe(written);
});

it('lets the compiler refuse what the service would', () => {
  const { config } = ts.readConfigFile('tsconfig.json', ts.sys.readFile) as { config: { compilerOptions: object } };
  const { options } = ts.convertCompilerOptionsFromJson({ ...config.compilerOptions, rootDir: '.', noEmit: true, emitDeclarationOnly: false, declaration: false }, '.');
  const program = ts.createProgram(['test/sdk/manifest.types.ts'], options);
  expect(ts.getPreEmitDiagnostics(program).map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, '\n'))).toEqual([]);
});

it('exports the zod of the installation', () => expect(z).toBe(zod));

it('loads zod and nothing else', async () => {
  const { metafile } = await build({
    entryPoints: ['src/sdk/manifest.ts'], bundle: true, write: false, metafile: true, format: 'esm', platform: 'node', packages: 'external',
  });
  expect(Object.keys(metafile.inputs)).toEqual(['src/sdk/manifest.ts']);
  const imports = Object.values(metafile.outputs).flatMap((output) => output.imports.map(({ path }) => path));
  expect([...new Set(imports)]).toEqual(['zod']);
});
