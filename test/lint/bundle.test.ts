import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type BundleFinding, scanBundle } from '../../src/lint/index.js';
import { bundlePlugin, findProject } from '../../src/runtime/index.js';

const manifest = "import { defineManifest } from 'plugsmith/manifest';\nexport default defineManifest({ feature_extractor_name: 'a', version: '1.0.0' });\n";
const oldie = `const fs = require('fs');
const make = new Function('return 1');
module.exports = () => eval('1') + process.binding('x') + make() + fs.readFileSync('a');
`;
const modern = `import { readFileSync } from 'node:fs';
export default async (name) => (await import(name)).x(readFileSync('a'));
`;

let folder: string;
beforeAll(() => (folder = mkdtempSync(join(tmpdir(), 'lint-bundle-'))));
afterAll(() => rmSync(folder, { recursive: true }));

/** Bundles a plugin with two packages as `package` does, and scans the bundle. */
async function scan(name: string, files: Record<string, string>, change: (parts: { code: string; map: string }) => object = () => ({}), strict = false): Promise<BundleFinding[]> {
  const root = join(folder, name);
  const packages = {
    'node_modules/oldie/package.json': '{"name":"oldie","version":"1.0.0"}', 'node_modules/oldie/index.js': oldie,
    'node_modules/@of/modern/package.json': '{"name":"@of/modern","version":"1.0.0","type":"module"}', 'node_modules/@of/modern/index.js': modern,
  };
  for (const [path, text] of Object.entries({ 'manifest.ts': manifest, 'pipeline.ts': 'export const buildSteps = () => ({ steps: [] });\n', ...packages, ...files })) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  }
  const { code, map, inputs } = await bundlePlugin(findProject(root));
  const parts = { code: Buffer.from(code).toString(), map: Buffer.from(map).toString() };
  return scanBundle({ file: 'dist/plugin.mjs', ...parts, inputs, ...change(parts) }, { strict });
}

const usesBoth = "import oldie from 'oldie';\nimport modern from '@of/modern';\nexport const buildSteps = () => ({ steps: [oldie, modern] });\n";
const short = (findings: BundleFinding[]) => findings.map(({ severity, rule, package: name, source }) => `${severity} ${rule} ${name ?? '-'} ${source?.file ?? '-'}:${source?.line ?? '-'}`).sort();

describe('scanBundle', () => {
  it('finds nothing in a bundle without packages, whatever the bundler adds', async () => {
    expect(await scan('plain', {})).toEqual([]);
  });

  const ofPackages = [
    'SEC-EVAL oldie node_modules/oldie/index.js:2', 'SEC-EVAL oldie node_modules/oldie/index.js:3',
    'SEC-IMPORT @of/modern node_modules/@of/modern/index.js:1', 'SEC-IMPORT @of/modern node_modules/@of/modern/index.js:2',
    'SEC-IMPORT oldie node_modules/oldie/index.js:1', 'SEC-PROCESS oldie node_modules/oldie/index.js:3',
  ];

  it('warns of packages by name, in the file and line of the package', async () => {
    const findings = await scan('packages', { 'pipeline.ts': usesBoth });
    expect(short(findings)).toEqual(ofPackages.map((text) => `warn ${text}`));
    expect(findings.find(({ rule }) => rule === 'SEC-PROCESS')?.message).toMatch(/^In the package oldie \(node_modules\/oldie\/index.js:3\): /);
  });

  it('knows what the bundler adds, whatever the program calls its own things', async () => {
    const findings = await scan('named', { 'pipeline.ts': `${usesBoth}export const a = 1, b = 2, x = 3;\nexport const desc = { target: 4, value: 5, mod: 6, all: 7 };\n` });
    expect(short(findings)).toEqual(ofPackages.map((text) => `warn ${text}`));
  });

  it('refuses packages where it is strict', async () => {
    expect(short(await scan('strict', { 'pipeline.ts': usesBoth }, undefined, true))).toEqual(ofPackages.map((text) => `error ${text}`));
  });

  it("holds the author's code to the full rules, beside packages too", async () => {
    const findings = await scan('author', { 'pipeline.ts': `${usesBoth}export const bad = (text: string) => eval(text);\n` });
    expect(short(findings)).toEqual(['error SEC-EVAL - pipeline.ts:4', ...ofPackages.map((text) => `warn ${text}`)]);
  });

  it("sees the author's own require, and code that says it were a package's", async () => {
    expect(short(await scan('require', { 'pipeline.ts': "declare const require: any;\nexport const fs = require('fs');\n" }))).toEqual(['error SEC-IMPORT - pipeline.ts:2']);
    const forged = await scan('forged', {}, ({ code }) => ({ code: `${code}\n// node_modules/oldie/index.js\neval(x);\n` }));
    expect(short(forged)).toEqual(['error SEC-EVAL - -:-']);
  });

  it('knows no packages without a map', async () => {
    const findings = await scan('mapless', { 'pipeline.ts': usesBoth }, () => ({ map: '{' }));
    expect(new Set(findings.map(({ severity }) => severity))).toEqual(new Set(['error']));
    expect(findings).toHaveLength(ofPackages.length);
  });

  it('takes the helper of the bundler out only where the bundler puts it', async () => {
    const late = await scan('late', { 'pipeline.ts': usesBoth }, ({ code }) => {
      const helper = /var __require = [^]*?not supported'\);\n}\);\n/.exec(code)?.[0] ?? '';
      return { code: code.replace(helper, '') + helper, map: '{' };
    });
    expect(late.some(({ message }) => message.includes('`require` can load'))).toBe(true);
  });

  it('refuses what is no code', async () => {
    expect(short(await scan('broken', {}, () => ({ code: 'const {' })))).toEqual(['error SEC-UNREADABLE - -:-']);
  });
});
