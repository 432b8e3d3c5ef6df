/** The examples on the pages of the SEC rules mean what they say. */
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { rules } from '../../src/lint/rules/sec/index.js';
import { scan } from './sec-helper.js';

describe.each(rules.map((rule) => rule.meta.id))('%s', (id) => {
  const page = readFileSync(new URL(`../../docs/rules/${id}.md`, import.meta.url), 'utf8');
  const blocks = [...page.matchAll(/^```ts (invalid|valid)\n(.*?)^```$/gms)]
    .map(([, kind, code]) => ({ kind, code: code as string }));

  test('has examples of both kinds', () => {
    expect(new Set(blocks.map(({ kind }) => kind))).toEqual(new Set(['invalid', 'valid']));
  });

  test.each(blocks)('$kind: $code', ({ kind, code }) => {
    expect([...new Set(scan(code).map(({ rule }) => rule))]).toEqual(kind === 'invalid' ? [id] : []);
  });
});
