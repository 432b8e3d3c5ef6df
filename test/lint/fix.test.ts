import { chmod, readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { applyFixes, fixPaths } from '../../src/lint/fix.js';
import { syntaxRules } from '../../src/lint/registry.js';
import type { SyntaxRule } from '../../src/lint/rule.js';
import { lintCommand } from './command.helper.js';
import { folderOf, perRow } from './folder.helper.js';
import { manifest } from './rules/MAN.helpers.js';

afterEach(() => void vi.restoreAllMocks());

const fix = (start: number, end: number, text: string) => ({ start, end, text });

describe('applyFixes', () => {
  test.each([
    ['nothing', [], 'abcdef', 0],
    ['one', [fix(1, 2, 'XY')], 'aXYcdef', 1],
    ['several, in any order', [fix(4, 5, ''), fix(0, 1, 'XXX'), fix(6, 6, '!')], 'XXXbcdf!', 3],
    ['neighbours', [fix(1, 2, 'X'), fix(2, 3, 'Y')], 'aXYdef', 2],
    ['the first of two that overlap', [fix(2, 4, 'Y'), fix(1, 3, 'X')], 'aXdef', 1],
    ['one of two that are the same', [fix(1, 2, 'X'), fix(1, 2, 'X')], 'aXcdef', 1],
    ['one of two insertions at a place', [fix(1, 1, 'X'), fix(1, 1, 'Y')], 'aXbcdef', 1],
    ['not an insertion at the end of a replacement', [fix(1, 2, 'X'), fix(2, 2, 'Y')], 'aXcdef', 1],
  ])('applies %s', (_, fixes, text, applied) => {
    expect(applyFixes('abcdef', fixes)).toEqual({ text, applied });
  });
});

const unused = '// plugin-lint-disable-next-line SEQ001';

describe('fixPaths', () => {
  test('changes what has a fix, and nothing else', async () => {
    const wrong = manifest({ features: `[{ feature_type: 'embedding', feature_name: 'my_embedding', embedding_dim: 384, distance_metric: 'l2' }]` });
    const cwd = await folderOf({ 'manifest.ts': `\uFEFF${wrong.replaceAll('\n', '\r\n')}`, 'core.ts': `${unused}\nexport {};\n${perRow}`, 'pipeline.ts': 'export const buildSteps = null;\n' });
    await chmod(join(cwd, 'manifest.ts'), 0o750);
    const { fixed, files, report } = await fixPaths(['.'], { cwd });
    expect([fixed, files]).toEqual([2, ['core.ts', 'manifest.ts']]);
    expect(await readFile(join(cwd, 'manifest.ts'), 'utf8')).toBe(`\uFEFF${wrong.replaceAll('\n', '\r\n').replace("'l2'", "'euclid'")}`);
    expect((await stat(join(cwd, 'manifest.ts'))).mode & 0o777).toBe(0o750);
    expect(await readFile(join(cwd, 'core.ts'), 'utf8')).toBe(`export {};\n${perRow}`);
    expect(report.findings.map(({ rule }) => rule)).toEqual(['DAT-NULL', 'SEQ002', 'DAT-FEATURE']);
    expect((await readdir(cwd)).sort()).toEqual(['core.ts', 'manifest.ts', 'pipeline.ts']);
  });

  test('goes on until nothing is left: a directive behind another', async () => {
    const cwd = await folderOf({ 'a.ts': `${unused}, SEQ003\n${unused}\nexport {};\n` });
    const { fixed, report } = await fixPaths(['.'], { cwd });
    expect(await readFile(join(cwd, 'a.ts'), 'utf8')).toBe('export {};\n');
    expect([fixed, report.findings]).toEqual([2, []]);
  });

  test.each([
    ['a file that does not parse', `${unused}\nconst a = (;\n`],
    ['a file that is no UTF-8', Buffer.concat([Buffer.from(`${unused}\nexport {};\n// `), Buffer.from([0xff])])],
  ])('leaves alone %s', async (_, content) => {
    const cwd = await folderOf({ 'a.ts': content });
    expect((await fixPaths(['.'], { cwd })).fixed).toBe(0);
    expect(await readFile(join(cwd, 'a.ts'))).toEqual(Buffer.from(content));
  });

  test('leaves alone what would not parse afterwards', async () => {
    const cwd = await folderOf({ 'a.ts': 'export {};\n' });
    const broken = syntaxRules.find((rule) => rule.meta.id === 'SEC-EVAL') as SyntaxRule;
    vi.spyOn(broken, 'create').mockImplementation((_, report) => ({
      Program(path) {
        report({ at: path.node, message: 'm', why: 'w', next: 'n', fix: { start: 0, end: 6, text: '(' } });
      },
    }));
    expect((await fixPaths(['.'], { cwd })).fixed).toBe(0);
    expect(await readFile(join(cwd, 'a.ts'), 'utf8')).toBe('export {};\n');
  });

  test('stops when two rules undo each other', async () => {
    const cwd = await folderOf({ 'a.ts': 'export {};;\n' });
    const endless = syntaxRules.find((rule) => rule.meta.id === 'SEC-EVAL') as SyntaxRule;
    vi.spyOn(endless, 'create').mockImplementation((file, report) => ({
      Program(path) {
        const long = file.text.includes(';;');
        report({ at: path.node, message: 'm', why: 'w', next: 'n', fix: { start: 9, end: long ? 11 : 10, text: long ? ';' : ';;' } });
      },
    }));
    expect((await fixPaths(['.'], { cwd })).fixed).toBe(10);
  });

  test('works on Python', async () => {
    const cwd = await folderOf({ 'a.py': 'x = 1  # plugin-lint-disable-next-line SEQ001\ny = 2\n' });
    expect((await fixPaths(['.'], { cwd })).fixed).toBe(1);
    expect(await readFile(join(cwd, 'a.py'), 'utf8')).toBe('x = 1\ny = 2\n');
  });

  test('leaves alone a rule that is off', async () => {
    const cwd = await folderOf({ 'a.ts': `${unused}\nexport {};\n` });
    expect((await fixPaths(['.'], { cwd, rules: { 'LINT-UNUSED-DIRECTIVE': 'off' } })).fixed).toBe(0);
  });

  // Root may write everywhere.
  test.skipIf(process.getuid?.() === 0)('does not get past write protection', async () => {
    const cwd = await folderOf({ 'a.ts': `${unused}\nexport {};\n` });
    await chmod(join(cwd, 'a.ts'), 0o400);
    await expect(fixPaths(['.'], { cwd })).rejects.toMatchObject({ code: 'lint-fix-unwritable', exitCode: 2 });
  });
});

test('--fix says what it did, and reports what is left', async () => {
  const cwd = await folderOf({ 'core.ts': `${unused}\nexport {};\n${perRow}` });
  const { code, out, err } = await lintCommand(cwd, '--fix');
  expect(err).toBe('Fixed 1 place in 1 file.\n');
  expect(out).toMatch(/^core\.ts:3:/);
  expect(code).toBe(1);
  expect((await lintCommand(cwd, '--fix')).err).toBe('');
});
