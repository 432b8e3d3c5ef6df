/** The plugin that docs/guide.md writes: put together from the page, type-checked, linted, tested, run and searched. */
import { execFile } from 'node:child_process';
import { cp, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import ts from 'typescript';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { codeBlocks } from './blocks.js';

const root = resolve(import.meta.dirname, '../..');
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'plugsmith-guide-'));
  // What `plugin create` brings and the guide keeps, and what its `npm install` would bring.
  await cp(join(root, 'templates/text/models'), join(folder, 'models'), { recursive: true });
  await cp(join(root, 'templates/text/package.json'), join(folder, 'package.json'));
  await cp(join(root, 'node_modules/fastest-levenshtein'), join(folder, 'node_modules/fastest-levenshtein'), { recursive: true });
  await mkdir(join(folder, 'node_modules/@types'));
  await symlink(join(root, 'node_modules/@types/node'), join(folder, 'node_modules/@types/node'));
  const blocks = codeBlocks(await readFile(join(root, 'docs/guide.md'), 'utf8'));
  expect(blocks.filter(({ language, file }) => language === 'ts' && file === null)).toEqual([]);
  for (const { file, text } of blocks) {
    if (file === null) continue;
    await mkdir(dirname(join(folder, file)), { recursive: true });
    await writeFile(join(folder, file), text);
  }
});

afterAll(() => rm(folder, { recursive: true, force: true }));

/** What the compiler says of all files of the plugin, with the options of the template and our own sources as types. */
function diagnostics(): string[] {
  const { config } = ts.readConfigFile(join(root, 'templates/text/tsconfig.json'), ts.sys.readFile) as { config: { compilerOptions: object } };
  const { options } = ts.convertCompilerOptionsFromJson(config.compilerOptions, folder);
  const sdk = (name: string): string[] => [join(root, 'src/sdk', `${name}.ts`)];
  const files = ts.sys.readDirectory(folder, ['.ts'], ['node_modules', '.plugsmith']);
  const program = ts.createProgram(files, {
    ...options,
    types: ['node'],
    paths: { plugsmith: sdk('index'), 'plugsmith/manifest': sdk('manifest'), 'plugsmith/testing': sdk('testing'), zod: [join(root, 'node_modules/zod')] },
  });
  return ts.getPreEmitDiagnostics(program).map((found) => `${found.file?.fileName.replace(folder, '') ?? ''}: ${ts.flattenDiagnosticMessageText(found.messageText, '\n')}`);
}

/** Keys of a JSON result that a page does not name. */
async function unnamed(page: string, ...values: object[]): Promise<string[]> {
  const text = await readFile(join(root, 'docs', page), 'utf8');
  return values.flatMap((value) => Object.keys(value)).filter((key) => !text.includes(`\`${key}\``));
}

/** One command in the plugin's folder. */
function plugin(...args: string[]): Promise<{ code: number; stdout: string; stderr: string }> {
  return new Promise((done) => {
    execFile(process.execPath, [join(root, 'bin/plugin.js'), ...args], { cwd: folder }, (error, stdout, stderr) => {
      done({ code: typeof error?.code === 'number' ? error.code : error === null ? 0 : -1, stdout, stderr });
    });
  });
}

test('its code is correct in its types', () => {
  expect(diagnostics()).toEqual([]);
});

test('and the check sees what is not', async () => {
  const file = join(folder, 'wrong.ts');
  await writeFile(file, "import { Batch } from 'plugsmith';\nexport const rows: string = new Batch([], 0).numRows;\n");
  expect(diagnostics()).toEqual([expect.stringContaining("Type 'number' is not assignable to type 'string'")]);
  await rm(file);
});

describe('its commands', () => {
  test('lint finds nothing', async () => {
    expect(await plugin('lint')).toMatchObject({ code: 0, stdout: expect.stringContaining('No findings') });
  });

  test('test passes', async () => {
    const { code, stdout, stderr } = await plugin('test');
    expect({ code, stderr, end: stdout.trimEnd().split('\n').at(-1) }).toEqual({ code: 0, stderr: '', end: 'All checks passed.' });
  });

  test('run, with a language model that is made up, and search find what they should', async () => {
    const ran = await plugin('run', '--input', 'samples/tickets.jsonl', '--llm', 'fake', '--params', '{"summarise": true}', '--output', '.plugsmith/out.jsonl', '--json');
    const report = JSON.parse(ran.stdout) as { rows: object; features: { ticket_embedding: object }; steps: [object] };
    expect(report).toMatchObject({ status: 'succeeded', rows: { in: 5, out: 5, failed: 0 }, features: { ticket_embedding: { coverage: 1 } } });
    expect(await unnamed('run.md', report, report.rows, report.features.ticket_embedding, report.steps[0])).toEqual([]);
    const rows = (await readFile(join(folder, '.plugsmith/out.jsonl'), 'utf8')).trimEnd().split('\n').map((line) => JSON.parse(line) as Record<string, unknown>);
    expect(rows.map((row) => row['topic'])).toEqual(['refund', 'delivery', 'password', 'invoice', 'other']);
    expect(rows.map((row) => typeof row['summary'])).toEqual(Array(5).fill('string'));
    const found = await plugin('search', 'my package is late', '--json');
    const answer = JSON.parse(found.stdout) as { results: [object] };
    expect(await unnamed('cli.md', answer, answer.results[0])).toEqual([]);
    expect(answer).toMatchObject({ embedded_by: 'realtime', results: [{ row: { ticket: 'T-2' } }, {}, {}, {}, {}] });
  });

  test('invoke keeps the contract, package packs', async () => {
    expect((await plugin('invoke', '--inputs', '{"text": "hello"}')).code).toBe(0);
    const packed = await plugin('package', '--dry-run', '--json');
    expect(JSON.parse(packed.stdout)).toMatchObject({ plugin_id: 'ticket_finder_1_0_0', warnings: [] });
  });
});
