import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { initConfig, readConfig } from '../../src/lint/config.js';
import { rules } from '../../src/lint/index.js';
import { lintCommand } from './command.helper.js';
import { folderOf, perRow } from './folder.helper.js';

describe('readConfig', () => {
  test('gives nothing where there is no file', async () => {
    expect(await readConfig(await folderOf({}))).toEqual({ file: null, rules: {}, ignore: [] });
  });

  test.each([
    ['plugsmith.config.json', '\uFEFF{"$schema": "x", "rules": {"SEQ001": "warn"}, "ignore": ["old/"]}'],
    ['plugsmith.config.ts', 'export default { rules: { SEQ001: "warn" }, ignore: [`old/`] };'],
    ['plugsmith.config.ts', "import type { C } from 'x';\nexport default ({ 'rules': { 'SEQ001': 'warn' }, ignore: ['old/'] } as const) satisfies C;"],
  ])('reads %s: %s', async (file, text) => {
    expect(await readConfig(await folderOf({ [file]: text }))).toEqual({ file, rules: { SEQ001: 'warn' }, ignore: ['old/'] });
  });

  test('takes what is missing for empty', async () => {
    expect(await readConfig(await folderOf({ 'plugsmith.config.json': '{}' }))).toEqual({ file: 'plugsmith.config.json', rules: {}, ignore: [] });
  });

  const json = 'plugsmith.config.json';
  const ts = 'plugsmith.config.ts';
  test.each([
    [json, '{', 'is not valid JSON'],
    [json, '[]', 'is no object'],
    [json, 'null', 'is no object'],
    [json, '{"rulez": {}}', 'unknown key "rulez"'],
    [json, '{"rules": []}', '"rules" that are no object'],
    [json, '{"rules": {"SEQ001": "loud"}}', 'the rule "SEQ001" the level "loud"'],
    [json, '{"rules": {"SEQ001": 2}}', 'the rule "SEQ001" the level 2'],
    [json, '{"ignore": "old"}', '"ignore" that is no list'],
    [json, '{"ignore": [1]}', '"ignore" that is no list'],
    [ts, 'export default {', 'has a syntax error'],
    [ts, 'export const a = 1;', 'line 1: there is no default export'],
    [ts, 'const level = "off";\nexport default { rules: { SEQ001: level } };', 'line 2: a value is not written out'],
    [ts, 'export default {\n  rules: make() };', 'line 2: a value is not written out'],
    [ts, 'export default { ...other };', 'a method or a spread'],
    [ts, 'export default { ["rules"]: {} };', 'a key is not written out'],
    [ts, 'export default { ignore: [,] };', 'a list has a hole'],
    [ts, 'export default { ignore: [`${a}`] };', 'a text is put together'],
    [ts, 'export default { rulez: {} };', 'unknown key "rulez"'],
  ])('refuses %s: %s', async (file, text, said) => {
    const folder = await folderOf({ [file]: text });
    await expect(readConfig(folder)).rejects.toEqual(expect.objectContaining({ code: 'lint-config-invalid', message: expect.stringContaining(said), exitCode: 2 }));
  });

  test('runs nothing', async () => {
    const folder = await folderOf({ [ts]: 'throw new Error("it ran");\nexport default { ignore: [] };' });
    expect((await readConfig(folder)).ignore).toEqual([]);
  });

  test('refuses two files', async () => {
    const folder = await folderOf({ [json]: '{}', [ts]: 'export default {};' });
    await expect(readConfig(folder)).rejects.toEqual(expect.objectContaining({ code: 'lint-config-twice' }));
  });
});

test('initConfig writes a file that changes nothing, once', async () => {
  const folder = await folderOf({});
  expect(await initConfig(folder)).toBe('plugsmith.config.json');
  expect(await readConfig(folder)).toEqual({ file: 'plugsmith.config.json', rules: {}, ignore: [] });
  await expect(initConfig(folder)).rejects.toEqual(expect.objectContaining({ code: 'lint-config-exists' }));
});

describe('the command', () => {
  const config = (value: object) => ({ 'plugsmith.config.json': JSON.stringify(value) });

  test('takes levels from the file, and lets flags win', async () => {
    const cwd = await folderOf({ 'core.ts': perRow, ...config({ rules: { SEQ002: 'warn' } }) });
    expect((await lintCommand(cwd)).code).toBe(0);
    expect((await lintCommand(cwd, '--rule', 'SEQ002=error')).code).toBe(1);
  });

  test('refuses to lower a security rule, and unknown rules', async () => {
    for (const [rule, said] of [['SEC-EVAL', 'cannot be changed'], ['SEQ999', 'There is no rule "SEQ999"']] as const) {
      const { code, err } = await lintCommand(await folderOf({ 'core.ts': '', ...config({ rules: { [rule]: 'off' } }) }));
      expect([code, err]).toEqual([2, expect.stringContaining(said)]);
    }
  });

  test('leaves out what the file says, but not what is named', async () => {
    const cwd = await folderOf({ 'core.ts': '', 'old/core.ts': perRow, 'a/old/deep/core.ts': perRow, 'gen.ts': perRow, ...config({ ignore: ['old/', '/gen.ts'] }) });
    expect((await lintCommand(cwd)).code).toBe(0);
    expect(await lintCommand(cwd, 'a')).toMatchObject({ code: 2, err: expect.stringContaining('There is nothing to lint') });
    expect((await lintCommand(cwd, 'gen.ts')).code).toBe(1);
  });

  test('--print-config shows what holds', async () => {
    const cwd = await folderOf(config({ rules: { SEQ002: 'warn' }, ignore: ['old/'] }));
    const { code, out } = await lintCommand(cwd, '--print-config', '--rule', 'SEQ001=off');
    const shown = JSON.parse(out);
    expect(code).toBe(0);
    expect(shown).toEqual({ file: 'plugsmith.config.json', rules: { ...Object.fromEntries(rules.map(({ id, severity }) => [id, severity])), SEQ002: 'warn', SEQ001: 'off' }, ignore: ['old/'] });
    expect(JSON.parse((await lintCommand(cwd, '--print-config', '--rule', 'SEQ001=off', '--json')).out)).toEqual(shown);
  });

  test('--print-config refuses what lint would refuse', async () => {
    expect((await lintCommand(await folderOf(config({ rules: { 'SEC-EVAL': 'off' } })), '--print-config')).code).toBe(2);
  });

  test('--init writes a file', async () => {
    const cwd = await folderOf({});
    const { code, out } = await lintCommand(cwd, '--init');
    expect([code, out]).toEqual([0, 'Wrote plugsmith.config.json.\n']);
    expect(JSON.parse(await readFile(join(cwd, 'plugsmith.config.json'), 'utf8'))).toEqual({ rules: {}, ignore: [] });
    expect((await lintCommand(cwd, '--init')).code).toBe(2);
  });
});
