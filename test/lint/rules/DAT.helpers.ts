/** Tables for the rules on data that read one file. */
import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, test } from 'vitest';
import { lintText, loadPython } from '../../../src/lint/index.js';

export interface DataCase {
  name: string;
  /** The body of `process(batch)`, on line 2; or a whole file. */
  code: string;
  lines?: number[];
}

function linesOf(rule: string, code: string, file = 'processors/core.ts'): (number | null)[] {
  const findings = lintText(file, code).filter((one) => one.rule === rule || one.rule === 'SEC-UNREADABLE');
  return findings.map(({ line }) => line);
}

/** One test per case, and one for each example of the rule's page; in Python the code is the body of `__call__`, from line 3 on. */
export function dataTable(rule: string, cases: readonly DataCase[], python: readonly DataCase[]): void {
  beforeAll(async () => void (await loadPython()));
  test.each(python.map((one) => [one.name, one] as const))(`${rule} in Python: %s`, (_, { code, lines }) => {
    const body = code.split('\n').map((line) => `        ${line}`);
    const text = code.startsWith('class') ? code : ['class P:', '    def __call__(self, batch):', ...body, ''].join('\n');
    expect(linesOf(rule, text, 'processors/core.py')).toEqual(lines ?? []);
  });

  test.each(cases.map((one) => [one.name, one] as const))(`${rule}: %s`, (_, { code, lines }) => {
    const text = /^(import|export|class|const \w+ = \()/.test(code) ? code : `export function process(batch) {\n${code}\n}\n`;
    expect(linesOf(rule, text)).toEqual(lines ?? []);
  });

  describe(`the page of ${rule}`, () => {
    const page = readFileSync(`docs/rules/${rule}.md`, 'utf8');
    const examples = [...page.matchAll(/^```(ts|python) (invalid|valid)\n([^]*?)^```$/gm)].map(([, language, kind, code]) => ({ file: `processors/core.${language === 'ts' ? 'ts' : 'py'}`, kind, code: code as string }));

    test('has examples of both kinds in both languages', () => expect(new Set(examples.map(({ file, kind }) => `${file.slice(-2)} ${kind}`)).size).toBe(4));
    test.each(examples)('$file, $kind: $code', ({ file, kind, code }) => {
      const found = lintText(file, code).map((one) => one.rule);
      expect([...new Set(found)]).toEqual(kind === 'invalid' ? [rule] : []);
    });
  });
}
