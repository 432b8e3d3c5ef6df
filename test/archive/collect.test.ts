import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { collectFiles } from '../../src/archive/index.js';
import { failureOf, folder } from './folder.js';

const paths = async (root: string): Promise<string[]> => (await collectFiles(root)).files.map(({ path }) => path);

describe('which files', () => {
  it('takes a plugin and leaves out what never belongs to it', async () => {
    const root = folder({
      'manifest.ts': 'm', 'processors/core.ts': 'c', 'test/core.test.ts': 't', 'samples/a.jsonl': 's', '.pluginignore': '', 'build/x.ts': 'b', 'lib/dist/y.ts': 'y', '.env.example': 'e',
      'node_modules/zod/index.js': 'x', 'lib/node_modules/a/b.js': 'x', '.git/config': 'x', '.plugsmith/runs/1/j': 'x', 'dist/plugin.mjs': 'x', 'a-1.0.0.tgz': 'x', 'a.zip': 'x',
      '.DS_Store': 'x', '.env': 'x', '.env.local': 'x', '.npmrc': 'x', '.vscode/s.json': 'x', '__pycache__/a.pyc': 'x', 'coverage/i.html': 'x', '.venv/bin/python': 'x',
    });
    const { files, ignored, warnings } = await collectFiles(root);
    expect(files.map(({ path }) => path)).toEqual(['.env.example', '.pluginignore', 'build/x.ts', 'lib/dist/y.ts', 'manifest.ts', 'processors/core.ts', 'samples/a.jsonl', 'test/core.test.ts']);
    expect(files[4]).toEqual({ path: 'manifest.ts', bytes: 1, file: join(root, 'manifest.ts') });
    expect(ignored).toEqual(['.DS_Store', '.env', '.env.local', '.git/', '.npmrc', '.plugsmith/', '.venv/', '.vscode/', '__pycache__/', 'a-1.0.0.tgz', 'a.zip', 'coverage/', 'dist/', 'lib/node_modules/', 'node_modules/']);
    expect(warnings).toEqual([]);
  });

  it.each([
    ['a pattern at any depth', '*.log', ['a.txt', 'd/b.txt']],
    ['an anchored pattern', '/a.log', ['a.txt', 'd/a.log', 'd/b.txt']],
    ['a folder', 'd/', ['a.log', 'a.txt']],
    ['negation', '*.log\n!d/a.log', ['a.txt', 'd/a.log', 'd/b.txt']],
    ['no way back into a folder that is left out', 'd/\n!d/a.log', ['a.log', 'a.txt']],
    ['two stars', '**/a.*', ['d/b.txt']],
    ['comments and blank lines', '# *.txt\n\n', ['a.log', 'a.txt', 'd/a.log', 'd/b.txt']],
    ['letter case', '*.LOG', ['a.log', 'a.txt', 'd/a.log', 'd/b.txt']],
    ['a default brought back', '!dist/', ['a.log', 'a.txt', 'd/a.log', 'd/b.txt', 'dist/x.js']],
    ['Windows line ends', '*.log\r\n*.txt\r\n', []],
  ])('.pluginignore: %s', async (_what, rules, expected) => {
    const root = folder({ 'a.log': '', 'a.txt': '', 'd/a.log': '', 'd/b.txt': '', 'dist/x.js': '', '.pluginignore': rules });
    expect((await paths(root)).filter((path) => path !== '.pluginignore')).toEqual(expected);
  });

  it('gives names in NFC, and the file under its name on disk', async () => {
    const root = folder({ 'cafe\u0301.txt': 'x' });
    expect((await collectFiles(root)).files).toEqual([{ path: 'caf\u00e9.txt', bytes: 1, file: join(root, 'cafe\u0301.txt') }]);
  });

  it('sorts by code units, whatever the language', async () => {
    expect(await paths(folder({ 'b.ts': '', 'B2.ts': '', 'a/z.ts': '', 'a-b.ts': '', 'ä.ts': '' }))).toEqual(['B2.ts', 'a-b.ts', 'a/z.ts', 'b.ts', 'ä.ts']);
  });

  it('refuses an ignore file that is not text', async () => {
    expect((await failureOf(collectFiles(folder({ '.pluginignore': Buffer.from([0xff, 0xfe]) })))).code).toBe('ignore-file');
  });

  it('says that the folder is not there', async () => {
    expect((await failureOf(collectFiles(join(folder(), 'none')))).code).toBe('archive-no-folder');
  });
});

// Other systems cannot make some of these names.
describe.runIf(process.platform === 'linux')('what a host would refuse', () => {
  const raw = (root: string, bytes: number[]): void => writeFileSync(Buffer.concat([Buffer.from(`${root}/`), Buffer.from(bytes)]), '');
  it.each<[string, (root: string) => void, string, RegExp]>([
    ['a symbolic link', (root) => symlinkSync('../outside', join(root, 'link')), 'link', /symbolic link to \.\.\/outside/],
    ['a link to a folder', (root) => symlinkSync('/etc', join(root, 'etc')), 'etc', /symbolic link to \/etc/],
    ['a pipe', (root) => execFileSync('mkfifo', [join(root, 'pipe')]), 'pipe', /neither a file nor a folder/],
    ['not UTF-8', (root) => raw(root, [0x61, 0xff]), 'a\u00ff', /not UTF-8/],
    ['a control character', (root) => raw(root, [0x61, 0x1b]), 'a\u001b', /control character/],
    ['a line end', (root) => raw(root, [0x61, 0x0a]), 'a\n', /control character/],
    ['a writing direction', (root) => writeFileSync(join(root, 'a\u202egpj.ts'), ''), 'a\u202egpj.ts', /writing direction/],
    ['a backslash', (root) => writeFileSync(join(root, 'a\\b'), ''), 'a\\b', /contains \\/],
    ['a colon', (root) => writeFileSync(join(root, 'a:b'), ''), 'a:b', /contains :/],
    ['a device', (root) => writeFileSync(join(root, 'Aux.txt'), ''), 'Aux.txt', /device/],
    ['a folder named like a device', (root) => mkdirSync(join(root, 'com1')), 'com1', /device/],
    ['a trailing dot', (root) => writeFileSync(join(root, 'a.'), ''), 'a.', /dot or a space/],
    ['__proto__', (root) => writeFileSync(join(root, '__proto__'), ''), '__proto__', /host refuses/],
    ['names that differ in case', (root) => ['A.ts', 'a.ts'].forEach((name) => writeFileSync(join(root, name), '')), 'a.ts', /differs from A\.ts only in letter case/],
    ['folders that differ in case', (root) => ['D/x', 'd/y'].forEach((path) => (mkdirSync(join(root, path), { recursive: true }))), 'd', /differs from D/],
    ['names that differ in Unicode case', (root) => ['straße', 'STRASSE'].forEach((name) => writeFileSync(join(root, name), '')), 'straße', /letter case/],
    ['names that differ in Unicode form', (root) => ['caf\u00e9', 'cafe\u0301'].forEach((name) => writeFileSync(join(root, name), '')), 'caf\u00e9', /another Unicode form/],
    ['a long path', (root) => { const deep = Array(6).fill('n'.repeat(200)).join('/'); mkdirSync(join(root, deep), { recursive: true }); }, Array(6).fill('n'.repeat(200)).join('/'), /longer than 1024/],
  ])('%s', async (_what, make, path, reason) => {
    const root = folder({ 'manifest.ts': 'x' });
    make(root);
    const failure = await failureOf(collectFiles(root));
    expect(failure.code).toBe('archive-refused');
    expect(failure.details.problems).toEqual([{ path, reason: expect.stringMatching(reason) }]);
    for (const character of ['\u001b', '\u202e']) expect(failure.message).not.toContain(character);
  });

  it('allows them where they are left out', async () => {
    const root = folder({ '.pluginignore': 'link\n' });
    symlinkSync('/etc', join(root, 'link'));
    expect(await paths(root)).toEqual(['.pluginignore']);
  });

  it.each(['console.ts', 'com10.txt', 'auxiliary', '.hidden', 'a b.txt', 'данные.json', '日本.txt', 'a..b'])('does not refuse %s', async (name) => {
    expect(await paths(folder({ [name]: '' }))).toEqual([name]);
  });

  it('reports all of them at once', async () => {
    const root = folder({ 'nul': '', 'prn': '' });
    symlinkSync('x', join(root, 'y'));
    expect((await failureOf(collectFiles(root))).message).toMatch(/^3 entries .*nul: .*prn: .*y: /s);
  });

  it('a file that cannot be read', async (context) => {
    context.skip(process.getuid?.() === 0, 'root may read every file');
    const root = folder({ 'secret.ts': 'x' });
    chmodSync(join(root, 'secret.ts'), 0);
    expect((await failureOf(collectFiles(root))).message).toMatch(/secret\.ts: it cannot be read \(EACCES\)/);
  });
});

describe('limits', () => {
  it('takes 1,000 files and refuses one more, naming the fullest folder', async () => {
    const files = Object.fromEntries(Array.from({ length: 999 }, (_, index) => [`frames/${index}.txt`, '']));
    const root = folder({ ...files, 'manifest.ts': '' });
    expect(await paths(root)).toHaveLength(1000);
    writeFileSync(join(root, 'more.ts'), '');
    const failure = await failureOf(collectFiles(root));
    expect(failure).toMatchObject({ code: 'archive-too-many-files', details: { files: 1001, limit: 1000 } });
    expect(failure.message).toContain('frames/  999 files');
    expect(failure.next).toContain('/frames/');
  });

  it('takes 500 MB and refuses one byte more, naming the largest file', async () => {
    const root = folder({ 'manifest.ts': 'x', 'models/big.onnx': '' });
    truncateSync(join(root, 'models/big.onnx'), 524_288_000 - 1);
    expect(await paths(root)).toHaveLength(2);
    truncateSync(join(root, 'models/big.onnx'), 524_288_000);
    const failure = await failureOf(collectFiles(root));
    expect(failure).toMatchObject({ code: 'archive-too-large', details: { bytes: 524_288_001, limit: 524_288_000 } });
    expect(failure.message).toContain('models/big.onnx  500 MB');
    expect(failure.next).toContain('/models/big.onnx');
  });
});
