/** The forms for other programs. */
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import * as z from 'zod';
import { type Finding, formatReport, type LintReport, lintText, rules } from '../../src/lint/index.js';
import { elements, only } from './xml.helper.js';

const finding: Finding = {
  rule: 'SEQ002', severity: 'error', file: 'processors/a b.ts', line: 2, column: 3, endLine: 2, endColumn: 9,
  message: 'What is <wrong> & "why".', why: 'Why it matters.', next: 'What to do.',
};
const whole: Finding = { ...finding, file: '/tmp/ä.ts', severity: 'warn', line: null, column: null, endLine: null, endColumn: null };
const silenced: Finding = { ...finding, rule: 'SEC-EVAL', suppressed: { reason: 'seen by Ada, "ok"' } };
const mendable: Finding = { ...finding, endLine: 4, rule: 'MAN-FEATURE-KEYS', fix: { start: 4, end: 9, text: 'feature_name' } };

function reportOf(findings: Finding[]): LintReport {
  const errors = findings.filter((one) => one.severity === 'error' && !one.suppressed).length;
  const suppressed = findings.filter((one) => one.suppressed).length;
  return { version: 1, findings, summary: { files: 3, errors, warnings: findings.length - errors - suppressed, suppressed }, sources: new Map() };
}

const everything = reportOf([finding, whole, silenced, mendable]);
const tool = { version: '1.2.3', rules };

describe('sarif', () => {
  // zod takes "uri-reference" for a whole address, which RFC 3986 does not: here it is the characters of a reference.
  const reference = "^([A-Za-z][A-Za-z0-9+.-]*:)?([A-Za-z0-9._~:/?#@!$&'()*+,;=\\[\\]-]|%[0-9A-Fa-f]{2})*$";
  const relative = (_: string, value: unknown) =>
    typeof value === 'object' && value !== null && 'format' in value && value.format === 'uri-reference' ? { ...value, format: undefined, pattern: reference } : value;
  const schema = z.fromJSONSchema(JSON.parse(readFileSync(new URL('schemas/sarif-2.1.0.json', import.meta.url), 'utf8'), relative));
  const sarif = (report: LintReport) => JSON.parse(formatReport(report, 'sarif', { tool }));

  test.each([
    ['every kind of finding', everything],
    ['no finding', reportOf([])],
    ['findings of the engine', reportOf(lintText('a.ts', 'eval("1");\nconst x = (;'))],
  ])('is valid for %s', (_, report) => {
    expect(schema.safeParse(sarif(report)).error).toBeUndefined();
  });

  test('would not be valid with a level or a path of another form', () => {
    const log = sarif(everything);
    log.runs[0].results[0].level = 'fatal';
    expect(schema.safeParse(log).success).toBe(false);
    const other = sarif(everything);
    other.runs[0].results[0].locations[0].physicalLocation.artifactLocation.uri = 'a b.ts';
    expect(schema.safeParse(other).success).toBe(false);
  });

  test('lists every rule with how to read its page, and points each result at its rule', () => {
    const [run] = sarif(everything).runs;
    const { driver } = run.tool;
    expect(driver.rules.map((rule: { id: string }) => rule.id)).toEqual(rules.map((rule) => rule.id));
    for (const rule of driver.rules) expect(rule.help.text).toBe(`plugin lint --explain ${rule.id}`);
    for (const result of run.results) expect(driver.rules[result.ruleIndex].id).toBe(result.ruleId);
  });

  test('says where, how to mend it, and what is suppressed', () => {
    const [first, second, third, fourth] = sarif(everything).runs[0].results;
    expect(first).toMatchObject({
      level: 'error',
      locations: [{ physicalLocation: { artifactLocation: { uri: 'processors/a%20b.ts' }, region: { startLine: 2, startColumn: 3, endLine: 2, endColumn: 9 } } }],
    });
    expect(second.level).toBe('warning');
    expect(second.locations[0].physicalLocation).toEqual({ artifactLocation: { uri: 'file:///tmp/%C3%A4.ts' } });
    expect(third.suppressions).toEqual([{ kind: 'inSource', justification: 'seen by Ada, "ok"' }]);
    const [change] = fourth.fixes[0].artifactChanges;
    expect(change.replacements).toEqual([{ deletedRegion: { charOffset: 4, charLength: 5 }, insertedContent: { text: 'feature_name' } }]);
  });
});

describe('github', () => {
  test('writes one escaped command per finding', () => {
    const odd = { ...finding, file: 'a,b:c%.ts', message: 'One\r\ntwo, 100%: three' };
    expect(formatReport(reportOf([odd, whole, silenced, mendable]), 'github').split('\n')).toEqual([
      '::error file=a%2Cb%3Ac%25.ts,line=2,endLine=2,col=3,endColumn=9,title=SEQ002::One%0D%0Atwo, 100%25: three%0AWhy it matters.%0AWhat to do.',
      '::warning file=/tmp/ä.ts,title=SEQ002::What is <wrong> & "why".%0AWhy it matters.%0AWhat to do.',
      '::notice file=processors/a b.ts,line=2,endLine=2,col=3,endColumn=9,title=SEC-EVAL::What is <wrong> & "why".%0AWhy it matters.%0AWhat to do.%0ASuppressed: seen by Ada, "ok"',
      '::error file=processors/a b.ts,line=2,endLine=4,title=MAN-FEATURE-KEYS::What is <wrong> & "why".%0AWhy it matters.%0AWhat to do.',
    ]);
  });

  test('writes nothing for a clean report', () => {
    expect(formatReport(reportOf([]), 'github')).toBe('');
  });
});

describe('junit', () => {
  test('has the structure that build servers read', () => {
    const root = only(elements(formatReport(everything, 'junit')));
    expect([root.name, root.attributes]).toEqual(['testsuites', { name: 'Plugsmith', tests: '4', failures: '2', errors: '0', time: '0' }]);
    expect(root.children.map(({ name, attributes }) => [name, attributes])).toEqual([
      ['testsuite', { name: 'processors/a b.ts', tests: '3', failures: '2', errors: '0', skipped: '1', time: '0' }],
      ['testsuite', { name: '/tmp/ä.ts', tests: '1', failures: '0', errors: '0', skipped: '0', time: '0' }],
    ]);
    const cases = root.children.flatMap((suite) => suite.children);
    expect(cases.map(({ attributes }) => attributes['name'])).toEqual(['SEQ002 (2:3)', 'SEC-EVAL (2:3)', 'MAN-FEATURE-KEYS (2:3)', 'SEQ002']);
    expect(cases.map((one) => only(one.children).name)).toEqual(['failure', 'skipped', 'failure', 'system-out']);
    expect(only(cases[0]?.children ?? [])).toMatchObject({
      attributes: { type: 'SEQ002', message: 'What is <wrong> & "why".' },
      text: 'processors/a b.ts:2:3\nWhat is <wrong> & "why".\nWhy: Why it matters.\nNext: What to do.',
    });
  });

  test('has one case that passes when there are no findings', () => {
    const root = only(elements(formatReport(reportOf([]), 'junit')));
    expect(root.attributes).toMatchObject({ tests: '1', failures: '0' });
    expect(only(only(root.children).children)).toMatchObject({ name: 'testcase', children: [] });
  });

  test('replaces what XML cannot hold', () => {
    const text = formatReport(reportOf([{ ...finding, message: 'a\u0000b\u001b[2Jc\ud800d\u{1f600}' }]), 'junit');
    expect(text).toContain('message="a\ufffdb\ufffd[2Jc\ufffdd\u{1f600}"');
    expect(() => elements(text)).not.toThrow();
  });
});
