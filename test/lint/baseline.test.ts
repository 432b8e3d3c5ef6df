import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { lintCommand } from './command.helper.js';
import { folderOf, perRow } from './folder.helper.js';

const two = `${perRow}${perRow.replace('process', 'other').replace('row.data', 'row.text')}`;
const update = ['--baseline', 'base.json', '--update-baseline'];
const compare = ['--baseline', 'base.json'];

describe('--baseline', () => {
  test('reports new findings only', async () => {
    const cwd = await folderOf({ 'core.ts': perRow });
    expect(await lintCommand(cwd, ...update)).toEqual({ code: 0, out: 'No findings in 1 file.\n', err: 'Wrote 1 finding to base.json.\n' });
    expect(await lintCommand(cwd, ...compare)).toEqual({ code: 0, out: 'No findings in 2 files.\n', err: '1 finding is in the baseline.\n' });
    await writeFile(join(cwd, 'new.ts'), perRow);
    const { code, out } = await lintCommand(cwd, ...compare);
    expect([code, out]).toEqual([1, expect.stringMatching(/^new\.ts:2[^]*\n1 error, 0 warnings in 3 files\.\n$/)]);
  });

  test('is stable when lines move and are indented', async () => {
    const cwd = await folderOf({ 'core.ts': two });
    await lintCommand(cwd, ...update);
    await writeFile(join(cwd, 'core.ts'), `\n\n// more\n${two.replaceAll('  for', '      for')}`);
    expect((await lintCommand(cwd, ...compare)).code).toBe(0);
  });

  test('counts findings with the same text', async () => {
    const again = perRow.replace('process', 'other');
    const cwd = await folderOf({ 'core.ts': perRow });
    await lintCommand(cwd, ...update);
    await writeFile(join(cwd, 'core.ts'), perRow + again);
    expect(JSON.parse((await lintCommand(cwd, ...compare, '--json')).out).summary.errors).toBe(1);
  });

  test('sees a changed line and another file as new, and says what is gone', async () => {
    const cwd = await folderOf({ 'core.ts': perRow });
    await lintCommand(cwd, ...update);
    await writeFile(join(cwd, 'core.ts'), perRow.replace('row.data', 'row.text'));
    expect(await lintCommand(cwd, ...compare)).toMatchObject({ code: 1, err: expect.stringContaining('1 finding of the baseline is gone') });
    await rename(join(cwd, 'core.ts'), join(cwd, 'b.ts'));
    await writeFile(join(cwd, 'b.ts'), perRow);
    expect((await lintCommand(cwd, ...compare)).code).toBe(1);
  });

  test('holds from any folder', async () => {
    const cwd = await folderOf({ 'a/core.ts': perRow });
    await lintCommand(cwd, ...update);
    expect((await lintCommand(join(cwd, 'a'), '--baseline', '../base.json')).code).toBe(0);
  });

  test('never hides a security finding', async () => {
    const cwd = await folderOf({ 'core.ts': 'eval("1");\n' });
    expect(await lintCommand(cwd, ...update)).toMatchObject({ code: 1, err: 'Wrote 0 findings to base.json.\n' });
    expect((await lintCommand(cwd, ...compare)).code).toBe(1);
    expect(JSON.parse(await readFile(join(cwd, 'base.json'), 'utf8'))).toEqual({ version: 1, findings: [] });
  });

  test('replaces a damaged baseline, and no other file', async () => {
    const cwd = await folderOf({ 'core.ts': perRow, 'base.json': '{\n  "version": 1,\n  "fin', 'package.json': '{ "version": "1.0.0" }' });
    expect((await lintCommand(cwd, ...update)).code).toBe(0);
    for (const file of ['core.ts', 'package.json']) {
      const before = await readFile(join(cwd, file), 'utf8');
      expect(await lintCommand(cwd, '--baseline', file, '--update-baseline')).toMatchObject({ code: 2, err: expect.stringContaining(`"${file}" exists, and is no baseline.`) });
      expect(await readFile(join(cwd, file), 'utf8')).toBe(before);
    }
  });

  test('must be there', async () => {
    const cwd = await folderOf({ 'core.ts': perRow });
    expect(await lintCommand(cwd, ...compare)).toMatchObject({ code: 2, err: expect.stringContaining('There is no baseline "base.json"') });
    expect(await lintCommand(cwd, '--update-baseline')).toMatchObject({ code: 2 });
    await mkdir(join(cwd, 'base.json'));
    expect((await lintCommand(cwd, ...compare)).code).toBe(2);
  });

  test.each(['{', '[]', 'null', '{"version": 2, "findings": []}', '{"version": 1, "findings": [{}]}', '{"version": 1, "findings": [{"rule": "a", "file": "b", "hash": "c", "count": -1}]}'])('must be a baseline, not %s', async (text) => {
    const cwd = await folderOf({ 'core.ts': perRow, 'base.json': text });
    expect(await lintCommand(cwd, ...compare)).toMatchObject({ code: 2, err: expect.stringContaining('The baseline "base.json"') });
  });
});
