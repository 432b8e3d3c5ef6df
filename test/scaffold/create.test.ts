import { chmod, mkdir, mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { Failure } from '../../src/errors/index.js';
import { createPlugin, listTemplates, nextSteps, planCreate, shownFolder, suggestName } from '../../src/scaffold/index.js';
import { templateFiles } from '../../src/scaffold/templates.js';

const TEMPLATE = new URL('../../templates/text/', import.meta.url);

let parent: string;
beforeEach(async () => {
  parent = await mkdtemp(join(tmpdir(), 'plugsmith-create-'));
});
afterEach(async () => {
  await rm(parent, { recursive: true, force: true });
});

const target = (): string => join(parent, 'my_plugin');

async function failureOf(work: Promise<unknown>): Promise<Failure> {
  const error: unknown = await work.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(Failure);
  return error as Failure;
}

describe('a created plugin', () => {
  test('is the template under its own name', async () => {
    const plan = await planCreate({ name: 'my_plugin', targetDir: target() });
    await createPlugin(plan);
    const written = (await readdir(target(), { recursive: true, withFileTypes: true })).filter((entry) => entry.isFile());
    expect(written).toHaveLength(plan.files.length);
    expect(plan.files.map((file) => file.path)).toEqual(
      expect.arrayContaining(['.gitignore', '.pluginignore', 'README.md', 'manifest.ts', 'models/encoder.onnx', 'package.json', 'pipeline.ts', 'processors/core.ts', 'realtime.ts', 'tsconfig.json']),
    );
    const manifest = await readFile(join(target(), 'manifest.ts'), 'utf8');
    expect(manifest).toContain("feature_extractor_name: 'my_plugin'");
    expect(manifest).toContain('mixpeek://my_plugin@1.0.0/text_embedding');
    for (const file of plan.files) expect(Buffer.from(file.bytes).includes('text_embedder'), file.path).toBe(false);
  });

  test('has the template’s binary files byte for byte', async () => {
    await createPlugin(await planCreate({ name: 'my_plugin', targetDir: target() }));
    const original = await readFile(new URL('models/encoder.onnx', TEMPLATE));
    expect((await readFile(join(target(), 'models/encoder.onnx'))).equals(original)).toBe(true);
  });

  test('may go into an empty folder, and into a folder whose parents are not there yet', async () => {
    await mkdir(target());
    await createPlugin(await planCreate({ name: 'my_plugin', targetDir: target() }));
    const deep = join(parent, 'a/b/other');
    await createPlugin(await planCreate({ name: 'other', targetDir: deep }));
    expect(await readdir(deep)).toContain('manifest.ts');
    expect((await readdir(parent)).sort()).toEqual(['a', 'my_plugin']);
  });

  test('is there whole or not at all, with what is added to it', async () => {
    const plan = await planCreate({ name: 'my_plugin', targetDir: target() });
    const failure = await failureOf(createPlugin(plan, () => { throw new Error('no space left'); }));
    expect(failure).toMatchObject({ code: 'create-failed', message: expect.stringContaining('no space left') as string });
    expect(await readdir(parent)).toEqual([]);
    await createPlugin(plan, (folder) => writeFileSync(join(folder, 'added'), 'here'));
    expect(await readFile(join(target(), 'added'), 'utf8')).toBe('here');
  });

  test('is only planned until it is created', async () => {
    await planCreate({ name: 'my_plugin', targetDir: target() });
    expect(await readdir(parent)).toEqual([]);
  });

  test('leaves out what using the template in place has left there, and gives dotfiles their names', async () => {
    for (const path of ['.plugsmith/types', 'node_modules/x', 'dist', 'src']) {
      await mkdir(join(parent, path), { recursive: true });
      await writeFile(join(parent, path, 'file.ts'), '');
    }
    await writeFile(join(parent, 'gitignore'), '');
    const files = await templateFiles({ name: 't', language: 'typescript', description: '', folder: parent, identifier: 't' });
    expect(files.map((file) => file.path)).toEqual(['.gitignore', 'src/file.ts']);
  });
});

describe('nothing is overwritten', () => {
  test('a folder with something in it is refused, and the failure lists what', async () => {
    await mkdir(target());
    for (const name of ['notes.txt', 'a', 'b', 'c', 'd', 'e']) await writeFile(join(target(), name), 'mine');
    const failure = await failureOf(planCreate({ name: 'my_plugin', targetDir: target() }));
    expect(failure).toMatchObject({ code: 'target-not-empty', exitCode: 2, message: expect.stringContaining('6 entries: a, b, c, d, e, …') });
    expect(failure.details).toMatchObject({ entries: ['a', 'b', 'c', 'd', 'e', 'notes.txt'] });
  });

  test.each(['', '/inside'])('a file in the way is refused (%s)', async (rest) => {
    await writeFile(target(), 'mine');
    expect(await failureOf(planCreate({ name: 'my_plugin', targetDir: target() + rest }))).toMatchObject({ code: 'target-not-folder' });
    expect(await readFile(target(), 'utf8')).toBe('mine');
  });

  test('what appears after planning is kept, and nothing else is left behind', async () => {
    const plan = await planCreate({ name: 'my_plugin', targetDir: target() });
    await mkdir(target());
    await writeFile(join(target(), 'mine.txt'), 'mine');
    expect(await failureOf(createPlugin(plan))).toMatchObject({ code: 'target-not-empty' });
    expect(await readdir(parent)).toEqual(['my_plugin']);
    expect(await readdir(target())).toEqual(['mine.txt']);
  });

  test('a failure half-way leaves nothing, not even the parents made for it', async () => {
    const plan = await planCreate({ name: 'my_plugin', targetDir: join(parent, 'a/b/my_plugin') });
    // A file where a folder is needed, as the last file of the plan.
    plan.files.push({ path: 'README.md/inside.txt', bytes: new Uint8Array(1), source: '' });
    expect(await failureOf(createPlugin(plan))).toMatchObject({ code: 'create-failed', next: expect.stringContaining('--dir') });
    expect(await readdir(parent)).toEqual([]);
  });

  test('a parent that cannot be written to is named', async (context) => {
    context.skip(process.getuid?.() === 0, 'root may write everywhere');
    await chmod(parent, 0o500);
    const plan = await planCreate({ name: 'my_plugin', targetDir: target() });
    expect(await failureOf(createPlugin(plan))).toMatchObject({ code: 'create-failed', message: expect.stringContaining(target()) });
    await chmod(parent, 0o700);
  });
});

describe('names', () => {
  test.each(['my_plugin', 'abc', 'A1_', 'a'.repeat(64)])('%s is fine', async (name) => {
    await expect(planCreate({ name, targetDir: target() })).resolves.toMatchObject({ name });
  });

  test.each([
    ['my-plugin', 'my_plugin'],
    ['My Plugin!', 'My_Plugin'],
    ['café_texts', 'cafe_texts'],
    ['3d', 'plugin_3d'],
    ['_x', 'x_plugin'],
    ['ab', 'ab_plugin'],
    ['', 'plugin_1'],
    ['../evil', 'evil'],
    ['a'.repeat(65), 'a'.repeat(64)],
    ['日本', 'plugin_1'],
  ])('%s is refused; %s is suggested', async (name, suggestion) => {
    const failure = await failureOf(planCreate({ name, targetDir: target() }));
    expect(failure).toMatchObject({ code: 'name-invalid', next: `plugin create ${suggestion}` });
    expect(suggestName(name)).toBe(suggestion);
    await expect(planCreate({ name: suggestion, targetDir: target() })).resolves.toBeDefined();
  });

  test.each([
    ['con', 'typescript', /Windows/], ['COM1', 'typescript', /Windows/], ['class', 'python', /Python finds something else/], ['json', 'python', /Python finds something else/],
  ] as const)('%s is refused for a plugin in %s', async (name, language, why) => {
    const failure = await failureOf(planCreate({ name, language, targetDir: join(parent, name) }));
    expect(failure).toMatchObject({ code: 'name-invalid', why: expect.stringMatching(why), next: expect.stringContaining(`plugin create ${name}_plugin`) });
    await expect(planCreate({ name: `${name}_plugin`, language, targetDir: join(parent, `${name}_plugin`) })).resolves.toBeDefined();
    if (language === 'python') await expect(planCreate({ name, targetDir: join(parent, name) })).resolves.toBeDefined();
  });
});

test('templates are listed with a sentence each', async () => {
  const templates = await listTemplates();
  expect(templates.map((template) => template.name)).toContain('text');
  for (const { description } of templates) expect(description).toMatch(/^[A-Z].{10,150}\.$/);
});

test('an unknown template is refused, naming those there are', async () => {
  const failure = await failureOf(planCreate({ name: 'my_plugin', template: 'vide', targetDir: target() }));
  expect(failure).toMatchObject({ code: 'template-unknown', next: expect.stringContaining('text') });
});

test.each([
  { to: 'my_plugin', cd: 'cd my_plugin' },
  { to: 'deep/er/my_plugin', cd: 'cd deep/er/my_plugin' },
  { to: "it's here", cd: "cd 'it'\\''s here'" },
])('three commands come next: $cd', async ({ to, cd }) => {
  const plan = await planCreate({ name: 'my_plugin', targetDir: join(parent, to) });
  expect(nextSteps(plan, parent)).toEqual([cd, 'plugin test', 'plugin run --input samples/texts.jsonl']);
});

test('a plugin outside the current folder is entered by its whole path', async () => {
  const plan = await planCreate({ name: 'my_plugin', targetDir: target() });
  expect(nextSteps(plan, join(parent, 'elsewhere'))[0]).toBe(`cd ${target()}`);
  expect([shownFolder(target(), parent), shownFolder(target(), target()), shownFolder(target(), join(parent, 'elsewhere'))]).toEqual(['my_plugin', '.', target()]);
});
