/** Tables for the rules on data that read one file. */
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { lintText } from '../../../src/lint/index.js';

export interface DataCase {
  name: string;
  /** The body of `process(batch)`, on line 2; or a whole file. */
  code: string;
  lines?: number[];
}

function linesOf(rule: string, code: string): (number | null)[] {
  const findings = lintText('processors/core.ts', code).filter((one) => one.rule === rule || one.rule === 'SEC-UNREADABLE');
  return findings.map(({ line }) => line);
}

/** One test per case, and one for each example of the rule's page. */
export function dataTable(rule: string, cases: readonly DataCase[]): void {
  test.each(cases.map((one) => [one.name, one] as const))(`${rule}: %s`, (_, { code, lines }) => {
    const text = /^(import|export|class|const \w+ = \()/.test(code) ? code : `export function process(batch) {\n${code}\n}\n`;
    expect(linesOf(rule, text)).toEqual(lines ?? []);
  });

  describe(`the page of ${rule}`, () => {
    const page = readFileSync(`docs/rules/${rule}.md`, 'utf8');
    const examples = [...page.matchAll(/^```ts (invalid|valid)\n([^]*?)^```$/gm)].map(([, kind, code]) => ({ kind, code: code as string }));

    test('has examples of both kinds', () => expect(new Set(examples.map(({ kind }) => kind))).toEqual(new Set(['invalid', 'valid'])));
    test.each(examples)('$kind: $code', ({ kind, code }) => {
      const found = lintText('processors/core.ts', code).map((one) => one.rule);
      expect([...new Set(found)]).toEqual(kind === 'invalid' ? [rule] : []);
    });
  });
}
