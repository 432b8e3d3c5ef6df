/** What every template keeps to, whatever it is about. That it works is shown end to end. */
import { describe, expect, test } from 'vitest';
import { listTemplates, planCreate } from '../../src/scaffold/index.js';

const templates = await listTemplates();
const text = (bytes: Uint8Array): string => Buffer.from(bytes).toString('utf8');

describe.each(templates)('the template $name', ({ name, identifier, description }) => {
  const planned = planCreate({ name: 'my_plugin', template: name, targetDir: '/nowhere/my_plugin' });

  test('is a plugin by the new name, and its own name is gone', async () => {
    const { files } = await planned;
    for (const { path, bytes } of files) expect(Buffer.from(bytes).includes(identifier), path).toBe(false);
    expect(files.some(({ path, bytes }) => /^manifest\.(ts|py)$/.test(path) && text(bytes).includes('my_plugin'))).toBe(true);
  });

  test('says what it is in one sentence, and what to change first', async () => {
    const readme = text((await planned).files.find(({ path }) => path === 'README.md')?.bytes ?? new Uint8Array());
    expect(description).toMatch(/^[A-Z].{10,150}\.$/);
    expect(readme).toContain('## What to change first');
    expect(readme).toMatch(/^1\. \*\*/m);
  });

  test('brings rows to try, tests, and what keeps an archive small', async () => {
    const paths = (await planned).files.map(({ path }) => path);
    expect(paths.filter((path) => /^samples\/[^/]+\.jsonl$/.test(path))).toHaveLength(1);
    expect(paths.some((path) => /^tests?\//.test(path))).toBe(true);
    expect(paths).toEqual(expect.arrayContaining(['.gitignore', '.pluginignore', 'README.md']));
  });

  test('is small enough for the package that everybody installs', async () => {
    expect((await planned).files.reduce((sum, { bytes }) => sum + bytes.byteLength, 0)).toBeLessThan(1.5 * 2 ** 20);
  });
});
