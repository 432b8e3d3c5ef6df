import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { lintText, loadPython, rules } from '../../src/lint/index.js';

await loadPython();

const aboutFiles = ['SEC-UNREADABLE', 'SEC-FILE', 'SEC-PACKAGE'];
const pageOf = (id: string) => `docs/rules/${id}.md`;

describe('every rule', () => {
  test('has an id of its own', () => {
    const ids = rules.map((rule) => rule.id);
    expect(ids).toEqual([...new Set(ids)].sort());
    expect(ids).toEqual(expect.arrayContaining(['SEQ001', 'SEQ002', 'SEQ003', 'SEC-EVAL', 'SEC-UNREADABLE', 'MAN-VERSION']));
  });

  test.each(rules.map((rule) => rule.id))('%s has a page, a test and a line in the index', (id) => {
    const inFiles = aboutFiles.includes(id) ? 'test/lint/files.test.ts' : `test/lint/rules/${id}.test.ts`;
    expect([pageOf(id), inFiles].filter((path) => !existsSync(path))).toEqual([]);
    const level = rules.find((rule) => rule.id === id)?.severity === 'warn' ? 'warning' : 'error';
    expect(readFileSync('docs/rules/README.md', 'utf8')).toContain(`| [${id}](${id}.md) | ${level} |`);
    expect(readFileSync(pageOf(id), 'utf8')).toContain(`Severity: ${level}.`);
  });
});

// The manifest pages speak of files beside the manifest, and are run by a test of their own.
const withExamples = rules.filter((rule) => rule.family === 'SEQ' || (rule.family === 'SEC' && !aboutFiles.includes(rule.id)));

describe.each(withExamples.map((rule) => rule.id))('the page of %s', (id) => {
  const page = readFileSync(pageOf(id), 'utf8');
  const examples = [...page.matchAll(/^```(ts|python) (invalid|valid)\n([^]*?)^```$/gm)].map(([, language, kind, code]) => ({
    kind: kind as string,
    path: language === 'python' ? 'processors/core.py' : 'processors/core.ts',
    code: code as string,
  }));

  test('has examples of both kinds', () => {
    expect(new Set(examples.map(({ kind }) => kind))).toEqual(new Set(['invalid', 'valid']));
  });

  if (id.startsWith('SEQ')) {
    test('has examples of both kinds in Python', () => {
      expect(new Set(examples.filter(({ path }) => path.endsWith('.py')).map(({ kind }) => kind))).toEqual(new Set(['invalid', 'valid']));
    });
  }

  test.each(examples)('$kind: $code', ({ kind, path, code }) => {
    const found = lintText(path, code).map((finding) => finding.rule);
    expect([...new Set(found)]).toEqual(kind === 'invalid' ? [id] : []);
  });
});
