import { describe, expect, test } from 'vitest';
import { lintPaths, type RuleLevel } from '../../../src/lint/index.js';
import { folderOf, perRow } from '../folder.helper.js';

async function lint(files: Record<string, string>, rules: Record<string, RuleLevel> = {}, paths = ['.']) {
  const cwd = await folderOf(files);
  return (await lintPaths(paths, { cwd, rules })).findings;
}

const before = (directive: string) => perRow.replace('  for', `  ${directive}\n  for`);
const rulesOf = async (text: string, rules?: Record<string, RuleLevel>, file = 'core.ts') =>
  (await lint({ [file]: text }, rules)).map((finding) => `${finding.rule}:${finding.line}`);

describe('valid', () => {
  test.each([
    ['a directive that is used', before('// plugin-lint-disable-next-line SEQ002 -- one text per call')],
    ['one of a security rule', '// plugin-lint-disable-next-line SEC-EVAL -- seen by Ada\neval("1");\n'],
    ['one in a string', 'export const a = "// plugin-lint-disable-next-line SEQ002";\n'],
    ['talk about directives', '// Use plugin-lint-disable-next-line SEQ002 here.\nexport const a = 1;\n'],
  ])('%s', async (_, text) => {
    expect((await rulesOf(text)).filter((found) => !found.startsWith('SEC-EVAL'))).toEqual([]);
  });

  test('a rule that is off', async () => {
    expect(await rulesOf(before('// plugin-lint-disable-next-line SEQ002'), { SEQ002: 'off' })).toEqual([]);
  });

  test('a file that does not parse', async () => {
    expect(await rulesOf('// plugin-lint-disable-next-line SEQ002\nconst a = (;\n')).toEqual(['SEC-UNREADABLE:null']);
  });

  test('a manifest rule in a loose file', async () => {
    const text = '// plugin-lint-disable-next-line MAN-REALTIME\nexport const a = 1;\n';
    expect(await lint({ 'manifest.ts': text }, {}, ['manifest.ts'])).not.toContainEqual(expect.objectContaining({ rule: 'LINT-UNUSED-DIRECTIVE' }));
  });
});

describe('invalid', () => {
  test.each([
    ['a rule that finds nothing', '// plugin-lint-disable-next-line SEQ002 -- x\nexport const a = 1;\n', ['LINT-UNUSED-DIRECTIVE:1'], 'silences SEQ002'],
    ['a block comment', 'export {};\n/* plugin-lint-disable-next-line SEQ002 */\nexport const a = 1;\n', ['LINT-UNUSED-DIRECTIVE:2'], 'silences SEQ002'],
    ['one rule of two', before('// plugin-lint-disable-next-line SEQ001, SEQ002'), ['LINT-UNUSED-DIRECTIVE:2'], 'silences SEQ001'],
    ['the wrong line', before('// plugin-lint-disable-next-line SEQ002\n'), ['LINT-UNUSED-DIRECTIVE:2', 'SEQ002:4'], 'silences SEQ002'],
    ['no such rule', '// plugin-lint-disable-next-line SEQ999\nexport const a = 1;\n', ['LINT-UNUSED-DIRECTIVE:1'], 'names "SEQ999"'],
    ['no rule', '// plugin-lint-disable-next-line\nexport const a = 1;\n', ['LINT-UNUSED-DIRECTIVE:1'], 'cannot be understood'],
    ['another word', before('// plugin-lint-disable SEQ002'), ['LINT-UNUSED-DIRECTIVE:2', 'SEQ002:3'], 'cannot be understood'],
  ])('%s', async (_, text, expected, message) => {
    expect(await rulesOf(text)).toEqual(expected);
    const found = (await lint({ 'core.ts': text })).find((finding) => finding.rule === 'LINT-UNUSED-DIRECTIVE');
    expect(found?.message).toContain(message);
  });

  test('two of two, each once', async () => {
    const found = await lint({ 'a.ts': '// plugin-lint-disable-next-line SEQ001, SEQ003\nexport const a = 1;\n' });
    expect(found.map(({ message }) => message)).toEqual([expect.stringContaining('SEQ001'), expect.stringContaining('SEQ003')]);
  });

  test('its level can be changed', async () => {
    const text = '// plugin-lint-disable-next-line SEQ002\nexport const a = 1;\n';
    expect(await rulesOf(text, { 'LINT-UNUSED-DIRECTIVE': 'off' })).toEqual([]);
    expect(await lint({ 'a.ts': text }, { 'LINT-UNUSED-DIRECTIVE': 'error' })).toMatchObject([{ severity: 'error' }]);
  });
});

describe('the fix', () => {
  test.each([
    ['a line of its own', 'export {};\n  // plugin-lint-disable-next-line SEQ002\nexport const a = 1;\n', 'export {};\nexport const a = 1;\n'],
    ['behind code', 'export {}; // plugin-lint-disable-next-line SEQ002\nexport const a = 1;\n', 'export {};\nexport const a = 1;\n'],
    ['before code', 'export {};\n/* plugin-lint-disable-next-line SEQ002 */ export const a = 1;\n', 'export {};\n export const a = 1;\n'],
    ['between words', 'export default typeof/* plugin-lint-disable-next-line SEQ002 */a;\n', 'export default typeof a;\n'],
    ['and keeps the line end in it', 'export {}\na /* plugin-lint-disable-next-line SEQ002\n*/ b\n', 'export {}\na \n b\n'],
    ['at the end', 'export {};\n// plugin-lint-disable-next-line SEQ002', 'export {};\n'],
    ['lines that end in CR LF', 'export {};\r\n// plugin-lint-disable-next-line SEQ002\r\nexport const a = 1;\r\n', 'export {};\r\nexport const a = 1;\r\n'],
  ])('removes %s', async (_, text, expected) => {
    const [found] = await lint({ 'a.ts': text });
    const { start, end, text: put } = found?.fix ?? { start: 0, end: 0, text: '?' };
    expect(text.slice(0, start) + put + text.slice(end)).toBe(expected);
  });

  test('is not offered while one rule of the directive is needed', async () => {
    const found = await lint({ 'core.ts': before('// plugin-lint-disable-next-line SEQ001, SEQ002') });
    expect(found).toHaveLength(1);
    expect(found[0]).not.toHaveProperty('fix');
  });
});
