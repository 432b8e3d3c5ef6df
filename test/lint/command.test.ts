import { describe, expect, test } from 'vitest';
import { rules } from '../../src/lint/index.js';
import { lintCommand } from './command.helper.js';
import { folderOf, perRow } from './folder.helper.js';

describe('--rules', () => {
  test('is a table of every rule', async () => {
    const { code, out } = await lintCommand('/', '--rules');
    expect(code).toBe(0);
    const [titles, ...lines] = out.trimEnd().split('\n');
    expect(titles).toMatch(/^rule +severity +what it asks$/);
    expect(lines.map((line) => line.split(/\s+/)[0])).toEqual(rules.map((rule) => rule.id));
  });

  test('is a list with --json', async () => {
    const { out } = await lintCommand('/', '--rules', '--json');
    expect(JSON.parse(out)).toEqual({ rules });
  });
});

describe('--explain', () => {
  test('shows the page of a rule', async () => {
    const { code, out } = await lintCommand('/', '--explain', 'seq002');
    expect(code).toBe(0);
    expect(out).toMatch(/^SEQ002\n\nModels and APIs/);
    expect(out).toContain('\n    import type { Batch, Model }');
    expect(out).not.toMatch(/^#|```/m);
  });

  test('gives the page as it is with --json', async () => {
    const { out } = await lintCommand('/', '--explain', 'SEC-EVAL', '--json');
    expect(JSON.parse(out)).toEqual({ rule: rules.find((rule) => rule.id === 'SEC-EVAL'), page: expect.stringMatching(/^# SEC-EVAL\n/) });
  });

  test('knows rules of every family, and no others', async () => {
    for (const id of ['SEQ001', 'SEC-FILE', 'MAN-NAME', 'LINT-UNUSED-DIRECTIVE']) expect((await lintCommand('/', '--explain', id)).out, id).toMatch(new RegExp(`^${id}\n`));
    const { code, out, err } = await lintCommand('/', '--explain', 'SEQ999');
    expect([code, out]).toEqual([2, '']);
    expect(err).toContain('There is no rule "SEQ999".');
    expect(err).toContain('plugin lint --rules');
  });
});

describe('--rule', () => {
  test('changes levels, and so the exit code', async () => {
    const root = await folderOf({ 'core.ts': perRow });
    expect((await lintCommand(root)).code).toBe(1);
    expect((await lintCommand(root, '--rule', 'SEQ002=warn')).code).toBe(0);
    const { code, err } = await lintCommand(root, '--rule', 'SEQ002=warn', '--max-warnings', '0');
    expect(code).toBe(1);
    expect(err).toContain('1 warning is more than --max-warnings 0 allows.');
    expect((await lintCommand(root, '--rule', 'seq002=off', '.', '--rule', 'SEQ001=warn')).out).toBe('No findings in 1 file.\n');
  });

  test.each([
    ['SEC-EVAL=off', 'The level of security rule "SEC-EVAL" cannot be changed.'],
    ['SEC-EVAL=warn', 'The level of security rule "SEC-EVAL" cannot be changed.'],
    ['SEQ999=off', 'There is no rule "SEQ999".'],
    ['seq02=off', 'Did you mean SEQ002? All rules are listed by: plugin lint --rules'],
    ['MAN-VERSON=off', 'Did you mean MAN-VERSION?'],
    ['NOPE=off', 'Next: All rules are listed by: plugin lint --rules'],
    ['SEQ001=loud', '"SEQ001=loud" gives no level to a rule.'],
    ['SEQ001', '"SEQ001" gives no level to a rule.'],
    ['=off', '"=off" gives no level to a rule.'],
    ['SEQ001=off=warn', '"SEQ001=off=warn" gives no level to a rule.'],
  ])('%s could not be done', async (given, said) => {
    const root = await folderOf({ 'core.ts': perRow });
    const { code, err } = await lintCommand(root, '--rule', given);
    expect(code).toBe(2);
    expect(err).toContain(said);
  });
});

describe('--format', () => {
  test.each([
    ['stylish', /^core\.ts:2:\d+ {2}error {2}SEQ002/],
    ['json', /^\{\n {2}"version": 1,/],
    ['sarif', /"version": "2\.1\.0"/],
    ['github', /^::error file=core\.ts,line=2/],
    ['junit', /^<\?xml version="1\.0"/],
  ])('%s', async (format, start) => {
    const root = await folderOf({ 'core.ts': perRow });
    const { code, out } = await lintCommand(root, '--format', format);
    expect(code).toBe(1);
    expect(out).toMatch(start);
  });

  test('--json gives the documented shape', async () => {
    const root = await folderOf({ 'core.ts': perRow });
    const { out } = await lintCommand(root, '--json');
    const document = JSON.parse(out);
    expect(Object.keys(document)).toEqual(['version', 'findings', 'summary']);
    expect(document.summary).toEqual({ files: 1, errors: 1, warnings: 0, suppressed: 0 });
  });
});
