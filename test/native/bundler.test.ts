import { cpSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Installation, tempFolder, write } from './installation.js';

interface PackageJson { version: string; optionalDependencies: Record<string, string> }
const read = <T>(path: string): T => JSON.parse(readFileSync(path, 'utf8')) as T;
const esbuild = read<PackageJson>('node_modules/esbuild/package.json');

let folder: ReturnType<typeof tempFolder>;
let installation: Installation;

beforeEach(() => {
  folder = tempFolder();
  installation = new Installation(folder.path);
});
afterEach(() => folder.remove());

/** The file that our installation has of esbuild, in place of the packages that npm would put there. */
function withoutProgram(): void {
  cpSync('node_modules/esbuild/lib/main.js', join(folder.path, 'node_modules/esbuild/lib/main.js'));
  write(folder.path, { 'node_modules/esbuild/package.json': '{ "main": "lib/main.js" }' });
}
const bundling = (contents: string): string => `native.bundle({ stdin: { contents: ${JSON.stringify(contents)} }, write: false, logLevel: 'silent' }).then((result) => result.outputFiles[0].text)`;

describe('bundle', () => {
  it('bundles with the program of this platform', async () => {
    withoutProgram();
    cpSync('node_modules/@esbuild', join(folder.path, 'node_modules/@esbuild'), { recursive: true });
    expect(await installation.run(bundling('console.log(1 + 1)'))).toBe('console.log(1 + 1);\n');
    expect(await installation.run(`${bundling('import "./gone.js')}.catch(({ errors }) => errors.length)`)).toBe(1);
  });

  it.each([
    ['the program is missing', () => withoutProgram()],
    ['esbuild is missing altogether', () => {}],
    ['the program is of another version', () => {
      withoutProgram();
      for (const name of Object.keys(esbuild.optionalDependencies)) write(folder.path, { [`node_modules/${name}/bin/esbuild`]: '#!/bin/sh\necho 0.1\n' });
    }],
  ])('says how to mend an installation where %s', async (_, spoil) => {
    spoil();
    const failure = await installation.run(bundling(''));
    expect(failure).toMatchObject({ name: 'Failure', code: 'bundler-broken', next: expect.stringContaining('npm install --global --include=optional plugsmith') });
    expect(failure.message).toMatch(new RegExp(`^esbuild, which bundles plugins, does not work here \\(${process.platform}-${process.arch}\\): \\S.+$`));
  });
});

describe('the package', () => {
  const own = read<PackageJson>('package.json');

  it('depends on every program of the esbuild that it brings, at its version', () => {
    const programs = Object.entries(own.optionalDependencies).filter(([name]) => name.startsWith('@esbuild/'));
    expect(Object.fromEntries(programs)).toEqual(esbuild.optionalDependencies);
    expect(new Set(programs.map(([, version]) => version))).toEqual(new Set([esbuild.version]));
  });

  // npm 11 tells every user of each one (decision 077).
  it('brings no install script but that of onnxruntime', () => {
    const { packages } = read<{ packages: Record<string, { hasInstallScript?: true; dev?: true }> }>('package-lock.json');
    expect(Object.keys(packages).filter((path) => packages[path]?.hasInstallScript && !packages[path].dev)).toEqual(['node_modules/onnxruntime-node']);
  });
});
