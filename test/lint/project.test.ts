import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { build } from 'esbuild';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Failure } from '../../src/errors/index.js';
import { lintPaths, type LintOptions } from '../../src/lint/index.js';

let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lint-'));
});

afterAll(() => rm(folder, { recursive: true, force: true }));

async function write(files: Record<string, string | Uint8Array>): Promise<string> {
  const root = await mkdtemp(join(folder, 'p-'));
  for (const [path, content] of Object.entries(files)) {
    await mkdir(dirname(join(root, path)), { recursive: true });
    await writeFile(join(root, path), content);
  }
  return root;
}

async function lint(cwd: string, paths = ['.'], options: Partial<LintOptions> = {}): Promise<string[]> {
  const { findings } = await lintPaths(paths, { cwd, ...options });
  return findings.map((finding) => `${finding.file}:${finding.line} ${finding.rule}`);
}

const bad = 'eval("1");\n';

describe('lintPaths', () => {
  test('goes through folders, in order, without those that hold no code of the author', async () => {
    const root = await write({
      'b.ts': bad, 'a/c.mjs': bad, 'a/data.json': '{', 'README.md': bad, 'node_modules/x/index.js': bad, 'venv/lib/x.py': 'import subprocess\n', '.venv/y.py': 'import subprocess\n',
      'dist/plugin.mjs': bad, '.git/hook.js': bad, '.plugsmith/cache.js': bad, 'test/x.test.ts': bad,
    });
    expect(await lint(root)).toEqual(['a/c.mjs:1 SEC-EVAL', 'b.ts:1 SEC-EVAL', 'test/x.test.ts:1 SEC-EVAL']);
    expect(await lint(root, ['b.ts', './b.ts', 'a'])).toEqual(['a/c.mjs:1 SEC-EVAL', 'b.ts:1 SEC-EVAL']);
  });

  test('leaves out dist where a plugin is built; elsewhere it is packed with the sources', async () => {
    const root = await write({ 'one/manifest.ts': '', 'one/dist/plugin.mjs': bad, 'one/vendor/dist/x.js': bad, 'dist/y.js': bad });
    expect((await lint(root)).filter((line) => line.endsWith('SEC-EVAL'))).toEqual(['one/vendor/dist/x.js:1 SEC-EVAL']);
  });

  test('counts, and keeps the text of files with findings', async () => {
    const root = await write({ 'a.ts': `${bad}// plugin-lint-disable-next-line SEC-EVAL -- known\n${bad}`, 'b.ts': '' });
    const report = await lintPaths(['.'], { cwd: root });
    expect(report.summary).toEqual({ files: 2, errors: 1, warnings: 0, suppressed: 1 });
    expect([...report.sources.keys()]).toEqual(['a.ts']);
  });

  test('reports files outside the working folder by their whole path', async () => {
    const root = await write({ 'a.ts': bad });
    expect(await lint(tmpdir(), [join(root, 'a.ts')])).toEqual([`${join(root, 'a.ts').slice(tmpdir().length + 1)}:1 SEC-EVAL`]);
    expect(await lint(join(root, 'sub'), [join(root, 'a.ts')])).toEqual([`${join(root, 'a.ts')}:1 SEC-EVAL`]);
  });

  test('refuses links and binaries, and does not follow links', async () => {
    const outside = await write({ 'secret.ts': bad });
    const root = await write({ 'tool.dat': Buffer.from([0x7f, 0x45, 0x4c, 0x46, 1]), 'a.node': '' });
    await symlink(join(outside, 'secret.ts'), join(root, 'link.ts'));
    await symlink(outside, join(root, 'linked'));
    expect(await lint(root)).toEqual([
      'a.node:null SEC-FILE', 'link.ts:null SEC-FILE', 'linked:null SEC-FILE', 'tool.dat:null SEC-FILE',
    ]);
    expect(await lint(root, ['link.ts'])).toEqual(['link.ts:null SEC-FILE']);
  });

  test('follows a link to a folder that is named itself, and none inside of it', async () => {
    const outside = await write({ 'a.ts': bad });
    await symlink(outside, join(outside, 'again'));
    const root = await write({});
    await symlink(outside, join(root, 'linked'));
    await symlink(join(root, 'nowhere'), join(root, 'gone'));
    expect(await lint(root, ['linked'])).toEqual(['linked/a.ts:1 SEC-EVAL', 'linked/again:null SEC-FILE']);
    expect(await lint(root, ['gone'])).toEqual(['gone:null SEC-FILE']);
  });

  test('looks at a data file that a link makes code', async () => {
    const root = await write({ 'data/notes.csv': bad, 'data/other.csv': bad });
    await symlink(join(root, 'data/notes.csv'), join(root, 'core.ts'));
    await symlink(join(root, 'nowhere.txt'), join(root, 'gone.ts'));
    expect(await lint(root)).toEqual(['core.ts:null SEC-FILE', 'data/notes.csv:1 SEC-EVAL', 'gone.ts:null SEC-FILE']);
  });

  test('looks at a text that is a program', async () => {
    const root = await write({ 'notes.txt': bad, 'words.txt': 'open\neval\n' });
    expect(await lint(root)).toEqual(['notes.txt:1 SEC-EVAL']);
  });

  test('refuses what is no UTF-8, and looks at the rest of it', async () => {
    const root = await write({
      'utf16.ts': Buffer.from('\uFEFFeval("1")', 'utf16le'), 'bytes.ts': Buffer.concat([Buffer.from('// '), Buffer.from([0xff]), Buffer.from(`\n${bad}`)]),
    });
    expect(await lint(root)).toEqual(['bytes.ts:null SEC-UNREADABLE', 'bytes.ts:2 SEC-EVAL', 'utf16.ts:null SEC-UNREADABLE']);
  });

  test('refuses large files', async () => {
    const root = await write({ 'a.ts': `// ${'x'.repeat(1000)}\n` });
    expect(await lint(root, ['.'], { maxFileBytes: 1000 })).toEqual(['a.ts:null SEC-UNREADABLE']);
    expect(await lint(root, ['.'], { maxFileBytes: 1004 })).toEqual([]);
  });

  test('looks at package.json and at the manifest', async () => {
    const root = await write({ 'package.json': '{"scripts": {"install": "x"}}', 'pipeline.ts': 'export const a = 1;', 'processors/core.ts': '' });
    expect(await lint(root)).toEqual(['package.json:null SEC-PACKAGE', 'pipeline.ts:null MAN-FILES']);
  });

  test('changes levels, but not those of security rules', async () => {
    const root = await write({
      'a.ts': 'export async function process(batch, model) {\n  for (const row of batch.rows()) await model.encode(row.data);\n}\n',
    });
    expect(await lint(root, ['.'], { rules: { SEQ002: 'off' } })).toEqual([]);
    const { summary } = await lintPaths(['.'], { cwd: root, rules: { SEQ002: 'warn' } });
    expect(summary).toMatchObject({ errors: 0, warnings: 1 });
    await expect(lint(root, ['.'], { rules: { SEQ02: 'off' } })).rejects.toMatchObject({ code: 'lint-unknown-rule' });
    await expect(lint(root, ['.'], { rules: { 'SEC-EVAL': 'warn' } })).rejects.toMatchObject({ code: 'lint-rule-locked' });
  });

  test('fails when there is nothing to look at', async () => {
    const root = await write({});
    await expect(lint(root, ['nowhere.ts'])).rejects.toMatchObject({ code: 'lint-path-not-found', exitCode: 2 });
    await expect(lint(root)).rejects.toMatchObject({ code: 'lint-no-files' });
    await expect(lint(root)).rejects.toBeInstanceOf(Failure);
  });
});

describe('deep and large files', () => {
  let deepWorker: URL;

  beforeAll(async () => {
    const outfile = join(folder, 'deep-worker.mjs');
    const banner = { js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);" };
    await build({ entryPoints: ['src/lint/deep-worker.ts'], bundle: true, platform: 'node', format: 'esm', outfile, banner, logLevel: 'error' });
    deepWorker = new URL(`file://${outfile}`);
  });

  test('are scanned in a thread with a large stack', async () => {
    const sum = `export const a = ${Array(12_000).fill('1').join('+')};\n`;
    const root = await write({ 'sum.ts': sum + bad, 'parens.ts': `export const a = ${'('.repeat(20_000)}1${')'.repeat(20_000)};\n${bad}` });
    expect(await lint(root, ['.'], { deepWorker })).toEqual(['parens.ts:2 SEC-EVAL', 'sum.ts:2 SEC-EVAL']);
  });

  test('are refused without such a thread', async () => {
    const root = await write({ 'a.ts': `export const a = ${'('.repeat(50_000)}1${')'.repeat(50_000)};\n` });
    expect(await lint(root)).toEqual(['a.ts:null SEC-UNREADABLE']);
  });

  test('are refused when time runs out', async () => {
    const root = await write({ 'a.ts': `export const a = [${'[1,2],'.repeat(60_000)}];\n` });
    const { findings } = await lintPaths(['.'], { cwd: root, deepWorker, fileTimeMs: 1 });
    expect(findings.map((finding) => finding.message)).toEqual(['The file took longer than 0.001 s to scan.']);
  });

  test('of any size are refused when time runs out', async () => {
    const root = await write({ 'a.ts': 'x = [1, 2, 3]\n'.repeat(10_000), 'b.ts': bad, 'c.py': 'x = [1, 2, 3]\n'.repeat(5_000) });
    const { findings } = await lintPaths(['a.ts', 'c.py'], { cwd: root, deepWorker, fileTimeMs: 1 });
    const message = 'The file took longer than 0.001 s to scan.';
    expect(findings.map((finding) => `${finding.file} ${finding.message}`)).toEqual([`a.ts ${message}`, `c.py ${message}`]);
    expect(await lint(root, ['b.ts'], { deepWorker })).toEqual(['b.ts:1 SEC-EVAL']);
  });

  test('are refused when the thread fails', async () => {
    const root = await write({ 'a.ts': `export const a = [${'[1,2],'.repeat(60_000)}];\n`, 'broken.mjs': 'throw new Error("no luck");\n' });
    const { findings } = await lintPaths(['a.ts'], { cwd: root, deepWorker: new URL(`file://${root}/broken.mjs`) });
    expect(findings.map((finding) => finding.message)).toEqual(['The file could not be scanned (no luck).']);
  });

  test('are scanned beside many others, with the same result', async () => {
    const files: Record<string, string> = { 'parens.ts': `export const a = ${'('.repeat(20_000)}1${')'.repeat(20_000)};\n${bad}` };
    for (let i = 0; i < 20; i++) files[`f${i}.ts`] = i % 3 === 0 ? bad : 'export {};\n';
    const root = await write(files);
    const one = await lintPaths(['.'], { cwd: root, deepWorker });
    expect(await lintPaths(['.'], { cwd: root, deepWorker, threadsAbove: 10 })).toEqual(one);
    const many = await lintPaths(['.'], { cwd: root, deepWorker, aside: true });
    expect(many).toEqual(one);
    expect(many.findings).toHaveLength(8);
  });

  test('are refused when all threads fail', async () => {
    const root = await write({ 'a.ts': bad, 'b.ts': bad, 'broken.mjs': 'throw new Error("no luck");\n' });
    const { findings } = await lintPaths(['a.ts', 'b.ts'], { cwd: root, deepWorker: new URL(`file://${root}/broken.mjs`), aside: true });
    expect(findings.map(({ file, message }) => [file, message])).toEqual([
      ['a.ts', 'The file could not be scanned (no luck).'], ['b.ts', 'The file could not be scanned (no luck).'],
    ]);
  });
});
