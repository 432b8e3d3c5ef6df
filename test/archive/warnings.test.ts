import { truncateSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { collectFiles } from '../../src/archive/index.js';
import { folder } from './folder.js';

// Put together at run time, so that no scanner takes this file for a leak.
const letters = (length: number): string => 'aB3dE6gH9jK2mN5pQ8sT1vW4xY7zA0bC3dE6gH9j'.slice(0, length);
const upper = (length: number): string => letters(length).toUpperCase();

const warningsOf = async (files: Record<string, string>): Promise<[string, string, number?][]> => {
  const { warnings } = await collectFiles(folder({ ...files, '.pluginignore': '!.env*\n!.npmrc\n!*.swp\n' }));
  return warnings.map(({ code, file, line }) => (line === undefined ? [code, file] : [code, file, line]));
};

describe('secrets', () => {
  it.each([
    ['private key', `-----BEGIN ${'RSA PRIVATE KEY'}-----`],
    ['OpenSSH key', `-----BEGIN ${'OPENSSH PRIVATE KEY'}-----`],
    ['plain private key', `-----BEGIN ${'PRIVATE KEY'}-----`],
    ['AWS', `AKIA${upper(16)}`],
    ['Google', `AIza${letters(35)}`],
    ['OpenAI', `sk-${letters(32)}`],
    ['OpenAI project', `sk-proj-${letters(40)}`],
    ['GitHub', `ghp_${letters(36)}`],
    ['GitHub fine-grained', `github_pat_${letters(30)}`],
    ['npm', `npm_${letters(36)}`],
    ['Hugging Face', `hf_${letters(34)}`],
    ['Slack', `xoxb-${letters(30)}`],
  ])('finds a %s secret and does not repeat it', async (_kind, secret) => {
    const { warnings } = await collectFiles(folder({ 'config.ts': `line one\nconst key = "${secret}";\n` }));
    expect(warnings).toHaveLength(1);
    expect(warnings[0]).toMatchObject({ code: 'secret', file: 'config.ts', line: 2 });
    expect(JSON.stringify(warnings)).not.toContain(secret.slice(0, 9));
  });

  it.each([
    ['a CSS class', '.sk-cube-grid-of-many-small-cubes {}'],
    ['a public key', '-----BEGIN PUBLIC KEY-----'],
    ['a package', 'npm_config_registry npm_lifecycle_event'],
    ['a short prefix', 'AKIA123 ghp_abc AIzaShort'],
    ['an identifier', 'hf_model_name_that_is_rather_long_but_has_underscores'],
  ])('is silent about %s', async (_what, text) => {
    expect(await warningsOf({ 'a.ts': text })).toEqual([]);
  });

  it('reads .npmrc with its own rule', async () => {
    expect(await warningsOf({ '.npmrc': `registry=x\n//r/:_authToken=${letters(20)}\n` })).toEqual([['secret', '.npmrc', 2]]);
    expect(await warningsOf({ '.npmrc': '//r/:_authToken=${NPM_TOKEN}\n' })).toEqual([]);
  });

  it('does not search binary files', async () => {
    expect(await warningsOf({ 'model.onnx': `\0\0 AKIA${upper(16)}` })).toEqual([]);
  });
});

describe('stray files', () => {
  it.each([
    ['.env', 'secret-file'], ['.env.local', 'secret-file'], ['sub/.netrc', 'secret-file'],
    ['cert.pem', 'key-file'], ['a/id_rsa', 'key-file'], ['store.P12', 'key-file'],
    ['core.ts~', 'stray-file'], ['core.ts.bak', 'stray-file'], ['#core.ts#', 'stray-file'], ['a/.#core.ts', 'stray-file'], ['x.orig', 'stray-file'],
    ['vectors.arrow', 'stray-file'], ['rows.parquet', 'stray-file'], ['v.emb.npy', 'stray-file'], ['old/my_plugin-1.0.0.zip', 'stray-file'],
  ])('%s is a %s', async (path, code) => {
    expect(await warningsOf({ [path]: 'x' })).toEqual([[code, path]]);
  });

  it.each(['.env.example', 'pem.ts', 'id_rsa.md', 'samples/data.jsonl', 'data/labels.json', 'keys.ts', 'tables/prices.parquet', 'labels.json', 'rows.jsonl'])('%s is not', async (path) => {
    expect(await warningsOf({ [path]: 'x' })).toEqual([]);
  });

  it.each<[string, string, boolean]>([
    ['out.jsonl', '{"document_id":"doc_1","text":"a","v":[1]}\n', true],
    ['old.ndjson', '{"document_id":"doc_1"}\n', true],
    ['large.jsonl', `{"document_id":"doc_1","text":"${'a'.repeat(10 * 1024 * 1024)}"}`, true],
    ['words.jsonl', '{"word":"a"}\n', false],
    ['samples/out.jsonl', '{"document_id":"doc_1"}\n', false],
    ['first.json', '{"document_id":"doc_1"}', false],
  ])('%s is told from its first bytes', async (path, content, stray) => {
    expect(await warningsOf({ [path]: content })).toEqual(stray ? [['stray-file', path]] : []);
  });

  it('names large files and data folders with their sizes', async () => {
    const root = folder({ 'models/m.onnx': '', 'data/a.bin': '', 'data/b.bin': '' });
    truncateSync(join(root, 'models/m.onnx'), 51 * 1024 * 1024);
    truncateSync(join(root, 'data/a.bin'), 2 * 1024 * 1024);
    const { warnings } = await collectFiles(root);
    expect(warnings.map(({ code, file, message }) => [code, file, message])).toEqual([
      ['large-file', 'models/m.onnx', expect.stringContaining('51 MB')],
      ['data-folder', 'data/', expect.stringContaining('2.0 MB in 2 files')],
    ]);
    expect(warnings[1]?.next).toContain('/data/');
  });
});
